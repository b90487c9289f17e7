"""Another district in place of the one in force: what it would change, what stands against it, and taking it in.

Nothing is deleted. A unit that goes stays in the record of its cases and is in no version any more; so it may hold no
open case, no part of one, and no plan of rounds. A person who goes may hold cases: `timers` hands each on to the next
who can take it. Telephone numbers that a table does not name stay as they are.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from cases.life.models import side
from cases.models import IS_OPEN, cases, office, party
from cases.phrases import Message, Name, msg
from dispatch.district import District, parse_district, phones
from dispatch.district.difference import Change, How, changes
from dispatch.district.phones import DESK
from dispatch.duty import moves
from dispatch.models import staff, unit
from dispatch.people import roster
from dispatch.policy import unknown_units
from dispatch.reading.cells import Fault
from dispatch.rounds.models import round_plan
from dispatch.transaction import Tx


@dataclass(frozen=True, slots=True)
class Handed:
    """A person who goes and holds open cases: how many are handed on."""

    code: str
    name: Name
    cases: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What taking a district in would do. `refused`: why it cannot be. `renumbered`: whose telephone number changes."""

    raw: Mapping[str, Any]
    changes: tuple[Change, ...]
    renumbered: tuple[str, ...]
    handed: tuple[Handed, ...]
    refused: tuple[Message, ...]

    @property
    def is_nothing(self) -> bool:
        """Whether the district would be as it is."""
        return not self.changes and not self.renumbered


def plan(tx: Tx, raw: Mapping[str, Any], unphoned: Collection[str] = ()) -> Plan:
    """What taking in this raw district would do; `unphoned` are the codes of those whose number goes. Other imports of
    the office wait until this transaction ends. Raises DistrictErrors."""
    tx.conn.execute(sa.select(office.c.id).where(office.c.id == tx.office_id).with_for_update())
    known = _numbers(tx)
    whole = _with_numbers(raw, {code: number for code, number in known.items() if code not in unphoned})
    after = parse_district(whole)
    named = phones(whole)
    found = changes(tx.district, after)
    lasting = {worker.code for worker in tx.district.workers if after.worker(worker.code)} | {DESK}
    renumbered = sorted(code for code in lasting if known.get(code) != named.get(code))
    return Plan(whole, found, tuple(renumbered), tuple(_handed(tx, found)), tuple(_refused(tx, after, found)))


def take(tx: Tx, planned: Plan) -> int:
    """Take in what was planned in this transaction; the number of the version. Raises ValueError where refused."""
    if planned.refused:
        raise ValueError("the district is refused: see Plan.refused")
    gone = [worker for worker in tx.district.workers if worker.code in _gone(planned.changes, "staff")]
    number = roster.take_district(tx.conn, tx.vault, tx.office_id, planned.raw)
    for worker in gone:
        moves.plan_person(tx, worker.id)
    return number


def _numbers(tx: Tx) -> dict[str, str]:
    """The telephone numbers of those who are active, by code."""
    rows = tx.conn.execute(
        sa.select(staff.c.code, party.c.id, party.c.number_sealed)
        .join(party, party.c.id == staff.c.party_id)
        .where(staff.c.office_id == tx.office_id, staff.c.active)
    )
    return {row.code: tx.vault.open(row.id, "number", row.number_sealed) for row in rows}


def _with_numbers(raw: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, Any]:
    """The raw district with the numbers that stand, where it names no other."""
    whole = dict(raw)
    whole["workers"] = [_phoned(row, known.get(row.get("code", ""))) for row in raw.get("workers", ())]
    whole[DESK] = _phoned(raw[DESK], known.get(DESK))
    return whole


def _phoned(row: Mapping[str, Any], number: str | None) -> dict[str, Any]:
    return {**({"phone": number} if number else {}), **row}


def _gone(found: Collection[Change], table: str) -> set[str]:
    return {change.code for change in found if change.how is How.GONE and change.table == table}


def _handed(tx: Tx, found: Collection[Change]) -> Iterator[Handed]:
    gone = _gone(found, "staff")
    held = (
        sa.select(staff.c.code, staff.c.name_zh, staff.c.name_en, sa.func.count().label("many"))
        .join(cases, cases.c.worker_id == staff.c.id)
        .where(staff.c.office_id == tx.office_id, staff.c.code.in_(gone), sa.text(IS_OPEN))
        .group_by(staff.c.id)
        .order_by(staff.c.code)
    )
    for row in tx.conn.execute(held) if gone else ():
        yield Handed(row.code, Name(row.name_zh, row.name_en), row.many)


def _refused(tx: Tx, after: District, found: Collection[Change]) -> Iterator[Message]:
    units, grids = _gone(found, "units"), _gone(found, "grids")
    if units:
        yield from _holding(tx, units)
    planned = (
        sa.select(unit.c.code, round_plan.c.grid, round_plan.c.template)
        .join(unit, unit.c.id == round_plan.c.unit_id)
        .where(round_plan.c.office_id == tx.office_id, round_plan.c.active_to.is_(None))
        .where(sa.or_(unit.c.code.in_(units), round_plan.c.grid.in_(grids)))
        .order_by(unit.c.code, round_plan.c.grid)
    )
    for row in tx.conn.execute(planned) if units or grids else ():
        yield msg("district.refused.rounds", at=row.grid or row.code, plan=row.template)
    yield from (_by_policy(fault) for fault in unknown_units(tx.policy, after))


def _by_policy(fault: Fault) -> Message:
    return msg("app.config.fault", path=fault.path, trouble=fault.trouble, remedy=fault.remedy)


def _holding(tx: Tx, gone: set[str]) -> Iterator[Message]:
    mine = (unit.c.office_id == tx.office_id, unit.c.code.in_(gone))
    own = sa.select(unit.c.code, cases.c.number).join(cases, cases.c.unit_id == unit.c.id)
    parts = (
        sa.select(unit.c.code, cases.c.number)
        .join(side, side.c.unit_id == unit.c.id)
        .join(cases, cases.c.id == side.c.case_id)
        .where(side.c.ended_at.is_(None))
    )
    held: dict[str, set[str]] = {}
    for read in (own.where(*mine, sa.text(IS_OPEN)), parts.where(*mine)):
        for row in tx.conn.execute(read):
            held.setdefault(row.code, set()).add(row.number)
    for code, numbers in sorted(held.items()):
        some = ", ".join(sorted(numbers)[:_NAMED])
        yield msg("district.refused.holds", unit=code, count=len(numbers), some=some)


_NAMED = 5  # cases that are named
