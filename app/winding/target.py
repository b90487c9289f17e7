"""How far to wind: a stretch of time, an hour of the office, or a local moment."""

import re
from datetime import datetime, time, timedelta, tzinfo

from app.trouble import Trouble, trouble

_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_STRETCH = re.compile("".join(rf"(?:(\d{{1,9}}){unit})?" for unit in _UNITS))
_HOUR = re.compile(r"\d{1,2}:\d{2}")
_LONGEST = timedelta(days=366 * 10)


def target(words: str, now: datetime, zone: tzinfo) -> datetime:
    """The moment that is meant, seen from now: `3d4h`, `1w2d3h4m5s`, `10:00` (the next one in the office's zone),
    or `2026-12-01T09:00` there. Raises Trouble for what is none of them, or lies more than ten years ahead."""
    said = words.strip()
    found = _stretch(said, now) or _hour(said, now.astimezone(zone)) or _moment(said, zone)
    if found is None:
        raise _unread(words)
    if found - now > _LONGEST:
        raise trouble("app.wind.too_far", given=words)
    return found


def _unread(words: str) -> Trouble:
    return trouble("app.wind.unread", given=words)


def _stretch(said: str, now: datetime) -> datetime | None:
    found = _STRETCH.fullmatch(said.lower())
    if not said or found is None:
        return None
    amounts = {name: int(amount or 0) for name, amount in zip(_UNITS.values(), found.groups(), strict=True)}
    if not any(amounts.values()):
        raise trouble("app.wind.nothing", given=said)
    try:
        return now + timedelta(**amounts)
    except OverflowError:
        raise trouble("app.wind.too_far", given=said) from None


def _hour(said: str, local: datetime) -> datetime | None:
    if not _HOUR.fullmatch(said):
        return None
    try:
        hours, minutes = map(int, said.split(":"))
        hour = time(hours, minutes)
    except ValueError:
        return None
    today = datetime.combine(local.date(), hour, local.tzinfo)
    return today if today > local else datetime.combine(local.date() + timedelta(days=1), hour, local.tzinfo)


def _moment(said: str, zone: tzinfo) -> datetime | None:
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=zone)


def shown(moment: datetime, zone: tzinfo) -> str:
    """A moment in the office's zone, with its year: 2026-12-01 09:00."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"
