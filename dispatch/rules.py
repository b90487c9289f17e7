"""Which rule holds: the decision table, compiled once and asked for every report."""

from collections.abc import Callable
from dataclasses import dataclass

from cases.clock.sla import Level
from cases.phrases import Message, msg
from cases.report import Channel
from dispatch.district.model import District
from dispatch.matters import MatterFinding
from dispatch.places.model import PlaceFinding, PlaceKind
from dispatch.policy.model import Kind, Outcome, Policy, Rule, ServiceLine, When
from dispatch.reading.script import plain


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules look at. `area` has the units from the office down; `keywords` are plain."""

    category: str
    kind: Kind
    level: Level
    place_kind: PlaceKind
    area: tuple[str, ...]
    service_line: ServiceLine
    keywords: frozenset[str]
    channel: Channel
    working_time: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the table says: the rule, its outcome, and the level that holds from here on."""

    rule: str
    outcome: Outcome
    level: Level
    reasons: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """How and when a report came in."""

    channel: Channel
    working_time: bool


Check = Callable[[Facts], bool]


@dataclass(frozen=True, slots=True)
class _Row:
    rule: Rule
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class RuleTable:
    """The compiled table: for each category the rows that can hold, in order."""

    rows: dict[str, tuple[_Row, ...]]
    default: Rule

    def match(self, facts: Facts) -> Verdict:
        """The verdict of the first row that holds, else of the named default. Always one."""
        for row in self.rows.get(facts.category, ()):
            if all(check(facts) for check in row.checks):
                return _verdict(row.rule, facts, "dispatch.rule.matched")
        return _verdict(self.default, facts, "dispatch.rule.default")


def gather(matter: MatterFinding, where: PlaceFinding, how: Circumstances, policy: Policy, district: District) -> Facts:
    """The facts of a report, from what was understood."""
    place = where.place
    unit = district.unit(place.courtyard) or district.unit(place.committee) if place else None
    return Facts(
        category=matter.category,
        kind=matter.kind,
        level=matter.level,
        place_kind=where.kind,
        area=unit.path if unit else (),
        service_line=policy.category(matter.category).service_line,
        keywords=frozenset(map(plain, matter.keywords)),
        channel=how.channel,
        working_time=how.working_time,
    )


def compile_rules(policy: Policy) -> RuleTable:
    """The table of a policy, dispatched by category."""
    rows = [_Row(rule, _checks(rule.when)) for rule in policy.rules]
    table = {}
    for code in policy.categories:
        branch = set(policy.branch(code))
        table[code] = tuple(row for row in rows if _in_branch(row.rule.when, branch))
    return RuleTable(table, policy.default)


def _in_branch(when: When, branch: set[str]) -> bool:
    return not when.categories or bool(branch & set(when.categories))


def _checks(when: When) -> tuple[Check, ...]:
    """One check for each cell that says something; the category is dealt with by the table."""
    kinds, levels, places = frozenset(when.kinds), frozenset(when.levels), frozenset(when.places)
    lines, channels, area = frozenset(when.service_lines), frozenset(when.channels), frozenset(when.area)
    words, working = frozenset(map(plain, when.keywords)), when.working_time
    said: tuple[tuple[bool, Check], ...] = (
        (bool(places), lambda facts: facts.place_kind in places),
        (bool(kinds), lambda facts: facts.kind in kinds),
        (bool(levels), lambda facts: facts.level in levels),
        (bool(lines), lambda facts: facts.service_line in lines),
        (bool(channels), lambda facts: facts.channel in channels),
        (working is not None, lambda facts: facts.working_time is working),
        (bool(area), lambda facts: not area.isdisjoint(facts.area)),
        (bool(words), lambda facts: not words.isdisjoint(facts.keywords)),
    )
    return tuple(check for is_said, check in said if is_said)


def _verdict(rule: Rule, facts: Facts, why: str) -> Verdict:
    level = rule.outcome.level or facts.level
    reasons = [msg(why, rule=rule.id)]
    if level is not facts.level:
        reasons.append(msg("dispatch.rule.level", rule=rule.id, level=level.label))
    return Verdict(rule.id, rule.outcome, level, tuple(reasons))
