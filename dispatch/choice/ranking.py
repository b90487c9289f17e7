"""The choice itself: what is asked of everybody in turn, the first difference decides and is the reason.

In this order: the skill; whoever is on duty by the table (what presses); the grid's own worker, who has the first right
while they have room; the wanted role; the caller's language; room; the usual order of roles; who handled this caller,
then this building; whoever is there now; nearness; load against capacity; who got an order longest ago; the list.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from dispatch.choice.model import Judged, Picked, Scene, Wanted, Why
from dispatch.choice.near import nearness
from dispatch.district.beside import Team
from dispatch.district.model import FIELD_ROLES, SPOKEN, URGENT_ROLES, Role, Unit, Worker

_TENTHS = 10  # loads are told apart by tenths of the capacity: less is left to who got one longest ago

Value = tuple[int, dict[str, int]]  # the smaller the better, and the numbers that say so


@dataclass(frozen=True, slots=True)
class _Case:
    """One candidate among the others of the unit."""

    worker: Worker
    place: int
    on_table: bool
    is_there: bool
    is_own: bool


def people_of(unit: Unit, wanted: Wanted, scene: Scene) -> tuple[Worker, ...]:
    """Who of a unit comes into question: those on duty for it, the grid's own worker, and its people who go out. Of a
    patrol team its members."""
    district = scene.district
    team = district.beside.team(wanted.team)
    if team is not None:
        return tuple(worker for code in team.members if (worker := district.worker(code)) is not None)
    roles = {*FIELD_ROLES, wanted.role}
    own = _own(unit, wanted, scene)
    found = {worker.code: worker for worker in district.on_duty(unit.code, scene.now_local)}
    found |= {own.code: own} if own else {}
    found |= {worker.code: worker for worker in district.workers_of(unit.code) if worker.role in roles}
    return tuple(found.values())


def is_out(team: Team, scene: Scene) -> bool:
    """Whether somebody of a team is on patrol now and not barred."""
    return any(worker.code not in scene.barred for worker in scene.district.on_patrol(team, scene.now_local))


def _own(unit: Unit, wanted: Wanted, scene: Scene) -> Worker | None:
    """The worker of the grid, where the unit is the place's courtyard and a grid worker will do."""
    if wanted.team or unit.code != wanted.courtyard or not (wanted.urgent or wanted.role in (None, Role.GRID_WORKER)):
        return None
    grid = scene.district.grid(wanted.grid)
    return scene.district.worker(grid.worker) if grid else None


def pick(unit: Unit, wanted: Wanted, scene: Scene) -> Picked:
    """Who of this unit gets it, and why everybody else does not."""
    team = scene.district.beside.team(wanted.team)
    on_duty = partial(scene.district.on_patrol, team) if team else partial(scene.district.on_duty, unit.code)
    table = {worker.code for worker in on_duty(scene.now_local)}
    own = _own(unit, wanted, scene)
    fit: list[_Case] = []
    out: list[Judged] = []
    for place, worker in enumerate(people_of(unit, wanted, scene)):
        on_table = worker.code in table
        there = on_table or scene.at_work or scene.district.is_on_duty(worker.code, scene.now_local)
        case = _Case(worker, place, on_table, there, worker is own)
        why = _barred(case, wanted, scene)
        if why is None:
            fit.append(case)
        else:
            out.append(Judged(worker.code, why))
    return _best(unit, fit, out, (wanted, scene))


def _barred(case: _Case, wanted: Wanted, scene: Scene) -> Why | None:
    if case.worker.code in scene.barred:
        return scene.barred[case.worker.code]
    if case.worker.code in scene.stopped and not wanted.urgent:
        return Why.STOPPED
    if wanted.skill and wanted.skill not in case.worker.skills:
        return Why.NO_SKILL
    if wanted.urgent and not (case.on_table or (wanted.staff_too and scene.at_work)):
        return Why.NOT_THERE
    return None


def _best(unit: Unit, fit: list[_Case], out: list[Judged], of: tuple[Wanted, Scene]) -> Picked:
    questions = _questions(*of)
    values = {case.worker.code: [ask(case) for _, ask in questions] for case in fit}
    chosen = min(fit, key=lambda case: [value for value, _ in values[case.worker.code]], default=None)
    if chosen is None:
        return Picked(unit, None, tuple(out))
    scene = of[1]
    burden = scene.known.of(chosen.worker)
    taken = Judged(chosen.worker.code, Why.TAKEN, {"open": burden.open, "most": scene.room(chosen.worker)})
    reasons = [why for why, _ in questions]
    others = (_lost(each, (values[each.worker.code], values[chosen.worker.code]), reasons)
              for each in fit if each is not chosen)  # fmt: skip
    return Picked(unit, chosen.worker, (taken, *others, *out))


def _lost(case: _Case, values: tuple[list[Value], list[Value]], reasons: Sequence[Why]) -> Judged:
    """The first question at which somebody else was better."""
    theirs, best = values
    at = next(n for n, (mine, other) in enumerate(zip(theirs, best, strict=True)) if mine[0] != other[0])
    return Judged(case.worker.code, reasons[at], theirs[at][1])


def _questions(wanted: Wanted, scene: Scene) -> list[tuple[Why, Callable[[_Case], Value]]]:
    return list(_asked(wanted, scene))


def _asked(wanted: Wanted, scene: Scene) -> Iterator[tuple[Why, Callable[[_Case], Value]]]:
    """What is asked of everybody, in turn."""
    known = scene.known
    yield from _duty(wanted, scene)
    yield Why.NOT_OWN, partial(_is_own, scene)
    yield Why.ROLE, lambda case: _is(wanted.role is None or case.worker.role is wanted.role)
    yield Why.LANGUAGE, lambda case: _is((wanted.language or SPOKEN[0]) in case.worker.languages)
    yield Why.FULL, partial(_room, scene)
    yield Why.RANK, lambda case: (_rank(case.worker.role, urgent=wanted.urgent), {})
    yield Why.CALLER, lambda case: _is(case.worker.id == known.caller)
    yield Why.BUILDING, lambda case: _is(case.worker.id == known.building)
    yield Why.ELSEWHERE, lambda case: _is(case.is_there)
    yield Why.FAR, partial(_far, wanted, scene)
    yield Why.LOAD, partial(_load, scene)
    yield Why.LATELY, partial(_last, scene)
    yield Why.ORDER, lambda case: (case.place, {})


def _duty(wanted: Wanted, scene: Scene) -> Iterator[tuple[Why, Callable[[_Case], Value]]]:
    if wanted.urgent:
        yield Why.STOPPED, lambda case: _is(case.worker.code not in scene.stopped)
    if wanted.urgent or wanted.table_first:
        yield Why.OFF_DUTY, lambda case: _is(case.on_table)


def _is(holds: bool) -> Value:
    return int(not holds), {}


def _is_own(scene: Scene, case: _Case) -> Value:
    """The first right ends where they have no room."""
    return _is(case.is_own and scene.known.of(case.worker).open < scene.room(case.worker))


def _room(scene: Scene, case: _Case) -> Value:
    """Whoever has room goes first; where nobody has, whoever is least beyond it."""
    has, most = scene.known.of(case.worker).open, scene.room(case.worker)
    return (has * _TENTHS // most if has >= most else 0), {"open": has, "most": most}


def _rank(role: Role, *, urgent: bool) -> int:
    roles = URGENT_ROLES if urgent else FIELD_ROLES
    return roles.index(role) if role in roles else len(roles)


def _far(wanted: Wanted, scene: Scene, case: _Case) -> Value:
    band, metres = nearness(case.worker, (wanted.grid, wanted.courtyard), scene.district, scene.terms.near_metres)
    return band, {"metres": metres} if metres else {}


def _load(scene: Scene, case: _Case) -> Value:
    has, most = scene.known.of(case.worker).open, scene.room(case.worker)
    return has * _TENTHS // most, {"open": has, "most": most}


def _last(scene: Scene, case: _Case) -> Value:
    """Whoever has waited longest for an order goes first; in seconds since the epoch, as it is stored."""
    last_at = scene.known.of(case.worker).last_at
    at = int(last_at.timestamp()) if last_at else 0
    return at, {"at": at}
