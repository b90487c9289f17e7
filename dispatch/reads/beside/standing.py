"""The district's page: its service points, teams, experts and neighbouring lines as they are at this moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from dispatch.district import Worker, warnings
from dispatch.district.beside import Team
from dispatch.district.beside.hours import Opening
from dispatch.district.beside.suiting import Near, door
from dispatch.duty.burdens import full
from dispatch.policy.reach import unasked
from dispatch.reading.cells import Fault
from dispatch.reads.beside.offered import is_day_off
from dispatch.transaction import Tx
from dispatch.understanding import local


@dataclass(frozen=True, slots=True)
class Patrol:
    """A team: who of it is on patrol now and not on leave, who else belongs to it, and its rota, a person after the
    other; empty where it has none of its own."""

    team: Team
    out: Sequence[Worker]
    others: Sequence[Worker]
    rota: Sequence[tuple[Worker, Sequence[Opening]]]


def patrols(tx: Tx) -> list[Patrol]:
    """Every team at this moment."""
    return [_patrol(tx, team) for team in tx.district.beside.teams]


def _patrol(tx: Tx, team: Team) -> Patrol:
    out = [each for each in tx.district.on_patrol(team, local(tx)) if each.code not in tx.absent]
    members = (tx.district.worker(code) for code in team.members)
    return Patrol(team, out, [each for each in members if each is not None and each not in out], _rota(tx, team))


def _rota(tx: Tx, team: Team) -> list[tuple[Worker, list[Opening]]]:
    days: dict[tuple[str, time, time], list[int]] = {}
    for row in tx.district.duty:
        if row.unit == team.code:
            days.setdefault((row.worker, row.starts, row.ends), []).append(row.weekday)
    shifts: dict[str, list[Opening]] = {}
    for (code, starts, ends), listed in days.items():
        shifts.setdefault(code, []).append(Opening(tuple(sorted(set(listed))), starts, ends))
    named = ((tx.district.worker(code), hours) for code, hours in shifts.items())
    return [(worker, hours) for worker, hours in named if worker is not None]


def doors(tx: Tx) -> list[Near]:
    """Every service point, and whether somebody is there now."""
    now, off = local(tx), is_day_off(tx)
    return [Near(point, None, *door(point.hours, now, day_off=off)) for point in tx.district.beside.points]


def findings(tx: Tx) -> tuple[Fault, ...]:
    """What should be put right, as `hotline district check` says it."""
    return (*warnings(tx.district), *unasked(tx.policy, tx.district), *full(tx))
