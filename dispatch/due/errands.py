"""Errands: what is to be done at a moment and is no promise on a step. A row, written with what made it
necessary, done once by `timers`; one that fails is tried again and after the third time parked, to be shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases.models import cases
from dispatch.models import errand
from dispatch.transaction import Fault, Tx, fault_of

TRIES = 3
LOOK = 20  # candidates looked at together; those whose case another holds are passed over


class Kind(StrEnum):
    """What is to be done."""

    RING_OVER = "ring_over"  # a call of ours whose end nobody told us counts as not answered; ref: outbox
    OTHER_WAY = "other_way"  # an order waits for a carrier that does not take it: it is rung; ref: outbox
    RING_NEXT = "ring_next"  # ring for an order that nobody has taken yet; ref: case
    ASK_AGAIN = "ask_again"  # the question to the resident was not answered; ref: question
    SUBMIT = "submit"  # all is done and proven, and nobody said so; ref: case
    ARCHIVE = "archive"  # thirty days after closing; ref: case
    DIGEST = "digest"  # what a person is to be told; ref: party
    SHIFT = "shift"  # somebody's shift has ended; ref: office
    ABSENT = "absent"  # somebody's leave begins; ref: absence
    HAND_ON = "hand_on"  # whoever holds a case may have gone: is it to be handed on? ref: case
    HAND_ROUND = "hand_round"  # whoever has a round may have gone: is it to be handed on? ref: round
    REOPEN = "reopen"  # what was closed as planned opens again; ref: case
    DECIDE = "decide"  # what was asked about a case waits for a decision; ref: permission
    HANDOVER = "handover"  # nobody has said yet that another line took a case over; ref: case
    RESIDENT_NEWS = "resident_news"  # a promise broke or another unit has it: the resident hears of it; ref: case
    WHISTLE = "whistle"  # the moment by which those who were summoned are there; ref: whistle
    MAKE_ROUNDS = "make_rounds"  # a plan's next period begins; ref: round plan
    ROUND_PRESSES = "round_presses"  # the next word of a round that is not done; ref: round
    CAMPAIGN_PRESSES = "campaign_presses"  # a campaign's end is near or has come; ref: campaign
    RECOUNT = "recount"  # open cases are reckoned anew by a new calendar; ref: its version, or one case
    CALENDAR_TELL = "calendar_tell"  # those whose dates it moved are told; ref: the version
    CALENDAR_ENDS = "calendar_ends"  # supervisors are told that the calendar ends; ref: office and year
    TRIAGE = "triage"  # nobody has said where a case goes that waits for it; ref: case
    PUBLISH_RULES = "publish_rules"  # an approved draft of the decision table comes into force; ref: the draft


@dataclass(frozen=True, slots=True)
class Errand:
    """An errand whose moment has come; its case, where it has one, is locked."""

    id: UUID
    kind: Kind
    case_id: UUID | None
    ref: UUID | None
    fires_at: datetime


Handlers = Mapping[Kind, Callable[[Tx, Errand], None]]


# Made once: errands are put, looked for and done all day.
_MADE = sa.dialects.postgresql.insert(errand)
_PUT = _MADE.on_conflict_do_update(
    index_elements=[errand.c.kind, errand.c.ref],
    index_where=sa.text("state = 'open'"),
    set_={"fires_at": sa.func.least(errand.c.fires_at, _MADE.excluded.fires_at)},
)
_OPEN = errand.c.state == sa.literal_column("'open'")  # written out, as the partial index wants it in any plan
NEXT = sa.select(sa.func.min(errand.c.fires_at)).where(errand.c.office_id == sa.bindparam("office_id"), _OPEN)
_CALL_OFF = (
    sa.update(errand)
    .where(errand.c.kind == sa.bindparam("of_kind"), errand.c.ref == sa.bindparam("of_ref"), _OPEN)
    .values(state="done", done_at=sa.bindparam("now", type_=errand.c.done_at.type))
)


_DUE = (
    errand.c.office_id == sa.bindparam("office_id"),
    _OPEN,
    errand.c.fires_at <= sa.bindparam("now", type_=errand.c.fires_at.type),
)
_CANDIDATES = sa.select(errand.c.id, errand.c.case_id).where(*_DUE).order_by(errand.c.fires_at, errand.c.id).limit(LOOK)
_MINE = sa.select(errand).where(errand.c.id == sa.bindparam("id"), *_DUE).with_for_update(skip_locked=True)
_CASE = sa.select(cases.c.id).where(cases.c.id == sa.bindparam("case_id")).with_for_update(skip_locked=True)
_DONE = (
    sa.update(errand)
    .where(errand.c.id == sa.bindparam("errand_id"))
    .values(state="done", done_at=sa.bindparam("now", type_=errand.c.done_at.type))
)


def put(tx: Tx, kind: Kind, ref: UUID, fires_at: datetime, case_id: UUID | None = None) -> None:
    """Do this at that moment. Of one kind and ref there is one open errand: what was to come first stays."""
    values = {
        "id": tx.new_id(), "office_id": tx.office_id, "case_id": case_id, "kind": str(kind), "ref": ref,
        "fires_at": fires_at, "state": "open", "tries": 0,
    }  # fmt: skip
    tx.conn.execute(_PUT, values)
    tx.fires(fires_at)


def call_off(tx: Tx, kind: Kind, ref: UUID) -> None:
    """It is no longer to be done."""
    tx.conn.execute(_CALL_OFF, {"of_kind": str(kind), "of_ref": ref, "now": tx.now})


def do_next(tx: Tx, handlers: Handlers) -> bool:
    """Do the one errand that has waited longest; whether there was one. A case that another holds is passed over."""
    row = _claim(tx)
    if row is None:
        return False
    doing = Errand(row.id, Kind(row.kind), row.case_id, row.ref, row.fires_at)
    try:
        with tx.savepoint():
            tx.conn.execute(_DONE, {"errand_id": row.id, "now": tx.now})
            handlers[doing.kind](tx, doing)
    except Exception as trouble:
        _park(tx, row.id, fault_of(trouble))
    return True


def _claim(tx: Tx) -> Any | None:
    """The lock order holds: the case first, then what is to be done about it, looked at once more."""
    due = {"office_id": tx.office_id, "now": tx.now}
    for candidate in tx.conn.execute(_CANDIDATES, due).all():
        if candidate.case_id is not None and not _held(tx, candidate.case_id):
            continue
        row = tx.conn.execute(_MINE, {"id": candidate.id, **due}).one_or_none()
        if row is not None:
            return row
    return None


def _held(tx: Tx, case_id: UUID) -> bool:
    return tx.conn.execute(_CASE, {"case_id": case_id}).scalar() is not None


def _park(tx: Tx, errand_id: UUID, fault: Fault) -> None:
    tries = fault.tries(errand.c.tries, TRIES)
    tx.conn.execute(
        sa.update(errand)
        .where(errand.c.id == errand_id)
        .values(
            tries=tries,
            trouble=fault.words,
            fires_at=tx.now + fault.pause,
            state=sa.case((tries >= TRIES, "parked"), else_="open"),
        )
    )
