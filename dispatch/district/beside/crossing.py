"""What must hold between what stands beside the units and the rest: codes once, and every code known."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from cases.phrases import Message, msg
from dispatch.reading.cells import Fault, shown, twice

if TYPE_CHECKING:
    from dispatch.district.model import District


def faults_beside(district: "District") -> Iterator[Fault]:
    """Every reference that leads nowhere, and every code that is there twice."""
    yield from _twice(district)
    beside = district.beside
    unit, grid, worker = (msg(f"dispatch.part.{each}") for each in ("unit", "grid", "worker"))
    for point in beside.points:
        path = f"points {point.code}"
        yield from _known(path, "unit", [point.unit], (district.unit(point.unit), unit))
        yield from _known(path, "grid", [point.grid], (district.grid(point.grid), grid))
    for team in beside.teams:
        path = f"teams {team.code}"
        yield from _known(path, "unit", [team.unit], (district.unit(team.unit), unit))
        for code in team.members:
            yield from _known(path, "members", [code], (district.worker(code), worker))
        for code in team.grids:
            yield from _known(path, "grids", [code], (district.grid(code), grid))
    for expert in beside.experts:
        yield from _known(f"experts {expert.code}", "worker", [expert.worker], (district.worker(expert.worker), worker))


def _known(path: str, column: str, said: Iterable[str | None], found: tuple[object, Message]) -> Iterator[Fault]:
    there, what = found
    for code in said:
        if code and there is None:
            trouble = msg("dispatch.fault.no_such", given=shown(code), what=what)
            yield Fault(f"{path} {column}", trouble, msg("dispatch.fault.name_one", what=what))


def _twice(district: "District") -> Iterator[Fault]:
    beside, code = district.beside, msg("dispatch.part.code")
    yield from _doubles("points", code, [point.code for point in beside.points])
    # The duty table names a team as it names a unit: no code is both.
    both = [team.code for team in beside.teams if district.unit(team.code)]
    yield from _doubles("teams", code, [*(team.code for team in beside.teams), *both])
    yield from _doubles("experts", code, [expert.code for expert in beside.experts])
    yield from _doubles("other_lines", msg("beside.part.number"), [line.number for line in beside.other_lines])


def _doubles(path: str, what: Message, values: list[str]) -> Iterator[Fault]:
    for value, times in Counter(values).items():
        if times > 1 and value:
            yield Fault(f"{path} {value}", *twice(what, value, times))
