"""`hotline wind`: the rehearsal clock forward, and all that falls due on the way."""

import argparse
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, tzinfo

from app.cli.parser import Commands
from app.cli.records import house
from app.cli.running import settings_of
from app.cli.voice import Voice
from app.embedded.folder import DataFolder
from app.embedded.stamp import read_stamp
from app.instance import read_instance
from app.trouble import trouble
from app.winding.target import shown, target
from cases.phrases import msg

_POOL = 8  # texts leave by several connections at once


def add_commands(commands: Commands) -> None:
    """The command of this room."""
    wind = commands.add("wind", run_wind, "data", "output")
    commands.option(wind, "how_far", metavar="3d4h|10:00|2026-12-01T09:00")


def run_wind(args: argparse.Namespace, voice: Voice) -> int:
    """Wind, and say what happened on the way."""
    folder = DataFolder(settings_of(args).folder)
    _refuse(folder)
    from app.winding.winder import Winder, alone
    from dispatch.reads.happened import happened

    with alone(folder), house(args, _POOL, rings=False) as found:
        with found.door.transaction(found.offices[0]) as tx:
            begun, zone = tx.now, tx.zone
        to = target(args.how_far, begun, zone)
        if to < begun:
            raise trouble("app.wind.backwards", given=args.how_far, now=shown(begun, zone))
        winder = Winder(found, lambda at: voice.say(msg("app.wind.progress", at=shown(at, zone))))
        winder.wind(to)
        counts: Counter[str] = Counter()
        for office in found.offices:
            with found.door.transaction(office) as tx:
                counts.update(happened(tx, begun))
                now = tx.now
    _tell(voice, counts, now, zone)
    return 0


def _refuse(folder: DataFolder) -> None:
    """Only a rehearsal's clock is wound, and only while the rehearsal runs."""
    stamp = read_stamp(folder)
    if stamp is not None and (stamp.clock != "rehearsal" or stamp.carrier != "rehearsal"):
        raise trouble("app.wind.real_clock", folder=str(folder.root))
    if stamp is None or read_instance(folder) is None:
        raise trouble("app.wind.down", folder=str(folder.root))


def _tell(voice: Voice, counts: Mapping[str, int], now: datetime, zone: tzinfo) -> None:
    if voice.as_json:
        voice.show({"now": now.astimezone(zone).isoformat(timespec="seconds"), **counts})
        return
    voice.say(msg("app.wind.happened", **counts))
    voice.say(msg("app.wind.done", at=shown(now, zone), day=msg(f"app.wind.day.{now.astimezone(zone).weekday()}")))
