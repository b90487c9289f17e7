"""The district as tables: nothing is lost on the way out and in, and what is wrong keeps its line."""

import string
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.sample import raw_district
from dispatch.district import DistrictErrors, Role, parse_district
from dispatch.district.difference import How, changes
from dispatch.district.entered import Entered, Line, enter
from dispatch.district.listing import joined, parted
from dispatch.district.sheets import COLUMNS, Row, kind_of, tables_of

_WORDS = st.text("幸福里和平一村、;；'=-+ABC", min_size=1, max_size=6).filter(lambda text: text.strip("、;； ") == text)
_CODES = st.lists(st.text(string.ascii_lowercase + "-9", min_size=1, max_size=8), unique=True, min_size=12, max_size=12)


def lines(tables: dict[str, list[Row]]) -> dict[str, list[Line]]:
    """As a file gives them."""
    return {name: [Line(number, row) for number, row in enumerate(rows, 2)] for name, rows in tables.items()}


def bare(raw: dict[str, Any]) -> dict[str, Any]:
    """The office alone: all else comes from the tables."""
    return {"office": raw["office"], "duty_desk": raw["duty_desk"], **({"map": raw["map"]} if "map" in raw else {})}


@st.composite
def districts(draw: st.DrawFn) -> dict[str, Any]:
    """A raw district of random shape, each reference of which leads somewhere."""
    codes = [f"a{code}" for code in draw(_CODES)]
    name = _WORDS.map(lambda word: {"zh": word, "en": f"{word} in English"})
    committees = codes[: draw(st.integers(1, 3))]
    courtyards = codes[3 : 3 + draw(st.integers(1, 4))]
    grids, workers = codes[7 : 7 + draw(st.integers(1, 2))], codes[9 : 9 + draw(st.integers(1, 3))]
    units = ["office", *committees, *courtyards]
    one = lambda listed: draw(st.sampled_from(listed))  # noqa: E731 - said at each place
    maybe = lambda key, listed: {key: one(listed)} if draw(st.booleans()) else {}  # noqa: E731
    named = iter(draw(st.lists(_WORDS, unique_by=str.casefold, min_size=9, max_size=9)))
    entrances = st.integers(1, 9) | st.lists(st.integers(1, 99).map(str), min_size=1, max_size=4, unique=True)
    hour = st.times().map(lambda at: at.strftime("%H:%M"))
    return {
        "office": {"code": "office", "name": draw(name)},
        "duty_desk": {"name": draw(name)},
        "committees": [{"code": code, "name": draw(name)} for code in committees],
        "courtyards": [{"code": code, "name": draw(name), "committee": one(committees)} for code in courtyards],
        "grids": [{"code": code, "committee": one(committees), **maybe("worker", workers)} for code in grids],
        "workers": [
            {
                "code": code, "unit": one(units), "name": draw(name), "role": one([role.value for role in Role]),
                **maybe("skills", [["law"], ["law", "welding"]]), **maybe("languages", [["en"], ["zh_CN", "en"]]),
                **maybe("capacity", [1, 999]),
            }
            for code in workers
        ],
        "duty": [
            {
                "unit": one(units), "from": draw(hour), "to": draw(hour), "worker": one(workers),
                **maybe("days", [[0], [5, 6], [0, 1, 2, 3, 4]]),
            }
            for _ in range(draw(st.integers(0, 4)))
        ],
        "estates": [
            {
                "name": {"zh": next(named), "en": "x" * n},
                **({"aliases": [next(named), next(named)][: draw(st.integers(1, 2))]} if draw(st.booleans()) else {}),
                "buildings": [
                    {"number": number, "units": draw(entrances), "courtyard": one(courtyards), **maybe("grid", grids)}
                    for number in draw(st.lists(st.integers(1, 99).map(str), unique=True, max_size=4))
                ],
            }
            for n in range(1, 1 + draw(st.integers(0, 2)))
        ],
        "roads": [
            {
                "name": {"zh": next(named), "en": "y"},
                "stretches": [
                    {"from": first, "to": first + 10, "committee": one(committees), **maybe("courtyard", courtyards)}
                    for first in draw(st.lists(st.integers(1, 900), unique=True, max_size=3))
                ],
            }
            for _ in range(draw(st.integers(0, 1)))
        ],
        **draw(beside(units, workers, grids)),
    }  # fmt: skip


@st.composite
def beside(draw: st.DrawFn, units: list[str], workers: list[str], grids: list[str]) -> dict[str, Any]:
    """What stands beside the units, each part of which may be missing."""
    name = _WORDS.map(lambda word: {"zh": word, "en": f"{word} in English"})
    some = lambda *listed: st.lists(st.sampled_from(listed), min_size=1, unique=True)  # noqa: E731 - said at each place
    degrees = lambda most: st.floats(-most, most).map(lambda one: round(one, 6))  # noqa: E731
    maybe: dict[str, st.SearchStrategy[Any]] = {
        "address": name, "body": name, "what": name, "at": st.tuples(degrees(180), degrees(90)).map(list),
        "grid": st.sampled_from(grids), "serves": some("meals", "social_aid"), "phone": st.just("021-55500001"),
        "hours": some("12345 09:00-12:00", "6 20:00-02:00"), "members": some(*workers), "grids": some(*grids),
        "skills": some("law", "welding"), "levels": some("L1", "L4"),
    }  # fmt: skip

    def row(key: dict[str, Any], *columns: str) -> dict[str, Any]:
        return {**key, "name": draw(name), **{each: draw(maybe[each]) for each in columns if draw(st.booleans())}}

    unit = st.sampled_from(units)
    point = row({"code": "p", "unit": draw(unit)}, "address", "at", "grid", "serves", "hours", "phone")
    team = row({"code": "t-1", "unit": draw(unit)}, "members", "grids")
    outside = row({"code": "e"}, "skills", "serves", "body", "phone", "hours")
    inside = row({"code": "f", "worker": draw(st.sampled_from(workers))}, "skills", "serves")
    line = row({"number": "12345"}, "what", "serves", "levels")
    return {"points": [point], "teams": [team], "experts": [outside, inside], "other_lines": [line]}


@given(districts())
@settings(max_examples=60, deadline=None)
def test_out_and_in_again_changes_nothing(raw: dict[str, Any]) -> None:
    try:
        before = parse_district(raw)
    except DistrictErrors:
        return  # two names that are the same folded
    made = enter(bare(raw), lines(tables_of(raw)))
    assert made.faults == []
    assert changes(before, parse_district(made.raw)) == ()
    assert parse_district(made.raw).workers == before.workers


def test_a_file_without_a_column_leaves_what_people_are_able_to() -> None:
    raw = dict(raw_district())
    raw["workers"] = [
        {**raw["workers"][0], "skills": ["welding"], "languages": ["en"], "capacity": 7},
        *raw["workers"][1:],
    ]
    tables = tables_of(raw)["staff"]
    bare_ = [{key: row[key] for key in ("code", "unit", "name_zh", "name_en", "role")} for row in tables]
    made = enter(raw, lines({"staff": bare_}))
    assert parse_district(made.raw).workers == parse_district(raw).workers
    emptied = [{**row, "skills": "", "languages": "", "capacity": ""} for row in tables]
    [change] = changes(parse_district(raw), parse_district(enter(raw, lines({"staff": emptied})).raw))
    assert (change.how, change.columns) == (How.CHANGED, ("skills", "languages", "capacity"))


def test_the_sample_goes_out_and_in_again() -> None:
    raw = dict(raw_district())
    made = enter(bare(raw), lines(tables_of(raw)))
    assert changes(parse_district(raw), parse_district(made.raw)) == ()
    assert parse_district(made.raw).workers == parse_district(raw).workers


@given(st.lists(_WORDS, max_size=4))
def test_texts_of_a_cell_are_parted_as_they_were_joined(texts: list[str]) -> None:
    assert parted(joined(texts)) == texts


def test_tables_are_known_by_their_columns() -> None:
    for name, columns in COLUMNS.items():
        assert kind_of(columns) == name
    assert kind_of(("code", "worker", "committee")) == "grids"
    assert kind_of(("what", "ever")) is None
    assert kind_of(()) is None


def with_row(table: str, n: int, **cells: str) -> Entered:
    """The sample with one line changed."""
    raw = dict(raw_district())
    tables = tables_of(raw)
    tables[table][n] = {**tables[table][n], **cells}
    return enter(raw, lines({table: tables[table]}))


def found(made: Entered) -> list[tuple[tuple[str, int] | None, str]]:
    """Each finding with its line."""
    told = [(place, fault.trouble.id) for place, fault in made.faults]
    try:
        parse_district(made.raw)
    except DistrictErrors as errors:
        told += [(made.line_of(fault.path), fault.trouble.id) for fault in errors.faults]  # type: ignore[misc]
    return told  # type: ignore[return-value]


def test_what_is_wrong_is_told_with_its_line() -> None:
    assert found(with_row("staff", 3, unit="atlantis")) == [(("staff", 5), "dispatch.fault.no_such")]
    assert found(with_row("staff", 3, role="king")) == [(("staff", 5), "dispatch.fault.not_a_word")]
    assert found(with_row("staff", 3, phone="12")) == [(("staff", 5), "dispatch.fault.no_phone")]
    assert found(with_row("staff", 3, skills="Schweißen")) == [(("staff", 5), "dispatch.fault.no_code")]
    assert found(with_row("staff", 3, languages="klingon")) == [(("staff", 5), "choice.fault.no_language")]
    assert found(with_row("staff", 3, capacity="many")) == [(("staff", 5), "dispatch.fault.is_value")]
    assert [place for place, _ in found(with_row("staff", 3, capacity="0"))] == [("staff", 5)]
    assert found(with_row("grids", 1, worker="nobody")) == [(("grids", 3), "dispatch.fault.no_such")]
    assert found(with_row("duty", 0, days="8")) == [(("duty", 2), "district.fault.no_days")]
    assert found(with_row("duty", 0, **{"from": "25:00"})) == [(("duty", 2), "dispatch.fault.no_time")]
    assert found(with_row("estates", 2, entrances="x")) == [(("estates", 4), "dispatch.fault.is_value")]
    assert found(with_row("estates", 2, courtyard="atlantis")) == [(("estates", 4), "dispatch.fault.no_such")]
    assert found(with_row("roads", 0, committee="atlantis")) == [(("roads", 2), "dispatch.fault.no_such")]
    assert found(with_row("units", 1, kind="castle"))[0] == (("units", 3), "dispatch.fault.not_a_word")
    assert (("units", 2), "district.fault.one_office") in found(with_row("units", 0, code="another"))


def test_what_stands_beside_the_units_is_told_with_its_line() -> None:
    assert found(with_row("points", 1, unit="atlantis")) == [(("points", 3), "dispatch.fault.no_such")]
    assert found(with_row("points", 1, lon="east")) == [(("points", 3), "beside.fault.no_degrees")]
    assert found(with_row("points", 1, lat="")) == [(("points", 3), "beside.fault.no_degrees")]
    for cell in ("inf", "-inf", "nan", "1e308", "180.1"):
        assert found(with_row("points", 1, lon=cell)) == [(("points", 3), "beside.fault.no_degrees")]
    assert found(with_row("points", 1, lat="90.1")) == [(("points", 3), "beside.fault.no_degrees")]
    assert found(with_row("points", 1, hours="always")) == [(("points", 3), "beside.fault.no_hours")]
    assert found(with_row("points", 1, phone="13900000001")) == [(("points", 3), "beside.fault.own_number")]
    assert found(with_row("points", 1, phone="139-0000-0001")) == [(("points", 3), "beside.fault.own_number")]
    assert found(with_row("other_lines", 2, number="13900000001")) == [(("other_lines", 4), "beside.fault.own_number")]
    assert found(with_row("teams", 0, members="heping-duty-1、nobody")) == [(("teams", 2), "dispatch.fault.no_such")]
    assert found(with_row("experts", 0, worker="nobody", body_zh="", body_en="", phone="")) == [
        (("experts", 2), "dispatch.fault.no_such")
    ]
    assert found(with_row("other_lines", 2, number="one two")) == [(("other_lines", 4), "beside.fault.no_number")]
    assert found(with_row("other_lines", 2, name_zh="", name_en="")) == [(("other_lines", 4), "dispatch.fault.missing")]
    assert found(with_row("other_lines", 2, number="110")) == [(("other_lines", 2), "dispatch.fault.twice")]


def test_a_file_without_skills_takes_none_away() -> None:
    raw = dict(raw_district())
    raw["workers"] = [{**each, "skills": ["law"], "capacity": 7} for each in raw["workers"]]
    kept = ("code", "unit", "name_zh", "name_en", "role", "phone")
    rows = [{column: row[column] for column in kept} for row in tables_of(raw)["staff"]]
    before = parse_district(raw)
    assert changes(before, parse_district(enter(raw, lines({"staff": rows})).raw)) == ()
    emptied = [{**row, "skills": "", "capacity": "x" if n == 1 else ""} for n, row in enumerate(rows)]
    made = enter(raw, lines({"staff": emptied}))
    assert [place for place, _ in made.faults] == [("staff", 3)]
    assert parse_district(made.raw).skills == frozenset()


def test_a_code_that_stands_twice_is_told_at_the_second() -> None:
    first = tables_of(raw_district())["grids"][0]["code"]
    assert (("grids", 3), "dispatch.fault.twice") in found(with_row("grids", 1, code=first))


def test_a_grid_that_goes_takes_its_ground_with_it() -> None:
    raw = dict(raw_district())
    rows = tables_of(raw)["grids"][1:]
    named = {row["grid"] for estate in raw["estates"] for row in estate["buildings"]}
    first = raw["grids"][0]["code"]
    assert first in named
    made = enter(raw, lines({"grids": rows}))
    assert first not in {each["properties"]["grid"] for each in made.raw["map"]["features"]}
    assert {trouble for _, trouble in found(made)} == {"dispatch.fault.no_such"}, "its buildings name it still"


def test_changes_say_what_is_new_other_and_gone() -> None:
    raw = dict(raw_district())
    before = parse_district(raw)
    tables = tables_of(raw)
    tables["staff"][2] = {**tables["staff"][2], "name_zh": "新名字", "name_en": "New Name"}
    tables["staff"].append({**tables["staff"][2], "code": "new-one"})
    tables["duty"].pop()
    made = enter(raw, lines({"staff": tables["staff"], "duty": tables["duty"]}))
    seen = {(each.how, each.table, each.code, each.columns) for each in changes(before, parse_district(made.raw))}
    assert (How.CHANGED, "staff", tables["staff"][2]["code"], ("name",)) in seen
    assert (How.NEW, "staff", "new-one", ()) in seen
    assert {table for _, table, _, _ in seen} == {"staff", "duty"}
    assert changes(before, before) == ()
