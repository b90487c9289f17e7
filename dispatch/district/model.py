"""The district as one frozen picture: who stands under whom, who is where, who is on duty when.

Holds no telephone numbers: those are in the vault.
"""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from uuid import UUID

from cases.phrases import ZH, Message, Name, msg
from dispatch.district.beside.model import Beside, Team

SPOKEN = (ZH,)  # what everybody speaks of whom nothing else is said


class UnitKind(StrEnum):
    """The three floors of the network."""

    OFFICE = "office"
    COMMITTEE = "committee"
    COURTYARD = "courtyard"

    @property
    def label(self) -> Message:
        """The floor in words."""
        return msg(f"dispatch.unit_kind.{self.value}")


class Role(StrEnum):
    """What a person does for the office."""

    GRID_WORKER = "grid_worker"
    COURTYARD_MEMBER = "courtyard_member"
    LIAISON = "liaison"
    COMMITTEE_HEAD = "committee_head"
    DUTY = "duty"
    DISPATCHER = "dispatcher"
    AGENT = "agent"
    CITY_TEAM = "city_team"
    AID_DESK = "aid_desk"
    CULTURE_DESK = "culture_desk"
    VERIFIER = "verifier"
    CALLER_BACK = "caller_back"
    SUPERVISOR = "supervisor"
    LEADER = "leader"

    @property
    def label(self) -> Message:
        """The role in words."""
        return msg(f"dispatch.role.{self.value}")


# Who goes out for whatever there is. Others keep their desk, or must stay impartial: they verify, ask and decide.
URGENT_ROLES = (Role.DUTY, Role.GRID_WORKER, Role.COURTYARD_MEMBER, Role.LIAISON, Role.COMMITTEE_HEAD)
FIELD_ROLES = (Role.GRID_WORKER, Role.COURTYARD_MEMBER, Role.LIAISON, Role.COMMITTEE_HEAD, Role.DUTY)


@dataclass(frozen=True, slots=True)
class Unit:
    """An office, committee or courtyard. `path` has the codes from the office down to this unit."""

    id: UUID
    code: str
    parent: str | None
    kind: UnitKind
    name: Name
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Building:
    """A building of an estate, its entrances (单元), and who answers for it."""

    number: str
    units: tuple[str, ...]
    courtyard: str
    grid: str | None


@dataclass(frozen=True, slots=True)
class Estate:
    """A housing estate (小区) under the names that people use for it."""

    name: Name
    aliases: tuple[str, ...]
    buildings: tuple[Building, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """House numbers of a road, first and last included, and who answers for them."""

    first: int
    last: int
    committee: str
    courtyard: str | None
    grid: str | None


@dataclass(frozen=True, slots=True)
class Road:
    """A road under the names that people use for it."""

    name: Name
    aliases: tuple[str, ...]
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A grid of a committee: its ground in WGS 84, and its worker. Of each of its polygons, the largest first, `ground`
    has the outer ring of (longitude, latitude) corners, then its holes."""

    code: str
    committee: str
    ground: tuple[tuple[tuple[tuple[float, float], ...], ...], ...]
    worker: str | None

    @property
    def polygon(self) -> tuple[tuple[float, float], ...]:
        """The outer ring of its largest part; empty where its ground is not drawn."""
        return self.ground[0][0] if self.ground else ()


@dataclass(frozen=True, slots=True)
class Worker:
    """A person who acts for a unit. `skills` are words of the office's own, `languages` codes of those that they speak;
    `capacity` is how many cases they can have in hand, None as the policy says."""

    id: UUID
    code: str
    unit: str
    name: Name
    role: Role
    grids: tuple[str, ...]
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = SPOKEN
    capacity: int | None = None


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One line of the duty table. Local time; `ends` at or before `starts` means the next day."""

    unit: str
    weekday: int
    starts: time
    ends: time
    worker: str

    def covers(self, moment: datetime) -> bool:
        """Whether the row holds at a local moment."""
        at, today = moment.time(), moment.weekday()
        if self.starts < self.ends:
            return today == self.weekday and self.starts <= at < self.ends
        yesterday = (moment - timedelta(days=1)).weekday()
        return (today == self.weekday and at >= self.starts) or (yesterday == self.weekday and at < self.ends)


@dataclass(frozen=True, slots=True)
class DutyDesk:
    """The last door of the office: there always is one, and it has a name."""

    unit: Unit
    name: Name


# No slots: the indexes below are made once, at first use. Compared as an object: a picture is never rebuilt.
@dataclass(frozen=True, eq=False)
class District:
    """The whole picture. Asking for a code that does not exist gives None, never an error."""

    units: tuple[Unit, ...]
    estates: tuple[Estate, ...]
    roads: tuple[Road, ...]
    grids: tuple[Grid, ...]
    workers: tuple[Worker, ...]
    duty: tuple[DutyRow, ...]
    duty_desk: DutyDesk
    beside: Beside = field(default_factory=Beside)

    def unit(self, code: str | None) -> Unit | None:
        """The unit of a code."""
        return self._units.get(code or "")

    def worker(self, code: str | None) -> Worker | None:
        """The worker of a code."""
        return self._workers.get(code or "")

    def grid(self, code: str | None) -> Grid | None:
        """The grid of a code."""
        return self._grids.get(code or "")

    @cached_property
    def skills(self) -> frozenset[str]:
        """Every skill that somebody has."""
        return frozenset(skill for worker in self.workers for skill in worker.skills)

    def committee_of(self, code: str | None) -> str | None:
        """The committee that a courtyard stands under, or the committee itself."""
        unit = self.unit(code)
        if unit is None or unit.kind is UnitKind.OFFICE:
            return None
        return unit.code if unit.kind is UnitKind.COMMITTEE else unit.parent

    def workers_of(self, unit: str) -> tuple[Worker, ...]:
        """The workers of exactly this unit, in the order of the list."""
        return tuple(worker for worker in self.workers if worker.unit == unit)

    def on_duty(self, unit: str, now_local: datetime) -> tuple[Worker, ...]:
        """Who is on duty for a unit at a local moment, in the order of the duty table."""
        rows = (row for row in self._duty.get(unit, ()) if row.covers(now_local))
        found = (self.worker(row.worker) for row in rows)
        return tuple(worker for worker in found if worker is not None)

    def on_patrol(self, team: Team, now_local: datetime) -> tuple[Worker, ...]:
        """Who of a team is on duty by its rota; of one without a rota, who is on duty anywhere."""
        if team.code in self._duty:
            return tuple(each for each in self.on_duty(team.code, now_local) if each.code in team.members)
        found = (self.worker(code) for code in team.members if self.is_on_duty(code, now_local))
        return tuple(worker for worker in found if worker is not None)

    def patrols(self, grid: str | None, committee: str | None) -> tuple[Team, ...]:
        """The teams on whose beat a place is; of a place whose grid is not known, those of its committee's grids."""
        here = {grid} if grid else {each.code for each in self.grids if committee and each.committee == committee}
        return tuple(team for team in self.beside.teams if not here.isdisjoint(team.grids))

    def is_on_duty(self, worker: str, now_local: datetime) -> bool:
        """Whether somebody is on duty for any unit at a local moment."""
        return any(row.covers(now_local) for row in self._shifts.get(worker, ()))

    @cached_property
    def _shifts(self) -> dict[str, list[DutyRow]]:
        table: dict[str, list[DutyRow]] = {}
        for row in self.duty:
            table.setdefault(row.worker, []).append(row)
        return table

    def middle(self, grid: str | None) -> tuple[float, float] | None:
        """The middle of a grid's ground (longitude, latitude); None where it is not drawn."""
        return self._middles.get(grid or "")

    @cached_property
    def _middles(self) -> dict[str, tuple[float, float]]:
        return {grid.code: _middle(grid.polygon) for grid in self.grids if grid.polygon}

    def ground_of(self, grid: str | None, courtyard: str | None, committee: str | None) -> tuple[float, float] | None:
        """Where a place is, as near as is known: the middle of its grid, else of the grids of its courtyard's workers,
        else of its committee's; None where nothing of it is drawn."""
        if grid in self._middles:
            return self.middle(grid)
        own = (code for worker in self.workers_of(courtyard or "") for code in worker.grids)
        wide = (each.code for each in self.grids if committee and each.committee == committee)
        for codes in (own, wide):
            points = [self._middles[code] for code in codes if code in self._middles]
            if points:
                return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)
        return None

    @cached_property
    def _units(self) -> dict[str, Unit]:
        return {unit.code: unit for unit in self.units}

    @cached_property
    def _workers(self) -> dict[str, Worker]:
        return {worker.code: worker for worker in self.workers}

    @cached_property
    def _grids(self) -> dict[str, Grid]:
        return {grid.code: grid for grid in self.grids}

    @cached_property
    def _duty(self) -> dict[str, list[DutyRow]]:
        table: dict[str, list[DutyRow]] = {}
        for row in self.duty:
            table.setdefault(row.unit, []).append(row)
        return table


def _middle(ring: tuple[tuple[float, float], ...]) -> tuple[float, float]:
    """The middle of the box around a ring: near enough to tell who is near."""
    east, north = [point[0] for point in ring], [point[1] for point in ring]
    return (min(east) + max(east)) / 2, (min(north) + max(north)) / 2
