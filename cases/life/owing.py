"""What a case owes, a row a step: written as it is opened or taken up anew, put right once it is known what it is."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases.models import owed
from cases.pen import Pen
from cases.report import Channel
from cases.steps import Level, Owed, Owes, Step, owed_steps


def owe(  # noqa: PLR0913 - of which attempt of which case, what from when, and whether it is sent already
    pen: Pen, case_id: UUID, attempt: int, steps: tuple[Owed, ...], at: datetime, *, waits: bool = False
) -> None:
    """A row for every step of an attempt, owed or not: what is not owed is shown, never hidden. `waits`: a person says
    first where it goes."""
    done = (Step.ACCEPT,) if waits else (Step.ACCEPT, Step.DISPATCH)
    grades = {item.step: item.grade for item in steps}
    for step in _SHOWN:
        pen.put(
            owed,
            id=pen.new_id(),
            office_id=pen.office_id,
            case_id=case_id,
            attempt=attempt,
            step=str(step),
            is_owed=step in grades,
            grade=str(grade) if (grade := grades.get(step)) else None,
            done_at=at if step in done else None,
        )


_SHOWN = (
    Step.ACCEPT, Step.DISPATCH, Step.SIGN_FOR, Step.FIRST_CONTACT, Step.VISIT, Step.FINDING, Step.INTERIM,
    Step.TOLD, Step.VERIFY, Step.CALL_BACK,
)  # fmt: skip


def sent(pen: Pen, row: Any, at: datetime) -> None:
    """A case (its row) that waited until a person said where it goes is sent now."""
    mine = (owed.c.case_id == row.id, owed.c.attempt == row.attempt, owed.c.step == str(Step.DISPATCH))
    if row.triage is not None:
        pen.conn.execute(sa.update(owed).where(*mine, owed.c.done_at.is_(None)).values(done_at=at))


def owe_anew(pen: Pen, row: Any, owes: Owes) -> None:
    """What a case owes of which nothing was done yet, now that it is known what it is about."""
    steps = owed_steps(owes, Channel(row.channel), Level(row.level), reachable=row.party_id is not None)
    grades = {each.step: each.grade for each in steps}
    for step in Step:
        mine = (owed.c.case_id == row.id, owed.c.attempt == row.attempt, owed.c.step == str(step))
        grade = grades.get(step)
        values = {"is_owed": step in grades, "grade": str(grade) if grade else None}
        pen.conn.execute(sa.update(owed).where(*mine, owed.c.done_at.is_(None)).values(values))
