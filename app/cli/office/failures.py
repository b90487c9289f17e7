"""`hotline failures`: what failed, is set aside or in doubt, and once more."""

import argparse
import contextlib
from datetime import timedelta
from typing import TYPE_CHECKING

from app.cli.parser import Commands
from app.cli.records import ACTOR, house, office_of
from app.cli.voice import Voice
from app.trouble import Trouble, trouble
from cases.phrases import Message, msg

if TYPE_CHECKING:
    from dispatch.reads.failures import Failure
    from dispatch.transaction import Tx

_SHOWN = 8  # the last characters of an id are enough to name it
ALL = "all"


def add_commands(commands: Commands) -> None:
    """The command of this room."""
    parser = commands.add("failures", run_failures, "data", "output")
    commands.option(parser, "deed", nargs="?", choices=("retry", "dismiss"))
    commands.option(parser, "failure", nargs="?", metavar="ID|all")
    commands.option(parser, "--office", metavar="CODE")


def run_failures(args: argparse.Namespace, voice: Voice) -> int:
    """All failures; or one, or all, once more."""
    from dispatch.reads.failures import failures

    if (args.deed is None) != (args.failure is None) or (args.deed == "dismiss" and args.failure == ALL):
        raise Trouble(msg("app.failures.needs"), code=2)
    with house(args) as found, found.door.transaction(office_of(args, found)) as tx:
        listed = failures(tx)
        if args.deed is None:
            _tell(voice, tx, listed)
        else:
            _do(args, voice, (tx, listed))
    return 0


def _do(args: argparse.Namespace, voice: Voice, known: "tuple[Tx, list[Failure]]") -> None:
    from dispatch.due.retrying import dismiss, retry
    from dispatch.reads.failures import CLOCK, Can

    tx, listed = known
    if args.failure == ALL:  # whether a clock is right is decided by itself, never along with other things
        meant = [failure for failure in listed if Can.RETRY in failure.can and failure.kind != CLOCK]
    else:
        meant = [failure for failure in listed if failure.id.endswith(args.failure)]
        if len(meant) != 1:
            raise trouble("app.failures.none" if not meant else "app.failures.several", id=args.failure)
        if args.deed not in meant[0].can:
            raise trouble(f"app.failures.no_{args.deed}", id=args.failure)
    done = [each for each in meant if (retry(tx, each, ACTOR) if args.deed == "retry" else dismiss(tx, each, ACTOR))]
    if meant and not done and args.failure != ALL:
        raise trouble("app.failures.not_now", id=args.failure)
    if voice.as_json:
        voice.show({args.deed: [each.id for each in done]})
    voice.say(msg(f"app.failures.done_{args.deed}", count=len(done)))


def _tell(voice: Voice, tx: "Tx", listed: "list[Failure]") -> None:
    if voice.as_json:
        voice.show([_facts(each) for each in listed])
        return
    for each in listed:
        told = {
            "what": what_failed(voice, each),
            "about": each.about or "–",
            "why": each.why,
            "age": age(tx.now - each.since),
        }
        can = msg("app.failures.can." + ("_".join(each.can) or "none"), id=each.id[-_SHOWN:])
        voice.say(msg("app.failures.line", id=each.id[-_SHOWN:], can=can, **told))
    voice.say(msg("app.failures.count", count=len(listed)))


def _facts(failure: "Failure") -> dict[str, object]:
    return {
        "id": failure.id, "kind": failure.kind, "what": failure.what, "about": failure.about,
        "since": failure.since.isoformat(), "why": failure.why, "can": list(failure.can),
    }  # fmt: skip


def what_failed(voice: Voice, failure: "Failure") -> Message:
    """What failed, in words; a purpose that has none stays a code, so that the list is shown whatever is in it."""
    worded = {"timer": "cases.step", "errand": "app.errand", "text": "console.purpose", "call": "console.purpose"}
    what = failure.what
    if failure.kind in worded:
        with contextlib.suppress(LookupError):
            what = voice.text(msg(f"{worded[failure.kind]}.{failure.what}"))
    return msg(f"app.failures.what.{failure.kind}", what=what)


def age(past: timedelta) -> Message:
    """How long ago, in the largest measure that fits."""
    seconds = int(past.total_seconds())
    for unit, name in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= unit:
            return msg(f"app.age.{name}", n=seconds // unit)
    return msg("app.age.now")
