"""Which rule holds: the compiled table says the same as a slow, plain reading of the rows."""

from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.clock.sla import Level
from cases.phrases import ZH
from cases.report import Channel
from dispatch.matters import classify
from dispatch.places import PlaceKind, find
from dispatch.policy import Kind, Policy, PolicyErrors, Rule, ServiceLine, parse
from dispatch.reading.script import plain
from dispatch.rules import Circumstances, Facts, RuleTable, compile_rules, gather
from dispatch.ruling.conditions import Caller, People, Season, Source, Trait, reporters
from tests.dispatch.sample import district, phrasebook, policy, raw_policy


@cache
def _table() -> RuleTable:
    return compile_rules(policy())


def slow_match(facts: Facts, policy: Policy) -> Rule:
    """The oracle: every cell of every row, in order, without any index."""
    for rule in policy.rules:
        when = rule.when
        holds = [
            not when.categories or any(code in policy.branch(facts.category) for code in when.categories),
            not when.kinds or facts.kind in when.kinds,
            not when.levels or facts.level in when.levels,
            not when.places or facts.place_kind in when.places,
            not when.area or any(code in facts.area for code in when.area),
            not when.service_lines or facts.service_line in when.service_lines,
            not when.keywords or any(plain(word) in facts.keywords for word in when.keywords),
            not when.channels or facts.channel in when.channels,
            when.working_time is None or when.working_time == facts.working_time,
            not when.seasons or facts.season in when.seasons,
            not when.sources or facts.caller.source in when.sources,
            not when.caller or any(trait in facts.caller.traits for trait in when.caller),
            not when.people or facts.people in when.people,
            when.again is None or when.again == facts.again,
        ]
        if all(holds):
            return rule
    return policy.default


CODES = sorted(policy().categories)
WORDS = ["坡道", "无障碍", "ramp", "困在电梯", "垃圾"]
AREAS = [("xingfu",), ("xingfu", "heping"), ("xingfu", "heping", "meihua"), ("xingfu", "xingfuli"), ()]

REPORTERS = sorted(reporters(), key=str)


def _facts_by(reporter: tuple[Channel, Source, frozenset[Trait]], **values: Any) -> Facts:
    channel, source, traits = reporter
    return Facts(channel=channel, caller=Caller(source, traits), **values)


facts_made = st.builds(
    _facts_by,
    st.sampled_from(REPORTERS),
    category=st.sampled_from(CODES),
    kind=st.sampled_from(Kind),
    level=st.sampled_from(Level),
    place_kind=st.sampled_from(PlaceKind),
    area=st.sampled_from(AREAS),
    service_line=st.sampled_from(ServiceLine),
    keywords=st.frozensets(st.sampled_from(WORDS)),
    working_time=st.booleans(),
    season=st.sampled_from(Season),
    people=st.sampled_from(People),
    again=st.booleans(),
)
cells = st.fixed_dictionaries(
    {},
    optional={
        "category": st.lists(st.sampled_from(CODES), max_size=3),
        "kind": st.lists(st.sampled_from([kind.value for kind in Kind]), max_size=2),
        "level": st.lists(st.sampled_from([level.value for level in Level]), max_size=2),
        "place": st.lists(st.sampled_from([kind.value for kind in PlaceKind]), max_size=2),
        "area": st.lists(st.sampled_from(["xingfu", "heping", "meihua"]), max_size=2),
        "service_line": st.lists(st.sampled_from([line.value for line in ServiceLine]), max_size=2),
        "keywords": st.lists(st.sampled_from(WORDS), max_size=2),
        "channel": st.lists(st.sampled_from([channel.value for channel in Channel]), max_size=2),
        "working_time": st.booleans(),
        "season": st.lists(st.sampled_from([each.value for each in Season]), max_size=2),
        "source": st.lists(st.sampled_from([each.value for each in Source]), max_size=2),
        "caller": st.lists(st.sampled_from([each.value for each in Trait]), max_size=2),
        "people": st.lists(st.sampled_from([each.value for each in People]), max_size=2),
        "again": st.booleans(),
    },
)


@given(facts_made)
@settings(deadline=None, max_examples=500)
def test_the_sample_is_matched_as_the_oracle_says(facts: Facts) -> None:
    assert _table().match(facts).rule == slow_match(facts, policy()).id


@cache
def _without_keywords() -> dict[str, Any]:
    raw = raw_policy()
    for category in raw["categories"].values():
        category.pop("keywords", None)
    return raw


def _with_rules(rows: list[dict[str, Any]]) -> tuple[Policy, set[str]]:
    """The sample policy with other rows, and the ids of the rows that were refused as dead."""
    raw = _without_keywords() | {"rules": rows}
    try:
        return parse(raw), set()
    except PolicyErrors as errors:
        dead = {rows[int(fault.path.split("[")[1].split("]")[0]) - 1]["id"] for fault in errors.faults}
        return parse(raw | {"rules": [row for row in rows if row["id"] not in dead]}), dead


@given(st.lists(cells, min_size=1, max_size=6), st.lists(facts_made, min_size=1, max_size=20))
@settings(deadline=None, max_examples=60)
def test_any_table_is_matched_as_the_oracle_says(rows: list[dict[str, Any]], many: list[Facts]) -> None:
    made = [{"id": f"r{n}", "when": row, "send": {"to": "office"}} for n, row in enumerate(rows)]
    living, dead = _with_rules(made)
    # A row that can hold when it stands alone, put back where it was, must still never decide.
    alone = [_with_rules([row])[0].rules for row in made if row["id"] in dead]
    back = {rule.id: rule for rules in (living.rules, *alone) for rule in rules}
    whole = replace(living, rules=tuple(back[row["id"]] for row in made if row["id"] in back))
    table = compile_rules(living)
    for facts in many:
        assert table.match(facts).rule == slow_match(facts, living).id
        real = replace(facts, service_line=living.category(facts.category).service_line)
        assert slow_match(real, whole).id == slow_match(real, living).id


@given(facts_made)
@settings(deadline=None)
def test_a_verdict_is_its_rule_s(facts: Facts) -> None:
    verdict = _table().match(facts)
    rule = next(r for r in (*policy().rules, policy().default) if r.id == verdict.rule)
    assert verdict.outcome == rule.outcome
    lowers = facts.level in ("L1", "L2") and rule.outcome.level is not None and facts.level < rule.outcome.level
    assert verdict.level == (facts.level if lowers else rule.outcome.level or facts.level), (
        "never makes light of danger"
    )


def _facts_of(rule: Rule, code: str) -> Facts:
    """Facts of a category for which the other cells of a rule hold, as far as one value of each can say."""
    when = rule.when
    return Facts(
        category=code,
        kind=(when.kinds or tuple(Kind))[0],
        level=(when.levels or (Level.L3,))[0],
        place_kind=(when.places or (PlaceKind.UNKNOWN,))[0],
        area=when.area,
        service_line=policy().category(code).service_line,
        keywords=frozenset(map(plain, when.keywords)),
        channel=(when.channels or (Channel.TEXT,))[0],
        working_time=when.working_time if when.working_time is not None else True,
        caller=Caller((when.sources or (Source.RESIDENT,))[0], frozenset(when.caller)),
        season=(when.seasons or (Season.ORDINARY,))[0],
        people=(when.people or (People.ONE,))[0],
        again=bool(when.again),
    )


@pytest.mark.parametrize("rule", policy().rules, ids=[rule.id for rule in policy().rules])
def test_every_rule_of_the_sample_decides_something(rule: Rule) -> None:
    table = _table()
    assert rule.id in {table.match(_facts_of(rule, code)).rule for code in CODES}


def _facts(text: str, channel: Channel = Channel.TEXT, *, working_time: bool = True) -> Facts:
    how = Circumstances(channel, working_time)
    return gather(classify(text, policy()), find(text, district()), how, policy(), district())


def test_facts_are_gathered() -> None:
    facts = _facts("幸福里小区3号楼2单元楼道堆放杂物", Channel.CALL)
    assert (facts.category, facts.place_kind) == ("stairwell-clutter", PlaceKind.STAIRWELL)
    assert facts.area == ("xingfu", "xingfuli", "xingfuli-south")
    assert (facts.service_line, facts.channel) == (ServiceLine.SANITATION, Channel.CALL)
    assert "堆放杂物" in facts.keywords
    assert _facts("幸福里小区大门口").area == ("xingfu", "xingfuli")
    assert _facts("幸福路").area == _facts("不知道哪里").area == ()


def test_hours_and_channels_decide() -> None:
    table = _table()
    text = "幸福里3号楼楼下乱停车"
    assert table.match(_facts(text)).rule == "parking-courtyard"
    assert table.match(_facts(text, working_time=False)).rule == "parking-after-hours"
    rubbish = "幸福里3号楼马路上垃圾"
    assert table.match(_facts(rubbish)).rule == "sanitation-road"
    assert table.match(_facts(rubbish, Channel.ROUND)).rule == "rounds-courtyard"


def test_the_default_always_holds() -> None:
    verdict = _table().match(_facts("随便说说"))
    assert verdict.rule == "default-committee"
    assert [reason.id for reason in verdict.reasons] == ["dispatch.rule.default"]


def test_a_category_of_another_version_gets_the_default() -> None:
    facts = replace(_facts("随便说说"), category="gone")
    assert _table().match(facts).rule == "default-committee"


def test_a_changed_level_has_its_reason() -> None:
    raw = raw_policy()
    raw["rules"].insert(0, {"id": "up", "when": {"category": "pets"}, "send": {"to": "courtyard", "level": "L2"}})
    read = parse(raw)
    text = "幸福里3号楼养狗"
    facts = gather(classify(text, read), find(text, district()), Circumstances(Channel.TEXT, True), read, district())
    verdict = compile_rules(read).match(facts)
    assert verdict.level is Level.L2
    said = [phrasebook().say(reason, ZH) for reason in verdict.reasons]
    assert said == ["规则“up”", "规则“up”定为紧急"]
