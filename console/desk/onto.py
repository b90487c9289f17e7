"""What a report by hand may be the same as: the caller's open cases with their clocks, and a storm that runs. It goes
onto that with one press, as it does for whoever texts or calls."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cases.phrases import Message
from cases.report import Channel
from console.entry.guard import me
from dispatch import desk
from dispatch.people.parties import Party
from dispatch.reads import queries
from dispatch.same import storms
from dispatch.same.storm import Incident
from dispatch.transaction import Tx
from dispatch.understanding import Understood
from hotline.again.offering import Kind, offered


@dataclass(frozen=True, slots=True)
class Known:
    """An open case of the caller: its row, how far it is, and whether what they say now is the same."""

    case: Any
    told: Message
    same: bool


def known(tx: Tx, party: Party | None, words: str, understood: Understood) -> tuple[Sequence[Known], Incident | None]:
    """The open cases of a caller that the account sees, and the storm that the report is about."""
    cases = desk.open_cases(tx, party.id) if party is not None else []
    mine = offered(tx, party, (words, understood), cases, ())
    same = mine.number if mine is not None and mine.kind is Kind.OPEN else None
    event = offered(tx, None, (words, understood), (), ())
    rows = ((each, queries.case_in_scope(tx, me().scope, each.number)) for each in cases)
    found = [Known(row, desk.how_far(tx, each.id), each.number == same) for each, row in rows if row is not None]
    return sorted(found, key=lambda one: not one.same), event.event if event is not None else None


def put(tx: Tx, party: Party | None, words: str, number: str, actor: str) -> str | None:
    """Put a report onto the case or storm of this number; the number, None where it is none of theirs."""
    event = next((each for each in tx.incidents if each.number == number), None)
    if event is not None:
        storms.join(tx, event, party, Channel.HAND)
        desk.put_report(tx, Channel.HAND, None, "joined", (party, event.case_id, tx.now))
        return number
    case = next((each for each in desk.open_cases(tx, party.id) if each.number == number), None) if party else None
    if case is None or queries.case_in_scope(tx, me().scope, number) is None:
        return None
    desk.supplement(tx, case.id, words, actor=actor)
    desk.put_report(tx, Channel.HAND, None, "supplement", (party, case.id, tx.now))
    return number
