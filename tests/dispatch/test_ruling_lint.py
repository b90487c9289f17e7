"""What is wrong with a decision table is found, all of it, and nothing is found in the shipped one."""

from dataclasses import replace
from itertools import product
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.report import Channel
from cases.steps import Level
from dispatch.places import PlaceKind
from dispatch.policy import Kind, Policy, Rule, When, parse, read
from dispatch.rules import Facts
from dispatch.ruling.conditions import Caller, People, Season, Source, Trait, reporters
from dispatch.ruling.finding import Finding
from dispatch.ruling.lint import lint
from dispatch.ruling.space import cells, grounds
from tests.dispatch.sample import district, policy, raw_policy, told
from tests.dispatch.test_rules import slow_match


def test_the_shipped_table_is_clean() -> None:
    assert lint(policy(), district()) == ()


def row(id_: str, when: dict[str, Any], **send: Any) -> dict[str, Any]:
    return {"id": id_, "when": when, "send": {"to": "courtyard", **send}}


AREAS = ("xingfuli", "heping", "binhe", "xinyuan")


def two_hundred() -> dict[str, Any]:
    """The shipped table with exceptions by area above it, two hundred rows in all, each for one category to which no
    other row gives conditions (but none for pets and crisis), and with nothing to find."""
    raw = raw_policy()
    parents = {category.parent for category in policy().categories.values()}
    narrowed = {code for rule in policy().rules if _narrows(rule) for code in rule.when.categories}
    leaves = [
        code
        for code in policy().categories
        if code not in parents and code not in narrowed | {"other", "pets", "crisis"}
    ]
    pairs = [(code, area) for area in AREAS for code in leaves][: 200 - len(raw["rules"])]
    notice = {"zh": "按片区办理。", "en": "As agreed for this area."}
    extra = [
        {"id": f"{code}-{area}", "when": {"category": code, "area": area}, "send": {"unit": area, "notice": notice}}
        for code, area in pairs
    ]
    return raw | {"rules": [*extra, *raw["rules"]]}


def _narrows(rule: Rule) -> bool:
    return rule.when != When(categories=rule.when.categories)


def web(category: str | list[str], **cells: Any) -> dict[str, Any]:
    """Reports by the page, for which the table has no row of its own."""
    return {"category": category, "channel": "web", **cells}


# What is put above the table, and what must be found: the kind of trouble and the row.
PLANTED: tuple[tuple[str, list[dict[str, Any]], set[tuple[str, str]]], ...] = (
    (
        "a row that areas above it cover",
        [row("high", web("pets", area="heping"), to="office"), row("bad", web("pets", area="meihua"))],
        {("dead", "bad")},
    ),
    (
        "a row that rows above it cover together",
        [
            row("day", web("pets", working_time=True), to="office"),
            row("night", web("pets", working_time=False), to="office"),
            row("bad", web("pets", place="road")),
        ],
        {("cell", "bad")},
    ),
    (
        "a row whose words are all taken",
        [
            row("one", web("pets", keywords=["流浪狗"]), to="office"),
            row("two", web("pets", keywords=["犬吠"]), to="office"),
            row("bad", web("pets", keywords=["流浪狗", "犬吠"]), to="committee"),
        ],
        {("dead", "bad")},
    ),
    (
        "cells that never hold together",
        [row("bad", {"category": "pets", "service_line": "social_aid"})],
        {("cell", "bad")},
    ),
    (
        "a kind that no report of the category has",
        [row("bad", {"category": "crisis", "kind": "praise"})],
        {("dead", "bad")},
    ),
    (
        "a row without which nothing changes",
        [row("bad", web("pets", level="L1"), to="office"), row("same", web("pets"), to="office")],
        {("adds_nothing", "bad")},
    ),
    (
        "two rows of which only the order tells",
        [row("high", web("pets"), to="office"), row("bad", {"category": "pets", "place": "road"}, to="committee")],
        {("crosses", "bad")},
    ),
    (
        "an order that needs no telling",
        [{**row("bad", web("pets"), to="office"), "over": ["crisis-office"]}],
        {("over_nothing", "bad")},
    ),
    ("a category that nothing covers", [], {("uncovered", "")}),
    (
        "a cell that says everything",
        [row("bad", web("pets", level=["L1", "L2", "L3", "L4"]), to="office")],
        {("whole_cell", "bad")},
    ),
    ("an area inside another", [row("bad", web("pets", area=["heping", "meihua"]), to="office")], {("inside", "bad")}),
    ("a word of one sign", [row("bad", web("pets", keywords=["狗"]), to="office")], {("short_word", "bad")}),
    (
        "a word inside another",
        [row("bad", web("pets", keywords=["流浪狗", "流浪狗群"]), to="office")],
        {("inner_word", "bad")},
    ),
    ("urgent matters made light of", [row("bad", web("crisis"), to="office", level="L3")], {("lowers", "bad")}),
    ("a unit that is gone", [{"id": "bad", "when": web("pets"), "send": {"unit": "atlantis"}}], {("gone", "bad")}),
    (
        "an area that is gone",
        [row("bad", web("pets", area="atlantis"), to="office")],
        {("gone", "bad"), ("dead", "bad")},
    ),
    ("a role at the duty desk", [row("bad", web("pets"), to="duty_desk", role="duty")], {("desk_role", "bad")}),
    ("a role that nobody has there", [row("bad", web("pets"), role="culture_desk")], {("no_role", "bad")}),
    ("a skill that nobody has", [row("bad", web("pets"), to="committee", skill="law")], {("no_skill", "bad")}),
    ("a skill that no patrol has", [row("bad", web("pets"), to="patrol", skill="law")], {("no_skill", "bad")}),
    ("a role that no patrol has", [row("bad", web("pets"), to="patrol", role="liaison")], {("no_role", "bad")}),
    (
        "a season in which a row above decides",
        [
            row("winter", web("pets", season=["heating"]), to="office"),
            row("rest", web("pets", season=["flood", "ordinary"]), to="committee"),
            row("bad", web("pets", people="50+")),
        ],
        {("cell", "bad")},
    ),
    (
        "a resident who is on a round",
        [row("bad", {"category": "pets", "channel": "round", "source": "resident"})],
        {("cell", "bad")},
    ),
    (
        "a machine without a number",
        [row("bad", {"category": "pets", "source": "machine", "caller": "anonymous"})],
        {("cell", "bad")},
    ),
    (
        "every number of people there is",
        [row("bad", web("pets", people=["one", "2-9", "10-49", "50+"]), to="office")],
        {("whole_cell", "bad")},
    ),
    (
        "rows by caller and by crowd of which only the order tells",
        [
            row("high", web("pets", caller="vulnerable"), to="office"),
            row("bad", web("pets", people=["10-49", "50+"]), to="committee"),
        ],
        {("crosses", "bad")},
    ),
    (
        "the same unit with another secrecy",
        [
            row("high", web("pets", again=True), to="office", confidential=True),
            row("bad", web("pets", season="flood"), to="office"),
        ],
        {("crosses", "bad")},
    ),
    ("a set of limits that there is not", [row("bad", web("pets"), to="office", sla="nope")], {("cell", "bad")}),
    (
        "a co-handler that is gone",
        [row("bad", web("pets"), to="office", co_handlers=["atlantis"])],
        {("gone", "bad")},
    ),
    (
        "a unit beside itself",
        [{"id": "bad", "when": web("pets"), "send": {"unit": "heping", "co_handlers": ["heping"]}}],
        {("cell", "bad")},
    ),
    ("a category that there is not", [row("bad", {"category": "dragons"})], {("cell", "bad")}),
    ("a misspelt column", [row("bad", web("pets", plaec="road"), to="office")], {("cell", "bad")}),
)


def _linted(raw: dict[str, Any]) -> tuple[Finding, ...]:
    read_, faults = read(raw)
    return lint(read_, district(), faults)


def test_two_hundred_rows_have_nothing_to_find() -> None:
    raw = two_hundred()
    assert len(raw["rules"]) == 200
    assert [(each.kind, each.rule) for each in _linted(raw)] == []


@pytest.mark.parametrize(
    ("planted", "rows", "expected"), PLANTED, ids=lambda value: value if isinstance(value, str) else ""
)
def test_what_is_planted_is_found_and_nothing_else(
    planted: str, rows: list[dict[str, Any]], expected: set[tuple[str, str]]
) -> None:
    raw = two_hundred()
    raw["rules"] = [*rows, *raw["rules"]]
    if not rows:
        raw["rules"] = [rule for rule in raw["rules"] if rule["id"] != "safety-committee"]
    found = _linted(raw)
    assert {(each.kind, each.rule) for each in found} == expected
    for line in told(each.fault for each in found):
        assert line.startswith("policy.rules"), planted


def test_a_unit_without_anybody_is_found() -> None:
    bare = replace(district(), workers=tuple(each for each in district().workers if each.unit != "heping"))
    found = {(each.kind, each.rule) for each in lint(policy(), bare)}
    assert found == {("empty", "vendors-heping")}


def test_a_skill_is_looked_for_where_the_row_can_reach() -> None:
    def of(skilled: str, **send: str) -> set[str]:
        able = (replace(each, skills=("law",)) if each.code == skilled else each for each in district().workers)
        found = replace(district(), workers=tuple(able))
        raw = two_hundred()
        raw["rules"].insert(0, row("bad", web("pets", area="heping"), skill="law", **send))
        return {each.kind for each in lint(read(raw)[0], found)}

    assert of("heping-grid-01", to="courtyard") == set(), "somebody of one of the courtyards"
    assert of("heping-head", to="courtyard") == set(), "one level up"
    assert of("leader", to="courtyard") == set(), "at the office"
    assert of("binhe-head", to="courtyard") == {"no_skill"}, "in another committee"
    assert of("heping-duty-1", to="patrol") == set(), "on patrol there"
    assert of("binhe-duty-1", to="patrol") == {"no_skill"}, "on patrol elsewhere"


def test_a_patrol_that_there_is_not_is_found() -> None:
    bare = replace(district(), beside=replace(district().beside, teams=()))
    assert {(each.kind, each.rule) for each in lint(policy(), bare)} == {("empty", "suspicious-road")}


def test_a_category_inside_another_of_its_cell_is_found() -> None:
    raw = two_hundred()
    raw["rules"].insert(-1, row("bad", web(["order", "public_safety"]), to="office"))
    assert [(each.kind, each.rule) for each in _linted(raw)] == [("inside", "bad")]


SMALL = ("pets", "parking", "crisis")
SMALL_WORDS = ("流浪狗", "犬吠")
small_cells = st.fixed_dictionaries(
    {},
    optional={
        "category": st.lists(st.sampled_from(SMALL), min_size=1, max_size=2, unique=True),
        "place": st.lists(st.sampled_from([each.value for each in PlaceKind]), min_size=1, max_size=4, unique=True),
        "area": st.lists(st.sampled_from(["heping", "meihua", "binhe"]), min_size=1, max_size=2, unique=True),
        "keywords": st.lists(st.sampled_from(SMALL_WORDS), min_size=1, max_size=2, unique=True),
        "working_time": st.booleans(),
    },
)


told_cells = st.fixed_dictionaries(
    {"category": st.sampled_from(SMALL)},
    optional={
        "season": st.lists(st.sampled_from([each.value for each in Season]), min_size=1, max_size=2, unique=True),
        "people": st.lists(st.sampled_from([each.value for each in People]), min_size=1, max_size=3, unique=True),
        "source": st.lists(st.sampled_from([each.value for each in Source]), min_size=1, max_size=2, unique=True),
        "caller": st.lists(st.sampled_from([each.value for each in Trait]), min_size=1, max_size=2, unique=True),
        "again": st.booleans(),
    },
)


def everything(read_: Policy) -> list[Facts]:
    """Every report that the columns of `small_cells` tell apart."""
    areas = [tuple(grounds(district())[code]) for code in ("", "heping", "meihua", "binhe", "xinyuan")]
    words = [frozenset(said) for said in ([], SMALL_WORDS[:1], SMALL_WORDS[1:], SMALL_WORDS)]
    return [
        Facts(code, Kind.REQUEST, Level.L3, place, area, read_.category(code).service_line, said, Channel.TEXT, flag)
        for code, place, area, said, flag in product(SMALL, PlaceKind, areas, words, (True, False))
    ]


def everybody(read_: Policy) -> list[Facts]:
    """Every report that the columns of `told_cells` tell apart."""
    spoken = (Kind.REQUEST, Level.L3, PlaceKind.ROAD, ())
    return [
        Facts(
            code, *spoken, read_.category(code).service_line, frozenset(), channel, True,
            Caller(source, traits), season, crowd, again,
        )
        for code, (channel, source, traits), season, crowd, again in product(
            SMALL, reporters(), Season, People, (False, True)
        )
    ]  # fmt: skip


@given(st.lists(small_cells, min_size=1, max_size=5))
@settings(deadline=None, max_examples=40)
def test_a_row_is_called_dead_exactly_when_it_decides_nothing(rows: list[dict[str, Any]]) -> None:
    made = [row(f"r{n}", when, to="office" if n % 2 else "committee") for n, when in enumerate(rows)]
    read_, faults = read(raw_policy() | {"rules": made})
    assert all(".when" in fault.path for fault in faults)
    decided = [(facts, slow_match(facts, read_)) for facts in everything(read_)]
    deciding = {rule.id for _, rule in decided}
    found = lint(read_, district(), faults)
    dead = {each.rule for each in found if each.kind in ("dead", "cell")}
    assert dead == {each["id"] for each in made} - deciding
    bare = {facts.category for facts, rule in decided if rule is read_.default}
    assert {each.fault.trouble.params["code"] for each in found if each.kind == "uncovered"} >= bare - {"other"}


@given(st.lists(told_cells, min_size=1, max_size=4))
@settings(deadline=None, max_examples=25)
def test_so_it_is_by_caller_season_and_crowd(rows: list[dict[str, Any]]) -> None:
    made = [row(f"r{n}", when, to="office" if n % 2 else "committee") for n, when in enumerate(rows)]
    read_, faults = read(raw_policy() | {"rules": made})
    deciding = {slow_match(facts, read_).id for facts in everybody(read_)}
    dead = {each.rule for each in lint(read_, district(), faults) if each.kind in ("dead", "cell")}
    assert dead == {each["id"] for each in made} - deciding


@given(st.lists(small_cells, min_size=2, max_size=5))
@settings(deadline=None, max_examples=40)
def test_what_is_said_to_add_nothing_can_be_taken_out(rows: list[dict[str, Any]]) -> None:
    made = [row(f"r{n}", when, to="office") for n, when in enumerate(rows)]
    read_, faults = read(raw_policy() | {"rules": made})
    for each in lint(read_, district(), faults):
        if each.kind == "adds_nothing":
            without = replace(read_, rules=tuple(rule for rule in read_.rules if rule.id != each.rule))
            for facts in everything(read_):
                assert slow_match(facts, without).outcome == slow_match(facts, read_).outcome


def test_a_large_table_that_asks_for_everything_is_looked_through_at_once() -> None:
    """Rows that are few at a time leave few differences: two hundred with every column stay some thousand cells."""
    draw = Random(3)
    raw = parse(two_hundred())
    rows = [
        replace(
            rule,
            when=replace(
                rule.when,
                seasons=(draw.choice(list(Season)),) if draw.random() < 0.3 else (),
                people=tuple(draw.sample(list(People), 2)) if draw.random() < 0.3 else (),
                caller=(draw.choice(list(Trait)),) if draw.random() < 0.3 else (),
                again=draw.choice((None, True, False)),
            ),
        )
        for rule in raw.rules
    ]
    assert len(list(cells(replace(raw, rules=tuple(rows)), district()))) < 20_000


def test_cells_are_as_many_as_the_rows_tell_apart() -> None:
    assert len(list(cells(replace(policy(), rules=()), district()))) == 1
    one = replace(policy(), rules=(Rule("r", When(places=(PlaceKind.ROAD,)), policy().default.outcome),))
    assert sorted(cell.rows for cell in cells(one, district())) == [0, 1]
