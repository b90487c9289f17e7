"""What is wrong with single rows: cells that say nothing, words that find nothing, outcomes that lead nowhere."""

from collections.abc import Iterator

from cases.clock.sla import Level
from cases.report import Channel
from cases.steps import URGENT
from dispatch.district.beside import Team
from dispatch.district.model import District, Role, Unit, UnitKind, Worker
from dispatch.places.model import PlaceKind
from dispatch.policy.model import Destination, Kind, Policy, Rule, ServiceLine
from dispatch.reading.script import plain
from dispatch.ruling.conditions import People, Season, Source
from dispatch.ruling.finding import Finding, about
from dispatch.ruling.space import covers

_LEAST = 2  # signs of a keyword: a single one stands in nearly every text
_LEVELS = list(Level)


def cells_of(at: int, rule: Rule, policy: Policy, district: District) -> Iterator[Finding]:
    """Cells that narrow nothing: every value there is, or one inside another of the same cell."""
    when = rule.when
    closed = (
        ("kind", when.kinds, Kind), ("level", when.levels, Level), ("place", when.places, PlaceKind),
        ("service_line", when.service_lines, ServiceLine), ("channel", when.channels, Channel),
        ("season", when.seasons, Season), ("source", when.sources, Source), ("people", when.people, People),
    )  # fmt: skip
    for name, said, words in closed:
        if said and set(said) == set(words):
            yield about(at, rule, "whole_cell", f"when.{name}")
    for code in when.categories:
        above = set(policy.branch(code)) - {code} if code in policy.categories else set()
        yield from (
            about(at, rule, "inside", "when.category", inner=code, outer=up) for up in when.categories if up in above
        )
    for code in when.area:
        unit = district.unit(code)
        inside = set(unit.path) - {code} if unit else set()
        yield from (about(at, rule, "inside", "when.area", inner=code, outer=up) for up in when.area if up in inside)


def words_of(at: int, rule: Rule) -> Iterator[Finding]:
    """Keywords that are too short, or that another of the row already finds."""
    words = [(word, plain(word)) for word in rule.when.keywords]
    for place, (word, bare) in enumerate(words):
        if len(bare) < _LEAST:
            yield about(at, rule, "short_word", "when.keywords", word=word)
            continue
        for other, (wider, found) in enumerate(words):
            if len(found) >= _LEAST and found in bare and (found != bare or other < place):
                yield about(at, rule, "inner_word", "when.keywords", word=word, wider=wider)
                break


def level_of(at: int, rule: Rule, policy: Policy) -> Iterator[Finding]:
    """A level that no report takes: a rule never makes light of what is urgent."""
    set_to = rule.outcome.level
    about_these = (each.level for code, each in policy.categories.items() if covers(rule.when, policy, code))
    usual = set(rule.when.levels) or set(about_these)
    if set_to and usual and all(level in URGENT and _LEVELS.index(level) < _LEVELS.index(set_to) for level in usual):
        yield about(at, rule, "lowers", "send.level", level=set_to.label)


def outcome_of(at: int, rule: Rule, district: District) -> Iterator[Finding]:
    """Units that are gone, or where there is nobody; roles and skills that nobody has where the row leads."""
    outcome = rule.outcome
    named = [("when.area", code) for code in rule.when.area]
    named += [("send.unit", outcome.unit)] if outcome.unit is not None else []
    named += [("send.co_handlers", code) for code in outcome.co_handlers]
    gone = [about(at, rule, "gone", cell, unit=code) for cell, code in named if district.unit(code) is None]
    if gone:
        yield from gone
        return
    if outcome.to is Destination.DUTY_DESK and outcome.unit is None:
        if outcome.role is not None:
            yield about(at, rule, "desk_role", "send.role", role=outcome.role.label)
        return
    staff = list(_people(rule, district))
    if not staff:
        yield about(at, rule, "empty", "send")
        return
    if outcome.role is not None and all(worker.role is not outcome.role for worker in staff):
        yield about(at, rule, "no_role", "send.role", role=outcome.role.label)
    if outcome.skill is not None and all(outcome.skill not in each.skills for each in _reached(rule, district)):
        yield about(at, rule, "no_skill", "send.skill", skill=outcome.skill)


def _people(rule: Rule, district: District) -> Iterator[Worker]:
    """Everybody to whom the row may lead without going up; the grids' own workers too."""
    if rule.outcome.to is Destination.PATROL and rule.outcome.unit is None:
        yield from (worker for team in _teams(rule, district) for worker in _members(team, district))
        return
    units = {unit.code for unit in _units(rule, district)}
    yield from (worker for worker in district.workers if worker.unit in units)
    if rule.outcome.to is Destination.GRID_WORKER and rule.outcome.role in (None, Role.GRID_WORKER):
        committees = {district.committee_of(code) for code in units}
        own = (district.worker(grid.worker) for grid in district.grids if grid.committee in committees)
        yield from (worker for worker in own if worker is not None)


def _reached(rule: Rule, district: District) -> Iterator[Worker]:
    """Everybody whom the row may reach: those to whom it leads, and those above them, up to the office."""
    yield from _people(rule, district)
    above = {code for unit in _units(rule, district) for code in unit.path}
    yield from (worker for worker in district.workers if worker.unit in above)
    yield from (
        worker for row in district.duty if row.unit in above and (worker := district.worker(row.worker)) is not None
    )


def _teams(rule: Rule, district: District) -> Iterator[Team]:
    """The patrol teams whose beat has ground of the area."""
    for team in district.beside.teams:
        grids = (district.grid(code) for code in team.grids)
        if any(grid is not None and _is_near(rule, grid.committee, district) for grid in grids):
            yield team


def _members(team: Team, district: District) -> Iterator[Worker]:
    found = (district.worker(code) for code in team.members)
    return (worker for worker in found if worker is not None)


_KINDS = {
    Destination.GRID_WORKER: UnitKind.COURTYARD,
    Destination.COURTYARD: UnitKind.COURTYARD,
    Destination.COMMITTEE: UnitKind.COMMITTEE,
    Destination.OFFICE: UnitKind.OFFICE,
    Destination.PATROL: UnitKind.COMMITTEE,  # where nobody is on patrol
}


def _units(rule: Rule, district: District) -> Iterator[Unit]:
    named = district.unit(rule.outcome.unit)
    if named is not None:
        yield named
        return
    kind = _KINDS[rule.outcome.to]
    for unit in district.units:
        if unit.kind is kind and _is_near(rule, unit.code, district):
            yield unit


def _is_near(rule: Rule, code: str, district: District) -> bool:
    """Whether a unit lies in the row's area, or has a part of it below itself."""
    area = set(rule.when.area)
    within = area & set(_path(district, code)) or any(code in _path(district, each) for each in area)
    return not area or bool(within)


def _path(district: District, code: str) -> tuple[str, ...]:
    unit = district.unit(code)
    return unit.path if unit else ()
