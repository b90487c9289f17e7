"""The policy and the district in force, kept in memory and read again only when their version changed."""

import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

import shapely  # noqa: F401 - the district's map is read with it: it must be there before the first report comes
import sqlalchemy as sa
from sqlalchemy import Connection

from cases.clock.happened import Calendars
from cases.models import party
from dispatch.calendar import versions
from dispatch.calendar.table import DayTable, of_policy
from dispatch.district import District, Unit, parse_district
from dispatch.matters.learnt.file import BadModel, of_bytes
from dispatch.matters.learnt.model import Model
from dispatch.models import district_version, matter_model, policy_version, staff
from dispatch.policy import Policy, parse
from dispatch.rules import RuleTable, compile_rules

_log = logging.getLogger(__name__)

# The numbers of the newest policy, of the office's district and of its calendar.
InForce = tuple[int | None, int | None, int | None]


class NothingInForce(LookupError):
    """No policy, or no district of the office, was imported yet: `hotline release` does it."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a text to a member of staff goes: the party that has the number, and its language."""

    party_id: UUID
    lang: str


@dataclass(frozen=True, slots=True)
class Staff:
    """How to reach people, by person and by unit; those without a number are not in it."""

    people: Mapping[UUID, Reach]
    units: Mapping[UUID, Reach]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a transaction decides by."""

    policy_number: int
    policy: Policy
    rules: RuleTable
    days: DayTable
    hours: Calendars
    district: District
    staff: Staff


class Snapshots:
    """One process's memory of versions. Versions never change, so what was read stays true."""

    def __init__(self) -> None:
        self._policies: dict[int, tuple[Policy, RuleTable]] = {}
        self._districts: dict[tuple[UUID, int], District] = {}
        self._snapshots: dict[tuple[UUID, int, int, int | None], Snapshot] = {}
        self._learnt: dict[UUID, tuple[int, Model | None]] = {}

    def load(self, conn: Connection, office: UUID, in_force: InForce) -> Snapshot:
        """The snapshot of these versions. Raises NothingInForce."""
        policy, district, calendar = in_force
        if policy is None or district is None:
            raise NothingInForce("no policy or no district is in force: run `hotline release`")
        key = (office, policy, district, calendar)
        if key not in self._snapshots:
            read, rules = self._policy(conn, policy)
            picture = self._district(conn, office, district)
            self._snapshots = {k: v for k, v in self._snapshots.items() if k[0] != office}
            # Between the migration and the first import the calendar is the policy's.
            days = of_policy(read) if calendar is None else versions.read(conn, office, calendar)
            hours = Calendars(days.calendar, {each.code: days.calendar_of(each.path) for each in _own(days, picture)})
            self._snapshots[key] = Snapshot(policy, read, rules, days, hours, picture, _staff(conn, office))
        return self._snapshots[key]

    def learnt(self, conn: Connection, office: UUID, number: int | None) -> Model | None:
        """The office's own model of this number. None without a number, and where it cannot be used: that is logged
        once, and what is shipped goes on."""
        if number is None:
            return None
        kept = self._learnt.get(office)
        if kept is None or kept[0] != number:
            self._learnt[office] = kept = (number, _model(conn, office, number))
        return kept[1]

    def policy(self, conn: Connection, number: int) -> Policy:
        """The policy of a version, in force or not."""
        return self._policy(conn, number)[0]

    def _policy(self, conn: Connection, number: int) -> tuple[Policy, RuleTable]:
        if number not in self._policies:
            row = conn.execute(sa.select(policy_version.c.body).where(policy_version.c.number == number)).one()
            policy = parse(json.loads(row.body))
            self._policies[number] = (policy, compile_rules(policy))
        return self._policies[number]

    def _district(self, conn: Connection, office: UUID, number: int) -> District:
        key = (office, number)
        if key not in self._districts:
            body = conn.execute(
                sa.select(district_version.c.body).where(district_version.c.number == number)
            ).scalar_one()
            self._districts[key] = parse_district(json.loads(body))
        return self._districts[key]


def _model(conn: Connection, office: UUID, number: int) -> Model | None:
    mine = sa.and_(matter_model.c.office_id == office, matter_model.c.number == number)
    try:
        return of_bytes(conn.execute(sa.select(matter_model.c.body).where(mine)).scalar() or b"")
    except BadModel as bad:
        _log.warning("matter_model_refused: number %s, %s", number, bad.why.id)
        return None


def _own(days: DayTable, district: District) -> Iterator[Unit]:
    """The units whose hours are not the office's."""
    named = {*days.unit_windows, *(each.unit for each in days.closings)}
    return (unit for unit in district.units if not named.isdisjoint(unit.path))


def _staff(conn: Connection, office: UUID) -> Staff:
    rows = conn.execute(
        sa.select(staff.c.id, staff.c.unit_id, party.c.id.label("party_id"), party.c.lang)
        .join(party, party.c.id == staff.c.party_id)
        .where(staff.c.office_id == office, staff.c.active)
        .order_by(staff.c.code)
    ).all()
    units: dict[UUID, Reach] = {}
    for row in rows:
        units.setdefault(row.unit_id, Reach(row.party_id, row.lang))
    return Staff({row.id: Reach(row.party_id, row.lang) for row in rows}, units)
