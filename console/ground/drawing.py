"""Grids as a drawing: corners on the earth become points on a sheet."""

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

Point = tuple[float, float]
WIDTH = 1000.0  # of the sheet; its height follows from the ground
MARGIN = 8.0
ABOVE = 40.0  # room for names over the northern edge


@dataclass(frozen=True, slots=True)
class Sheet:
    """Where the ground lies on the sheet: its western and northern edge in degrees, units to a degree of each, and
    the height."""

    west: float
    north: float
    across: float
    down: float
    height: float

    def at(self, corner: Point) -> Point:
        """The point of a (longitude, latitude)."""
        return (
            round(MARGIN + (corner[0] - self.west) * self.across, 1),
            round(ABOVE + (self.north - corner[1]) * self.down, 1),
        )

    def ring(self, corners: Iterable[Point]) -> tuple[Point, ...]:
        """The points of a ring of corners."""
        return tuple(self.at(corner) for corner in corners)


def sheet(corners: Collection[Point]) -> Sheet:
    """A sheet for these corners, of which there is at least one: a degree of longitude is shorter than of latitude."""
    west, east = min(x for x, _ in corners), max(x for x, _ in corners)
    south, north = min(y for _, y in corners), max(y for _, y in corners)
    narrow = math.cos(math.radians((south + north) / 2))
    across = (WIDTH - 2 * MARGIN) / max(east - west, 1e-9)
    down = across / narrow
    return Sheet(west, north, across, down, round(ABOVE + MARGIN + (north - south) * down, 1))


Rings = Sequence[Sequence[Point]]  # of a polygon: its outer ring, then its holes


def middle(ring: Sequence[Point]) -> Point:
    """The centre of gravity of a ring (its first point again at the end); the first point where it has no area."""
    fromx, fromy = ring[0]
    area = x = y = 0.0
    for (ax, ay), (bx, by) in pairwise((px - fromx, py - fromy) for px, py in ring):  # near by: nothing is rounded away
        cross = ax * by - bx * ay
        area, x, y = area + cross, x + (ax + bx) * cross, y + (ay + by) * cross
    if not area:
        return ring[0]
    return fromx + x / (3 * area), fromy + y / (3 * area)


def mark(rings: Rings) -> Point:
    """Where a sign stands that is of a polygon: its centre of gravity, or, where that lies outside or in a hole, the
    middle of the widest stretch of ground beside it."""
    x, y = middle(rings[0])
    crossed = sorted(_crossings(rings, y))
    stretches = list(zip(crossed[::2], crossed[1::2], strict=False))
    if not stretches or any(west <= x <= east for west, east in stretches):
        return x, y
    west, east = max(stretches, key=lambda each: each[1] - each[0])
    return (west + east) / 2, y


def _crossings(rings: Rings, y: float) -> Iterator[float]:
    """Where the edges of a polygon cross a line from west to east: by turns into its ground and out of it."""
    for ring in rings:
        for (ax, ay), (bx, by) in pairwise(ring):
            if (ay > y) != (by > y):
                yield ax + (y - ay) / (by - ay) * (bx - ax)


def closed(rings: Iterable[Sequence[Point]]) -> str:
    """Rings as an SVG path; drawn even-odd, what lies in two of them is a hole."""
    return "".join("M" + "L".join(f"{x:g} {y:g}" for x, y in ring[:-1]) + "Z" for ring in rings)


def outline(rings: Iterable[Sequence[Point]]) -> list[tuple[Point, Point]]:
    """The edges that only one of these rings has: the outer line of what they cover together."""
    once: dict[frozenset[Point], tuple[Point, Point]] = {}
    for ring in rings:
        for edge in pairwise(ring):
            key = frozenset(edge)
            if key in once:
                del once[key]
            else:
                once[key] = edge
    return list(once.values())


def path(edges: Iterable[tuple[Point, Point]]) -> str:
    """Edges as an SVG path."""
    return "".join(f"M{ax:g} {ay:g}L{bx:g} {by:g}" for (ax, ay), (bx, by) in edges)
