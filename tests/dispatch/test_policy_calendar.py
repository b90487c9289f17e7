"""The calendar of a policy: closures, hours of a unit's own, and limits of a category's own."""

# ruff: noqa: E501 - tables are read by the line

from datetime import date, time
from typing import Any

import pytest

from cases.clock.sla import Level, TargetSet, parse_limit
from cases.clock.workdays import DEFAULT_WINDOWS, Closure
from cases.steps import Step
from dispatch.calendar.table import DayTable, of_policy
from dispatch.policy import PolicyErrors, parse, unknown_units
from dispatch.policy.limits import limits_of
from tests.dispatch.sample import district, policy, raw_policy, told

EARLY = [["07:30", "11:30"]]


def with_calendar(**said: Any) -> dict[str, Any]:
    raw = raw_policy()
    raw["calendar"] |= said
    return raw


def said_of(raw: dict[str, Any]) -> list[str]:
    with pytest.raises(PolicyErrors) as caught:
        parse(raw)
    return told(caught.value.faults)


def test_a_day_or_a_part_of_it_is_closed() -> None:
    raw = with_calendar(closed=[{"day": "2026-07-15", "from": "13:00", "until": "17:30"}, {"day": "2026-07-16"}])
    afternoon, whole = Closure(date(2026, 7, 15), (time(13), time(17, 30))), Closure(date(2026, 7, 16))
    assert parse(raw).calendar.closures == (afternoon, whole)


@pytest.mark.parametrize(
    ("closed", "said"),
    [
        ({"from": "13:00", "until": "14:00"}, "policy.calendar.closed[1].day: It is missing."),
        ({"day": "15 July"}, "policy.calendar.closed[1].day: '15 July' is no date."),
        ({"day": "2026-07-15", "from": "13:00"}, "policy.calendar.closed[1].from: The closure has one end only. Write from and until"),
        ({"day": "2026-07-15", "until": "13:00"}, "policy.calendar.closed[1].from: The closure has one end only."),
        ({"day": "2026-07-15", "from": "1 pm", "until": "14:00"}, "policy.calendar.closed[1].from: '1 pm' is no time of day."),
        ({"day": "2026-07-15", "from": "13:00+08:00", "until": "14:00"}, "policy.calendar.closed[1].from: '13:00+08:00' is no time of day."),
        ({"day": "2026-07-15", "from": "14:00", "until": "13:00"}, "policy.calendar.closed[1].until: The closure runs backwards."),
        ({"day": "2026-07-15", "form": "14:00"}, "policy.calendar.closed[1].form: It is not known here. Remove it (did you mean from?)"),
    ],
)  # fmt: skip
def test_a_faulty_closure_is_named(closed: dict[str, str], said: str) -> None:
    assert any(line.startswith(said) for line in said_of(with_calendar(closed=[closed])))


def units(**said: Any) -> DayTable:
    return of_policy(parse(with_calendar(closed=[{"day": "2026-07-16"}], units=said)))


def test_a_unit_has_its_own_hours_or_those_above_it() -> None:
    found = units(binhe={"windows": EARLY}, hepan={"closed": [{"day": "2026-07-20"}]})
    binhe, hepan = found.calendar_of(("xingfu", "binhe")), found.calendar_of(("xingfu", "binhe", "hepan"))
    assert found.calendar_of(("xingfu", "heping")) is found.calendar
    assert binhe.windows == hepan.windows == ((time(7, 30), time(11, 30)),)
    assert binhe.closures == (Closure(date(2026, 7, 16)),)
    assert hepan.closures == (Closure(date(2026, 7, 16)), Closure(date(2026, 7, 20)))
    assert (binhe.days, binhe.published, binhe.zone_name) == (
        found.calendar.days,
        found.calendar.published,
        "Asia/Shanghai",
    )
    alone = units(hepan={"closed": [{"day": "2026-07-20"}]})
    assert alone.calendar_of(("xingfu", "binhe", "hepan")).windows == DEFAULT_WINDOWS


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({"windows": [["9", "10"]]}, "policy.calendar.units.binhe.windows: ['9', '10'] are no working hours."),
        ({"windows": [["12:00", "09:00"]]}, "policy.calendar.units.binhe.windows: The working hours overlap"),
        ({"window": EARLY}, "policy.calendar.units.binhe.window: It is not known here. Remove it (did you mean windows?)"),
        ({"closed": [{"day": "x"}]}, "policy.calendar.units.binhe.closed[1].day: 'x' is no date."),
        ("early", "policy.calendar.units.binhe: 'early' is of the wrong form."),
    ],
)  # fmt: skip
def test_faulty_hours_of_a_unit_are_named(own: object, said: str) -> None:
    lines = said_of(with_calendar(units={"binhe": own}))
    assert any(line.startswith(said) for line in lines), lines


def test_a_unit_with_hours_must_be_in_the_district() -> None:
    assert policy().unit_hours
    assert told(unknown_units(parse(with_calendar(units={"moon": {"windows": EARLY}})), district())) == [
        "policy.calendar.units.moon: The calendar gives hours to the unit 'moon', which Xingfu Sub-district Office "
        "does not have. Name a unit of the district, or take this one out."
    ]


def test_limits_of_a_category_s_own_by_column_win_and_are_inherited() -> None:
    raw = raw_policy()
    raw["categories"]["rubbish"]["targets"] = {"L3": {"visit": "4 wh", "told": "6 d"}, "rework": {"told": "none"}}
    raw["categories"]["rubble"]["targets"] = {"L3": {"visit": "2 wh"}}
    found = parse(raw)
    rubble, kind = found.category("rubble"), "complaint"
    first = limits_of(found, rubble, Level.L3, kind)
    again = limits_of(found, rubble, Level.L3, kind, rework=True)
    urgent = limits_of(found, rubble, Level.L2, kind)
    assert first is not None
    assert again is not None
    assert urgent is not None
    assert (first[Step.VISIT], first[Step.TOLD]) == (parse_limit("2 wh"), parse_limit("6 d"))
    assert first[Step.FINDING] == found.targets[TargetSet.L3][Step.FINDING]
    assert again[Step.TOLD] is None
    assert urgent == found.targets[TargetSet.L2]
    assert limits_of(found, found.category("praise"), Level.L3, "praise") is None


@pytest.mark.parametrize(
    ("targets", "said"),
    [
        (
            {"L5": {"visit": "1 h"}},
            "policy.categories.lift.targets.L5: There is no such column of limits. Choose from L1",
        ),
        ({"L2": {"visit": "soon"}}, "policy.categories.lift.targets.L2.visit: 'soon' is no limit."),
        ({"L2": {"visits": "1 h"}}, "policy.categories.lift.targets.L2.visits: It is not known here."),
        ("1 h", "policy.categories.lift.targets: '1 h' is of the wrong form."),
    ],
)
def test_faulty_limits_of_a_category_are_named(targets: object, said: str) -> None:
    raw = raw_policy()
    raw["categories"]["lift"]["targets"] = targets
    lines = said_of(raw)
    assert any(line.startswith(said) for line in lines), lines
