"""`hotline case`, `cases`, `check`: the record from the command line."""

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli.parser import Commands
from app.cli.running import settings_of
from app.cli.voice import Voice
from app.instance import with_instance
from app.trouble import Trouble, trouble
from cases.phrases import Message, msg

if TYPE_CHECKING:
    from app.proof.history import Proof
    from app.wiring import House
    from dispatch.reads.checks import Broken
    from dispatch.transaction import Tx

# The actor of what is done from the command line, in a case's history.
ACTOR = "command"


def add_commands(commands: Commands) -> None:
    """The commands of this room."""
    case = commands.add("case", run_case, "data", "output")
    commands.option(case, "what", metavar="NUMBER|new|reroute")
    commands.option(case, "words", metavar="WORDS", nargs="*")
    commands.option(case, "--place", metavar="TEXT", default="")
    commands.option(case, "--from", dest="sender", metavar="+86…")
    commands.option(case, "--to", dest="unit", metavar="UNIT")
    commands.option(case, "--why", metavar="TEXT", default="")
    commands.option(case, "--office", metavar="CODE")
    cases = commands.add("cases", run_cases, "data", "output")
    commands.option(cases, "--office", metavar="CODE")
    check = commands.add("check", run_check, "data", "output")
    commands.option(check, "--chain", action="store_true")
    commands.option(check, "--copy", metavar="FILE")


@contextmanager
def house(args: argparse.Namespace, pool: int = 1, *, rings: bool = True) -> Iterator["House"]:
    """The parts of a command that speaks to an instance; a database that is away is told plainly."""
    settings = with_instance(settings_of(args))
    from app.logs import start_logs
    from app.wiring import House
    from dispatch.transaction import DatabaseAway, UnknownOffice

    # A command speaks to a person or a program: what processes note in their logs is not for them.
    start_logs(ACTOR, "error")
    found = House(settings, ACTOR, pool, rings)
    try:
        yield found
    except DatabaseAway as error:
        raise trouble("app.cli.database_away", folder=str(settings.folder)) from error
    except UnknownOffice as error:
        raise trouble("app.cli.no_office", there=", ".join(found.offices)) from error
    finally:
        found.engine.dispose()


def office_of(args: argparse.Namespace, found: "House") -> str:
    """The office that is meant: the one named, else that of the first line."""
    return str(args.office or found.offices[0])


def run_case(args: argparse.Namespace, voice: Voice) -> int:
    if args.what == "new":
        return _new(args, voice)
    if args.what == "reroute":
        return _reroute(args, voice)
    if args.words:
        raise Trouble(msg("app.cli.unknown_argument", prog="hotline case", first=" ".join(args.words)), code=2)
    from app.cli.telling import case_facts, case_sentences

    with house(args) as found, found.door.transaction(office_of(args, found)) as tx:
        row = case_row(tx, args.what)
        if voice.as_json:
            voice.show(case_facts(tx, row, voice))
        else:
            for sentence in case_sentences(tx, row):
                print(tx.say(sentence, voice.lang))
    return 0


def case_row(tx: "Tx", number: str) -> Any:
    """A case of the office by its number, with its names. Raises Trouble."""
    from dispatch.reads.queries import case_in_scope

    row = case_in_scope(tx, tx.office.code, number) if number.isprintable() else None
    if row is None:
        raise trouble("app.cli.no_case", number=number)
    return row


def _new(args: argparse.Namespace, voice: Voice) -> int:
    """A case by hand: somebody came to the counter, or told us in another way."""
    from cases.report import Channel, clean, is_e164
    from dispatch.desk import Report, take_report
    from dispatch.people.parties import party_of

    text = clean(" ".join(args.words))
    if not text.strip():
        raise trouble("app.cli.no_words")
    if args.sender and not is_e164(args.sender):
        raise trouble("app.cli.no_number", number=args.sender)
    with house(args) as found, found.door.transaction(office_of(args, found)) as tx:
        party = party_of(tx, args.sender) if args.sender else None
        report = Report(Channel.HAND, party, text, tx.now, place_text=clean(args.place), actor=ACTOR)
        taken = take_report(tx, report)
    _tell_taken(taken, voice)
    return 0


def _reroute(args: argparse.Namespace, voice: Voice) -> int:
    from cases.lifecycle import IllegalDeed
    from dispatch import desk

    if len(args.words) != 1 or not args.unit or not args.why.strip():
        raise Trouble(msg("app.cli.reroute_needs"), code=2)
    number = args.words[0]
    with house(args) as found:
        try:
            with found.door.transaction(office_of(args, found)) as tx:
                taken = desk.reroute(tx, number, args.unit, args.why, ACTOR)
        except desk.UnknownCase as error:
            raise trouble("app.cli.no_case", number=number) from error
        except desk.UnknownUnit as error:
            raise trouble("app.cli.no_unit", unit=args.unit) from error
        except IllegalDeed as error:
            raise Trouble(error.why.reason) from error
    _tell_taken(taken, voice)
    return 0


def _tell_taken(taken: Any, voice: Voice) -> None:
    if voice.as_json:
        worker = taken.worker.in_language(voice.lang) if taken.worker else None
        unit = taken.unit.in_language(voice.lang)
        facts = {"number": taken.number, "unit": unit, "worker": worker, "rule": taken.rule}
        codes = {"code": taken.code, "visit_code": taken.visit_code} if taken.code else {}
        voice.show(facts | codes | {"due_at": taken.due_at.isoformat() if taken.due_at else None})
        return
    who = taken.worker or msg("app.cli.nobody_yet")
    voice.say(msg("app.cli.taken", number=taken.number, unit=taken.unit, worker=who, rule=taken.rule))
    if taken.code:
        voice.say(msg("app.cli.codes", code=taken.code, visit_code=taken.visit_code))


def run_cases(args: argparse.Namespace, voice: Voice) -> int:
    from cases.queries import case_list

    with house(args) as found, found.door.transaction(office_of(args, found)) as tx:
        listed = case_list(tx.conn, tx.office_id)
    if voice.as_json:
        voice.show(listed)
        return 0
    for entry in listed:
        state = msg(f"cases.state.{entry['state']}")
        voice.say(msg("app.cli.case_line", number=entry["number"], state=state, reports=len(entry["reports"])))
    voice.say(msg("app.cli.case_count", count=len(listed)))
    return 0


def run_check(args: argparse.Namespace, voice: Voice) -> int:
    """Exit code 1 where an invariant is broken."""
    if args.chain or args.copy:
        return _run_chain(args, voice)
    with house(args) as found:
        from app.proof.checks import run_checks

        broken = run_checks(found)
    return tell_broken(broken, voice)


def _run_chain(args: argparse.Namespace, voice: Voice) -> int:
    """The history alone, with what was counted; exit code 1 where something does not hold."""
    copy = _copy(args.copy) if args.copy else ()
    with house(args) as found:
        from app.proof.checks import broken_history
        from app.proof.history import prove

        proof = prove(found, copy)
    if voice.as_json:
        voice.show(_proof_shown(proof, voice))
    for row in broken_history(proof):
        voice.say(msg("app.check.broken", name=row.name, subject=row.subject, trouble=row.trouble))
    for line in _proof_told(proof):
        voice.say(line)
    return 1 if proof.breaks else 0


def _copy(file: str) -> list[str]:
    try:
        return Path(file).read_text(encoding="utf-8", errors="surrogateescape").strip("\n").split("\n")
    except OSError as error:
        raise trouble("app.chain.no_copy", file=file, why=error.strerror or str(error)) from error


def _proof_told(proof: "Proof") -> Iterator[Message]:
    counts, last = proof.counts, proof.last
    if last is None:
        yield msg("app.chain.unsigned", lines=counts.lines, cases=counts.cases)
    else:
        newest = {"number": last.number, "at": last.at, "checkpoints": proof.checkpoints}
        yield msg("app.chain.seen", lines=counts.lines, cases=counts.cases, signed=counts.signed, **newest)
    yield msg("app.chain.younger", younger=counts.younger)
    yield msg("app.chain.late", late=counts.late, erased=counts.erased)
    yield msg("app.chain.broken", count=len(proof.breaks)) if proof.breaks else msg("app.chain.good")


def _proof_shown(proof: "Proof", voice: Voice) -> dict[str, object]:
    last = proof.last
    return {
        "ok": not proof.breaks,
        **asdict(proof.counts),
        "checkpoints": proof.checkpoints,
        "last_checkpoint": last and {"number": last.number, "at": last.at.isoformat()},
        "broken": [
            {
                "kind": each.kind.value,
                "case": each.name or (each.case_id and str(each.case_id)),
                "line": each.seq,
                "first": each.first or each.seq,
                "checkpoint": each.since and each.since.number,
                "trouble": voice.text(each.text),
            }
            for each in proof.breaks
        ],
    }


def tell_broken(broken: Sequence["Broken"], voice: Voice) -> int:
    """What breaks an invariant, or that all hold; the exit code."""
    if voice.as_json:
        rows = [{"name": b.name, "subject": b.subject, "trouble": voice.text(b.trouble)} for b in broken]
        voice.show({"ok": not broken, "broken": rows})
    for row in broken:
        voice.say(msg("app.check.broken", name=row.name, subject=row.subject, trouble=row.trouble))
    if not broken:
        voice.say(msg("app.check.good"))
    return 1 if broken else 0
