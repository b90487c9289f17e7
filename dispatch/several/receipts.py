"""What a resident is given for what they told: for several matters one text that lists them."""

from collections.abc import Sequence
from dataclasses import dataclass

from cases.danger import Danger
from cases.lifecycle import Opening
from cases.phrases import Message, Name, msg
from dispatch import orders
from dispatch.duty.telling import fits
from dispatch.matters.doubt import UNCLEAR
from dispatch.outbox import put_text
from dispatch.people.parties import Party
from dispatch.reports import Taken
from dispatch.transaction import Tx

_SHORTER = (30, 14, 10, 7, 5, 3)  # signs that a matter's name may have, until the text fits


@dataclass(frozen=True, slots=True)
class Opened:
    """A case that was opened for a matter, and the dangers that it tells of."""

    taken: Taken
    opening: Opening
    dangers: tuple[Danger, ...] = ()


def give(tx: Tx, party: Party | None, opened: Sequence[Opened]) -> None:
    """The receipt of one message. Who is in danger hears first what saves."""
    if party is None:
        return
    if len(opened) == 1 or opened[0].dangers:
        _one(tx, party, opened[0])
    if len(opened) > 1:
        put_text(tx, party.id, _list(tx, party, opened), party.lang, purpose="receipt", case_id=opened[0].taken.case_id)


def _one(tx: Tx, party: Party, opened: Opened) -> None:
    taken, opening = opened.taken, opened.opening
    if not taken.waits:
        orders.receipt(tx, party, taken, opening, opened.dangers)
        return
    id_ = "triage.text.unclear" if taken.waits == UNCLEAR else "triage.text.receipt"
    text = msg(id_, office=tx.office.name, number=taken.number, code=taken.code)
    put_text(tx, party.id, text, party.lang, purpose="receipt", case_id=taken.case_id)


def _list(tx: Tx, party: Party, opened: Sequence[Opened]) -> Message:
    """All that was told, one after another, as far as three segments hold their names."""
    told = [_receipt(tx, party.lang, opened, most) for most in _SHORTER]
    return next((text for text in told if fits(tx.say(text, party.lang))), told[-1])


def _receipt(tx: Tx, lang: str, opened: Sequence[Opened], most: int) -> Message:
    listed: Message | str = ""
    for n, each in reversed(tuple(enumerate(opened, 1))):
        name = _short(tx.policy.category(each.opening.matter.category).name.in_language(lang), most)
        item = "triage.several.waits" if each.taken.waits else "triage.several.item"
        listed = msg(item, n=n, category=Name(name), number=each.taken.number, rest=listed)
    first = opened[0].taken
    visited = any(each.opening.matter.owes.visit for each in opened)
    visit = msg("triage.several.visit", code=first.visit_code) if visited else ""
    return msg(
        "triage.text.several", office=tx.office.name, count=len(opened), listed=listed, code=first.code, visit=visit
    )


def _short(name: str, most: int) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"
