"""What does not stop a district but helps nobody: a team without people, a point where no grid is, an expert whom
nobody can reach."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cases.phrases import msg
from dispatch.district.beside.model import Expert, ServicePoint, Team
from dispatch.reading.cells import Fault

if TYPE_CHECKING:
    from dispatch.district.model import District


def warnings_beside(district: "District") -> Iterator[Fault]:
    """What is allowed but likely forgotten, of all that stands beside the units."""
    beside = district.beside
    yield from _points(district)
    rota = {row.unit for row in district.duty}
    on_duty = {row.worker for row in district.duty}
    for team in beside.teams:
        yield from (_about(f"teams {team.code}", trouble) for trouble in _of_team(team, rota, on_duty))
    for expert in beside.experts:
        yield from (_about(f"experts {expert.code}", trouble) for trouble in _of_expert(expert))
    for line in beside.other_lines:
        if not line.what and not line.serves:
            yield _about(f"other_lines {line.number}", "line_for_nothing")


def _about(path: str, trouble: str) -> Fault:
    return Fault(path, msg(f"beside.warn.{trouble}"), msg(f"beside.warn.{trouble}.do"))


def _points(district: "District") -> Iterator[Fault]:
    for point in district.beside.points:
        for trouble in _of_point(point):
            yield _about(f"points {point.code}", trouble)
    yield from (_about(f"points {code}", "outside") for code in _outside(district))


def _of_point(point: ServicePoint) -> Iterator[str]:
    if point.at is None and point.grid is None:
        yield "nowhere"
    if not point.serves:
        yield "serves_nothing"
    if not point.hours:
        yield "no_hours"


def _of_team(team: Team, rota: set[str], on_duty: set[str]) -> Iterator[str]:
    if not team.members:
        yield "nobody"
    elif team.code not in rota and on_duty.isdisjoint(team.members):
        yield "never_on_duty"
    if not team.grids:
        yield "no_beat"


def _of_expert(expert: Expert) -> Iterator[str]:
    if not expert.worker and not expert.phone:
        yield "out_of_reach"
    if not expert.skills and not expert.serves:
        yield "knows_nothing"


def _outside(district: "District") -> Iterator[str]:
    """The points that lie in no grid, where grids are drawn at all."""
    drawn = [grid for grid in district.grids if grid.ground]
    placed = [(point.code, point.at) for point in district.beside.points if point.at is not None]
    if not drawn or not placed:
        return
    from shapely import MultiPolygon, Point, STRtree

    ground = STRtree([MultiPolygon([(part[0], part[1:]) for part in grid.ground]) for grid in drawn])
    yield from (code for code, at in placed if not len(ground.query(Point(at), predicate="intersects")))
