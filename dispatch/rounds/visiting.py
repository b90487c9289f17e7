"""A task of a round in the hands of whoever goes: there, at which grade; what was found; the score of an inspection.

The steps are those of a case. A visit proven at the plan's grade counts, a weaker one is kept and asks for more; a
finding opens a case at once, proven or not: danger does not wait for a plate code. Nobody is to be told or asked,
since nobody called; what is found has its own loop.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases.pen import seal_content
from cases.phrases import Message, msg
from cases.steps import Grade, Owed, Step
from dispatch.due import errands
from dispatch.due.errands import Kind
from dispatch.loop.who import Who
from dispatch.places import Spot, is_named
from dispatch.rounds import checklist as lists
from dispatch.rounds.checklist import Checklist
from dispatch.rounds.findings import open_case
from dispatch.rounds.models import round_plan, round_result, round_target, round_task, rounds
from dispatch.rounds.reads import place_of
from dispatch.transaction import Tx

NOTHING, FINDING = "nothing", "finding"


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody reports of a task. `outcome`: nothing, finding, or empty where that is not said yet; `words` what
    was found; `answers` the points of an inspection, in the order of its checklist."""

    code: str = ""
    place: str = ""
    media: Sequence[str] = ()
    outcome: str = ""
    words: str = ""
    answers: tuple[int, ...] = ()


class NoSuchTask(LookupError):
    """No open task of that number, or none in reach."""


_TASK = (
    sa.select(
        round_task, round_plan.c.kind, round_plan.c.template, round_plan.c.checklist,
        round_plan.c.grade.label("owed_grade"), rounds.c.policy_version, rounds.c.unit_id, rounds.c.grid,
        round_target.c.estate, round_target.c.building, round_target.c.entrance, round_target.c.road,
        round_target.c.code_sealed,
    )
    .join(round_plan, round_plan.c.id == round_task.c.plan_id)
    .join(rounds, rounds.c.id == round_task.c.round_id)
    .join(round_target, round_target.c.id == round_task.c.target_id)
    .with_for_update(of=rounds)
)  # fmt: skip


def task_of(tx: Tx, task_id: UUID) -> Any:
    """An open task, its round locked. Raises NoSuchTask."""
    return _found(tx, round_task.c.id == task_id)


def by_short(tx: Tx, who: Who, short: int) -> Any:
    """A person's open task by the number in their texts. Raises NoSuchTask."""
    return _found(tx, sa.and_(round_task.c.worker_id == who.id, round_task.c.short == short))


def _found(tx: Tx, which: sa.ColumnElement[bool]) -> Any:
    row = tx.conn.execute(
        _TASK.where(round_task.c.office_id == tx.office_id, round_task.c.state == "open", which)
    ).one_or_none()
    if row is None:
        raise NoSuchTask
    return row


def checklist_of(tx: Tx, row: Any) -> Checklist | None:
    """What a task is scored by: the checklist of the policy under which its round was made."""
    return tx.policy_at(row.policy_version).checklists.get(row.checklist) if row.checklist else None


def report(tx: Tx, who: Who, row: Any, said: Said) -> Message:
    """Keep what was reported of an open task (from `task_of` or `by_short`): what is done, or still lacking. Raises
    BadAnswers, and then nothing is kept."""
    listed = checklist_of(tx, row)
    if said.answers and listed is not None:
        lists.check_answers(listed, said.answers)
    new: dict[str, Any] = {}
    lacking = _visit(tx, who, (row, said), new)
    opened = _find(tx, who, (row, said), new)
    if said.answers and listed is not None:
        new |= {"score": lists.score(listed, said.answers), "found_at": tx.now, "outcome": opened[1]}
        _keep(tx, who, row.id, ("scored", {"answers": said.answers, "score": str(new["score"])}))
    whole = {**row._mapping, **new}
    if whole["visited_at"] and whole["found_at"]:
        new |= {"state": "done", "ended_at": tx.now}
    tx.conn.execute(sa.update(round_task).where(round_task.c.id == row.id).values(new))
    _close_round(tx, row.round_id)
    return _answer(tx, row, whole, (lacking, opened[0]))


def _visit(tx: Tx, who: Who, of: tuple[Any, Said], new: dict[str, Any]) -> Message | None:
    """Keep the proof; what is lacking where it is not enough. Once proven, a visit stays so."""
    row, said = of
    if row.visited_at is not None:
        return None
    grade, way = _judge(tx, row, said)
    photos = seal_content(tx, "photos", "\n".join(said.media)) if said.media else None
    _keep(tx, who, row.id, ("visited", {}), (str(grade), way, photos))
    new["grade"] = str(max(grade, Grade(row.grade or grade)))
    if Owed(Step.VISIT, Grade(row.owed_grade)).is_kept_by(grade):
        new["visited_at"] = tx.now
        return None
    wrong = "wrong_code" if said.code else "other_place" if said.place else "claimed"
    return msg(f"rounds.work.{wrong}", n=row.short or "", place=place_of(tx, row))


def _judge(tx: Tx, row: Any, said: Said) -> tuple[Grade, str]:
    code = tx.vault.open(row.target_id, "code", row.code_sealed)
    if said.code and compare_digest(said.code.encode(), code.encode()):
        return Grade.MET, "plate_code"
    if said.place and _is_there(tx, row, said.place):
        return Grade.PLACE, "place_named"
    return (Grade.PHOTO, "photo") if said.media else (Grade.CLAIMED, "claim")


def _is_there(tx: Tx, row: Any, words: str) -> bool:
    """Whether the place that is named is the target's; a house of an estate or a road lies in the plan's part of it."""
    courtyard = None if row.grid else next((unit.code for unit in tx.district.units if unit.id == row.unit_id), None)
    spot = Spot(row.estate, row.building, row.entrance, row.road, row.grid, courtyard)
    return is_named(words, spot, tx.district)


def _find(tx: Tx, who: Who, of: tuple[Any, Said], new: dict[str, Any]) -> tuple[str, str]:
    """Keep what was found: the number of the case that it opened, empty where none, and the task's outcome."""
    row, said = of
    outcome = FINDING if FINDING in (said.outcome, row.outcome) else said.outcome or row.outcome or NOTHING
    if not said.outcome:
        return "", outcome
    number = ""
    if said.outcome == FINDING:
        number = open_case(tx, who, row, said.words)
    words = seal_content(tx, "words", said.words) if said.words else None
    _keep(tx, who, row.id, ("found", {"outcome": said.outcome, "case": number}), (None, None, words))
    new["outcome"] = outcome
    if not row.checklist:
        new["found_at"] = tx.now
    return number, outcome


_Proof = tuple[str | None, str | None, UUID | None]  # grade, way, and what is sealed of it
_NO_PROOF: _Proof = (None, None, None)


def _keep(tx: Tx, who: Who, task_id: UUID, what: tuple[str, Mapping[str, Any]], proof: _Proof = _NO_PROOF) -> None:
    grade, way, content_id = proof
    tx.put(
        round_result, id=tx.new_id(), office_id=tx.office_id, task_id=task_id, kind=what[0], at=tx.now,
        actor=who.actor, facts=json.dumps(dict(what[1])), grade=grade, way=way, content_id=content_id,
    )  # fmt: skip


def _close_round(tx: Tx, round_id: UUID) -> None:
    """A round whose tasks are all done is done, and presses no more."""
    open_ = sa.exists().where(round_task.c.round_id == round_id, round_task.c.state == "open")
    done = (
        sa.update(rounds)
        .where(rounds.c.id == round_id, rounds.c.state == "open", ~open_)
        .values(state="done", ended_at=tx.now)
        .returning(rounds.c.id)
    )
    if tx.conn.execute(done).scalar() is not None:
        errands.call_off(tx, Kind.ROUND_PRESSES, round_id)


_OPEN = (
    sa.select(sa.func.count())
    .where(round_task.c.round_id == sa.bindparam("round"), round_task.c.state == "open")
)  # fmt: skip


def _answer(tx: Tx, row: Any, whole: Mapping[str, Any], what: tuple[Message | None, str]) -> Message:
    lacking, number = what
    opened: Message | str = msg("rounds.work.opened", number=number) if number else ""
    if lacking is not None:
        return msg("rounds.work.lacking", opened=opened, lacking=lacking)
    if not whole["found_at"]:
        id_ = "rounds.work.score_next" if row.checklist else "rounds.work.find_next"
        count = len(listed.items) if (listed := checklist_of(tx, row)) else 0
        return msg(id_, opened=opened, n=row.short or "", place=place_of(tx, row), count=count)
    left = tx.conn.execute(_OPEN, {"round": row.round_id}).scalar_one()
    score: Message | str = msg("rounds.work.scored", score=str(whole["score"])) if whole["score"] is not None else ""
    id_ = "rounds.work.done" if left else "rounds.work.all_done"
    return msg(id_, opened=opened, place=place_of(tx, row), score=score, left=left)
