"""Who is there: on duty by the table, or because the office is at work, and not on leave."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases.models import party
from cases.phrases import Name
from dispatch.choice import NOTHING_KNOWN, Judged, Picked, Scene, Wanted, Why, people_of, pick
from dispatch.coi import record
from dispatch.district import DutyRow, Role, Unit, Worker
from dispatch.district.beside import Team
from dispatch.duty import rota
from dispatch.duty.burdens import About, look
from dispatch.models import staff
from dispatch.people.roster import DESK_CODE, desk_id
from dispatch.policy import Destination, Outcome
from dispatch.transaction import Tx

LOOK_AHEAD = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who can take a case over. `worker` None: the duty desk, whose staff id it is. `judged` are those who
    came into question, and why they have it or not."""

    unit: Unit
    staff_id: UUID
    worker: Worker | None
    judged: tuple[Judged, ...] = ()


@dataclass(frozen=True, slots=True)
class Presence:
    """Somebody who is there, or away, and until when."""

    worker: Worker
    until: datetime


@dataclass(frozen=True, slots=True)
class UnitDuty:
    """A unit at this moment: who is there by the duty table, by the office's hours, and who is on leave.

    `stands_in` is who takes what is urgent where nobody of the unit is there: a unit above, or the duty desk.
    """

    unit: Unit
    on_duty: tuple[Presence, ...]
    at_work: tuple[Presence, ...]
    away: tuple[Presence, ...]
    stands_in: Name | None


def on_shift(tx: Tx, code: str) -> bool:
    """Whether a person is there now, on duty or in the office's hours. The duty desk always is."""
    return code == DESK_CODE or reachable_at(tx, code) == tx.now


def in_hours(tx: Tx, code: str) -> bool:
    """As `on_shift`, and the pause at noon ends nobody's shift."""
    if on_shift(tx, code):
        return True
    windows = tx.calendar.windows_on(tx.calendar.local_day(tx.now))
    return bool(windows) and windows[0][0] <= tx.now < windows[-1][1] and code not in tx.absent


def reachable_at(tx: Tx, code: str) -> datetime:
    """When a person is next there: now, or when their duty or the office's hours begin, after their leave.

    Nobody is waited for longer than LOOK_AHEAD. Asks the database nothing.
    """
    at, last = tx.now, tx.now + LOOK_AHEAD
    if code == DESK_CODE:
        return at
    rows = tuple(row for row in tx.district.duty if row.worker == code)
    while at < last:
        back = away_until(tx, code, at)
        if back is not None:
            at = back
        elif rota.until(rows, at, tx.zone) is not None or tx.calendar.is_working_moment(at):
            return at
        else:
            opens = tx.calendar.next_working_moment(at)
            at = min(rota.next_start(rows, at, tx.zone) or opens, opens)
    return last


def away_until(tx: Tx, code: str, at: datetime) -> datetime | None:
    """When the leave ends that a person is on at that moment; None where they are on none."""
    return max((end for start, end in tx.absences.get(code, ()) if start <= at < end), default=None)


def upwards(tx: Tx, unit_code: str) -> Iterator[Unit]:
    """A unit and those above it, up to the office."""
    unit = tx.district.unit(unit_code)
    above = (tx.district.unit(code) for code in reversed(unit.path)) if unit else ()
    yield from (each for each in above if each is not None)


_STOPPED = (
    sa.select(staff.c.id)
    .join(party, party.c.id == staff.c.party_id)
    .where(staff.c.office_id == sa.bindparam("office_id"), party.c.stopped_at.is_not(None))
)


def stopped_staff(tx: Tx) -> frozenset[UUID]:
    """The staff ids of those who stopped texts."""
    return tx.remembered(_stopped)


def _stopped(tx: Tx) -> frozenset[UUID]:
    return frozenset(tx.conn.execute(_STOPPED, {"office_id": tx.office_id}).scalars())


def next_eligible(  # noqa: PLR0913 - of which unit, whom not, whether it presses, whose role, and for which case
    tx: Tx, unit_code: str, exclude: Collection[UUID], *, urgent: bool, role: Role | None = None, case: Any = None
) -> Candidate | None:
    """Who can take a case of that unit: of the unit, else of those above it, at last the duty desk.

    `exclude` are staff ids; `case` is the row of the case, where it is one: what is known of everybody then counts.
    What is urgent goes to who is there now, the duty table first; those who stopped texts come last, since they can
    be rung. What is not goes to anybody who is not on leave and takes texts, best to one of the same `role`. None
    where even the desk is excluded.
    """
    accusation = record.of(tx, case.id) if case is not None else None
    if accusation is not None:  # only who stands above all whom it names
        unit, worker = record.holder(tx, accusation.codes, {*exclude, *stopped_staff(tx)}, urgent=urgent)
        return Candidate(unit, worker.id, worker) if worker is not None else None
    units = tuple(upwards(tx, unit_code))
    wanted = _at(tx, case, Wanted(urgent=urgent, role=role, staff_too=True))
    scene = _scene(tx, units, (wanted, case), exclude)
    judged: list[Judged] = []
    teams = teams_of(tx, case)
    for asked in (wanted, replace(wanted, skill=None)) if wanted.skill else (wanted,):
        judged.clear()
        for unit in units:
            for each in (*_in_team(teams, unit, asked), asked):
                picked = pick(unit, each, scene)
                judged += picked.judged
                if picked.worker is not None:
                    return Candidate(unit, picked.worker.id, picked.worker, tuple(judged))
    desk = desk_id(tx.office_id)
    return None if desk in exclude else Candidate(tx.district.duty_desk.unit, desk, None, tuple(judged))


def receiver(tx: Tx, unit: Unit, case: Any, *, urgent: bool) -> Picked:
    """Who of a unit takes a case that it is given by hand: best whoever is on duty, for what is urgent only somebody
    who is there now. Nobody where nobody can."""
    wanted = _at(tx, case, Wanted(urgent=urgent, table_first=True, staff_too=True))
    wanted = replace(wanted, skill=None)  # whoever names a unit takes its people as they are
    accusation = record.of(tx, case.id)
    return pick(unit, wanted, _scene(tx, (unit,), (wanted, case), accusation.barred if accusation else ()))


def _at(tx: Tx, case: Any, wanted: Wanted) -> Wanted:
    """With the place of the case: its grid, and the courtyard whose worker has that; and the skill that its row of the
    rules asks for."""
    if case is None:
        return wanted
    grid = tx.district.grid(case.grid)
    own = tx.district.worker(grid.worker) if grid else None
    outcome = _outcome(tx, case)
    skill = outcome.skill if outcome else None
    return replace(wanted, skill=skill, grid=grid.code if grid else None, courtyard=own.unit if own else None)


def _outcome(tx: Tx, case: Any) -> Outcome | None:
    """What the row of the rules decided that sent the case; None where a person did, or the default."""
    rules = tx.policy_at(case.policy_version).rules
    return next((rule.outcome for rule in rules if rule.id == case.rule), None)


def _in_team(teams: Sequence[Team], unit: Unit, wanted: Wanted) -> Iterator[Wanted]:
    """Where the rules sent a case to a patrol team, its unit's teams go before the unit: first that of whoever has it,
    then others on whose beat it is. Who is out now goes before who is not."""
    for team in teams:
        if team.unit == unit.code:
            yield replace(wanted, team=team.code, table_first=True)


def teams_of(tx: Tx, case: Any) -> tuple[Team, ...]:
    """The patrol teams whose case it may be; none where the rules did not send it to a patrol."""
    outcome = _outcome(tx, case) if case is not None else None
    if outcome is None or outcome.to is not Destination.PATROL:
        return ()
    holder = next((worker.code for worker in tx.district.workers if worker.id == case.worker_id), None)
    teams = tx.district.beside.teams
    own = [team for team in teams if holder in team.members]
    beat = {case.grid} if case.grid else {grid for team in own for grid in team.grids}
    others = [team for team in teams if team not in own and not beat.isdisjoint(team.grids)]
    return (*own, *others)


def _scene(tx: Tx, units: Sequence[Unit], of: tuple[Wanted, Any], exclude: Collection[UUID]) -> Scene:
    """The office now, for a choice among the people of these units."""
    wanted, case = of
    stopped = stopped_staff(tx)
    scene = Scene(
        tx.district, tx.now.astimezone(tx.zone), tx.calendar.is_working_moment(tx.now), terms=tx.policy.choosing
    )
    teams = teams_of(tx, case)
    asked = [(unit, each) for unit in units for each in (*_in_team(teams, unit, wanted), wanted)]
    people = {worker.id: worker for unit, each in asked for worker in people_of(unit, each, scene)}
    barred = {worker.code: why for worker in people.values() if (why := _barred(tx, worker, exclude)) is not None}
    gone = frozenset(worker.code for worker in people.values() if worker.id in stopped)
    about = None if case is None else About(case.party_id, case.estate, case.building, case.id)
    known = look(tx, people, about) if about and people else NOTHING_KNOWN
    return replace(scene, barred=barred, stopped=gone, known=known)


def _barred(tx: Tx, worker: Worker, exclude: Collection[UUID]) -> Why | None:
    if worker.id in exclude:
        return Why.BEFORE
    if worker.id not in tx.staff.people:
        return Why.NO_NUMBER
    return Why.AWAY if worker.code in tx.absent else None


def on_duty(tx: Tx, unit: Unit) -> tuple[Worker, ...]:
    """Who is on duty for a unit by the duty table, without those on leave."""
    table = tx.district.on_duty(unit.code, tx.now.astimezone(tx.zone))
    return tuple(worker for worker in table if worker.code not in tx.absent)


def who_is_on(tx: Tx) -> list[UnitDuty]:
    """Every unit of the office at this moment, from the office downwards."""
    return [_unit_duty(tx, unit) for unit in tx.district.units]


def _unit_duty(tx: Tx, unit: Unit) -> UnitDuty:
    table = on_duty(tx, unit)
    here = tx.district.workers_of(unit.code)
    at_work = [w for w in here if w not in table and w.code not in tx.absent and on_shift(tx, w.code)]
    away = [(worker, away_until(tx, worker.code, tx.now)) for worker in here]
    return UnitDuty(
        unit,
        tuple(Presence(worker, _duty_ends(tx, unit, worker)) for worker in table),
        tuple(Presence(worker, _work_ends(tx, worker)) for worker in at_work),
        tuple(Presence(worker, back) for worker, back in away if back is not None),
        None if table or at_work else _stand_in(tx, unit),
    )


def _duty_ends(tx: Tx, unit: Unit, worker: Worker) -> datetime:
    return rota.until(_rows(tx, worker, unit), tx.now, tx.zone) or tx.now


def _work_ends(tx: Tx, worker: Worker) -> datetime:
    """The end of their duty elsewhere, or the closing time of the office's day."""
    windows = tx.calendar.windows_on(tx.calendar.local_day(tx.now))
    return rota.until(_rows(tx, worker, None), tx.now, tx.zone) or windows[-1][1]


def _rows(tx: Tx, worker: Worker, unit: Unit | None) -> tuple[DutyRow, ...]:
    mine = (row for row in tx.district.duty if row.worker == worker.code)
    return tuple(row for row in mine if unit is None or row.unit == unit.code)


def _stand_in(tx: Tx, unit: Unit) -> Name:
    """Who takes what is urgent for a unit where nobody is."""
    found = next_eligible(tx, unit.code, (), urgent=True)
    return found.unit.name if found and found.worker else tx.district.duty_desk.name
