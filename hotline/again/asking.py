"""The same matter again, by text: offered once, answered with 1 or 2. Whoever does not answer has a case of their own:
losing a new matter in an old case would be worse than a case too many."""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from cases.models import cases, report
from cases.phrases import Message, msg
from cases.report import Channel
from dispatch.reports import OpenCase
from dispatch.same import storms
from dispatch.same.storm import Incident
from dispatch.transaction import Tx
from hotline.again.offering import Offer
from hotline.commands import read_same
from hotline.hearing import keep, waiting_sids
from hotline.texting import own, verdicts
from hotline.texting import standing as stands
from hotline.texting.standing import SAME_ASKED, Open
from hotline.texting.talk import Talk, answer

OPEN_FOR = timedelta(minutes=30)


def ask(tx: Tx, talk: Talk, open_: Open | None, found: Offer, words: str) -> bool:
    """Offer it; whoever joined a storm hears how far it is at once. False: another text was faster, look again."""
    if found.event is not None and _has_joined(tx, talk, found.event):
        own.of_event(tx, talk, found.event)
        return open_ is None or stands.finish(tx, open_.id)
    values = {
        "state": SAME_ASKED, "tries": 1, "expires_at": tx.now + OPEN_FOR, "received_at": talk.since(open_),
        "about_case": found.case_id,
    }  # fmt: skip
    if not stands.ask(tx, open_, talk.of, values, words):
        return False
    keep(tx, talk.said, "matter")
    answer(tx, talk, _question(tx, found))
    return True


def _has_joined(tx: Tx, talk: Talk, event: Incident) -> bool:
    mine = storms.joined(tx, talk.party.id)
    return mine is not None and mine.id == event.id


def _question(tx: Tx, found: Offer) -> Message:
    if found.event is not None:
        return msg("same.text.offer_storm", known=found.event.known, number=found.number)
    case: OpenCase | None = found.case
    category = tx.policy.category(case.category).name if case else ""
    return msg("same.text.offer_closed", number=found.number, category=category, closed=case.closed_at if case else "")


def settled(tx: Tx, talk: Talk, open_: Open) -> bool:
    """Whether they say that it is that matter, and it is put onto it. False: it is one of its own."""
    if read_same(talk.text.body) is not True or open_.about_case is None:
        return False
    event = next((each for each in tx.incidents if each.case_id == open_.about_case), None)
    words = stands.heard(tx, open_)
    if event is not None:
        stands.finish(tx, open_.id)
        storms.join(tx, event, talk.party, Channel.TEXT)
        _belongs(tx, talk, open_, event.case_id)
        keep(tx, talk.said, "joined", event.case_id)
        answer(tx, talk, msg("same.text.joined", number=event.number), event.case_id)
        return True
    number = _closed(tx, talk, open_.about_case)
    if number is None or not verdicts.take_up(tx, talk, number, words):
        return False
    stands.finish(tx, open_.id)
    _belongs(tx, talk, open_, open_.about_case)
    return True


def _belongs(tx: Tx, talk: Talk, open_: Open, case_id: UUID) -> None:
    """What they had written before belongs there too."""
    for sid in waiting_sids(tx, talk.party, talk.since(open_)):
        tx.change(report, {"sid": sid}, case_id=case_id)
    stands.belongs(tx, open_.id, case_id)


def _closed(tx: Tx, talk: Talk, case_id: UUID) -> str | None:
    """The number of a case of theirs that was offered."""
    mine = (cases.c.id == case_id, cases.c.party_id == talk.party.id)
    return tx.conn.execute(sa.select(cases.c.number).where(*mine)).scalar()


def repeated(tx: Tx, talk: Talk, open_: Open) -> UUID | None:
    """The closed case that a new one tells again: it was offered, and they did not say that it is another matter."""
    return None if read_same(talk.text.body) is False else stands.told_before(tx, open_.about_case, talk.party.id)
