"""What stands beside the units: read, checked, and offered for a matter at a place."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.phrasebook import Catalogues
from cases.phrases import EN, ZH
from cases.steps import Level
from dispatch.district import District, DistrictErrors, parse_district, warnings
from dispatch.district.beside.hours import Opening, is_open, opens_next, read_opening, told
from dispatch.district.beside.suiting import Asked, Door, Offer, door, said_of, suiting
from dispatch.policy import parse
from dispatch.policy.reach import unasked
from tests.dispatch.sample import SHANGHAI, SUNDAY_NIGHT, TUESDAY_TEN, district, policy, raw_district, raw_policy

POINT = {"code": "p", "name": {"zh": "点", "en": "Point"}, "unit": "heping"}
TEAM = {"code": "t", "name": {"zh": "队", "en": "Team"}, "unit": "heping"}
EXPERT = {"code": "e", "name": {"zh": "专家", "en": "Expert"}}
LINE = {"number": "12315", "name": {"zh": "消费者热线", "en": "Consumers"}}


def with_rows(table: str, *rows: dict[str, Any]) -> dict[str, Any]:
    """The sample with these rows in place of one of its tables."""
    return {**raw_district(), table: list(rows)}


FAULTS: tuple[tuple[str, dict[str, Any], str, str], ...] = (
    ("points", {**POINT, "unit": "atlantis"}, "points p unit", "dispatch.fault.no_such"),
    ("points", {**POINT, "grid": "atlantis"}, "points p grid", "dispatch.fault.no_such"),
    ("points", {**POINT, "at": [121.4, 95]}, "points[1].at", "beside.fault.no_point"),
    ("points", {**POINT, "at": [121.4, float("nan")]}, "points[1].at", "beside.fault.no_point"),
    ("points", {**POINT, "at": [10**400, 31]}, "points[1].at", "beside.fault.no_point"),
    ("points", {**POINT, "at": [121.4, True]}, "points[1].at", "beside.fault.no_point"),
    ("points", {**POINT, "at": "121.4, 31.2"}, "points[1].at", "beside.fault.no_point"),
    ("points", {**POINT, "hours": ["89 09:00-12:00"]}, "points[1].hours", "beside.fault.no_hours"),
    ("points", {**POINT, "hours": ["1 09:00-25:00"]}, "points[1].hours", "beside.fault.no_hours"),
    ("points", {**POINT, "phone": "13900000001"}, "points[1].phone", "beside.fault.own_number"),
    ("points", {**POINT, "phone": "+86 139 0000 0001"}, "points[1].phone", "beside.fault.own_number"),
    ("points", {**POINT, "phone": "call me"}, "points[1].phone", "beside.fault.no_number"),
    ("points", {**POINT, "serves": ["No code!"]}, "points[1].serves", "dispatch.fault.no_code"),
    ("points", {**POINT, "hour": "always"}, "points[1].hour", "dispatch.fault.unknown"),
    ("teams", {**TEAM, "unit": "atlantis"}, "teams t unit", "dispatch.fault.no_such"),
    ("teams", {**TEAM, "members": ["nobody"]}, "teams t members", "dispatch.fault.no_such"),
    ("teams", {**TEAM, "grids": ["atlantis"]}, "teams t grids", "dispatch.fault.no_such"),
    ("teams", {**TEAM, "code": "heping"}, "teams heping", "dispatch.fault.twice"),
    ("experts", {**EXPERT, "worker": "nobody"}, "experts e worker", "dispatch.fault.no_such"),
    ("experts", {**EXPERT, "worker": "aid-desk", "phone": "12345"}, "experts[1].worker", "beside.fault.two_ways"),
    ("experts", {**EXPERT, "skills": ["a b"]}, "experts[1].skills", "dispatch.fault.no_code"),
    ("experts", {**EXPERT, "code": "E"}, "experts[1].code", "dispatch.fault.no_code"),
    ("other_lines", {**LINE, "number": "one two"}, "other_lines[1].number", "beside.fault.no_number"),
    ("other_lines", {**LINE, "number": "7"}, "other_lines[1].number", "beside.fault.no_number"),
    ("other_lines", {**LINE, "levels": ["L9"]}, "other_lines[1].levels", "dispatch.fault.not_a_word"),
)


@pytest.mark.parametrize(("table", "row", "path", "trouble"), FAULTS, ids=[f"{f[2]}-{n}" for n, f in enumerate(FAULTS)])
def test_what_is_wrong_stops_the_district_and_is_named(
    table: str, row: dict[str, Any], path: str, trouble: str
) -> None:
    raw = with_rows(table, row)
    raw["duty"] = [each for each in raw["duty"] if not each["unit"].startswith("patrol-")]
    with pytest.raises(DistrictErrors) as errors:
        parse_district(raw)
    assert [(fault.path, fault.trouble.id) for fault in errors.value.faults] == [(path, trouble)]
    book = Catalogues()
    for lang in (ZH, EN):
        assert book.say(errors.value.faults[0].trouble, lang)
        assert book.say(errors.value.faults[0].remedy, lang)


OWN = (
    *(
        "13900000001",
        "139-0000-0001",
        "139 0000 0001",
        "139.0000.0001",
        "1 3 9 0 0 0 0 0 0 0 1",
        "１３９００００　０００１",
    ),
    *("+86 139-0000-0001", "86-13900000001", "0086 139 0000 0001", "（+86）139—0000—0001", "013922220001"),
    *("王 139-0000-0001", "12345 139-0000-0001", "13900000001转8"),
)


@pytest.mark.parametrize("said", OWN)
@pytest.mark.parametrize(
    ("table", "row", "key"), [("points", POINT, "phone"), ("experts", EXPERT, "phone"), ("other_lines", LINE, "number")]
)
def test_a_persons_own_number_is_refused_and_not_shown(said: str, table: str, row: dict[str, Any], key: str) -> None:
    forms = (said, int(said)) if said.isascii() and said.isdigit() else (said,)
    for rows in (*([{**row, key: form}] for form in forms), [{**row, key: said}] * 2):
        with pytest.raises(DistrictErrors) as errors:
            parse_district(with_rows(table, *rows))
        faults = [fault for fault in errors.value.faults if fault.path.startswith(table) and fault.path.endswith(key)]
        assert [fault.trouble.id for fault in faults] == ["beside.fault.own_number"] * len(rows)
        book = Catalogues()
        told = " ".join(
            f"{fault.path} {book.say(fault.trouble, lang)} {book.say(fault.remedy, lang)}"
            for fault in errors.value.faults
            for lang in (ZH, EN)
        )
        assert said not in told
        assert "0001" not in told.replace("021-60000001", "")


@pytest.mark.parametrize(
    "said", ["12345", "110", "021-60000001", "02160000001", "0571-88880001", "400-138-0000", "60000001"]
)
def test_a_number_for_anybody_is_taken(said: str) -> None:
    point, line = {**POINT, "phone": said}, {**LINE, "number": said}
    beside = parse_district({**raw_district(), "points": [point], "other_lines": [line]}).beside
    assert (beside.points[0].phone, beside.other_lines[0].number) == (said, said)


def test_a_code_or_a_number_stands_once() -> None:
    for table, row, key in (("points", POINT, "p"), ("experts", EXPERT, "e"), ("other_lines", LINE, "12315")):
        with pytest.raises(DistrictErrors) as errors:
            parse_district(with_rows(table, row, row))
        assert [fault.path for fault in errors.value.faults] == [f"{table} {key}"]


def test_the_rota_of_a_team_has_its_members_alone() -> None:
    raw = raw_district()
    raw["duty"].append({"unit": "patrol-east", "from": "08:00", "to": "20:00", "worker": "heping-duty-1"})
    with pytest.raises(DistrictErrors) as errors:
        parse_district(raw)
    assert [(fault.path, fault.trouble.id) for fault in errors.value.faults] == [
        ("duty patrol-east", "beside.fault.no_member")
    ]


WHOLE = {"serves": ["meals"], "hours": ["1 09:00-12:00"], "at": [121.3932, 31.1984]}
WARNED: tuple[tuple[str, dict[str, Any], set[str]], ...] = (
    ("points", {**POINT, **WHOLE}, set()),
    ("points", {**POINT, **WHOLE, "at": [121.30, 31.1984]}, {"outside"}),
    ("points", {**POINT, "serves": ["meals"], "hours": ["1 09:00-12:00"]}, {"nowhere"}),
    ("points", {**POINT, "grid": "heping-01"}, {"serves_nothing", "no_hours"}),
    ("teams", {**TEAM, "grids": ["heping-01"]}, {"nobody"}),
    ("teams", {**TEAM, "members": ["heping-duty-1"]}, {"no_beat"}),
    ("teams", {**TEAM, "members": ["leader"], "grids": ["heping-01"]}, {"never_on_duty"}),
    ("experts", {**EXPERT, "skills": ["law"]}, {"out_of_reach"}),
    ("experts", {**EXPERT, "phone": "12348"}, {"knows_nothing"}),
    ("other_lines", LINE, {"line_for_nothing"}),
)


@pytest.mark.parametrize(("table", "row", "expected"), WARNED, ids=[str(n) for n in range(len(WARNED))])
def test_what_helps_nobody_is_told(table: str, row: dict[str, Any], expected: set[str]) -> None:
    raw = with_rows(table, row)
    raw["duty"] = [each for each in raw["duty"] if not each["unit"].startswith("patrol-")]
    found = warnings(parse_district(raw))
    mine = {fault.trouble.id.removeprefix("beside.warn.") for fault in found if fault.path.startswith(table)}
    assert mine == expected
    for fault in found:
        assert Catalogues().say(fault.remedy, ZH)


def test_the_sample_has_all_of_it_and_nothing_to_mend() -> None:
    beside = district().beside
    assert (len(beside.points), len(beside.teams), len(beside.experts), len(beside.other_lines)) == (6, 2, 4, 8)
    assert {"110", "119", "120", "12356"} <= {line.number for line in beside.other_lines}
    assert warnings(district()) == ()
    assert unasked(policy(), district()) == ()


def test_what_nobody_asks_for_is_told() -> None:
    lawyer = {**EXPERT, "phone": "12348", "skills": ["law"]}
    found = parse_district(with_rows("experts", lawyer, {**lawyer, "code": "f", "serves": ["dragons"]}))
    assert [(fault.path, fault.trouble.id) for fault in unasked(policy(), found)] == [
        ("experts f", "beside.warn.no_matter"), ("experts e", "beside.warn.skill_unasked"),
    ]  # fmt: skip
    raw = raw_policy()
    raw["rules"][-1]["send"]["skill"] = "law"
    assert [fault.path for fault in unasked(parse(raw), found)] == ["experts f"]


# --- hours -----------------------------------------------------------------------------------------------------


@given(
    st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))), st.times(), st.times(),
    st.integers(0, 525_600).map(lambda minutes: SUNDAY_NIGHT + timedelta(minutes=minutes)),
)  # fmt: skip
def test_hours_are_read_as_they_are_written_and_open_when_they_say(
    days: tuple[int, ...], starts: time, ends: time, at: datetime
) -> None:
    opening = Opening(days, starts.replace(second=0, microsecond=0), ends.replace(second=0, microsecond=0))
    assert read_opening(opening.written) == opening
    opens = opens_next([opening], at)
    assert opens is not None
    assert timedelta() < opens - at <= timedelta(days=7)
    assert opening.covers(opens)
    if not opening.covers(at):
        assert not any(opening.covers(at + (opens - at) * part / 20) for part in range(20)), "shut until it opens"


def test_the_night_belongs_to_the_evening_before() -> None:
    night = read_opening("5 20:00-02:00")
    assert night is not None
    saturday = datetime(2026, 11, 28, 1, 0, tzinfo=SHANGHAI)
    assert night.covers(saturday)
    assert not night.covers(saturday + timedelta(hours=1))
    assert not night.covers(saturday + timedelta(days=1))
    assert read_opening("1234567 0:00-24:00") == Opening(tuple(range(7)), time(), time())
    assert read_opening("12345") is None
    assert opens_next([], saturday) is None
    assert not is_open([], saturday)


def test_hours_are_told_by_days_that_follow_each_other() -> None:
    hours = [
        read_opening(each)
        for each in ("12345 09:00-12:00", "12345 13:00-17:00", "1357 18:00-24:00", "1234567 0:00-24:00")
    ]
    said = [Catalogues().say(each, EN) for each in told([each for each in hours if each])]
    assert said == [
        "Monday to Friday 09:00–12:00 13:00–17:00", "Monday 18:00–24:00", "Wednesday 18:00–24:00", "Friday 18:00–24:00",
        "Sunday 18:00–24:00", "every day 00:00–24:00",
    ]  # fmt: skip


def test_a_door_is_open_shut_or_not_known() -> None:
    hours = [each for each in (read_opening("2 09:00-12:00"), read_opening("2 13:00-17:00")) if each]
    noon = TUESDAY_TEN.replace(hour=12)
    assert door(hours, TUESDAY_TEN, day_off=False) == (Door.OPEN, None)
    assert door(hours, noon, day_off=False) == (Door.SHUT, noon.replace(hour=13))
    assert door(hours, TUESDAY_TEN, day_off=True) == (Door.UNSURE, None)
    assert door([], TUESDAY_TEN, day_off=False) == (Door.UNSURE, None)


# --- what suits ------------------------------------------------------------------------------------------------


def asked(category: str, **more: Any) -> Offer:
    branch = {*policy().branch(category), str(policy().category(category).service_line)}
    return suiting(district(), replace(Asked(branch, Level.L3, TUESDAY_TEN), **more))


def test_the_nearest_point_that_serves_the_matter_is_offered() -> None:
    at_heping, at_binhe = asked("low-income", grid="heping-03"), asked("low-income", grid="binhe-02")
    assert [near.point.code for near in at_heping.points] == ["heping-station"]
    assert [near.point.code for near in at_binhe.points] == ["binhe-station"]
    assert at_binhe.points[0].metres is not None
    assert at_binhe.points[0].metres < 500
    assert [near.point.code for near in asked("low-income", committee="binhe").points] == ["binhe-station"]
    assert [near.point.code for near in asked("low-income", courtyard="binhe-east").points] == ["binhe-station"]
    assert [near.metres for near in asked("low-income").points] == [None], "where it is, is not known"
    assert [near.point.code for near in asked("bulky-waste", grid="xingfuli-01").points] == ["bulky-yard"]
    assert asked("library", grid="heping-03").points[0].point.code == "culture-centre", "it serves the service line"
    assert asked("lift", grid="heping-03").points == ()


def test_where_the_nearest_is_shut_one_that_is_open_stands_beside_it() -> None:
    saturday = datetime(2026, 11, 28, 10, 0, tzinfo=SHANGHAI)
    found = asked("low-income", grid="heping-03", local=saturday).points
    assert [(near.point.code, near.door) for near in found] == [
        ("heping-station", Door.SHUT),
        ("affairs-hall", Door.OPEN),
    ]
    assert Catalogues().say(said_of(found[0], saturday), EN) == "closed now, opens on Monday at 09:00"
    noon = asked("low-income", grid="heping-03", local=TUESDAY_TEN.replace(hour=12, minute=30)).points[0]
    assert Catalogues().say(said_of(noon, TUESDAY_TEN), EN) == "closed now, opens at 13:00 today"
    holiday = asked("low-income", grid="heping-03", day_off=True).points[0]
    assert Catalogues().say(said_of(holiday, TUESDAY_TEN), EN) == "ring first: it is not sure to be open"


def test_lines_are_told_for_their_matters_and_levels() -> None:
    def lines(category: str, level: Level = Level.L3) -> list[str]:
        return [line.number for line in asked(category, level=level).lines]

    assert lines("crisis", Level.L1) == ["110", "120", "12356"]
    assert lines("gas-smell", Level.L1) == ["110", "119", "120"], "its branch is danger to life"
    assert lines("fraud") == ["96110"]
    assert lines("stairwell-light") == []
    assert lines("stairwell-light", Level.L1) == ["120"], "whatever the matter, where life is in danger"


def test_experts_are_found_by_matter_or_skill_and_never_who_has_it_already() -> None:
    def experts(category: str, **more: Any) -> list[str]:
        return [each.code for each in asked(category, **more).experts]

    assert experts("lift") == ["lift-inspector"]
    assert experts("stairwell-light") == []
    assert experts("stairwell-light", skill="structure") == ["structure-engineer"]
    assert experts("low-income") == ["aid-adviser"]
    assert experts("low-income", holder="aid-desk") == []
    assert not asked("stairwell-light", committee="heping", matters=frozenset())


# --- patrols ---------------------------------------------------------------------------------------------------


def test_a_place_leads_to_the_teams_of_its_beat() -> None:
    found = district()
    assert [team.code for team in found.patrols("heping-01", None)] == ["patrol-west"]
    assert [team.code for team in found.patrols(None, "xinyuan")] == ["patrol-east"]
    assert found.patrols(None, None) == ()
    assert found.patrols("atlantis", None) == ()


def test_who_of_a_team_is_out_is_said_by_its_rota_or_by_everybodys() -> None:
    def out(code: str, at: datetime, of: District) -> list[str]:
        team = of.beside.team(code)
        assert team is not None
        return [worker.code for worker in of.on_patrol(team, at)]

    found = district()
    assert out("patrol-east", SUNDAY_NIGHT, found) == ["binhe-duty-2", "xinyuan-duty-2"]
    assert out("patrol-west", SUNDAY_NIGHT, found) == ["xingfuli-duty-2", "heping-duty-2"], "it has no rota of its own"
    raw = raw_district()
    raw["duty"] = [row for row in raw["duty"] if row["unit"] != "patrol-east" or row["worker"] == "binhe-duty-1"]
    assert out("patrol-east", SUNDAY_NIGHT, parse_district(raw)) == [], (
        "whoever is on duty elsewhere is not out with it"
    )
