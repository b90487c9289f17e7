"""Where the talk with a party stands: the open dialogue of a line, and the party's open cases.

A dialogue is ended by one conditional change: of an answer and an expiry that meet, one wins.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from cases.models import IS_OPEN, cases
from cases.pen import read_content, seal_content
from cases.states import State
from dispatch.loop.closing import REOPEN_FOR
from dispatch.reports import OpenCase
from dispatch.transaction import Tx
from hotline.models import dialogue

MATTER_ASKED, PLACE_ASKED, SAME_ASKED, DONE, EXPIRED = "matter_asked", "place_asked", "same_asked", "done", "expired"
WAITING = (MATTER_ASKED, PLACE_ASKED, SAME_ASKED)
OPEN_FOR = timedelta(minutes=30)  # so long an answer is waited for
_LONGEST = timedelta(days=365)  # from receipt to closing: what was closed lately may be as old
_WAITS = dialogue.c.state.in_(WAITING)


@dataclass(frozen=True, slots=True)
class Open:
    """A dialogue that waits for an answer."""

    id: UUID
    state: str
    tries: int
    content_id: UUID | None
    received_at: datetime
    about_case: UUID | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What a text of a party may be about: an open question of ours, an open case, or one that was closed so lately
    that it can be opened again; the newest first."""

    dialogue: Open | None
    cases: tuple[OpenCase, ...]
    closed: tuple[OpenCase, ...] = ()


NOTHING = Standing(None, ())


def _columns(table: sa.Table, of: type[Open] | type[OpenCase], prefix: str) -> list[sa.Label[Any]]:
    return [table.c[name].label(f"{prefix}_{name}") for name in of.__dataclass_fields__]


def _both() -> sa.Select[Any]:
    """One row at least, so that all are asked together: the dialogue that waits, the open cases, and those that were
    closed lately."""
    party: sa.BindParameter[UUID] = sa.bindparam("party_id")
    ours = sa.and_(dialogue.c.party_id == party, dialogue.c.line == sa.bindparam("line"), _WAITS)
    theirs = sa.and_(
        cases.c.office_id == sa.bindparam("office_id"),
        cases.c.party_id == party,
        cases.c.received_at > sa.bindparam("since"),
        sa.or_(
            sa.text(f"cases.{IS_OPEN}"),
            sa.and_(
                cases.c.state == sa.literal_column(f"'{State.CLOSED}'"),
                cases.c.closed_at >= sa.bindparam("closed_since", type_=cases.c.closed_at.type),
            ),
        ),
    )
    one = sa.select(sa.literal_column("1").label("one")).subquery()
    return (
        sa.select(*_columns(dialogue, Open, "d"), *_columns(cases, OpenCase, "c"))
        .select_from(one.outerjoin(dialogue, ours).outerjoin(cases, theirs))
        .order_by(cases.c.received_at.desc(), cases.c.id)
        .limit(sa.literal_column("20"))
    )


_STANDING = _both()  # made once: every text asks it


def standing(tx: Tx, party_id: UUID, line: str) -> Standing:
    """Where the talk with a party stands on a line. One round trip."""
    mine = {"office_id": tx.office_id, "party_id": party_id, "line": line}
    since = {"since": tx.now - _LONGEST, "closed_since": tx.now - REOPEN_FOR}
    rows = tx.conn.execute(_STANDING, {**mine, **since}).all()
    half = len(Open.__dataclass_fields__)
    open_ = Open(*rows[0][:half]) if rows[0][0] is not None else None
    found = [OpenCase(*row[half:]) for row in rows if row[half] is not None]
    young = tx.now - tx.policy.same.repeat  # an open case this young may be what a text is about
    live = tuple(case for case in found if case.closed_at is None and case.received_at > young)
    over = [case for case in found if case.closed_at is not None]
    return Standing(open_, live, tuple(sorted(over, key=lambda case: case.closed_at or tx.now, reverse=True)))


def closed_cases(tx: Tx, party_id: UUID) -> list[OpenCase]:
    """The party's cases that were closed so lately that they can be opened again, the one closed last first."""
    rows = tx.conn.execute(
        sa.select(*(cases.c[name] for name in OpenCase.__dataclass_fields__))
        .where(
            cases.c.office_id == tx.office_id,
            cases.c.party_id == party_id,
            cases.c.state == str(State.CLOSED),
            cases.c.closed_at >= tx.now - REOPEN_FOR,
        )
        .order_by(cases.c.closed_at.desc())
        .limit(20)
    )
    return [OpenCase(*row) for row in rows]


def told_before(tx: Tx, case_id: UUID | None, party_id: UUID) -> UUID | None:
    """The case that was offered, where it is a closed one of this party; a storm's is nobody's in particular."""
    if case_id is None:
        return None
    mine = (cases.c.id == case_id, cases.c.party_id == party_id, cases.c.closed_at.is_not(None))
    return tx.conn.execute(sa.select(cases.c.id).where(*mine)).scalar()


def heard(tx: Tx, open_: Open | None, words: str = "") -> str:
    """What a dialogue has heard so far, and now."""
    before = read_content(tx, open_.content_id) if open_ and open_.content_id else ""
    return " ".join(part for part in (before, words) if part)


def ask(tx: Tx, open_: Open | None, of: tuple[UUID, str], values: Mapping[str, Any], words: str) -> bool:
    """Let a dialogue wait for an answer, begun here where there is none; its words go to the vault.

    `of` is the party and the line; `values` tell when its first text was received too. False: another text or
    the expiry was faster, look again.
    """
    kept = {**values, "content_id": seal_content(tx, "words", words) if words else None}
    if open_ is not None:
        return _change(tx, open_.id, kept)
    new = {"id": tx.new_id(), "office_id": tx.office_id, "party_id": of[0], "line": of[1]}
    made = tx.conn.execute(
        insert(dialogue).values(**new, **kept).on_conflict_do_nothing().returning(dialogue.c.id)
    ).scalar()
    return made is not None


def finish(tx: Tx, id_: UUID, state: str = DONE) -> bool:
    """End a dialogue. False: it has ended already."""
    return _change(tx, id_, {"state": state})


def belongs(tx: Tx, id_: UUID, case_id: UUID) -> None:
    """Note the case that a dialogue came to."""
    tx.change(dialogue, {"id": id_}, case_id=case_id)


def _change(tx: Tx, id_: UUID, values: Mapping[str, Any]) -> bool:
    done = tx.conn.execute(
        sa.update(dialogue).where(dialogue.c.id == id_, _WAITS).values(**values).returning(dialogue.c.id)
    ).scalar()
    return done is not None
