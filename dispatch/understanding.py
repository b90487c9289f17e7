"""What a text says: the matter, the place, and where both lead; decided by what is in force in `tx`."""

from dataclasses import dataclass
from datetime import datetime

from cases.report import Channel
from dispatch.matters import MatterFinding, classify
from dispatch.places import PlaceFinding, find
from dispatch.routing import Choice, choose
from dispatch.rules import Circumstances, Verdict, gather
from dispatch.transaction import Tx


@dataclass(frozen=True, slots=True)
class Understood:
    """A text as far as it can be told what it is about and where."""

    matter: MatterFinding
    place: PlaceFinding


def understand(tx: Tx, text: str, *, place_text: str = "", hint: str | None = None) -> Understood:
    """The matter of `text` and its place, which `place_text` (asked for) may tell better."""
    matter = classify(text, tx.policy, hint)
    place = find(text, tx.district)
    if place_text:
        told = classify(place_text, tx.policy)
        if told.risk or told.level < matter.level:  # danger told in answer to "where?" is danger all the same
            matter = told
        asked = find(place_text, tx.district)
        both = find(f"{text}，{place_text}", tx.district)
        place = max((place, asked, both), key=lambda found: (found.clear, found.confidence))
    return Understood(matter, place)


@dataclass(frozen=True, slots=True)
class Routed:
    """Where a matter goes: the rule's verdict, and the unit and person."""

    verdict: Verdict
    choice: Choice


def route(tx: Tx, understood: Understood, channel: Channel) -> Routed:
    """The route of what was understood; there always is one (INV-ROUTE)."""
    how = Circumstances(channel, tx.calendar.is_working_moment(tx.now))
    facts = gather(understood.matter, understood.place, how, tx.policy, tx.district)
    verdict = tx.rules.match(facts)
    return Routed(verdict, choose(verdict, understood.place.place, tx.district, local(tx), tx.absent))


def local(tx: Tx) -> datetime:
    """The transaction's moment on the office's clock."""
    return tx.now.astimezone(tx.zone)
