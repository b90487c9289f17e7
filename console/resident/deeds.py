"""What a resident does about a case on the pages: the same use cases as by text, under the case's lock."""

from typing import Any
from uuid import UUID

from cases.loop.deeds import standing
from cases.phrases import Message, msg
from cases.report import Channel
from dispatch import desk
from dispatch.loop import reopening, verdicts
from dispatch.loop.reopening import Reopened
from dispatch.loop.verdicts import Answer
from dispatch.people.parties import Party, number_of, party_of
from dispatch.reads import resident as reads
from dispatch.reports import Report, Taken
from dispatch.transaction import Tx

OVER = msg("resident.said.over")


def add(tx: Tx, case_id: UUID, words: str) -> Message:
    """A further word on an open case; what the resident is told."""
    row = _open(tx, case_id)
    if row is None:
        return OVER
    desk.supplement(tx, case_id, words)
    _keep(tx, row, "supplement")
    return msg("resident.said.added")


def urge(tx: Tx, case_id: UUID) -> Message:
    """Asks for haste on an open case."""
    row = _open(tx, case_id)
    if row is None:
        return OVER
    desk.urge(tx, case_id)
    _keep(tx, row, "urge")
    return msg("resident.said.urged")


def answer(tx: Tx, case_id: UUID, question: str, said: Answer, words: str) -> Message:
    """The verdict, bound to the question that the page showed: where another one waits meanwhile it is none."""
    row = standing(tx, case_id, lock=True).row
    waits = reads.open_question(tx, case_id)
    if waits is None or str(waits) != question:
        return msg("resident.said.not_asked")
    apart = desk.apart(tx, case_id, words)  # of whom it complains must not read it with the verdict
    told = verdicts.answer(tx, waits, said, "" if apart else words)
    _keep(tx, row, "verdict")
    return told


def reopen(tx: Tx, case_id: UUID, words: str) -> Message | Taken:
    """A closed case is taken up again; after its thirty days the matter becomes a new case that knows it."""
    row = standing(tx, case_id, lock=True).row
    words = "" if desk.apart(tx, case_id, words) else words
    found = reopening.reopen(tx, row.party_id, row.number, words) if row.party_id is not None else None
    if found is None:
        return msg("resident.said.not_closed")
    if isinstance(found, Reopened):
        _keep(tx, row, "reopen")
        return found.message
    return desk.take_report(tx, Report(Channel.WEB, _party(tx, row), found.words, tx.now, repeat_of=found.case_id))


def _open(tx: Tx, case_id: UUID) -> Any | None:
    """The case's row, locked; None where nobody owes anything on it any more."""
    case = standing(tx, case_id, lock=True)
    return case.row if case.state.is_open else None


def _keep(tx: Tx, row: Any, role: str) -> None:
    """That something came in; its words stand in the case's history."""
    desk.put_report(tx, Channel.WEB, None, role, (_party(tx, row), row.id, tx.now))


def _party(tx: Tx, row: Any) -> Party | None:
    """Who reported the case; None where they gave no number."""
    return party_of(tx, number_of(tx, row.party_id)) if row.party_id is not None else None
