"""The people at the other end: found by their number, kept in the vault."""

from dataclasses import dataclass
from functools import cache
from uuid import UUID

import sqlalchemy as sa

from cases.models import party
from cases.phrases import ZH
from dispatch.duty.burdens import CARRIED, carried_values, carry
from dispatch.models import clock
from dispatch.transaction import Tx
from dispatch.tx.numbers import case_numbers

_SEALED = sa.select(party.c.number_sealed).where(party.c.id == sa.bindparam("id"))


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
    for _ in range(2):  # the second time where somebody else made it meanwhile: that is seen by a new statement
        found = _found_or_made(tx, number, lang, hold=hold)
        if found is not None:
            return found
    raise LookupError("the party was made and is gone: the database is inconsistent")


def known(tx: Tx, number: str) -> UUID | None:
    """The party with this number; None where there is none: nobody is made by being looked for."""
    mine = (party.c.office_id == tx.office_id, party.c.number_hash == tx.vault.number_hash(tx.office_id, number))
    return tx.conn.execute(sa.select(party.c.id).where(*mine)).scalar()


def _found_or_made(tx: Tx, number: str, lang: str, *, hold: bool) -> Party | None:
    id_ = tx.new_id()
    values = {
        "id": id_,
        "office": tx.office_id,
        "hash": tx.vault.number_hash(tx.office_id, number),
        "sealed": tx.vault.seal(id_, "number", number),
        "lang": lang,
        "now": tx.now,
        **carried_values(tx),
    }
    row = tx.conn.exec_driver_sql(
        _statement(tx.office.code if tx.lacks_number else "", hold=hold), values
    ).one_or_none()
    if row is None:
        return None
    if hasattr(row, "drawn"):
        tx.keep_number(row.drawn)
    carry(tx, row.id, row.caller, row.burdens)
    return Party(row.id, number, row.lang, row.stopped_at is not None, row.worker)


@cache
def _statement(drawing: str, *, hold: bool) -> str:
    """One statement for both. `drawing`: the office of which a case number is drawn along with it, or nothing."""
    lock = "FOR NO KEY UPDATE OF p" if hold else ""
    drawn = f", nextval('{case_numbers(drawing).name}') AS drawn" if drawing else ""
    return f"""WITH known AS (
            SELECT p.id, p.lang, p.stopped_at, s.id AS worker
            FROM party p LEFT JOIN staff s ON s.party_id = p.id AND s.active
            WHERE p.office_id = %(office)s AND p.number_hash = %(hash)s LIMIT 1 {lock}),
        made AS (
            INSERT INTO party (id, office_id, number_hash, number_sealed, lang, created_at)
            SELECT %(id)s, %(office)s, %(hash)s, %(sealed)s, %(lang)s, %(now)s WHERE NOT EXISTS (SELECT FROM known)
            ON CONFLICT DO NOTHING RETURNING id, lang, stopped_at, CAST(NULL AS uuid) AS worker),
        {CARRIED}
        SELECT either.*, carried.caller, carried.burdens {drawn}
        FROM (SELECT * FROM known UNION ALL SELECT * FROM made) either LEFT JOIN carried ON true"""  # noqa: S608 - our own


def number_of(tx: Tx, party_id: UUID) -> str:
    """The number of a party, out of the vault."""
    sealed = tx.conn.execute(_SEALED, {"id": party_id}).scalar_one()
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
    tx.forget()


def start(tx: Tx, party_id: UUID) -> None:
    """Texts may go to this party again."""
    tx.conn.execute(sa.update(party).where(party.c.id == party_id).values(stopped_at=None))
    tx.forget()


def speak(tx: Tx, party_id: UUID, lang: str) -> None:
    """Remember the language in which this party wants to be spoken to."""
    tx.conn.execute(sa.update(party).where(party.c.id == party_id).values(lang=lang))


def introduce(tx: Tx, party_id: UUID, name: str) -> None:
    """Keep, in the vault, what somebody wants to be called. A name that is known stays: a number that is typed
    in proves nothing."""
    tx.conn.execute(
        sa.update(party)
        .where(party.c.id == party_id, party.c.name_sealed.is_(None))
        .values(name_sealed=tx.vault.seal(party_id, "name", name))
    )
