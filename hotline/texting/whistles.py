"""Somebody who was summoned by a whistle writes that they are there."""

from uuid import UUID

from cases.lifecycle import IllegalDeed
from cases.loop.deeds import standing
from cases.phrases import Message, msg
from dispatch.coi.reading import by_staff
from dispatch.loop.who import Who, by_id
from dispatch.side import whistling
from dispatch.side.calls import awaited_of
from dispatch.transaction import Tx


def obey(tx: Tx, staff_id: UUID, short: int) -> Message | None:
    """They are there: the answer to it. `short` is the whistle's number, 0 where they named none. None where nobody
    waits for them and no number was named, so that it was an ordinary text."""
    who = by_id(tx, staff_id)
    with by_staff(tx, staff_id):
        return _come(tx, who, short)


def _come(tx: Tx, who: Who, short: int) -> Message | None:
    there = awaited_of(tx, who, short or None)
    if not there:
        return msg("whistle.work.none", n=short) if short else None
    if len({row.whistle_id for row in there}) > 1:
        return msg("whistle.work.which")
    first = there[0]
    try:
        return whistling.come(tx, who, standing(tx, first.case_id, lock=True), first.unit.code)
    except IllegalDeed:
        return msg("whistle.work.over")
