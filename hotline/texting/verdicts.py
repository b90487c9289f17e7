"""Residents' answers to the question whether it is solved, and matters that they want taken up again.

An answer binds to its question: a bare one while several are open is asked back. With no question open it is
none; what says "not solved" then opens a matter again that was closed lately.
"""

from collections.abc import Sequence

from cases.report import Channel
from dispatch import desk
from dispatch.loop import reopening, verdicts
from dispatch.loop.reopening import Reopened
from dispatch.loop.verdicts import KEYS, Question
from dispatch.reports import OpenCase, Report
from dispatch.transaction import Tx
from dispatch.understanding import Understood, understand
from hotline import prompts
from hotline.commands import Reopen, Reply, read_verdict
from hotline.commands.verdict import NOT_CONTACTED, UNSOLVED
from hotline.hearing import keep
from hotline.texting import matching
from hotline.texting import standing as stands
from hotline.texting.standing import PLACE_ASKED, SAME_ASKED
from hotline.texting.talk import Talk, answer


def hear(tx: Tx, talk: Talk, reply: Reply) -> bool:
    """Take an answer, or ask to which question it is one. False: it is no answer of ours to take."""
    asked = verdicts.open_questions(tx, talk.party.id)
    if not asked or (not reply.spoken and _place_asked_later(tx, talk, asked)):
        return False
    meant = [each for each in asked if reply.which in ("", str(each.short), each.number)]
    if len(meant) == 1 and reply.doubtful:
        keep(tx, talk.said, "verdict", meant[0].case_id)
        answer(tx, talk, prompts.doubtful(meant[0].number), meant[0].case_id)
    elif len(meant) == 1:
        _settle(tx, talk, meant[0], reply)
    else:
        answer(tx, talk, prompts.which([(each.short, each.number) for each in asked[: prompts.MOST_ASKED]]))
    return True


def _place_asked_later(tx: Tx, talk: Talk, asked: Sequence[Question]) -> bool:
    """Whether the last that we asked was where something is, or whether it is a matter that we know: a bare digit is
    the answer to that.

    Ids sort by when they were made; a dialogue's words are kept anew whenever it asks.
    """
    open_ = stands.standing(tx, *talk.of).dialogue
    if open_ is None or open_.state not in (PLACE_ASKED, SAME_ASKED) or open_.content_id is None:
        return False
    return open_.content_id > max(each.id for each in asked)


def _settle(tx: Tx, talk: Talk, asked: Question, reply: Reply) -> None:
    said = KEYS[str(reply.answer)]
    other = desk.apart(tx, asked.case_id, reply.words)  # of whom it complains must not read it with the verdict
    message = verdicts.answer(tx, asked.id, said, "" if other else reply.words)
    keep(tx, talk.said, "verdict", other or asked.case_id)
    answer(tx, talk, message, asked.case_id)


def late(tx: Tx, talk: Talk, understood: Understood) -> bool:
    """A text of somebody with no open matter, about the only one that was closed lately: taken up again where
    it says plainly that it is not solved. False: a text like any other."""
    reply = read_verdict(talk.text.body)
    unsolved = _is_unsolved(reply) if reply else matching.is_unsolved(talk.words)
    if reply is None and not unsolved:
        return False
    closed = stands.closed_cases(tx, talk.party.id)
    if len(closed) != 1 or matching.follow(talk.words, understood, closed)[0] is None:
        return False
    if unsolved:
        return take_up(tx, talk, closed[0].number, talk.words)
    keep(tx, talk.said, "verdict", closed[0].id)
    answer(tx, talk, prompts.late(closed[0].number), closed[0].id)
    return True


def _is_unsolved(reply: Reply) -> bool:
    return reply.doubtful or reply.answer in (UNSOLVED, NOT_CONTACTED)


def reopen(tx: Tx, talk: Talk, wish: Reopen) -> OpenCase | bool:
    """The command: whether a matter was taken up again; one that is still open comes back, to be urged."""
    asked = [each for each in verdicts.open_questions(tx, talk.party.id) if wish.number in ("", each.number)]
    if len(asked) == 1:
        _settle(tx, talk, asked[0], Reply(UNSOLVED, "", wish.words))
        return True
    open_ = [case for case in desk.open_cases(tx, talk.party.id) if wish.number in ("", case.number)]
    if open_ and (wish.number or not stands.closed_cases(tx, talk.party.id)):
        return open_[0]
    return take_up(tx, talk, wish.number, wish.words)


def take_up(tx: Tx, talk: Talk, number: str, words: str) -> bool:
    """Open a closed case again; after its thirty days the matter is a new case that knows the old one."""
    said = understand(tx, words) if words else None
    if said is not None and said.complains_of:
        return False  # a complaint about somebody of the office is a case of its own
    found = reopening.reopen(tx, talk.party.id, number, words)
    if found is None:
        return False
    if isinstance(found, Reopened):
        keep(tx, talk.said, "reopen", found.case_id)
        answer(tx, talk, found.message, found.case_id)
        return True
    report = Report(Channel.TEXT, talk.party, found.words, talk.at, gathered=(talk.text.sid,), repeat_of=found.case_id)
    keep(tx, talk.said, "matter", desk.take_report(tx, report).case_id)
    return True
