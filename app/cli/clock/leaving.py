"""Whether the carrier takes what we send, and how long the oldest has waited, for `hotline status`."""

import argparse
from collections.abc import Mapping
from typing import Any

from app.cli.records import house
from app.cli.voice import Voice
from app.trouble import Trouble
from cases.phrases import Message, msg

Facts = Mapping[str, Any]


def standing(args: argparse.Namespace) -> Facts:
    """`carriers`: those that take nothing, with channel, why, trouble and seconds; `oldest`: for how many seconds the
    oldest text or call that should have left has waited. Empty where the database does not answer."""
    import sqlalchemy as sa

    from dispatch import outbox

    try:
        with house(args) as found, found.door.found() as conn:
            now, gone = outbox.moment(conn), outbox.away(conn)
            carriers = [
                {
                    "carrier": each.carrier, "channel": each.channel, "why": each.why, "trouble": each.trouble,
                    "seconds": int((now - each.since_at).total_seconds()),
                }
                for each in gone
            ]  # fmt: skip
            return {"carriers": carriers, "oldest": outbox.oldest_waits(conn)}
    except (Trouble, sa.exc.SQLAlchemyError):
        return {}


def tell(voice: Voice, facts: Facts) -> None:
    """The same in words."""
    if not facts:
        voice.say(_line("carrier", msg("app.status.carrier.unknown")))
        return
    for each in facts["carriers"]:
        told = {name: each[name] for name in ("channel", "seconds", "trouble")}
        voice.say(_line("carrier", msg(f"app.status.carrier.{each['why']}", **told)))
    if not facts["carriers"]:
        voice.say(_line("carrier", msg("app.status.carrier.there")))
    voice.say(_line("outbox", msg("app.status.queue", seconds=facts["oldest"])))


def _line(name: str, value: Message) -> Message:
    return msg("app.status.line", name=name, value=value)
