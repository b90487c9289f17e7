"""Groups: many callers at once are one L1 matter with one master case, of which the leaders hear and few see the words.
The slow kind, a collective matter, is shown to the supervisor and alarms nobody."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases import history
from cases.life.models import side
from cases.life.sides import Flag, Side
from cases.loop.deeds import Standing, standing
from cases.models import cases
from cases.phrases import ZH, msg
from cases.report import Channel
from cases.steps import Level
from dispatch import desk
from dispatch.district import Role
from dispatch.duty.telling import person, tell_staff
from dispatch.orders import place_of
from dispatch.people.roster import desk_id
from dispatch.places import Place, shown
from dispatch.reports import Correction, Report
from dispatch.same import likening
from dispatch.same.judging import Judged
from dispatch.same.linking import hold
from dispatch.side import rows
from dispatch.side.flagging import flagged
from dispatch.side.rows import Line
from dispatch.transaction import Tx

LEADERS = (Role.LEADER, Role.SUPERVISOR)


def master(tx: Tx, row: Any, found: Judged) -> UUID:
    """The one case of a group: the one that has it already, else one at L1, else a new one. Flagged, confidential, and
    the leaders told. `row` is the case that made it a group."""
    lead = standing(tx, found.lead or row.id)
    if flagged(tx, lead, Flag.GROUP) is not None:
        _count(tx, lead, found)
        return lead.id
    if lead.level is not Level.L1:
        lead = standing(tx, _opened(tx, lead, found))
    hold(tx, lead.id)
    lead = standing(tx, lead.id)
    _flag(tx, lead, Flag.GROUP, found.callers)
    if not lead.row.confidential:
        tx.conn.execute(sa.update(cases).where(cases.c.id == lead.id).values(confidential=True))
        rows.write(tx, lead, Line("confided", history.SYSTEM))
    _tell(tx, lead, found)
    return lead.id


def collect(tx: Tx, lead_id: UUID, callers: int) -> None:
    """Mark a case as a collective matter; nobody is alarmed."""
    hold(tx, lead_id)
    lead = standing(tx, lead_id)
    on = flagged(tx, lead, Flag.COLLECTIVE)
    if on is None:
        _flag(tx, lead, Flag.COLLECTIVE, callers)
    elif (on.times or 0) < callers:
        rows.change(tx, on, times=callers)


def _count(tx: Tx, lead: Standing, found: Judged) -> None:
    on = flagged(tx, lead, Flag.GROUP)
    if on is not None and (on.times or 0) < found.callers:
        rows.change(tx, on, times=found.callers)


def _flag(tx: Tx, case: Standing, flag: Flag, callers: int) -> None:
    tx.put(
        side, id=tx.new_id(), office_id=tx.office_id, case_id=case.id, attempt=case.attempt, kind=str(Side.FLAG),
        code=str(flag), times=callers, opened_by=history.SYSTEM, opened_at=tx.now,
    )  # fmt: skip
    rows.write(tx, case, Line("flagged", history.SYSTEM, facts={"flag": str(flag), "people": callers}))


def _opened(tx: Tx, lead: Standing, found: Judged) -> UUID:
    """A case for all of them, at L1: their own go on until a person merges them into it."""
    category = tx.policy.category(lead.row.category)
    place = Place(estate=lead.row.estate, road=lead.row.road)
    known = place if place.estate or place.road else None
    words = msg(
        "same.group.report", place=shown(known, tx.district) if known else "", callers=found.callers,
        category=category.name, first=lead.row.summary,
    )  # fmt: skip
    as_one = Correction(category.code, str(Level.L1))
    report = Report(Channel.MACHINE, None, tx.say(words, ZH), tx.now, actor=history.SYSTEM, corrected=as_one)
    taken = desk.take_report(tx, report)
    likening.leads(tx, taken.case_id, lead.id)
    return taken.case_id


def _tell(tx: Tx, case: Standing, found: Judged) -> None:
    """Every leader and supervisor of the office at once; where there is none, the duty desk."""
    people = [worker.id for worker in tx.district.workers_of(tx.office.code) if worker.role in LEADERS]
    words = msg(
        "same.text.group", number=case.row.number, category=tx.policy.category(case.row.category).name,
        place=place_of(tx, case.row), callers=found.callers,
    )  # fmt: skip
    for id_ in [each for each in people if person(tx, each)] or [desk_id(tx.office_id)]:
        tell_staff(tx, id_, words, purpose="group", level=Level.L1, case_id=case.id)
