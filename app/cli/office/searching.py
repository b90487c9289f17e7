"""`hotline search`: cases by number or words, and the index made whole again."""

import argparse
import time
from typing import TYPE_CHECKING, Any

from app.cli.parser import Commands
from app.cli.records import case_row, house, office_of
from app.cli.voice import Voice
from app.trouble import Trouble
from cases.phrases import Message, msg

if TYPE_CHECKING:
    from app.wiring import House
    from dispatch.search.finding import Found
    from dispatch.transaction import Tx

_REST = 0.2  # seconds until another follower is looked at again


def add_commands(commands: Commands) -> None:
    """The commands of this room."""
    parser = commands.add("search", run_search, "data", "output")
    commands.option(parser, "words", metavar="WORDS", nargs="*")
    commands.option(parser, "--before", metavar="NUMBER")
    commands.option(parser, "--rebuild", action="store_true")
    commands.option(parser, "--office", metavar="CODE")


def run_search(args: argparse.Namespace, voice: Voice) -> int:
    """The newest cases that have all words."""
    said = " ".join(args.words)
    if args.rebuild:
        return _rebuild(args, voice)
    if not said.strip():
        raise Trouble(msg("app.search.needs"), code=2)
    from dispatch.search import finding

    with house(args) as found, found.door.transaction(office_of(args, found)) as tx:
        before = case_row(tx, args.before).id if args.before else None
        page = finding.look(tx, tx.office.code, said, before)
        if voice.as_json:
            voice.show([_facts(tx, row, voice) for row in page.rows])
        else:
            _tell(tx, page, voice)
    if page.reach is not finding.Reach.ALL:
        voice.warn(msg(f"search.reach.{page.reach.value}", newest=finding.NEWEST))
    return 0


def _tell(tx: "Tx", page: "Found", voice: Voice) -> None:
    for row in page.rows:
        line = msg(
            "app.search.line", number=row.number, state=msg(f"cases.state.{row.state}"), received=row.received_at,
            place=_place(tx, row), summary=row.summary,
        )  # fmt: skip
        print(tx.say(line, voice.lang))
    voice.say(msg("app.search.count", count=len(page.rows)))
    if page.after is not None:
        voice.say(msg("app.search.more", number=page.rows[-1].number))


def _place(tx: "Tx", row: Any) -> Message:
    from dispatch.orders import place_of

    return place_of(tx, row)


def _facts(tx: "Tx", row: Any, voice: Voice) -> dict[str, object]:
    return {
        "number": row.number, "state": row.state, "level": row.level, "received_at": row.received_at.isoformat(),
        "summary": row.summary, "place": tx.say(_place(tx, row), voice.lang), "unit": row.unit_zh,
    }  # fmt: skip


def _rebuild(args: argparse.Namespace, voice: Voice) -> int:
    """All cases are gone through, by us and by `jobs` in turn where it runs."""
    with house(args) as found:
        from dispatch.search.following import refill

        with found.door.found() as conn:
            refill(conn)
        count = _filled(found)
    if voice.as_json:
        voice.show({"indexed": count})
    else:
        voice.say(msg("app.search.rebuilt", count=count))
    return 0


def _filled(found: "House") -> int:
    from dispatch.search import following, standing

    while True:
        with found.door.found() as conn:
            looked_at = following.follow(conn)
            if not looked_at and standing.is_filled(conn):
                return standing.count(conn)
        if not looked_at:
            time.sleep(_REST)
