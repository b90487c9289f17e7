"""The finding, and news on the way: what is the case there, and that it goes on or is safe."""

from uuid import UUID

from cases.loop.deeds import Act, do, standing
from cases.phrases import Message, msg
from cases.states import Deed
from cases.steps import Step
from dispatch.loop.expecting import expect
from dispatch.loop.visits import at_hand
from dispatch.loop.who import NotYours, Who
from dispatch.loop.work import due_of, give_short, next_step
from dispatch.transaction import Tx

LEAST = 2  # characters; less says nothing


def find(tx: Tx, who: Who, case_id: UUID, words: str) -> Message:
    """What was found: is it true, why, who is responsible. An empty text is none. Raises IllegalDeed."""
    short = give_short(tx, case_id)
    case = at_hand(tx, who, case_id, Deed.FIND)
    if case.owes(Step.VISIT):
        return msg("desk.work.visit_first", n=short, next=next_step(tx, case, short))
    if len(words.strip()) < LEAST:
        return msg("desk.work.find_how", n=short)
    done = do(tx, case_id, Act(Deed.FIND, who.actor, "found", words=words.strip(), keeps=(Step.FINDING,)))
    expect(tx, done)
    return msg("desk.work.found", n=short, next=next_step(tx, done, short))


def report(tx: Tx, who: Who, case_id: UUID, words: str) -> Message:
    """News on a case that goes on; where news is owed again, by when the next is. Raises IllegalDeed."""
    short = give_short(tx, case_id)
    at_hand(tx, who, case_id, Deed.REPORT_PROGRESS)
    if len(words.strip()) < LEAST:
        return msg("desk.work.news_how", n=short)
    done = do(tx, case_id, Act(Deed.REPORT_PROGRESS, who.actor, "progress", words=words.strip()))
    due = due_of(tx, done, Step.INTERIM)
    if due is None:
        return msg("desk.work.news", n=short, next=next_step(tx, done, short))
    return msg("desk.work.news_until", n=short, due=due)


def safe(tx: Tx, who: Who, case_id: UUID, words: str) -> Message:
    """Nobody is in danger any more: news is no longer owed. Said by the unit's lead or a supervisor, with a text.

    Raises IllegalDeed, NotYours.
    """
    short = give_short(tx, case_id)
    case = standing(tx, case_id, lock=True)
    if not who.leads:
        raise NotYours(who, who.part)
    short = short if case.row.worker_id == who.id else case.row.number
    if len(words.strip()) < LEAST:
        return msg("desk.work.safe_how", n=short)
    act = Act(Deed.MARK_SAFE, who.actor, "safe", words=words.strip(), keeps=(Step.INTERIM,))
    done = do(tx, case_id, act)
    return msg("desk.work.safe", n=short, next=next_step(tx, done, short))
