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
from dispatch.policy import Destination, Fault, Kind, Policy, PolicyErrors, ServiceLine, parse
from dispatch.reading.cells import Table
from tests.dispatch.sample import ROOT, policy, raw_district, raw_policy

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


def test_risk_words_reach_the_two_urgent_levels() -> None:
    assert {risk.level for risk in policy().risks} == {Level.L1, Level.L2}


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
    other = small.category("other")
    assert (other.kind, other.level, other.sla, other.verification) == (Kind.REQUEST, Level.L3, "level", None)


def test_everything_that_can_be_said() -> None:
    raw = _small() | {
        "calendar": {
            "zone": "UTC",
            "windows": [["08:00", "16:00"]],
            "off": ["2027-02-08"],
            "work": "2027-02-14",
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
    ("policy.fallback: is missing", lambda raw: raw.pop("fallback")),
    ("policy.fallback: 'x' is no category", lambda raw: raw.update(fallback="x")),
    ("policy.categories: is empty", lambda raw: raw.update(categories={})),
    ("policy.categories.lift: is 3", lambda raw: raw["categories"].update(lift=3)),
    ("policy.categories.lift.parent: 'x' is no category", _category(parent="x")),
    ("policy.categories.lift.parent: leads back to itself", _category(parent="lift")),
    ("policy.categories.utilities.parent: leads back", lambda raw: raw["categories"]["utilities"].update(parent="lift")),
    ("policy.categories.lift.service_line: is the parent's", _category(service_line="sanitation")),
    ("policy.categories.sanitation.service_line: is missing", lambda raw: raw["categories"]["sanitation"].pop("service_line")),
    ("policy.categories.lift.level: 'L9' is not one of its words", _category(level="L9")),
    ("policy.categories.lift.kind: is 5", _category(kind=5)),
    ("policy.categories.lift.sla: 'soon' is no limit", _category(sla="soon")),
    ("policy.categories.lift.sla: '0 wh' is no limit", _category(sla="0 wh")),
    ("policy.categories.lift.visit: is 'yes'", _category(visit="yes")),
    ("policy.categories.lift.keywords: is a list", _category(keywords=["a", 3])),
    ("policy.categories.lift.keywords: '停水' is a keyword of water-supply too", _category(keywords=["停水"])),
    ("policy.categories.lift.name: is missing", lambda raw: raw["categories"]["lift"].pop("name")),
    ("policy.categories.lift.name.en: is missing", _category(name={"zh": "电梯"})),
    ("policy.categories.lift.keyword: is not known here; remove it (did you mean keywords?)", _category(keyword=["x"])),
    ("policy.categories.lift.verification: 'x' is not one", _category(verification="x")),
    ("policy.default: is missing", lambda raw: raw.pop("default")),
    ("policy.default.id: 'crisis-office' is a rule's id too", lambda raw: raw["default"].update(id="crisis-office")),
    ("policy.default.when: is not known here", lambda raw: raw["default"].update(when={})),
    ("policy.rules[1].id: 'crisis-office' is there 2 times", _rule(id="crisis-office")),
    ("policy.rules[1].id: is missing", lambda raw: raw["rules"][0].pop("id")),
    ("policy.rules[1].when.category: 'x' is no category", _rule(when={"category": ["crisis", "x"]})),
    ("policy.rules[1].when.place: 'roof' is not one of its words; choose from road, courtyard", _rule(when={"category": "crisis", "place": "roof"})),
    ("policy.rules[1].when.working_time: is 'no'", _rule(when={"working_time": "no", "kind": "praise", "channel": "web"})),
    ("policy.rules[1].when.weather: is not known here", _rule(when={"weather": "rain", "kind": "praise", "channel": "web"})),
    ("policy.rules[1].when: can never hold", _rule(when={"category": "crisis", "service_line": "sanitation"})),
    ("policy.rules[2].when: can never decide: new above always does", _rule(when={"category": "public_safety"})),
    ("policy.rules[1].send.to: is missing", _rule(send={})),
    ("policy.rules[1].send.to: 'moon' is not one of its words", _rule(send={"to": "moon"})),
    ("policy.rules[1].send.unit: is there beside to", _rule(send={"to": "office", "unit": "heping"})),
    ("policy.rules[1].send.role: 'boss' is not one", _rule(send={"to": "office", "role": "boss"})),
    ("policy.rules[1].send.notice.en: is missing", _rule(send={"to": "office", "notice": {"zh": "请"}})),
    ("policy.rules: is 'none'", lambda raw: raw.update(rules="none")),
    ("policy.targets.L5: is no column", lambda raw: raw["targets"].update(L5={"visit": "1 h"})),
    ("policy.targets.L1.visit: '1 week' is no limit", lambda raw: raw["targets"]["L1"].update(visit="1 week")),
    ("policy.targets.L1.visits: is not known here", lambda raw: raw["targets"]["L1"].update(visits="1 h")),
    ("policy.ladder: is empty", lambda raw: raw.update(ladder=[])),
    ("policy.ladder: does not lead upwards", lambda raw: raw["ladder"].reverse()),
    ("policy.ladder[5].contact: is missing", lambda raw: raw["ladder"][4].pop("contact")),
    ("policy.ladder[1].who: 'king' is no rung", lambda raw: raw["ladder"][0].update(who="king")),
    ("policy.calendar: zone_name 'Mars/Base' is not known", lambda raw: raw["calendar"].update(zone="Mars/Base")),
    ("policy.calendar.windows: is no list", lambda raw: raw["calendar"].update(windows=[])),
    ("policy.calendar.windows: ['9', '12:00'] is no window", lambda raw: raw["calendar"].update(windows=[["9", "12:00"]])),
    ("policy.calendar.windows: 'all' is no window", lambda raw: raw["calendar"].update(windows=["all"])),
    ("policy.calendar: windows overlap", lambda raw: raw["calendar"].update(windows=[["12:00", "09:00"]])),
    ("policy.calendar.off: '1 May' is no date", lambda raw: raw["calendar"].update(off=["1 May"])),
    ("policy.calendar.off: is a list", lambda raw: raw["calendar"].update(off=[date(2027, 5, 1)])),
    ("policy.calendar.work: 2027-05-01 is in off too", lambda raw: raw["calendar"].update(off=["2027-05-01"], work=["2027-05-01"])),
    ("policy.menu: the key 1 is there 2 times", lambda raw: raw["menu"][1].update(key="1")),
    ("policy.menu: has no way to a person", lambda raw: raw["menu"].pop()),
    ("policy.menu[1].key: '10' is no key", lambda raw: raw["menu"][0].update(key="10")),
    ("policy.menu[1].category: 'x' is no category", lambda raw: raw["menu"][0].update(category="x")),
    ("policy.risks.life.words: is missing", lambda raw: raw["risks"]["life"].pop("words")),
    ("policy.kind_words.enquiry: cannot be given by a word", lambda raw: raw["kind_words"].update(enquiry=["请问"])),
    ("policy.texts.Greeting: is no message id", lambda raw: raw.update(texts={"Greeting": {"zh_CN": "您好", "en": "Hello"}})),
    ("policy.texts.hotline.hello.en: is missing", lambda raw: raw.update(texts={"hotline.hello": {"zh_CN": "您好"}})),
    ("policy.ruels: is not known here; remove it (did you mean rules?)", lambda raw: raw.update(ruels=[])),
]  # fmt: skip


@pytest.mark.parametrize(("said", "spoil"), FAULTS, ids=[said for said, _ in FAULTS])
def test_a_fault_is_named(said: str, spoil: Spoil) -> None:
    raw = raw_policy()
    spoil(raw)
    with pytest.raises(PolicyErrors) as caught:
        parse(raw)
    assert any(str(fault).startswith(said) for fault in caught.value.faults), str(caught.value)
    assert all(fault.remedy for fault in caught.value.faults)


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
    assert len(str(caught.value).splitlines()) == 4


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
    assert [str(fault).split(";")[0] for fault in faults] == [
        "t.yes: is True",
        "t.missing: is missing",
        "t.odd: is 'x'",
        "t.n: is 3",
    ]


def test_a_policy_is_compared_as_an_object() -> None:
    one, other = parse(_small()), parse(_small())
    assert isinstance(one, Policy)
    assert one != other
