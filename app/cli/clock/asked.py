"""What `hotline due` is asked: the matter by level or category, the moment, and by whose hours."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from difflib import get_close_matches

from app.trouble import trouble
from cases.clock.happened import Terms
from cases.clock.sla import TargetSet
from cases.clock.workdays import Calendar
from cases.phrases import EN, ZH, Message, Name, msg
from cases.report import Channel
from cases.steps import Level, Owes, owed_steps
from dispatch.calendar.table import DayTable
from dispatch.district import District
from dispatch.policy import Category, Policy
from dispatch.policy.limits import limits_of

_YEARS = range(2000, 2101)


@dataclass(frozen=True, slots=True)
class Matter:
    """What is reported, in words, and what it owes and promises."""

    words: Message
    terms: Terms


@dataclass(frozen=True, slots=True)
class Hours:
    """By whose hours it is done, in words, and these."""

    words: Message
    calendar: Calendar
    unit: str = ""


def by_level(policy: Policy, column: TargetSet) -> Matter:
    """An ordinary matter of a column of the table of limits."""
    level = Level(column.value) if column.value in set(Level) else Level.L3
    owed = (each.step for each in owed_steps(Owes(), Channel.CALL, level))
    words = msg("app.due.level", code=column.value, name=column.label)
    return Matter(words, Terms(frozenset(owed), policy.targets[column]))


def by_category(policy: Policy, said: str) -> Matter:
    """A matter of a category, given by its code or its name in either language. Raises Trouble with the nearest."""
    category = _named(policy.categories, said)
    if category is None:
        raise trouble("app.due.no_category", given=said, near=_near_category(policy, said))
    owed = (each.step for each in owed_steps(category.owes, Channel.CALL, category.level))
    words = msg("app.due.category", name=category.name, level=category.level.value)
    return Matter(words, Terms(frozenset(owed), limits_of(policy, category, category.level, str(category.kind))))


def _named(categories: Mapping[str, Category], said: str) -> Category | None:
    if said in categories:
        return categories[said]
    return next((each for each in categories.values() if said.casefold() in _names(each.name)), None)


def _names(name: Name) -> set[str]:
    return {name.in_language(lang).casefold() for lang in (ZH, EN)}


def _near_category(policy: Policy, said: str) -> Message:
    """Categories that know the word, then those whose names look alike."""
    knowing = [each.name.zh for each in policy.categories.values() if said.casefold() in each.keywords]
    return _near(said, {each.code: each.name for each in policy.categories.values()}, knowing)


def _near(said: str, known: Mapping[str, Name], first: Iterable[str] = ()) -> Message:
    """What may have been meant; nothing where nothing is like it."""
    words = [*known, *(name.zh for name in known.values()), *(name.en for name in known.values())]
    alike = get_close_matches(said, words, n=3, cutoff=0.4)
    near = list(dict.fromkeys([*first, *alike]))[:3]
    return msg("app.due.near", names=", ".join(near)) if near else msg("app.due.near_none")


Units = Mapping[str, tuple[Name, tuple[str, ...]]]  # their names, and their paths in codes


def units_of(district: District | None) -> Units:
    """The units of a district; none where there is none."""
    return {unit.code: (unit.name, unit.path) for unit in district.units} if district else {}


def hours_of(calendar: DayTable, units: Units, said: str) -> Hours:
    """The hours of a unit, given by its code or its name. Raises Trouble with the nearest.

    Where no units are known they are those to which the calendar gives hours.
    """
    if not said:
        return Hours(msg("app.due.office_hours"), calendar.calendar)
    known = {code: name for code, (name, _) in units.items()} or _with_hours(calendar)
    code = next((code for code, name in known.items() if said == code or said.casefold() in _names(name)), None)
    if code is None:
        id_ = "app.due.no_unit" if units else "app.due.no_unit_known"
        raise trouble(id_, given=said, near=_near(said, known))
    path = units[code][1] if units else (code,)
    return Hours(msg("app.due.unit_hours", unit=known[code]), calendar.calendar_of(path), code)


def _with_hours(calendar: DayTable) -> dict[str, Name]:
    own = {*calendar.unit_windows, *(each.unit for each in calendar.closings if each.unit)}
    return {code: Name(code) for code in sorted(own)}


def moment_of(said: str, calendar: Calendar) -> datetime:
    """A moment as it was written; without an offset it is the office's local time. Raises Trouble."""
    try:
        at = datetime.fromisoformat(said.strip())
    except ValueError:
        raise trouble("app.due.no_moment", given=said) from None
    if _is_day(said.strip()):
        raise trouble("app.due.no_hour", given=said)
    if at.year not in _YEARS:
        raise trouble("app.due.no_year", given=said, least=_YEARS[0], most=_YEARS[-1])
    if at.tzinfo is not None:
        return at
    local = at.replace(tzinfo=calendar.zone)
    if local.astimezone(UTC).astimezone(calendar.zone).replace(tzinfo=None) != at:
        raise trouble("app.due.no_such_time", given=said, zone=calendar.zone_name)
    return local


def _is_day(said: str) -> bool:
    try:
        date.fromisoformat(said)
    except ValueError:
        return False
    return True
