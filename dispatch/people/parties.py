"""The people at the other end: found by their number, kept in the vault."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from cases.models import party
from cases.phrases import ZH
from dispatch.models import clock, staff
from dispatch.transaction import Tx
from dispatch.tx.numbers import case_numbers


@dataclass(frozen=True, slots=True)
class Party:
    """A person as we know them: the language they are spoken to, whether they stopped texts, and, where
    the number is a worker's, that worker."""

    id: UUID
    number: str
    lang: str
    stopped: bool
    worker_id: UUID | None = None


def party_of(tx: Tx, number: str, lang: str = ZH, *, hold: bool = False) -> Party:
    """The party with this number, made where there is none. `number` is E.164.

    `hold`: whoever else would hold the party waits until this transaction ends.
    """
    hashed = tx.vault.number_hash(tx.office_id, number)
    found = _find(tx, hashed, number, hold=hold)
    if found is not None:
        return found
    id_ = tx.new_id()
    tx.conn.execute(
        sa.dialects.postgresql.insert(party)
        .values(
            id=id_,
            office_id=tx.office_id,
            number_hash=hashed,
            number_sealed=tx.vault.seal(id_, "number", number),
            lang=lang,
            created_at=tx.now,
        )
        .on_conflict_do_nothing()
    )
    made = _find(tx, hashed, number, hold=hold)
    if made is None:
        raise LookupError("the party was made and is gone: the database is inconsistent")
    return made


def _find(tx: Tx, hashed: bytes, number: str, *, hold: bool) -> Party | None:
    wanted = sa.select(party.c.id, party.c.lang, party.c.stopped_at, staff.c.id.label("worker"))
    if tx.lacks_number:
        wanted = wanted.add_columns(case_numbers(tx.office.code).next_value().label("drawn"))
    wanted = (
        wanted.outerjoin(staff, (staff.c.party_id == party.c.id) & staff.c.active)
        .where(party.c.office_id == tx.office_id, party.c.number_hash == hashed)
        .limit(1)
    )
    row = tx.conn.execute(wanted.with_for_update(of=party, key_share=True) if hold else wanted).one_or_none()
    if row is None:
        return None
    if hasattr(row, "drawn"):
        tx.keep_number(row.drawn)
    return Party(row.id, number, row.lang, row.stopped_at is not None, row.worker)


def number_of(tx: Tx, party_id: UUID) -> str:
    """The number of a party, out of the vault."""
    sealed = tx.conn.execute(sa.select(party.c.number_sealed).where(party.c.id == party_id)).scalar_one()
    return tx.vault.open(party_id, "number", sealed)


def stop(tx: Tx, party_id: UUID) -> None:
    """No text goes to this party from now on (INV-STOP); what waits for it is called off by the outbox.

    The moment is read after the lock: a text that was claimed while we waited left before it.
    """
    tx.conn.execute(sa.select(party.c.id).where(party.c.id == party_id).with_for_update(key_share=True))
    moment = sa.func.clock_timestamp() + sa.select(clock.c.ahead).scalar_subquery()
    tx.conn.execute(
        sa.update(party).where(party.c.id == party_id, party.c.stopped_at.is_(None)).values(stopped_at=moment)
    )


def start(tx: Tx, party_id: UUID) -> None:
    """Texts may go to this party again."""
    tx.conn.execute(sa.update(party).where(party.c.id == party_id).values(stopped_at=None))


def speak(tx: Tx, party_id: UUID, lang: str) -> None:
    """Remember the language in which this party wants to be spoken to."""
    tx.conn.execute(sa.update(party).where(party.c.id == party_id).values(lang=lang))
