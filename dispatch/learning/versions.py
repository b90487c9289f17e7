"""The versions of what an office learnt: stored with what their comparison came to, one in force, undone by people."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from cases.models import office
from cases.states import Role
from dispatch.learning.training import Attempt
from dispatch.loop.who import Who, demand
from dispatch.matters.learnt.file import to_bytes
from dispatch.matters.learnt.model import Model
from dispatch.matters.learnt.training import Lesson
from dispatch.models import matter_model
from dispatch.policy import Policy
from dispatch.reads.matters.lessons import lessons
from dispatch.transaction import Tx

IN_FORCE, FORMER, UNDONE, REFUSED = "in_force", "former", "undone", "refused"
SYSTEM = "system"
BODIES = 3  # so many that were in force before keep their bodies: so many times it can be undone


class NothingToUndo(LookupError):
    """What is shipped speaks already."""


@dataclass(frozen=True, eq=False)
class Course:
    """What an office's learning begins with: its cases, the model in force and its number, the policy. `held`: a person
    undid the newest version, so that nothing takes over by itself."""

    lessons: tuple[Lesson, ...]
    in_force: Model | None
    number: int | None
    policy: Policy
    held: bool


def course(tx: Tx) -> Course:
    """All that learning needs, read in one short transaction."""
    newest = next(iter(listed(tx)), None)
    return Course(
        tuple(lessons(tx)), tx.learnt, _in_force(tx), tx.policy, held=newest is not None and newest.state == UNDONE
    )


def keep(tx: Tx, attempt: Attempt, after: Course, by: str = SYSTEM) -> Any:
    """Store what was learnt, its row: in force where the comparison lets it and nobody changed what is in force
    meanwhile, else refused."""
    tx.conn.execute(sa.select(office.c.id).where(office.c.id == tx.office_id).with_for_update(key_share=True))
    number: int = tx.conn.execute(
        sa.select(sa.func.coalesce(sa.func.max(matter_model.c.number), 0) + 1).where(_mine(tx))
    ).scalar_one()
    facts = {"cases": len(after.lessons), **attempt.facts()}
    if _in_force(tx) != after.number:
        facts["worse"] = ["overtaken"]
    takes_over = not facts["worse"]
    if takes_over:
        _end(tx, FORMER, by, "")
    tx.conn.execute(
        sa.insert(matter_model).values(
            office_id=tx.office_id, number=number, state=IN_FORCE if takes_over else REFUSED,
            body=to_bytes(attempt.model) if takes_over else None,
            figures=json.dumps(facts), made_at=tx.now, made_by=by,
        )
    )  # fmt: skip
    _forget_old_bodies(tx)
    return one(tx, number)


def undo(tx: Tx, who: Who, why: str) -> int | None:
    """The version before is in force again; its number, None where that is what is shipped. Who did it and why stays in
    the record. Raises NothingToUndo, NotYours."""
    demand(who, Role.SUPERVISOR)
    undone = _in_force(tx)
    if undone is None:
        raise NothingToUndo
    _end(tx, UNDONE, who.actor, why.strip())
    before = tx.conn.execute(
        sa.select(sa.func.max(matter_model.c.number)).where(
            _mine(tx), matter_model.c.state == FORMER, matter_model.c.body.is_not(None), matter_model.c.number < undone
        )
    ).scalar()
    if before is not None:
        again = {"state": IN_FORCE, "ended_at": None, "ended_by": None, "ended_why": None}
        tx.conn.execute(sa.update(matter_model).where(_mine(tx), matter_model.c.number == before).values(again))
    return before


def listed(tx: Tx) -> Sequence[Any]:
    """All versions of the office, the newest first, without their bodies."""
    columns = [column for column in matter_model.c if column.name != "body"]
    return tx.conn.execute(sa.select(*columns).where(_mine(tx)).order_by(matter_model.c.number.desc())).all()


def cases_of(row: Any) -> int:
    """How many cases of the office there were to learn from, the kept ones among them."""
    return int(json.loads(row.figures)["cases"])


def one(tx: Tx, number: int) -> Any:
    """A version of the office, without its body."""
    return next(row for row in listed(tx) if row.number == number)


def _mine(tx: Tx) -> sa.ColumnElement[bool]:
    return matter_model.c.office_id == tx.office_id


def _in_force(tx: Tx) -> int | None:
    found: int | None = tx.conn.execute(
        sa.select(matter_model.c.number).where(_mine(tx), matter_model.c.state == IN_FORCE).with_for_update()
    ).scalar()
    return found


def _end(tx: Tx, state: str, by: str, why: str) -> None:
    ended = {"state": state, "ended_at": tx.now, "ended_by": by, "ended_why": why}
    tx.conn.execute(sa.update(matter_model).where(_mine(tx), matter_model.c.state == IN_FORCE).values(ended))


def _forget_old_bodies(tx: Tx) -> None:
    """A body has some megabytes: only those that an undo may need are kept."""
    last = (
        sa.select(matter_model.c.number)
        .where(_mine(tx), matter_model.c.state == FORMER)
        .order_by(matter_model.c.number.desc())
        .limit(BODIES)
    )
    old = sa.and_(_mine(tx), matter_model.c.state != IN_FORCE, matter_model.c.number.not_in(last))
    tx.conn.execute(sa.update(matter_model).where(old, matter_model.c.body.is_not(None)).values(body=None))
