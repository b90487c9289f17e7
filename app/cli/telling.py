"""One case in sentences, and as facts for a program."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from app.cli.voice import Voice
from cases import queries
from cases.history import words_of
from cases.phrases import Message, Name, msg, recalled
from console.telling import Teller
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
    for owed in queries.owed_steps(tx.conn, row.id, row.attempt):
        yield _owed(owed)
    teller = Teller(tx.district, tx.policy, partial(words_of, tx))
    for line in queries.timeline(tx.conn, row.id):
        told = teller.told(line)
        yield msg("app.case.event", at=told.at, what=told.what, who=told.who)


def _owed(owed: Any) -> Message:
    step = msg(f"cases.step.{owed.step}")
    if not owed.is_owed:
        return msg("app.case.step_not_owed", step=step)
    return msg("app.case.step_done", step=step, at=owed.done_at) if owed.done_at else msg("app.case.step", step=step)


def case_facts(tx: Tx, row: Any, voice: Voice) -> dict[str, object]:
    """The case for a program: codes as they are, names in the voice's language, moments in ISO 8601."""
    teller = Teller(tx.district, tx.policy, partial(words_of, tx))
    worker = _worker(row)
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
            {"step": owed.step, "owed": owed.is_owed, "grade": owed.grade, "done_at": _iso(owed.done_at)}
            for owed in queries.owed_steps(tx.conn, row.id, row.attempt)
        ],
        "events": [
            {"kind": line.kind, "at": _iso(line.at), "says": tx.say(teller.told(line).what, voice.lang)}
            for line in queries.timeline(tx.conn, row.id)
        ],
    }


def _iso(moment: Any) -> str | None:
    return moment.isoformat() if moment else None
