"""The policy: the sample is what the design says, and every fault of a policy is named, all at once."""

# ruff: noqa: E501 - tables are read by the line

import tomllib
from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.clock.sla import DEFAULT_TARGETS, Level, TargetSet, parse_limit
from cases.clock.workdays import DEFAULT_WINDOWS, DayKind
from cases.phrases import Name
from cases.steps import Owes, Step, Verification
from dispatch.policy import Destination, Fault, Kind, Policy, PolicyErrors, ServiceLine, parse, unknown_units
from dispatch.reading.cells import Table
from tests.dispatch.sample import ROOT, district, policy, raw_district, raw_policy, told

Spoil = Callable[[dict[str, Any]], object]


def test_the_sample_has_categories_enough_for_every_line() -> None:
    sample = policy()
    parents = {category.parent for category in sample.categories.values()}
    leaves = [c for c in sample.categories.values() if c.code not in parents]
    assert len(leaves) >= 40
    assert {c.service_line for c in leaves} == set(ServiceLine)
    for leaf in leaves:
        if leaf.code != sample.fallback:
            assert len([word for word in leaf.keywords if not word.isascii()]) >= 6, leaf.code
            assert [word for word in leaf.keywords if word.isascii()], leaf.code


def test_the_configuration_at_the_root_has_the_sample_s_policy() -> None:
    config = tomllib.loads((ROOT / "config.toml").read_text("utf-8"))
    assert config["policy"] == raw_policy()


def test_the_sample_has_rules_enough_and_a_named_default() -> None:
    ids = [rule.id for rule in policy().rules]
    assert len(ids) == len(set(ids)) >= 20
    assert policy().default.id == "default-committee"
    units = {row["code"] for key in ("committees", "courtyards") for row in raw_district()[key]}
    for rule in policy().rules:
        assert {*rule.when.area, *([rule.outcome.unit] if rule.outcome.unit else [])} <= units


def test_the_sample_targets_are_the_table_of_the_design() -> None:
    sample = policy()
    assert sample.targets == DEFAULT_TARGETS
    assert sample.targets[TargetSet.L1][Step.SIGN_FOR] == parse_limit("15 min")
    limits = {
        "rubbish-overflow": "4 wh",
        "road-cleaning": "2 wh",
        "road-water": "4 wh",
        "rubble": "4 wh",
        "greenery": "5 wd",
    }
    assert {code: str(sample.category(code).sla) for code in limits} == limits


def test_the_sample_menu_ladder_and_calendar() -> None:
    sample = policy()
    assert [(key.key, key.category) for key in sample.menu] == [
        *((str(n), line.value) for n, line in enumerate(ServiceLine, 1)),
        ("0", None),
    ]
    assert [rung.who for rung in sample.ladder] == ["worker", "courtyard", "committee", "office", "district"]
    assert sample.ladder[-1].contact is not None
    assert sample.calendar.windows == DEFAULT_WINDOWS
    assert sample.calendar.zone_name == "Asia/Shanghai"


def test_risk_words_reach_the_two_urgent_levels_or_only_mark() -> None:
    by_level = {level: {risk.id for risk in policy().risks if risk.level is level} for level in Level}
    assert by_level == {
        Level.L1: {
            "fire",
            "gas",
            "medical",
            "electric",
            "water",
            "collapse",
            "trapped",
            "fall",
            "violence",
            "crisis",
            "threat",
            "group",
            "crowd",
            "minor",
        },
        Level.L2: {"helpless", "danger"},
        Level.L3: {"unseen"},
        Level.L4: {"wages"},
    }
    assert {risk.id for risk in policy().risks if risk.always} == {"crisis", "threat", "minor"}
    assert {risk.id: risk.vulnerable for risk in policy().risks if risk.vulnerable} == {
        "helpless": Level.L1,
        "unseen": Level.L2,
    }


def test_a_word_in_parts_has_something_on_both_sides() -> None:
    raw = raw_policy()
    raw["risks"]["fire"]["words"] = ["塌…压到", "塌…", "…"]
    raw["vulnerable"]["child"]["words"] = ""
    with pytest.raises(PolicyErrors) as refused:
        parse(raw)
    faults = [str(fault) for fault in refused.value.faults]
    assert faults[:2] == ["policy.risks.fire.words: dispatch.fault.gap_at_edge"] * 2
    assert [fault.split(":")[0] for fault in faults[2:]] == ["policy.vulnerable.child.words"]


def test_a_branch_takes_from_its_parent_what_it_does_not_say() -> None:
    sample = policy()
    assert sample.branch("rubbish-overflow") == ("sanitation", "rubbish", "rubbish-overflow")
    praise, lift = sample.category("praise"), sample.category("lift")
    assert praise.owes == Owes(visit=False, finding=True, told=True, verdict=False)
    assert (praise.sla, praise.kind) == ("none", Kind.PRAISE)
    assert (lift.level, lift.kind, lift.service_line) == (
        Level.L2,
        Kind.COMPLAINT,
        ServiceLine.SELF_GOVERNMENT,
    )
    assert sample.category("committee-service").verification is Verification.PERSON
    assert sample.category("bulky-waste").sla == "level"


def test_an_unknown_category_is_the_fallback() -> None:
    assert policy().category("of another version").code == "other"
    assert policy().branch("of another version") == ("self_government", "other")


def test_words_for_people() -> None:
    labels = [Kind.REQUEST.label, ServiceLine.SANITATION.label, Destination.OFFICE.label]
    assert [label.id for label in labels] == [
        "dispatch.kind.request",
        "dispatch.service_line.sanitation",
        "dispatch.destination.office",
    ]


def _small() -> dict[str, Any]:
    """A policy as short as it can be."""
    return {
        "fallback": "other",
        "categories": {"other": {"service_line": "sanitation", "name": {"zh": "其他", "en": "Other"}}},
        "default": {"id": "default", "send": {"to": "duty_desk"}},
        "ladder": [{"who": "office"}],
    }


def test_what_is_not_said_has_a_usual_value() -> None:
    small = parse(_small())
    assert (small.rules, small.menu, small.risks, small.kind_words, dict(small.texts)) == ((), (), (), (), {})
    assert (small.targets, small.calendar.windows) == (DEFAULT_TARGETS, DEFAULT_WINDOWS)
    assert small.calendar.published == frozenset()
    other = small.category("other")
    assert (other.kind, other.level, other.sla, other.verification) == (Kind.REQUEST, Level.L3, "level", None)


def test_everything_that_can_be_said() -> None:
    raw = _small() | {
        "calendar": {
            "zone": "UTC",
            "windows": [["08:00", "16:00"]],
            "off": ["2027-02-08"],
            "work": "2027-02-14",
            "published": [2000, 2027, 2100],
        },
        "targets": {"L3": {"visit": "none", "told": "7 wd"}},
        "texts": {"hotline.voice.greeting": {"zh_CN": "您好", "en": "Hello"}},
        "ladder": [{"who": "office", "contact": {"zh": "主任", "en": "Head"}}],
        "menu": [{"key": "0", "name": {"zh": "人", "en": "a person"}}],
        "kind_words": {"complaint": "投诉"},
        "risks": {"life": {"level": "L1", "name": {"zh": "命", "en": "life"}, "words": ["救命"]}},
    }
    read = parse(raw)
    assert read.calendar.windows == ((time(8), time(16)),)
    assert dict(read.calendar.days) == {date(2027, 2, 8): DayKind.OFF, date(2027, 2, 14): DayKind.WORK}
    assert read.calendar.published == {2000, 2027, 2100}
    assert read.targets[TargetSet.L3][Step.VISIT] is None
    assert read.targets[TargetSet.L3][Step.TOLD] == parse_limit("7 wd")
    assert read.targets[TargetSet.L3][Step.FINDING] == DEFAULT_TARGETS[TargetSet.L3][Step.FINDING]
    assert read.texts["hotline.voice.greeting"]["en"] == "Hello"
    assert read.ladder[0].contact == Name("主任", "Head")
    assert read.kind_words[0].words == ("投诉",)


def _rule(**cells: object) -> Spoil:
    """A rule in front of all others, sound where nothing else is said."""
    usual = {
        "id": "new",
        "when": {"category": "crisis", "channel": "web", "kind": "praise"},
        "send": {"to": "office"},
    }
    return lambda raw: raw["rules"].insert(0, usual | cells)


def _category(**cells: object) -> Spoil:
    return lambda raw: raw["categories"]["lift"].update(cells)


FAULTS: list[tuple[str, Spoil]] = [
    ("policy.fallback: It is missing.", lambda raw: raw.pop("fallback")),
    ("policy.fallback: 'x' is no category.", lambda raw: raw.update(fallback="x")),
    ("policy.categories: It is empty.", lambda raw: raw.update(categories={})),
    ("policy.categories.lift: 3 is of the wrong form.", lambda raw: raw["categories"].update(lift=3)),
    ("policy.categories.lift.parent: 'x' is no category.", _category(parent="x")),
    ("policy.categories.lift.parent: It leads back to itself.", _category(parent="lift")),
    ("policy.categories.utilities.parent: It leads back to itself.", lambda raw: raw["categories"]["utilities"].update(parent="lift")),
    ("policy.categories.lift.service_line: It follows from the parent.", _category(service_line="sanitation")),
    ("policy.categories.sanitation.service_line: It is missing.", lambda raw: raw["categories"]["sanitation"].pop("service_line")),
    ("policy.categories.lift.level: 'L9' is not one of its words.", _category(level="L9")),
    ("policy.categories.lift.kind: 5 is of the wrong form.", _category(kind=5)),
    ("policy.categories.lift.sla: 'soon' is no limit.", _category(sla="soon")),
    ("policy.categories.lift.sla: '0 wh' is no limit.", _category(sla="0 wh")),
    ("policy.categories.lift.visit: 'yes' is of the wrong form.", _category(visit="yes")),
    ("policy.categories.lift.keywords: A list does not fit here.", _category(keywords=["a", 3])),
    ("policy.categories.lift.keywords: '停水' is a keyword of water-supply too", _category(keywords=["停水"])),
    ("policy.categories.lift.name: It is missing.", lambda raw: raw["categories"]["lift"].pop("name")),
    ("policy.categories.lift.name.en: It is missing.", _category(name={"zh": "电梯"})),
    ("policy.categories.lift.keyword: It is not known here. Remove it (did you mean keywords?)", _category(keyword=["x"])),
    ("policy.categories.lift.verification: 'x' is not one of its words.", _category(verification="x")),
    ("policy.default: It is missing.", lambda raw: raw.pop("default")),
    ("policy.default.id: The id 'crisis-office' is there 2 times.", lambda raw: raw["default"].update(id="crisis-office")),
    ("policy.default.when: It is not known here.", lambda raw: raw["default"].update(when={})),
    ("policy.rules[1].id: The id 'crisis-office' is there 2 times. Give each its own id.", _rule(id="crisis-office")),
    ("policy.rules[1].id: It is missing.", lambda raw: raw["rules"][0].pop("id")),
    ("policy.rules[1].when.category: 'x' is no category.", _rule(when={"category": ["crisis", "x"]})),
    ("policy.rules[1].when.place: 'roof' is not one of its words. Choose from road, courtyard", _rule(when={"category": "crisis", "place": "roof"})),
    ("policy.rules[1].when.working_time: 'no' is of the wrong form.", _rule(when={"working_time": "no", "kind": "praise", "channel": "web"})),
    ("policy.rules[1].when.weather: It is not known here.", _rule(when={"weather": "rain", "kind": "praise", "channel": "web"})),
    ("policy.rules[1].when: It can never hold", _rule(when={"category": "crisis", "service_line": "sanitation"})),
    ("policy.rules[2].when: It can never decide: new above always does", _rule(when={"category": "public_safety"})),
    ("policy.rules[1].send.to: It is missing.", _rule(send={})),
    ("policy.rules[1].send.to: 'moon' is not one of its words.", _rule(send={"to": "moon"})),
    ("policy.rules[1].send.unit: It stands beside to.", _rule(send={"to": "office", "unit": "heping"})),
    ("policy.rules[1].send.role: 'boss' is not one of its words.", _rule(send={"to": "office", "role": "boss"})),
    ("policy.rules[1].send.notice.en: It is missing.", _rule(send={"to": "office", "notice": {"zh": "请"}})),
    ("policy.rules: 'none' is of the wrong form.", lambda raw: raw.update(rules="none")),
    ("policy.targets.L5: There is no such column", lambda raw: raw["targets"].update(L5={"visit": "1 h"})),
    ("policy.targets.L1.visit: '1 week' is no limit.", lambda raw: raw["targets"]["L1"].update(visit="1 week")),
    ("policy.targets.L1.visits: It is not known here.", lambda raw: raw["targets"]["L1"].update(visits="1 h")),
    ("policy.ladder: It is empty.", lambda raw: raw.update(ladder=[])),
    ("policy.ladder: It does not lead upwards.", lambda raw: raw["ladder"].reverse()),
    ("policy.ladder[5].contact: It is missing.", lambda raw: raw["ladder"][4].pop("contact")),
    ("policy.ladder[1].who: 'king' is not one of its words. Choose from worker, courtyard", lambda raw: raw["ladder"][0].update(who="king")),
    ("policy.calendar.zone: 'Mars/Base' is no time zone.", lambda raw: raw["calendar"].update(zone="Mars/Base")),
    ("policy.calendar.windows: This is no list of working hours.", lambda raw: raw["calendar"].update(windows=[])),
    ("policy.calendar.windows: ['9', '12:00'] are no working hours.", lambda raw: raw["calendar"].update(windows=[["9", "12:00"]])),
    ("policy.calendar.windows: 'all' are no working hours.", lambda raw: raw["calendar"].update(windows=["all"])),
    ("policy.calendar.windows: The working hours overlap or run backwards.", lambda raw: raw["calendar"].update(windows=[["12:00", "09:00"]])),
    ("policy.calendar.windows: ['09:00+08:00', '12:00'] are no working hours.", lambda raw: raw["calendar"].update(windows=[["09:00+08:00", "12:00"]])),
    ("policy.calendar.zone: 5 is of the wrong form.", lambda raw: raw["calendar"].update(zone=5)),
    ("policy.calendar.published: This is no list of years. Write years from 2000 to 2100", lambda raw: raw["calendar"].update(published=2026)),
    ("policy.calendar.published: 1999 is no year", lambda raw: raw["calendar"].update(published=[2000, 1999])),
    ("policy.calendar.published: 2101 is no year", lambda raw: raw["calendar"].update(published=[2100, 2101])),
    ("policy.calendar.published: '2026' is no year", lambda raw: raw["calendar"].update(published=["2026"])),
    ("policy.calendar.published: True is no year", lambda raw: raw["calendar"].update(published=[True])),
    ("policy.calendar.off: '1 May' is no date.", lambda raw: raw["calendar"].update(off=["1 May"])),
    ("policy.calendar.off: A list does not fit here.", lambda raw: raw["calendar"].update(off=[date(2027, 5, 1)])),
    ("policy.calendar.work: 2027-05-01 is in off too", lambda raw: raw["calendar"].update(off=["2027-05-01"], work=["2027-05-01"])),
    ("policy.menu: The key '1' is there 2 times.", lambda raw: raw["menu"][1].update(key="1")),
    ("policy.menu: It has no way to a person.", lambda raw: raw["menu"].pop()),
    ("policy.menu[1].key: '10' is no key.", lambda raw: raw["menu"][0].update(key="10")),
    ("policy.menu[1].category: 'x' is no category.", lambda raw: raw["menu"][0].update(category="x")),
    ("policy.risks.fire.words: It is missing.", lambda raw: raw["risks"]["fire"].pop("words")),
    ("policy.kind_words.enquiry: A word cannot make a matter this kind. Choose from request, complaint, report.", lambda raw: raw["kind_words"].update(enquiry=["请问"])),
    ("policy.texts.Greeting: This is no message id.", lambda raw: raw.update(texts={"Greeting": {"zh_CN": "您好", "en": "Hello"}})),
    ("policy.texts.hotline.hello.en: It is missing.", lambda raw: raw.update(texts={"hotline.hello": {"zh_CN": "您好"}})),
    ("policy.ruels: It is not known here. Remove it (did you mean rules?)", lambda raw: raw.update(ruels=[])),
]  # fmt: skip


@pytest.mark.parametrize(("said", "spoil"), FAULTS, ids=[said for said, _ in FAULTS])
def test_a_fault_is_named(said: str, spoil: Spoil) -> None:
    raw = raw_policy()
    spoil(raw)
    with pytest.raises(PolicyErrors) as caught:
        parse(raw)
    assert any(line.startswith(said) for line in told(caught.value.faults)), told(caught.value.faults)


@pytest.mark.parametrize("value", [[], (), {}, None, date(2027, 5, 1)], ids=repr)
def test_a_value_of_any_form_can_be_told(value: object) -> None:
    faults: list[Fault] = []
    Table(value, "", faults)
    Table({"t": value or date(2027, 5, 1)}, "", faults).text("t")
    assert len(told(faults)) == len(faults) >= 1


def test_units_that_the_district_lacks_are_told() -> None:
    assert unknown_units(policy(), district()) == ()
    raw = raw_policy()
    raw["rules"][1]["when"]["area"] = ["heping", "moon"]
    raw["rules"][2]["send"] = {"unit": "mars"}
    raw["default"]["send"] = {"unit": "venus"}
    spoilt = parse(raw)
    office = "which Xingfu Sub-district Office does not have. Name a unit of the district, or take this one out."
    assert told(unknown_units(spoilt, district())) == [
        f"policy.rules[2].when.area: The rule {spoilt.rules[1].id} names the unit 'moon', {office}",
        f"policy.rules[3].send.unit: The rule {spoilt.rules[2].id} names the unit 'mars', {office}",
        f"policy.default.send.unit: The rule default-committee names the unit 'venus', {office}",
    ]


def test_all_faults_come_at_once() -> None:
    raw = raw_policy()
    raw["rules"][3]["send"]["role"] = "boss"
    raw["targets"]["L4"]["told"] = "soon"
    raw["menu"][2]["category"] = "x"
    raw["fallback"] = "y"
    with pytest.raises(PolicyErrors) as caught:
        parse(raw)
    assert {fault.path for fault in caught.value.faults} == {
        "policy.rules[4].send.role",
        "policy.targets.L4.told",
        "policy.menu[3].category",
        "policy.fallback",
    }
    assert str(caught.value).splitlines() == [
        "policy.rules[4].send.role: dispatch.fault.not_a_word",
        "policy.fallback: dispatch.fault.no_category",
        "policy.targets.L4.told: dispatch.fault.no_limit",
        "policy.menu[3].category: dispatch.fault.no_category",
    ]


def _dead(rows: list[dict[str, Any]]) -> list[str]:
    raw = raw_policy() | {
        "rules": [{"id": f"r{n}", "when": row, "send": {"to": "office"}} for n, row in enumerate(rows, 1)]
    }
    try:
        parse(raw)
    except PolicyErrors as errors:
        return [fault.path for fault in errors.faults]
    return []


@pytest.mark.parametrize(
    ("rows", "dead"),
    [
        ([{}, {"category": "lift"}], [2]),
        ([{"category": "utilities"}, {"category": "lift"}], [2]),
        ([{"category": "lift"}, {"category": "utilities"}], []),
        ([{"working_time": True}, {"working_time": False}, {"category": "lift"}], [3]),
        (
            [
                {"place": ["road", "courtyard"]},
                {"place": ["stairwell", "indoors", "unknown"]},
                {"kind": "praise"},
            ],
            [3],
        ),
        ([{"place": ["road", "courtyard"]}, {"place": ["stairwell", "indoors"]}, {"kind": "praise"}], []),
        ([{"area": "heping"}, {"category": "lift"}], []),
        ([{"area": ["heping", "binhe"]}, {"area": "heping", "category": "lift"}], [2]),
        ([{"keywords": ["甲", "乙"]}, {"keywords": ["乙"]}], [2]),
        ([{"keywords": ["乙"]}, {"keywords": ["甲", "乙"]}], []),
        ([{"service_line": "sanitation"}, {"category": "rubbish"}], [2]),
        ([{"channel": "text", "level": "L1"}, {"channel": "text"}, {"level": "L1"}], []),
        ([{"category": "x"}, {"category": "lift"}], [1]),
    ],
)
def test_dead_rows(rows: list[dict[str, Any]], dead: list[int]) -> None:
    assert [int(path.split("[")[1].split("]")[0]) for path in _dead(rows)] == dead


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["categories", "rules", "when", "send", "targets", "ladder", "calendar", "menu", "texts", "parent", "a", "risks", "L1", "default", "id"]), inner, max_size=6), max_leaves=20))  # fmt: skip
@settings(deadline=None)
def test_anything_else_gives_faults_and_nothing_else(raw: Any) -> None:
    with pytest.raises(PolicyErrors):
        parse(raw)


def test_cells_of_numbers_and_flags() -> None:
    faults: list[Fault] = []
    table = Table({"n": 3, "yes": True, "no": False, "odd": "x", "none": None}, "t", faults)
    assert (table.whole("n"), table.whole("absent", 7), table.flag("yes"), table.flag("no")) == (
        3,
        7,
        True,
        False,
    )
    assert (table.flag("absent"), table.flag("absent", True), table.flag("none", True)) == (None, True, True)
    assert faults == []
    assert (
        table.whole("yes"),
        table.whole("missing"),
        table.flag("odd", True),
        table.whole("n", most=2),
    ) == (0, 0, True, 0)
    assert told(faults) == [
        "t.yes: True is of the wrong form. Write a whole number from 0 to 1000000.",
        "t.missing: It is missing. Add a whole number.",
        "t.odd: 'x' is of the wrong form. Write true or false.",
        "t.n: 3 is of the wrong form. Write a whole number from 0 to 2.",
    ]


def test_a_policy_is_compared_as_an_object() -> None:
    one, other = parse(_small()), parse(_small())
    assert isinstance(one, Policy)
    assert one != other
