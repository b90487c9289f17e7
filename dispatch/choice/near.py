"""How near somebody works to a place: the own grid, the same courtyard, else by the metres between two grids."""

from dispatch.district.ground import metres_between
from dispatch.district.model import District, Grid, Worker

OWN, SAME_COURTYARD, NEAR, FAR = range(4)


def nearness(worker: Worker, at: tuple[str | None, str | None], district: District, near: int) -> tuple[int, int]:
    """The band of somebody and the metres, which are 0 where they are not what decides. `at`: grid and courtyard of the
    place (codes). Where neither is known, or nothing is drawn, all are as far."""
    grid, courtyard = at
    if grid is not None and grid in worker.grids:
        return OWN, 0
    if courtyard is not None and worker.unit == courtyard:
        return SAME_COURTYARD, 0
    metres = _between(worker, district.grid(grid), district)
    if metres is None:
        return FAR, 0
    return (NEAR if metres <= near else FAR), metres


def _between(worker: Worker, grid: Grid | None, district: District) -> int | None:
    """From the place's grid to the nearest of theirs, in metres; None where that is not drawn."""
    middle = district.middle(grid.code) if grid else None
    theirs = [found for code in worker.grids if (found := district.middle(code)) is not None]
    if middle is None or not theirs:
        return None
    return min(round(metres_between(middle, each)) for each in theirs)
