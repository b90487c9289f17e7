"""A date as people write it: 2026-12-03, 12-03, 12/3, 12月3日, with or without an hour; in the office's zone."""

import re
from datetime import UTC, date, datetime, time, timedelta

from cases.clock.workdays import Calendar

_DAY = (
    r"(?:(?P<year>20[0-9]{2})\s*[-/.年]\s*)?(?P<month>1[0-2]|0?[1-9])\s*[-/.月]\s*"
    r"(?P<day>3[01]|[12][0-9]|0?[1-9])\s*[日号]?"
)
_HOUR = r"(?:[\sT]*(?P<hour>2[0-3]|[01]?[0-9])\s*[:：]\s*(?P<minute>[0-5][0-9])(?::00)?)?"
_WHOLE = re.compile(rf"\s*{_DAY}{_HOUR}\s*")
_WITHIN = re.compile(
    rf"[\s,，;；。.]*(?:至|到|until|till|to)?\s*(?<![0-9.-]){_DAY}{_HOUR}(?![0-9天个楼栋幢.-])[\s,，;；。.]*"
)


# Behind two numbers with a point or a stroke between them these make it a measure or a share: 1.5米的管子, 3/4的住户.
_MEASURE = re.compile(
    r"\s*(?:%|[千毫厘分平立]?方?米|[公英]?[分寸尺里斤吨]|[万千百元块角度倍成]|小时"
    r"|(?:mm|cm|dm|km|m|kg|kw|l|inch|in|ft|of)\b)"
)


def read_moment(said: str, calendar: Calendar, now: datetime) -> datetime | None:
    """The moment that is meant; of a day alone the office's closing time on it, or on the next working day where it is
    off. A date without a year is the next to come. None where it is no date."""
    found = _WHOLE.fullmatch(said)
    return _moment(found, calendar, now) if found else None


def read_opening(said: str, calendar: Calendar, now: datetime) -> datetime | None:
    """As `read_moment`; of a day alone the moment at which the office opens on it."""
    found = _WHOLE.fullmatch(said)
    at = _moment(found, calendar, now) if found else None
    if found is None or at is None or found["hour"]:
        return at
    return calendar.windows_on(calendar.local_day(at))[0][0]


_SOON = re.compile(
    r"\s*(?:(?P<minutes>[1-9][0-9]{0,2})\s*(?:分钟|分|minutes?|min)?|(?P<hour>2[0-3]|[01]?[0-9])[:：](?P<minute>[0-5][0-9]))\s*"
)


def read_soon(said: str, calendar: Calendar, now: datetime) -> datetime | None:
    """The moment that is meant: so many minutes from now, the next such time of day, or a date as `read_moment` reads
    it. None where it is none."""
    found = _SOON.fullmatch(said)
    if found is None:
        return read_moment(said, calendar, now)
    if found["minutes"]:
        return now + timedelta(minutes=int(found["minutes"]))
    local = now.astimezone(calendar.zone)
    then = local.replace(hour=int(found["hour"]), minute=int(found["minute"]), second=0, microsecond=0)
    return (then if then > local else then + timedelta(days=1)).astimezone(UTC)


def cut_date(said: str) -> tuple[str, str]:
    """The first date that stands in some words, as it is written, and the words without it; without one, nothing and
    all the words."""
    found = next((each for each in _WITHIN.finditer(said) if not _is_measure(each, said)), None)
    if found is None:
        return "", said.strip()
    date_ = said[found.start("year") if found["year"] else found.start("month") : found.end()].strip(" ,，;；。.")
    return date_, " ".join(part for part in (said[: found.start()].strip(), said[found.end() :].strip()) if part)


def _is_measure(found: re.Match[str], said: str) -> bool:
    """Whether these two numbers count something: without a year, an hour and the word for a day, and with what they
    count behind them."""
    written = said[found.start("month") : found.end("day")]
    if found["year"] or found["hour"] or not any(mark in written for mark in "./"):
        return False
    share = "/" in written and int(found["month"]) < int(found["day"]) and said.startswith("的", found.end("day"))
    return share or _MEASURE.match(said, found.end("day")) is not None


def _moment(found: re.Match[str], calendar: Calendar, now: datetime) -> datetime | None:
    day = _day(found, calendar.local_day(now))
    if day is None:
        return None
    if found["hour"]:
        local = datetime.combine(day, time(int(found["hour"]), int(found["minute"])), tzinfo=calendar.zone)
        return local.astimezone(UTC)
    if not calendar.windows_on(day):
        day = calendar.next_working_day(day)
    return calendar.windows_on(day)[-1][1]


def _day(found: re.Match[str], today: date) -> date | None:
    years = [int(found["year"])] if found["year"] else [today.year, today.year + 1]
    for year in years:
        try:
            day = date(year, int(found["month"]), int(found["day"]))
        except ValueError:
            continue
        if found["year"] or day >= today:
            return day
    return None
