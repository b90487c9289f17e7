"""Who acts: from a verdict and a place to one unit and, where somebody is there, one person.

The way leads from the place upwards (courtyard, committee, office) and always ends at the duty desk. Who of a unit it
is, is chosen by `dispatch.choice`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

from cases.phrases import Message, msg
from cases.steps import URGENT
from dispatch.choice import NOTHING_KNOWN, Background, Choosing, Judged, Scene, Wanted, Why, is_out, people_of, pick
from dispatch.district.model import District, Role, Unit, UnitKind, Worker
from dispatch.places.model import Place
from dispatch.policy.model import Destination
from dispatch.rules import Verdict

_BY_PLACE = (Destination.GRID_WORKER, Destination.COURTYARD)
_KEPT = 12  # of those who came into question so many are kept: nearer units first


@dataclass(frozen=True, slots=True)
class Choice:
    """The unit that holds the matter and the person who goes.

    `worker` is None only where the duty desk itself has nobody. `tries` has the codes of the units that
    were asked, the chosen one last. `judged` are those who came into question, and why they have it or not.
    """

    unit: Unit
    worker: Worker | None
    tries: tuple[str, ...]
    reasons: tuple[Message, ...]
    judged: tuple[Judged, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it was so even that knowing more of the building could have changed it."""
        return any(each.why in _AFTER_CALLER for each in self.judged)


@dataclass(frozen=True, slots=True)
class Around:
    """What else a choice rests on: who is not there (codes) and why, whether the office is at work, the policy's
    numbers, what is known of people, and which skill and language are asked for."""

    barred: Mapping[str, Why] = field(default_factory=lambda: MappingProxyType({}))
    at_work: bool = False
    terms: Choosing = field(default_factory=Choosing)
    known: Background = NOTHING_KNOWN
    skill: str | None = None
    language: str | None = None


_NOTHING = Around()
# Reasons that would not have decided if it were known who handled the same building before.
_AFTER_CALLER = (Why.ELSEWHERE, Why.FAR, Why.LOAD, Why.LATELY, Why.ORDER)


def choose(
    verdict: Verdict, place: Place | None, district: District, now_local: datetime, around: Around = _NOTHING
) -> Choice:
    """The unit and person for a matter. Always exactly one unit.

    L1 and L2 need somebody who is on duty at `now_local`; otherwise the matter is kept whatever the hour. Where nobody
    on the way has the skill that is asked for, it goes to somebody without.
    """
    scene = Scene(district, now_local, around.at_work, around.barred, terms=around.terms, known=around.known)
    wanted = _wanted(verdict, place, around)
    reasons = _passed_over(verdict, place, scene)
    found = _searched(verdict, place, (wanted, scene), reasons)
    if found.worker is None and wanted.skill:
        reasons = [*_passed_over(verdict, place, scene), msg("choice.reason.no_skill", skill=wanted.skill)]
        found = _searched(verdict, place, (replace(wanted, skill=None), scene), reasons)
    return found if found.worker is not None else _desk(scene, found)


def in_question(verdict: Verdict, place: Place | None, district: District, now_local: datetime) -> tuple[Worker, ...]:
    """Everybody who may come into question on the way, the nearest units first."""
    wanted, scene = _wanted(verdict, place, _NOTHING), Scene(district, now_local)
    stops = _stops(verdict, place, (wanted, scene), [])
    found = {worker.code: worker for unit, asked in stops for worker in people_of(unit, asked, scene)}
    return tuple(found.values())


def _wanted(verdict: Verdict, place: Place | None, around: Around) -> Wanted:
    here = place or Place()
    return Wanted(
        urgent=verdict.level in URGENT, role=verdict.outcome.role, skill=around.skill, language=around.language,
        grid=here.grid, courtyard=here.courtyard,
    )  # fmt: skip


def _searched(verdict: Verdict, place: Place | None, of: tuple[Wanted, Scene], reasons: list[Message]) -> Choice:
    """The first unit on the way that has somebody; without a worker where none has. `reasons` grow on the way."""
    scene = of[1]
    asked: dict[tuple[str, str | None], None] = {}
    judged: list[Judged] = []
    if verdict.outcome.to is not Destination.DUTY_DESK or verdict.outcome.unit:
        for unit, wanted in _stops(verdict, place, of, reasons):
            if (unit.code, wanted.team) in asked:
                continue
            asked[unit.code, wanted.team] = None
            picked = pick(unit, wanted, scene)
            judged += picked.judged
            if picked.worker:
                why = _why(unit, picked.worker, wanted, scene.district)
                tries = dict.fromkeys(code for code, _ in asked if code != unit.code)
                return Choice(unit, picked.worker, (*tries, unit.code), (*reasons, why), _kept(judged))
            team = scene.district.beside.team(wanted.team)
            reasons.append(msg("dispatch.route.nobody", unit=team.name if team else unit.name))
    tries = dict.fromkeys(code for code, _ in asked)
    return Choice(scene.district.duty_desk.unit, None, tuple(tries), tuple(reasons), _kept(judged))


def _stops(
    verdict: Verdict, place: Place | None, of: tuple[Wanted, Scene], reasons: list[Message]
) -> Iterator[tuple[Unit, Wanted]]:
    """Who is asked in turn: the patrol teams of the place, each for its own unit, those first of whom somebody is out
    now; then the units themselves."""
    wanted, scene = of
    if verdict.outcome.to is Destination.PATROL and not verdict.outcome.unit:
        here = place or Place()
        teams = scene.district.patrols(here.grid, here.committee)
        for team in sorted(teams, key=lambda team: not is_out(team, scene)):
            unit = scene.district.unit(team.unit)
            if unit is not None:
                yield unit, replace(wanted, team=team.code, table_first=True)
        if not teams:
            reasons.append(msg("beside.route.no_patrol"))
    for unit in _ways(verdict, place, scene.district, reasons):
        yield unit, wanted


def _kept(judged: list[Judged]) -> tuple[Judged, ...]:
    """Each once, whoever has it first: somebody may stand in two units on the way."""
    once: dict[str, Judged] = {}
    for each in sorted(judged, key=lambda each: each.why is not Why.TAKEN):
        once.setdefault(each.worker, each)
    return tuple(once.values())[:_KEPT]


def _passed_over(verdict: Verdict, place: Place | None, scene: Scene) -> list[Message]:
    """The grid's own worker who is on leave is passed over, and that is said."""
    if verdict.outcome.unit or verdict.outcome.to not in _BY_PLACE:
        return []
    grid = scene.district.grid(place.grid) if place else None
    own = scene.district.worker(grid.worker) if grid else None
    if grid is None or own is None or scene.barred.get(own.code) is not Why.AWAY:
        return []
    return [msg("dispatch.route.away", worker=own.name, grid=grid.code)]


def _ways(verdict: Verdict, place: Place | None, district: District, reasons: list[Message]) -> Iterator[Unit]:
    """The units to ask: where the verdict points, then upwards. What does not exist gets a reason."""
    here = place or Place()
    outcome = verdict.outcome
    if outcome.unit:
        named = district.unit(outcome.unit)
        if named:
            yield from _upwards(named, district)
        else:
            reasons.append(msg("dispatch.route.no_such_unit", unit=outcome.unit))
    elif outcome.to in _BY_PLACE:
        courtyard = district.unit(here.courtyard)
        if courtyard:
            yield from _upwards(courtyard, district)
        else:
            reasons.append(msg("dispatch.route.no_courtyard"))
    if outcome.to in (*_BY_PLACE, Destination.COMMITTEE, Destination.PATROL):
        committee = district.unit(here.committee)
        if committee:
            yield from _upwards(committee, district)
        else:
            reasons.append(msg("dispatch.route.no_committee"))
    yield from (unit for unit in district.units if unit.kind is UnitKind.OFFICE)


def _upwards(unit: Unit, district: District) -> Iterator[Unit]:
    above = (district.unit(code) for code in reversed(unit.path))
    yield unit
    yield from (each for each in above if each is not None)


def _why(unit: Unit, worker: Worker, wanted: Wanted, district: District) -> Message:
    """Why this one, in a sentence; the others of the unit have theirs in `judged`."""
    team = district.beside.team(wanted.team)
    if team is not None:
        return msg("beside.route.patrol", team=team.name, worker=worker.name)
    grid = district.grid(wanted.grid) if unit.code == wanted.courtyard else None
    is_own = grid is not None and grid.worker == worker.code
    if wanted.urgent:
        return msg(f"dispatch.route.{'own_on_duty' if is_own else 'on_duty'}", unit=unit.name, worker=worker.name)
    if is_own and grid and wanted.role in (None, Role.GRID_WORKER):
        return msg("dispatch.route.grid_worker", worker=worker.name, grid=grid.code)
    role = "role" if worker.role is wanted.role else "unit"
    return msg(f"dispatch.route.{role}", unit=unit.name, worker=worker.name)


def _desk(scene: Scene, found: Choice) -> Choice:
    """Nobody on the way: the desk, which always is there, and whoever is on duty for it."""
    desk = scene.district.duty_desk
    there = (*scene.district.on_duty(desk.unit.code, scene.now_local), *scene.district.workers_of(desk.unit.code))
    present = (each for each in there if each.code not in scene.barred)
    worker = min(present, key=lambda each: each.role is not Role.DUTY, default=None)
    tries = (*(code for code in found.tries if code != desk.unit.code), desk.unit.code)
    reasons = (*found.reasons, msg("dispatch.route.duty_desk", desk=desk.name))
    taken = (Judged(worker.code, Why.TAKEN),) if worker else ()
    return Choice(desk.unit, worker, tries, reasons, _kept([*taken, *found.judged]))
