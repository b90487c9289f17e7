"""Which rule holds: the decision table, compiled once and asked for every report."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from cases.clock.sla import Level
from cases.phrases import Message, msg
from cases.report import Channel
from cases.steps import URGENT
from dispatch.district.model import District
from dispatch.matters import MatterFinding
from dispatch.places.model import PlaceFinding, PlaceKind
from dispatch.policy.model import Kind, Outcome, Policy, Rule, ServiceLine
from dispatch.reading.script import plain
from dispatch.ruling.conditions import TRAITS, UNNAMED, Caller, People, Season, Source, Trait, people


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
    caller: Caller = UNNAMED
    season: Season = Season.ORDINARY
    people: People = People.ONE
    again: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the table says: the rule, its outcome, and the level that holds from here on."""

    rule: str
    outcome: Outcome
    level: Level
    reasons: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """How and when a report came in, from whom, and whether it tells a closed case again."""

    channel: Channel
    working_time: bool
    caller: Caller = UNNAMED
    season: Season = Season.ORDINARY
    again: bool = False


_LEVELS = list(Level)
_VULNERABLE = frozenset({Trait.VULNERABLE})
_Column = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class RuleTable:
    """The compiled table: for each value of each column the rows that hold for it, as bits of a number; bit n is row n.

    The rows that hold for a report are what is left of all its values together; the lowest bit is the first row, so the
    time does not grow with the rows. `anywhere` and `unsaid` are the rows that ask for no area and no keyword. What
    a row decides is made once, for each level that a report may have; the default's comes last.
    """

    verdicts: tuple[Mapping[Level, Verdict], ...]
    categories: _Column
    kinds: _Column
    levels: _Column
    places: _Column
    lines: _Column
    channels: _Column
    hours: Mapping[bool, int]
    sources: _Column
    callers: Mapping[frozenset[Trait], int]
    seasons: _Column
    crowds: _Column
    before: Mapping[bool, int]
    areas: _Column
    anywhere: int
    words: _Column
    unsaid: int

    def match(self, facts: Facts) -> Verdict:
        """The verdict of the first row that holds, else of the named default. Always one."""
        rows = self._rows(facts)
        return self.verdicts[(rows & -rows).bit_length() - 1][facts.level]

    def _rows(self, facts: Facts) -> int:
        near, said = self.anywhere, self.unsaid
        for code in facts.area:
            near |= self.areas.get(code, 0)
        for word in facts.keywords:
            said |= self.words.get(word, 0)
        return (
            near & said & self.categories.get(facts.category, 0) & self.kinds[facts.kind] & self.levels[facts.level]
            & self.places[facts.place_kind] & self.lines[facts.service_line] & self.channels[facts.channel]
            & self.hours[facts.working_time] & self.sources[facts.caller.source] & self.callers[facts.caller.traits]
            & self.seasons[facts.season] & self.crowds[facts.people] & self.before[facts.again]
        )  # fmt: skip


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
        caller=replace(how.caller, traits=how.caller.traits | _VULNERABLE) if matter.vulnerable else how.caller,
        season=how.season,
        people=people(matter.affected.least, house=matter.affected.all),
        again=how.again,
    )


def compile_rules(policy: Policy) -> RuleTable:
    """The table of a policy. A category that it does not know has no row."""
    whens = [rule.when for rule in policy.rules]
    branches = {code: frozenset(policy.branch(code)) for code in policy.categories}
    areas = {code for when in whens for code in when.area}
    looked = [frozenset(map(plain, when.keywords)) for when in whens]
    return RuleTable(
        (
            *(_verdicts(rule, "dispatch.rule.matched") for rule in policy.rules),
            _verdicts(policy.default, "dispatch.rule.default"),
        ),
        {code: _bits(_empty_or_in(when.categories, branch) for when in whens) for code, branch in branches.items()},
        {kind: _bits(_empty_or_in(when.kinds, {kind}) for when in whens) for kind in Kind},
        {level: _bits(_empty_or_in(when.levels, {level}) for when in whens) for level in Level},
        {place: _bits(_empty_or_in(when.places, {place}) for when in whens) for place in PlaceKind},
        {line: _bits(_empty_or_in(when.service_lines, {line}) for when in whens) for line in ServiceLine},
        {channel: _bits(_empty_or_in(when.channels, {channel}) for when in whens) for channel in Channel},
        {flag: _bits(when.working_time in (None, flag) for when in whens) for flag in (True, False)},
        {source: _bits(_empty_or_in(when.sources, {source}) for when in whens) for source in Source},
        {traits: _bits(_empty_or_in(when.caller, traits) for when in whens) for traits in TRAITS},
        {season: _bits(_empty_or_in(when.seasons, {season}) for when in whens) for season in Season},
        {many: _bits(_empty_or_in(when.people, {many}) for when in whens) for many in People},
        {flag: _bits(when.again in (None, flag) for when in whens) for flag in (True, False)},
        {code: _bits(code in when.area for when in whens) for code in areas},
        _bits(not when.area for when in whens),
        {word: _bits(word in words for words in looked) for word in frozenset[str]().union(*looked)},
        _bits(not words for words in looked),
    )


def _empty_or_in(said: tuple[str, ...], values: Collection[str]) -> bool:
    return not said or any(value in values for value in said)


def _bits(holds: Iterable[bool]) -> int:
    return sum(1 << row for row, held in enumerate(holds) if held)


def _level(said: Level | None, understood: Level) -> Level:
    """A rule's level stands, unless it would make light of what is urgent."""
    if said is None or (understood in URGENT and _LEVELS.index(understood) < _LEVELS.index(said)):
        return understood
    return said


def _verdicts(rule: Rule, why: str) -> Mapping[Level, Verdict]:
    return {level: _verdict(rule, level, why) for level in Level}


def _verdict(rule: Rule, understood: Level, why: str) -> Verdict:
    level = _level(rule.outcome.level, understood)
    reasons = [msg(why, rule=rule.id)]
    if level is not understood:
        reasons.append(msg("dispatch.rule.level", rule=rule.id, level=level.label))
    return Verdict(rule.id, rule.outcome, level, tuple(reasons))
