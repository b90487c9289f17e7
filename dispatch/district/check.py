"""What does not stop a district but should be put right: hours without anybody, grids without a worker."""

from collections.abc import Iterator

from dispatch.district.model import District, DutyRow
from dispatch.reading.cells import Fault

_DAY = 24 * 60
_WEEK = 7 * _DAY
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def warnings(district: District) -> tuple[Fault, ...]:
    """What is allowed but likely forgotten."""
    return (*_nobody(district), *_grids(district))


def _nobody(district: District) -> Iterator[Fault]:
    rows: dict[str, list[DutyRow]] = {district.duty_desk.unit.code: []}
    for row in district.duty:
        rows.setdefault(row.unit, []).append(row)
    for unit, listed in rows.items():
        for start, end in _holes(listed):
            yield Fault(f"duty {unit}", f"nobody from {_shown(start)} to {_shown(end)}", "add a row for these hours")


def _holes(rows: list[DutyRow]) -> Iterator[tuple[int, int]]:
    """Minutes of the week without anybody, as (from, to)."""
    spans = sorted(span for row in rows for span in _spans(row))
    covered = 0
    for start, end in [*spans, (_WEEK, _WEEK)]:
        if start > covered:
            yield covered, start
        covered = max(covered, end)


def _spans(row: DutyRow) -> Iterator[tuple[int, int]]:
    start = row.weekday * _DAY + row.starts.hour * 60 + row.starts.minute
    end = row.weekday * _DAY + row.ends.hour * 60 + row.ends.minute
    if end <= start:
        end += _DAY
    yield start, min(end, _WEEK)
    if end > _WEEK:
        yield 0, end - _WEEK


def _shown(minute: int) -> str:
    day, rest = divmod(minute, _DAY)
    return f"{_DAYS[day]} {rest // 60:02d}:{rest % 60:02d}" if day < 7 else "the end of Sunday"


def _grids(district: District) -> Iterator[Fault]:
    drawn = any(grid.polygon for grid in district.grids)
    for grid in district.grids:
        if grid.worker is None:
            yield Fault(f"grids {grid.code}", "has no worker", "name one, else the courtyard's duty takes its matters")
        if drawn and not grid.polygon:
            yield Fault(f"grids {grid.code}", "is not on the map", "draw its ground")
