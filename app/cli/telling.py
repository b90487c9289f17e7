"""One case in sentences, and as facts for a program."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

from app.cli.voice import Voice
from cases import queries
from cases.history import words_of
from cases.phrases import Message, Name, msg, recalled
from console.standing.telling import Teller
from dispatch.orders import place_of
from dispatch.transaction import Tx


def _unit(row: Any) -> Name:
    return Name(row.unit_zh, row.unit_en)


def _worker(row: Any) -> Name | None:
    return Name(row.worker_zh, row.worker_en) if row.worker_zh else None


def case_sentences(tx: Tx, row: Any) -> Iterator[Message]:
    """The case for a person: where it stands, who has it, what is owed, what happened."""
    yield msg("app.case.head", number=row.number, state=msg(f"cases.state.{row.state}"))
    yield msg("app.case.matter", category=tx.policy.category(row.category).name, summary=row.summary)
    yield msg("app.case.place", place=place_of(tx, row))
    yield msg("app.case.holder", unit=_unit(row), worker=_worker(row) or msg("app.cli.nobody_yet"))
    yield msg("app.case.due", at=row.due_at) if row.due_at else msg("app.case.no_due")
    for reason in recalled(row.reasons):
        yield msg("app.case.reason", reason=reason)
    dues = _dues(tx, row)
    for owed in queries.owed_steps(tx.conn, row.id, row.attempt):
        yield _owed(owed, dues.get(owed.step), tx.now)
    teller = Teller(tx.district, tx.policy, partial(words_of, tx))
    for line in queries.timeline(tx.conn, row.id):
        told = teller.told(line)
        yield msg("app.case.event", at=told.at, what=told.what, who=told.who)


def _dues(tx: Tx, row: Any) -> dict[str, datetime]:
    """By when each step of the attempt is owed, of those whose clock runs."""
    running = (each for each in queries.timers(tx.conn, row.id) if each.attempt == row.attempt)
    return {each.step: each.due_at for each in running if each.state in ("open", "parked")}


def _owed(owed: Any, due: datetime | None, now: datetime) -> Message:
    """A step: kept, and how well it is proven; not owed; or owed, by when, and whether that has passed."""
    step = msg(f"cases.step.{owed.step}")
    if not owed.is_owed:
        return msg("app.case.step_not_owed", step=step)
    if owed.done_at:
        grade = msg("app.case.grade", grade=msg(f"cases.grade.{owed.kept_grade}")) if owed.kept_grade else ""
        return msg("app.case.step_done", step=step, at=owed.done_at, grade=grade)
    if due is None:
        return msg("app.case.step_waits", step=step)
    return msg("app.case.step_late" if due <= now else "app.case.step", step=step, due=due)


def case_facts(tx: Tx, row: Any, voice: Voice) -> dict[str, object]:
    """The case for a program: codes as they are, names in the voice's language, moments in ISO 8601."""
    teller = Teller(tx.district, tx.policy, partial(words_of, tx))
    worker = _worker(row)
    dues = _dues(tx, row)
    return {
        "number": row.number,
        "state": row.state,
        "level": row.level,
        "category": row.category,
        "unit": row.unit_code,
        "unit_name": _unit(row).in_language(voice.lang),
        "worker": worker.in_language(voice.lang) if worker else None,
        "rule": row.rule,
        "summary": row.summary,
        "estate": row.estate,
        "building": row.building,
        "received_at": row.received_at.isoformat(),
        "due_at": row.due_at.isoformat() if row.due_at else None,
        "reasons": [tx.say(reason, voice.lang) for reason in recalled(row.reasons)],
        "steps": [
            {
                "step": owed.step,
                "owed": owed.is_owed,
                "grade": owed.grade,
                "kept_grade": owed.kept_grade,
                "done_at": _iso(owed.done_at),
                "due_at": _iso(dues.get(owed.step)),
            }
            for owed in queries.owed_steps(tx.conn, row.id, row.attempt)
        ],
        "events": [
            {"kind": line.kind, "at": _iso(line.at), "says": tx.say(teller.told(line).what, voice.lang)}
            for line in queries.timeline(tx.conn, row.id)
        ],
    }


def _iso(moment: Any) -> str | None:
    return moment.isoformat() if moment else None
