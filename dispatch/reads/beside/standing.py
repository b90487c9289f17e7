"""The district's page: its service points, teams, experts and neighbouring lines as they are at this moment."""

from collections.abc import Sequence
from dataclasses import dataclass

from dispatch.district import Worker, warnings
from dispatch.district.beside import Team
from dispatch.district.beside.suiting import Near, door
from dispatch.duty.burdens import full
from dispatch.policy.reach import unasked
from dispatch.reading.cells import Fault
from dispatch.reads.beside.offered import is_day_off
from dispatch.transaction import Tx
from dispatch.understanding import local


@dataclass(frozen=True, slots=True)
class Patrol:
    """A team: who of it is on patrol now and not on leave, and who else belongs to it."""

    team: Team
    out: Sequence[Worker]
    others: Sequence[Worker]


def patrols(tx: Tx) -> list[Patrol]:
    """Every team at this moment."""
    return [_patrol(tx, team) for team in tx.district.beside.teams]


def _patrol(tx: Tx, team: Team) -> Patrol:
    out = [each for each in tx.district.on_patrol(team, local(tx)) if each.code not in tx.absent]
    members = (tx.district.worker(code) for code in team.members)
    return Patrol(team, out, [each for each in members if each is not None and each not in out])


def doors(tx: Tx) -> list[Near]:
    """Every service point, and whether somebody is there now."""
    now, off = local(tx), is_day_off(tx)
    return [Near(point, None, *door(point.hours, now, day_off=off)) for point in tx.district.beside.points]


def findings(tx: Tx) -> tuple[Fault, ...]:
    """What should be put right, as `hotline district check` says it."""
    return (*warnings(tx.district), *unasked(tx.policy, tx.district), *full(tx))
