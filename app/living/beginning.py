"""Where living begins and ends: on fresh ground, some days back; with everything settled, at now."""

from datetime import datetime

import sqlalchemy as sa

from app.living.town import Ground
from app.proof.checkpoints import Checkpoints
from app.trouble import trouble
from app.wiring import House
from cases.models import cases, event
from dispatch.district import Role
from dispatch.due import moments
from dispatch.models import outbox
from dispatch.people.parties import number_of
from dispatch.people.roster import DESK_CODE, desk_id
from dispatch.reads.overdue import overdue
from dispatch.transaction import Tx

# Whose deeds a sample needs.
_NEEDED = (Role.DISPATCHER, Role.SUPERVISOR, Role.LEADER, Role.CALLER_BACK, Role.AGENT, Role.GRID_WORKER)


def begin(house: House, office: str, first: datetime) -> Ground:
    """Set the clock back; what the town stands on. Raises Trouble where something happened here already, where an
    earlier sample was broken off, or where the district is not one that people can live in."""
    folder = str(house.folder.root)
    with house.door.transaction(office) as tx:
        if moments.is_behind(tx):
            raise trouble("app.demo.broken_off", folder=folder)
        if not _inhabited(tx):
            raise trouble("app.demo.no_sample", folder=folder)
        ground = Ground(tx.district, tx.calendar, _numbers(tx))
        try:
            moments.set_back(tx, first)
        except moments.NotFresh:
            raise trouble("app.demo.not_fresh", folder=folder) from None
    return ground


def end(house: House, office: str) -> dict[str, int]:
    """The clock shows the real moment: from here on the processes act. What happened is signed; how much it was."""
    with house.door.transaction(office) as tx:
        counts = {"cases": _count(tx, cases), "events": _count(tx, event), "messages": _count(tx, outbox)}
        counts["late"] = len(overdue(tx))
        moments.catch_up(tx)
    Checkpoints(house).write()
    return counts


def _count(tx: Tx, table: sa.Table) -> int:
    mine = sa.select(sa.func.count()).select_from(table).where(table.c.office_id == tx.office_id)
    counted: int = tx.conn.execute(mine).scalar_one()
    return counted


def _inhabited(tx: Tx) -> bool:
    district = tx.district
    roles = {worker.role for worker in district.workers if worker.id in tx.staff.people}
    return bool(district.estates and district.roads) and roles.issuperset(_NEEDED)


def _numbers(tx: Tx) -> dict[str, str]:
    """The telephone numbers of the staff, by code."""
    codes = {desk_id(tx.office_id): DESK_CODE, **{worker.id: worker.code for worker in tx.district.workers}}
    return {codes[id_]: number_of(tx, known.party_id) for id_, known in tx.staff.people.items() if id_ in codes}
