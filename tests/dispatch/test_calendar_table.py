"""The day table as a value: what a notice, a closure and hours make of it, and what is wrong with it."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.days import seed_of, with_day_table
from app.phrasebook import Catalogues
from cases.clock.workdays import Closure, DayKind
from cases.phrases import EN, LANGUAGES, msg
from dispatch.calendar import changing
from dispatch.calendar.changing import CalendarTrouble, Stretch
from dispatch.calendar.checking import findings, last_day
from dispatch.calendar.entering import of_notice
from dispatch.calendar.notice import Notice, read_notice
from dispatch.calendar.rows import difference, rows
from dispatch.calendar.table import Closing, DayTable, Origin, named, of_policy, packed, unpacked
from dispatch.policy import parse
from tests.stage import sample_policy

ZONE = ZoneInfo("Asia/Shanghai")
FIXED = ("01-01", "05-01", "05-02", "10-01", "10-02", "10-03")


@cache
def table() -> DayTable:
    return of_policy(parse(with_day_table(sample_policy())))


def notice_of(year: int, *more: str, fixed: tuple[str, ...] = FIXED) -> Notice:
    lines = [f"{year}-{day},holiday,x" for day in fixed]
    return read_notice("n.csv", "\n".join(["date,kind,name", *lines, *more]))


def at(said: str) -> datetime:
    return datetime.fromisoformat(said).replace(tzinfo=ZONE).astimezone(UTC)


def test_the_first_table_is_the_policy_s_calendar_and_survives_being_stored() -> None:
    policy, first = parse(with_day_table(sample_policy())), table()
    assert first.calendar == policy.calendar
    own = first.calendar_of(("xingfu", "binhe", "wangjiang"))
    assert own == replace(policy.calendar, windows=policy.unit_hours["wangjiang"].windows) != policy.calendar
    assert first.calendar_of(("xingfu", "heping")) is first.calendar
    closed = changing.with_closure(first, Stretch(at("2026-07-15T13:00"), at("2026-07-17T10:00"), "heping"), "台风")
    assert unpacked(packed(closed)) == closed
    assert named(first, {date(2026, 10, 1): "国庆节"}).days[date(2026, 10, 1)].name == "国庆节"


def test_a_notice_makes_its_year_published_and_leaves_what_was_entered_by_hand() -> None:
    before = changing.with_day(table(), date(2027, 3, 8), DayKind.OFF, "own")
    assert before.calendar.is_provisional(date(2027, 3, 1))
    after = of_notice(notice_of(2027, "2027-02-20,makeup,春节", "2027-03-08,closure,y"), whole=True)(before)
    calendar = after.calendar
    assert not calendar.is_provisional(date(2027, 3, 1))
    assert calendar.is_working_day(date(2027, 2, 20))
    assert after.days[date(2027, 3, 8)].origin is Origin.HAND
    again = of_notice(notice_of(2027), whole=True)(after)
    assert date(2027, 2, 20) not in again.days
    assert again.days[date(2027, 3, 8)].name == "own"
    assert {day: each for day, each in again.days.items() if day.year == 2026} == {
        day: each for day, each in before.days.items() if day.year == 2026
    }


def test_a_part_of_a_notice_is_entered_on_demand_only() -> None:
    part = notice_of(2027, fixed=FIXED[:2])
    with pytest.raises(CalendarTrouble) as caught:
        of_notice(part, whole=True)(table())
    assert "2027-05-02, 2027-10-01, 2027-10-02, 2027-10-03" in Catalogues().say(caught.value.message, EN)
    after = of_notice(part, whole=False)(table())
    assert after.calendar.is_provisional(date(2027, 1, 1))
    assert len(after.days) == len(table().days) + 2
    elsewhere = DayTable("Europe/Berlin", table().windows, {})
    assert 2027 in of_notice(part, whole=True)(elsewhere).published


def test_a_seed_fills_a_year_and_never_wins_over_people() -> None:
    bare = DayTable("Asia/Shanghai", table().windows, {})
    by_hand = changing.with_day(bare, date(2026, 10, 1), DayKind.WORK, "own")
    after = changing.seeded(by_hand, 2026, seed_of(2026))
    assert 2026 in after.published
    assert after.days[date(2026, 10, 1)].name == "own"
    assert after.days[date(2026, 10, 2)].kind is DayKind.OFF
    assert seed_of(2099) == ()


def test_an_emergency_closure_is_cut_into_days_and_opened_again_in_part() -> None:
    closed = changing.with_closure(table(), Stretch(at("2026-07-15T13:00"), at("2026-07-17T10:00")), "台风")
    assert [each.closure for each in closed.closings] == [
        Closure(date(2026, 7, 15), (time(13), time.max)),
        Closure(date(2026, 7, 16)),
        Closure(date(2026, 7, 17), (time(0), time(10))),
    ]
    opened = changing.without_closure(closed, Stretch(at("2026-07-15T15:00"), at("2026-07-17T00:00")))
    assert [each.closure for each in opened.closings] == [
        Closure(date(2026, 7, 15), (time(13), time(15))),
        Closure(date(2026, 7, 17), (time(0), time(10))),
    ]
    assert changing.with_closure(closed, Stretch(at("2026-07-16T00:00"), at("2026-07-17T00:00")), "台风") == closed
    with pytest.raises(CalendarTrouble):
        changing.without_closure(closed, Stretch(at("2026-07-16T00:00"), at("2026-07-17T00:00"), "heping"))


def test_a_closure_of_a_unit_holds_for_those_below_it_alone() -> None:
    closed = changing.with_closure(table(), Stretch(at("2026-07-15T00:00"), at("2026-07-16T00:00"), "binhe"), "停电")
    day = date(2026, 7, 15)
    assert closed.calendar.windows_on(day)
    assert closed.calendar_of(("xingfu", "heping")).windows_on(day)
    assert not closed.calendar_of(("xingfu", "binhe", "wangjiang")).windows_on(day)


# The days around which clocks are changed in these zones in 2026, and ordinary ones.
AROUND = {
    "Asia/Shanghai": (7, 13),
    "Europe/Berlin": (3, 27),
    "America/New_York": (10, 30),
    "Australia/Lord_Howe": (4, 2),
}
MINUTES = st.integers(0, 8 * 24 * 60)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(AROUND)), MINUTES, MINUTES)
def test_what_is_closed_and_opened_again_is_as_it_was(zone_name: str, one: int, other: int) -> None:
    before = replace(table(), zone_name=zone_name)
    calendar, begins = before.calendar, datetime(2026, *AROUND[zone_name], tzinfo=UTC)
    stretch = Stretch(
        *(begins + timedelta(minutes=each) for each in sorted((one, other + 1 if one == other else other)))
    )
    closed = changing.with_closure(before, stretch, "x")
    first, last = begins - timedelta(days=5), begins + timedelta(days=40)
    lost = calendar.working_time_between(first, last) - closed.calendar.working_time_between(first, last)
    assert lost == calendar.working_time_between(stretch.start, stretch.end)
    assert changing.without_closure(closed, stretch) == before


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda: Stretch(at("2026-07-15T13:00"), at("2026-07-15T13:00")), "calendar.trouble.backwards"),
        (lambda: Stretch(at("2026-07-15T13:00"), at("2026-10-15T13:00")), "calendar.trouble.too_long"),
        (lambda: changing.hours_in("9-12"), "calendar.trouble.no_hours"),
        (lambda: changing.hours_in("13:00-17:30,09:00-12:00"), "calendar.trouble.no_hours"),
        (lambda: changing.hours_in("09:00-12:00-13:00"), "calendar.trouble.no_hours"),
        (lambda: changing.moment_in(table().calendar, "noon"), "calendar.trouble.no_moment"),
    ],
)
def test_what_cannot_be_names_the_trouble_and_the_remedy(change: object, says: str) -> None:
    with pytest.raises(CalendarTrouble) as caught:
        change()  # type: ignore[operator]
    assert caught.value.message.id == says
    for lang in LANGUAGES:
        assert Catalogues().say(caught.value.message, lang).count("\n") == 1


def test_hours_are_the_office_s_or_a_unit_s_own() -> None:
    morning = changing.hours_in("08:00-12:00")
    assert changing.with_hours(table(), morning).calendar.windows == morning
    own = changing.with_hours(table(), morning, "heping")
    assert own.calendar_of(("xingfu", "heping", "x")).windows == morning
    assert own.calendar.windows == table().windows
    assert changing.with_hours(own, (), "heping") == table()
    assert changing.moment_in(table().calendar, "2026-07-15T13:00") == at("2026-07-15T13:00")
    assert changing.moment_in(table().calendar, "2026-07-15T13:00+00:00") == datetime(2026, 7, 15, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    ("today", "end", "kinds"),
    [
        ("2026-11-01", "2026-12-31", ["ends_soon"]),
        ("2026-10-31", "2026-12-31", []),
        ("2027-01-01", None, ["ended"]),
        ("2024-06-01", "2026-12-31", []),
    ],
)
def test_the_end_of_the_table_is_known_sixty_days_ahead(today: str, end: str | None, kinds: list[str]) -> None:
    day = date.fromisoformat(today)
    assert last_day(table(), day) == (date.fromisoformat(end) if end else None)
    assert [each.kind for each in findings(table(), day)] == kinds


def test_what_is_wrong_with_a_table_is_found() -> None:
    wrong = changing.with_day(table(), date(2026, 6, 2), DayKind.WORK, "")
    wrong = changing.with_day(wrong, date(2026, 10, 1), None, "")
    wrong = of_notice(notice_of(2028), whole=True)(wrong)
    found = findings(wrong, date(2026, 6, 1))
    assert [each.kind for each in found] == ["makeup_on_weekday", "incomplete", "gap"]
    assert "2026-10-01" in Catalogues().say(found[1].told, EN)
    assert all(Catalogues().say(each.told, lang).count("\n") == 1 for each in found for lang in LANGUAGES)


def test_rows_tell_what_is_provisional_and_a_difference_what_changed() -> None:
    year = rows(table(), date(2027, 1, 1), date(2027, 12, 31))
    assert [f"{row.day:%m-%d}" for row in year] == list(FIXED)
    assert all(row.provisional for row in year)
    after = of_notice(notice_of(2027, "2027-10-09,makeup,z"), whole=True)(table())
    differs = difference(table(), after)
    assert differs.years == (2027,)
    assert [str(row.day) for row in differs.went] == [f"2027-{day}" for day in FIXED]
    assert [str(row.day) for row in differs.came] == [*(f"2027-{day}" for day in FIXED), "2027-10-09"]
    assert not difference(after, after)
    assert difference(after, changing.with_hours(after, changing.hours_in("08:00-12:00"))).hours
    closed = changing.with_closure(after, Stretch(at("2026-07-15T13:00"), at("2026-07-17T00:00"), "binhe"), "停电")
    assert [(row.unit, row.hours, row.name) for row in difference(after, closed).came] == [
        ("binhe", "13:00-24:00", "停电"),
        ("binhe", "", "停电"),
    ]
    assert closed.closings[-1] == Closing(Closure(date(2026, 7, 16)), "binhe", "停电")
    assert Catalogues().say(msg("calendar.kind.closure"), EN) == "closure"
