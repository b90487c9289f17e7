"""The seasons of an office's year: from which day to which heating and floods are expected."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from cases.phrases import msg
from dispatch.reading.cells import Table, one_of, shown
from dispatch.ruling.conditions import Season

Span = tuple[tuple[int, int], tuple[int, int]]  # month and day, both inclusive; may lead over the year's end
_SPAN = re.compile(r"(\d\d)-(\d\d)\.\.(\d\d)-(\d\d)")
_USUAL: Mapping[Season, Span] = {Season.HEATING: ((11, 15), (3, 15)), Season.FLOOD: ((6, 1), (9, 15))}
_LEAP = 2024  # a year that has every day


@dataclass(frozen=True, slots=True)
class Seasons:
    """The spans of the seasons; no day is in two."""

    spans: Mapping[Season, Span] = field(default_factory=lambda: _USUAL)

    def on(self, day: date) -> Season:
        """The season of a day."""
        at = (day.month, day.day)
        return next((season for season, span in self.spans.items() if _within(at, span)), Season.ORDINARY)


def _within(at: tuple[int, int], span: Span) -> bool:
    begin, end = span
    return begin <= at <= end if begin <= end else at >= begin or at <= end


def read_seasons(policy: Table) -> Seasons:
    """The seasons of a raw policy: `heating = "11-15..03-15"`. What it does not say is as usual."""
    table = policy.table("seasons")
    spans = dict(_USUAL)
    for season in _USUAL:
        said = table.text(season.value, "")
        if said:
            spans[season] = _span(table, season, said) or spans[season]
    table.close()
    heating, flood = spans.values()
    if any(_within(day, heating) for day in flood) or any(_within(day, flood) for day in heating):
        table.fault(Season.FLOOD.value, msg("ruling.fault.seasons_meet"), msg("ruling.fault.part_seasons"))
    return Seasons(spans)


def _span(table: Table, season: Season, said: str) -> Span | None:
    found = _SPAN.fullmatch(said)
    try:
        month, day, until_month, until_day = (int(part) for part in found.groups()) if found else (0, 0, 0, 0)
        for when in ((month, day), (until_month, until_day)):
            date(_LEAP, *when)
    except ValueError:
        trouble = msg("ruling.fault.no_span", given=shown(said))
        table.fault(season.value, trouble, one_of(["11-15..03-15", "06-01..09-15"]))
        return None
    return (month, day), (until_month, until_day)
