"""The carrier's word on what went out, and what follows from it in the loop.

Whoever speaks for the carrier (`jobs`, the doors, reading back) comes here; `dispatch.outbox` below keeps the rows.
"""

from collections.abc import Iterable
from uuid import UUID

from dispatch import outbox
from dispatch.duty import moves
from dispatch.loop import telling, verdicts
from dispatch.orders import TO_HOLDER
from dispatch.outbox import Came, Outgoing
from dispatch.transaction import Tx


def sent(tx: Tx, item: Outgoing, sid: str) -> None:
    """The carrier took it, under this SID."""
    _follow(tx, outbox.sent(tx, item, sid))


def refused(tx: Tx, item: Outgoing, reason: str) -> None:
    """The carrier will never take it."""
    _follow(tx, outbox.refused(tx, item.id, reason))


def later(tx: Tx, item: Outgoing, reason: str) -> None:
    """It surely did not leave; after the last try it failed."""
    _follow(tx, outbox.later(tx, item, reason))


def unknown(tx: Tx, item: Outgoing, reason: str) -> None:
    """It may have left, it may not."""
    outbox.unknown(tx, item, reason)


def take_receipt(  # noqa: PLR0913 - which text, what the carrier says, and whose it is
    tx: Tx, sid: str, status: str, sequence: str = "", error: str = "", ref: UUID | None = None
) -> None:
    """The carrier's word on a text that it took; `ref` is the row that wanted it, where that is known."""
    _follow(tx, outbox.take_receipt(tx, sid, status, sequence, error, ref))


def call_off(tx: Tx) -> None:
    """Whoever stopped texts gets none of those that wait; a case of theirs goes to whoever can be reached."""
    for came in outbox.call_off(tx):
        _follow(tx, [came])
        if came.purpose in TO_HOLDER and came.case_id is not None:
            moves.pass_on(tx, came.case_id)


def _follow(tx: Tx, happened: Iterable[Came]) -> None:
    for came in happened:
        if came.purpose == telling.PURPOSE and came.arrived:
            telling.delivered(tx, came.id)
        elif came.purpose == telling.PURPOSE:
            telling.undelivered(tx, came.id, came.error)
        elif came.purpose == verdicts.PURPOSE and not came.arrived:
            verdicts.question_failed(tx, came.id)
