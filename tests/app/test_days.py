"""The first day table: the years that are known whole, beside what the policy says itself."""

from datetime import date
from typing import Any

from app.days import with_day_table
from cases.clock.workdays import Calendar
from dispatch.policy import parse
from tests.dispatch.sample import raw_policy


def calendar(**said: Any) -> Calendar:
    """The calendar of a policy that says this much itself."""
    raw = raw_policy()
    raw["calendar"] |= said
    return parse(with_day_table(raw)).calendar


def test_years_that_are_known_whole_are_published() -> None:
    found = calendar()
    assert min(found.published) == 2024
    assert {2024, 2025, 2026} <= found.published
    assert {day.year for day in found.days} == found.published
    assert not found.is_working_day(date(2025, 10, 8))
    assert found.is_working_day(date(2025, 10, 11))


def test_the_policy_adds_years_and_a_day_of_its_own_publishes_none() -> None:
    found = calendar(published=[2023], off=["2031-03-03"])
    assert 2023 in found.published
    assert 2031 not in found.published
    assert found.is_provisional(date(2031, 3, 4))
    assert not found.is_working_day(date(2031, 3, 3))


def test_what_the_policy_says_of_a_day_stays() -> None:
    found = calendar(work="20251008", off=["2025-10-11"])
    assert found.is_working_day(date(2025, 10, 8))
    assert not found.is_working_day(date(2025, 10, 11))
