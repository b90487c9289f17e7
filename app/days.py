"""The first day table: what `chinesecalendar` knows of days off and make-up days, as a seed of the policy."""

from collections.abc import Mapping
from typing import Any

import chinese_calendar

_FIRST_YEAR = 2024  # a case older than the product needs no calendar


def with_day_table(policy: Mapping[str, Any]) -> dict[str, Any]:
    """The policy with the published days off and make-up days: a seed, edited as policy versions later."""
    calendar = dict(policy.get("calendar", {}))
    off, work = set(calendar.get("off", ())), set(calendar.get("work", ()))
    for day, kind in _published().items():
        if day not in off | work:
            (work if kind == "work" else off).add(day)
    return {**policy, "calendar": {**calendar, "off": sorted(off), "work": sorted(work)}}


def _published() -> dict[str, str]:
    years = {day.year for day in chinese_calendar.holidays}
    days = {d.isoformat(): "off" for d in chinese_calendar.holidays if d.year >= _FIRST_YEAR and d.year in years}
    return days | {d.isoformat(): "work" for d in chinese_calendar.workdays if d.year >= _FIRST_YEAR}
