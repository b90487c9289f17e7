"""Who must not know of a complaint, and who stands above all whom it is about. Pure.

Barred are those who are named, everybody under the hand of a unit that is named or whose head is, and who stands in
for somebody named: those of the same role in the same unit, and who shares their duty. A supervisor has the own
people of the office under their hand.
"""

from collections.abc import Collection, Iterator
from functools import lru_cache

from dispatch.accused.index import HEADS
from dispatch.district.model import District, Role, Unit, UnitKind, Worker

# Who of a unit gets such a case, the first before the next: its head before others who answer for it.
_ANSWER = (
    Role.COMMITTEE_HEAD, Role.LIAISON, Role.SUPERVISOR, Role.LEADER, Role.DISPATCHER, Role.DUTY, Role.VERIFIER,
)  # fmt: skip
Codes = frozenset[str]

RULE = "never-to-the-accused"
"""The rule's name where a case goes above all whom it names."""


def unit_above(district: District, codes: Collection[str]) -> Unit | None:
    """The lowest unit above all who are named; None where only somebody above the office may know of it."""
    paths: list[tuple[str, ...]] = []
    for code in codes:
        worker, unit = district.worker(code), district.unit(code)
        if worker is not None:
            home = district.unit(worker.unit)
            is_top = home is None or (home.kind is UnitKind.OFFICE and worker.role not in HEADS)
            paths.append(_office(district).path if home is None or is_top else home.path[:-1])
        elif unit is not None:
            paths.append(unit.path[:-1])
    if not all(paths):
        return None
    shared = _office(district).path
    for step in range(2, min(map(len, paths), default=1) + 1):
        if len({path[:step] for path in paths}) > 1:
            break
        shared = paths[0][:step]
    return district.unit(shared[-1])


def _office(district: District) -> Unit:
    return district.units[0]


def bars(district: District, code: str, unit: str, role: str) -> Codes:
    """The codes of all whose being named bars this person: themselves, their units upwards and the heads of these,
    those whom they stand in for."""
    home = district.unit(unit)
    path = home.path if home else (unit,)
    tables = {row.unit for row in district.duty if row.worker == code}
    mates = {row.worker for row in district.duty if row.unit in tables}
    over = (worker.code for worker in district.workers if _is_over(worker, code, path, role))
    return frozenset((code, *path, *mates, *over))


def _is_over(worker: Worker, code: str, path: tuple[str, ...], role: str) -> bool:
    """Whether somebody has this person under their hand, or has the same part as they."""
    if worker.unit not in path:
        return False
    if worker.role in HEADS or (worker.unit == path[-1] and worker.role == role):
        return True
    return worker.unit == path[-1] and worker.role is Role.SUPERVISOR and role != Role.LEADER


@lru_cache(256)  # by the district's picture: it is made anew where anything of it changes
def barred(district: District, codes: Codes) -> Codes:
    """The codes of everybody of the district who must not know of a complaint about these."""
    named = [worker for worker in map(district.worker, codes) if worker is not None]
    units = {code for code in codes if district.unit(code) is not None}
    units |= {worker.unit for worker in named if worker.role in HEADS}
    alike = {(worker.unit, worker.role) for worker in named}
    ruled = {worker.unit for worker in named if worker.role is Role.SUPERVISOR}
    tables = {row.unit for row in district.duty if row.worker in codes}
    mates = {row.worker for row in district.duty if row.unit in tables}
    under = {unit.code for unit in district.units if not units.isdisjoint(unit.path)}
    return frozenset(codes) | frozenset(
        worker.code for worker in district.workers
        if worker.unit in under or (worker.unit, worker.role) in alike or worker.code in mates
        or (worker.unit in ruled and worker.role is not Role.LEADER)
    )  # fmt: skip


def answerable(district: District, codes: Codes) -> Iterator[tuple[Unit, Worker]]:
    """Who may hold a case about these, the best first: of the unit above all of them, then further up."""
    above, closed = unit_above(district, codes), barred(district, codes)
    for code in reversed(above.path if above else ()):
        unit = district.unit(code)
        fit = [worker for worker in district.workers_of(code) if worker.role in _ANSWER and worker.code not in closed]
        for worker in sorted(fit, key=lambda each: _ANSWER.index(each.role)):
            if unit is not None:
                yield unit, worker
