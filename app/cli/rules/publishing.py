"""`hotline rules propose`, `drafts`, `approve`, `refuse`, `withdraw`, `rollback`: a new table, by two people."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli.parser import Commands, Parser
from app.cli.records import house, office_of
from app.cli.rules.drafts import of, rules_in
from app.cli.voice import Voice
from app.trouble import Trouble, told, trouble
from cases.phrases import Message, msg

if TYPE_CHECKING:
    from dispatch.loop.who import Who
    from dispatch.publishing.drafts import Reason
    from dispatch.transaction import Tx


def add_to(commands: Commands, group: "argparse._SubParsersAction[Parser]") -> None:
    """The commands of this room, under `rules`."""
    propose = commands.add("propose", run_propose, "data", under=group)
    commands.option(propose, "--draft", metavar="FILE", required=True)
    commands.option(propose, "--into", dest="draft_into", type=int, metavar="DRAFT")
    listed = commands.add("drafts", run_drafts, "data", "output", under=group)
    approve = commands.add("approve", run_approve, "data", under=group)
    commands.option(approve, "--from", metavar="2026-12-01T00:00", dest="rules_from", default="")
    refuse = commands.add("refuse", run_refuse, "data", under=group)
    withdraw = commands.add("withdraw", run_withdraw, "data", under=group)
    back = commands.add("rollback", run_rollback, "data", under=group)
    commands.option(back, "version", type=int, metavar="VERSION")
    for parser in (approve, refuse, withdraw):
        commands.option(parser, "draft_number", type=int, metavar="DRAFT")
    for parser in (propose, approve, refuse, withdraw):
        commands.option(parser, "--version", dest="draft_seen", type=int, metavar="VERSION")
    for parser in (propose, approve, refuse, withdraw, back):
        commands.option(parser, "--as", dest="acting", metavar="CODE", required=True)
    for parser in (propose, refuse, withdraw, back):
        commands.option(parser, "--why", metavar="TEXT", required=True)
    for parser in (propose, listed, approve, refuse, withdraw, back):
        commands.option(parser, "--office", metavar="CODE")


def run_propose(args: argparse.Namespace, voice: Voice) -> int:
    """A new draft, or a further version of one that is open."""
    from dispatch.publishing import deciders, drafts

    with _acting(args) as (tx, who):
        rules = rules_in(Path(args.draft), of(tx))
        if args.draft_into is None:
            number = drafts.propose(tx, who, rules, args.why)
            said = msg("rules.cli.proposed", number=number)
        else:
            number = args.draft_into
            version = drafts.change(tx, number, who, rules, _reason(args, tx, number))
            said = msg("rules.cli.changed", number=number, version=version)
        row = drafts.one(tx, number)
        is_left = deciders.somebody_left(tx, drafts.hands(row, drafts.past(tx, row.id)))
    voice.say(said)
    if not is_left:
        voice.warn(msg("rules.cli.nobody_left", number=number))
    return 0


def run_drafts(args: argparse.Namespace, voice: Voice) -> int:
    """Every draft, the newest first."""
    from dispatch.publishing import drafts

    with house(args) as found, found.door.transaction(office_of(args, found)) as tx:
        rows, zone, in_force = drafts.listed(tx), tx.zone, tx.policy_version
    if voice.as_json:
        voice.show({"in_force": in_force, "drafts": [{**row._mapping, "body": None} for row in rows]})
        return 0
    for row in rows:
        voice.say(_line(row, zone))
    voice.say(msg("rules.cli.in_force", version=in_force))
    return 0


def _line(row: Any, zone: tzinfo) -> Message:
    def at(moment: datetime) -> str:
        return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"

    version = msg("rules.cli.version", version=row.version) if row.version else ""
    last = {"by": row.changed_by, "why": row.changed_why}
    revised: Message | str = msg("rules.cli.as_proposed") if row.state == "open" else ""
    if row.changed_by:
        revised = msg("rules.cli.revised", version=row.revision, at=at(row.changed_at), **last)
    facts = {"number": row.number, "state": msg(f"rules.cli.{row.kind}_{row.state}"), "why": row.why}
    return msg("rules.cli.draft", version=version, by=row.proposed_by, at=at(row.proposed_at), revised=revised, **facts)


def run_approve(args: argparse.Namespace, voice: Voice) -> int:
    from dispatch.publishing import drafts

    number = args.draft_number
    with _acting(args) as (tx, who):
        begins = drafts.approve(tx, number, who, _seen(args, tx, number), _moment(args.rules_from, tx))
    voice.say(msg("rules.cli.approved", number=number, at=begins))
    return 0


def run_refuse(args: argparse.Namespace, voice: Voice) -> int:
    from dispatch.publishing import drafts

    with _acting(args) as (tx, who):
        drafts.refuse(tx, args.draft_number, who, _reason(args, tx, args.draft_number))
    voice.say(msg("rules.cli.refused", number=args.draft_number))
    return 0


def run_withdraw(args: argparse.Namespace, voice: Voice) -> int:
    """Whoever wrote on a draft takes it back."""
    from dispatch.publishing import drafts

    with _acting(args) as (tx, who):
        drafts.withdraw(tx, args.draft_number, who, _reason(args, tx, args.draft_number))
    voice.say(msg("rules.cli.withdrawn", number=args.draft_number))
    return 0


def run_rollback(args: argparse.Namespace, voice: Voice) -> int:
    from dispatch.publishing import drafts

    with _acting(args) as (tx, who):
        version = drafts.roll_back(tx, who, args.version, args.why)
    voice.say(msg("rules.cli.rolled_back", to=args.version, version=version))
    return 0


def _seen(args: argparse.Namespace, tx: "Tx", number: int) -> int:
    """The version of a draft that whoever acts looked at: they say it, else what they saw may have changed. Raises
    Trouble, which says how to look."""
    from dispatch.publishing import drafts

    if args.draft_seen is not None:
        return int(args.draft_seen)
    row = drafts.one(tx, number)
    if row.state != "open":
        raise drafts.DraftTrouble("decided")
    last = {"by": row.changed_by or row.proposed_by, "why": row.changed_why or row.why}
    raise trouble("rules.cli.say_version", number=number, version=row.revision, **last)


def _reason(args: argparse.Namespace, tx: "Tx", number: int) -> "Reason":
    from dispatch.publishing.drafts import Reason

    return Reason(args.why, _seen(args, tx, number))


def _moment(said: str, tx: "Tx") -> datetime | None:
    if not said:
        return None
    try:
        at = datetime.fromisoformat(said)
    except ValueError as error:
        raise trouble("rules.cli.no_moment", given=said) from error
    return at if at.tzinfo else at.replace(tzinfo=tx.zone)


@contextmanager
def _acting(args: argparse.Namespace) -> "Iterator[tuple[Tx, Who]]":
    """A transaction and who acts in it; what the house refuses, in plain words."""
    from dispatch.loop.who import NotYours, by_code
    from dispatch.policy import PolicyErrors
    from dispatch.publishing.drafts import DraftTrouble

    try:
        with house(args) as found, found.door.transaction(office_of(args, found)) as tx:
            yield tx, by_code(tx, args.acting)
    except PolicyErrors as errors:
        raise Trouble(*told(errors.faults)) from errors
    except DraftTrouble as error:
        raise trouble(f"rules.cli.no.{error.code}") from error
    except NotYours as error:
        raise trouble("rules.cli.no.not_yours", name=error.who.name) from error
    except LookupError as error:
        raise trouble("rules.cli.no.nobody", code=args.acting) from error
