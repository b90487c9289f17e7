"""Telling the desks of an office: dispatchers of a return, supervisors of what only they decide."""

from collections.abc import Collection, Sequence
from uuid import UUID

from cases.loop.deeds import Standing
from cases.phrases import msg
from cases.steps import URGENT, Level
from dispatch.district import Role
from dispatch.duty.reach import on_shift, stopped_staff
from dispatch.duty.telling import tell_staff
from dispatch.orders import place_for_others
from dispatch.people.roster import desk_id
from dispatch.transaction import Tx

DISPATCHERS: Sequence[Role] = (Role.DISPATCHER, Role.DUTY)
SUPERVISORS: Sequence[Role] = (Role.SUPERVISOR, Role.LEADER)


def tell(tx: Tx, roles: Sequence[Role], case: Standing, text: str, but: Collection[UUID] = ()) -> None:
    """A text about a case to somebody of these roles: who is there now before who is not, else the duty desk; `but` are
    those whom it does not concern."""
    words = msg(
        text, number=case.row.number, category=tx.policy.category(case.row.category).name,
        place=place_for_others(tx, case.row),
    )  # fmt: skip
    tell_staff(
        tx, _somebody(tx, (roles, but), case.level), words, purpose=text.rsplit(".", 1)[-1], case_id=case.id,
        level=case.level,
    )  # fmt: skip


def _somebody(tx: Tx, whom: tuple[Sequence[Role], Collection[UUID]], level: Level) -> UUID:
    """The first of these roles who is not on leave and takes texts. What presses waits for nobody's shift."""
    roles, but = whom
    office, gone = tx.district.units[0].code, {*stopped_staff(tx), *but}
    fit = [
        worker.id for role in roles for worker in tx.district.workers_of(office)
        if worker.role is role and worker.id in tx.staff.people
        and worker.code not in tx.absent and worker.id not in gone
    ]  # fmt: skip
    here = {worker.id for worker in tx.district.workers_of(office) if on_shift(tx, worker.code)}
    later = fit if level not in URGENT else []
    return next(iter([*(id_ for id_ in fit if id_ in here), *later]), desk_id(tx.office_id))
