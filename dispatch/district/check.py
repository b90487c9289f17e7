"""What does not stop a district but should be put right: hours without anybody, grids without a worker."""

from collections.abc import Iterator
from functools import lru_cache

from cases.phrases import Message, msg
from dispatch.district.beside.checking import warnings_beside
from dispatch.district.model import FIELD_ROLES, District, DutyRow
from dispatch.district.survey import surveyed
from dispatch.reading.cells import Fault

_DAY = 24 * 60
_WEEK = 7 * _DAY
_DAYS = (
    msg("dispatch.weekday.monday"),
    msg("dispatch.weekday.tuesday"),
    msg("dispatch.weekday.wednesday"),
    msg("dispatch.weekday.thursday"),
    msg("dispatch.weekday.friday"),
    msg("dispatch.weekday.saturday"),
    msg("dispatch.weekday.sunday"),
)


@lru_cache(maxsize=8)
def warnings(district: District) -> tuple[Fault, ...]:
    """What is allowed but likely forgotten. Of a map of 5,000 grids it takes a second, so it is worked out once."""
    return (
        *_nobody(district), *_grids(district), *_vacant(district), *_alone(district), *warnings_beside(district),
        *gaps(district),
    )  # fmt: skip


def _nobody(district: District) -> Iterator[Fault]:
    rows: dict[str, list[DutyRow]] = {district.duty_desk.unit.code: []}
    for row in district.duty:
        if district.beside.team(row.unit) is None:  # a team need not be out at every hour
            rows.setdefault(row.unit, []).append(row)
    for unit, listed in rows.items():
        for start, end in _holes(listed):
            trouble = msg("dispatch.fault.nobody_on_duty", start=_shown(start), end=_shown(end))
            yield Fault(f"duty {unit}", trouble, msg("dispatch.fault.add_duty"))


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


def _shown(minute: int) -> Message:
    if minute == _WEEK:
        return msg("dispatch.weekday.end")
    day, rest = divmod(minute, _DAY)
    return msg("dispatch.weekday.moment", day=_DAYS[day], time=f"{rest // 60:02d}:{rest % 60:02d}")


def _grids(district: District) -> Iterator[Fault]:
    drawn = any(grid.polygon for grid in district.grids)
    for grid in district.grids:
        if grid.worker is None:
            yield Fault(
                f"grids {grid.code}", msg("dispatch.fault.grid_without_worker"), msg("dispatch.fault.name_grid_worker")
            )
        if drawn and not grid.polygon:
            yield Fault(f"grids {grid.code}", msg("dispatch.fault.not_on_map"), msg("dispatch.fault.draw_ground"))


def gaps(district: District) -> Iterator[Fault]:
    """Ground inside the map that no grid has: who tells of a place there has nobody's grid."""
    for patch in surveyed({grid.code: grid.ground for grid in district.grids}).gaps():
        at, area = f"{patch.at[0]}, {patch.at[1]}", f"{patch.square_metres:,.0f}"
        yield Fault("map", msg("district.fault.gap", area=area, at=at), msg("district.fault.gap.do"))


def _vacant(district: District) -> Iterator[Fault]:
    """Units below the office where nobody goes out and nobody is on duty: all of theirs goes one level up."""
    served = {row.unit for row in district.duty}
    for unit in district.units:
        above = district.unit(unit.parent)
        if above is None or unit.code in served:
            continue
        if not any(worker.role in FIELD_ROLES for worker in district.workers_of(unit.code)):
            remedy = msg("choice.fault.vacant.do", above=above.name)
            yield Fault(f"{unit.kind}s {unit.code}", msg("choice.fault.vacant", above=above.name), remedy)


def _alone(district: District) -> Iterator[Fault]:
    """Skills that one person alone has: while they are away it is done without."""
    for skill in sorted(district.skills):
        able = [worker for worker in district.workers if skill in worker.skills]
        if len(able) == 1:
            remedy = msg("choice.fault.one_able.do", worker=able[0].name)
            yield Fault(f"workers {able[0].code}", msg("choice.fault.one_able", skill=skill), remedy)
