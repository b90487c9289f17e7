"""The dialogue by text: what, and where if it cannot be told, in as few messages as possible.

A text is a command, a word within an open matter (补充, 催办), or a new matter. All answers leave through the
outbox. What was asked and not answered opens its case with what is known (`texting.expiry`).
"""

from dataclasses import replace
from datetime import datetime, timedelta

from cases.phrases import ZH
from cases.report import Channel, is_e164
from cases.steps import URGENT
from dispatch import desk
from dispatch.desk import OpenCase, Report
from dispatch.duty import moves
from dispatch.loop.work import jobs_of
from dispatch.people import parties
from dispatch.people.parties import Party
from dispatch.places import answered, find, question
from dispatch.same import storms
from dispatch.transaction import Tx
from dispatch.understanding import Understood, needs_no_place, understand
from hotline import commands, prompts
from hotline.again import asking
from hotline.again.offering import Offer, offered
from hotline.commands import (
    Add,
    Command,
    Correct,
    Deed,
    Help,
    Person,
    Progress,
    Query,
    Reopen,
    Start,
    Stop,
    Urge,
    Verb,
    Withdraw,
    is_nudge,
    read_same,
)  # fmt: skip
from hotline.events import TextIn
from hotline.hearing import Said, keep
from hotline.menu import is_nonsense
from hotline.texting import alarm, own, rounds, unclear, verdicts, whistles, workers
from hotline.texting import standing as stands
from hotline.texting.matching import Follow, follow
from hotline.texting.standing import OPEN_FOR, PLACE_ASKED, SAME_ASKED, Open, Standing
from hotline.texting.taking import Whole, take
from hotline.texting.talk import Talk, answer, raw_of, remembered

URGENT_FOR = timedelta(minutes=3)  # danger does not wait for an address


def take_text(tx: Tx, text: TextIn) -> None:
    """What a text does. Nothing is answered here: answers leave through the outbox."""
    if not is_e164(text.sender):
        _from_no_number(tx, text)
        return
    party = parties.party_of(tx, text.sender, hold=True)  # of two texts at once, the second sees the first's case
    lang = prompts.language_of(text.body, party.lang)
    talk = Talk(text, party, _words(tx, text, lang), lang, _received(tx, text))
    command = commands.read(text.body)
    if not is_nudge(text.body) and alarm.heard(tx, talk, command):  # 催 sounds like a blow
        return
    if command is not None and not _is_return(tx, talk, command):
        _obey(tx, talk, command)
    elif _is_work(tx, talk) or _is_verdict(tx, talk):
        return
    elif commands.is_polite(text.body) and not text.media:
        return  # thanks want no answer, and are no matter
    else:
        _listen(tx, talk)


def _is_work(tx: Tx, talk: Talk) -> bool:
    """Whether it was a worker's command, which is answered by now. Nobody else has any."""
    if _is_round(tx, talk) or _is_here(tx, talk):
        return True
    deed = commands.read_deed(talk.text.body) if talk.party.worker_id is not None else None
    if deed is None or talk.party.worker_id is None or _answers_where(tx, talk, deed):
        return False
    lang = talk.party.lang
    said = workers.obey(tx, talk.party.worker_id, deed, lang, talk.media)
    if said is not None:
        answer(tx, replace(talk, lang=lang), said)
    return said is not None


def _is_round(tx: Tx, talk: Talk) -> bool:
    """Whether it was about a task of a round, which is answered by now."""
    said = commands.read_round(talk.text.body) if talk.party.worker_id is not None else None
    if said is None or talk.party.worker_id is None:
        return False
    told = rounds.obey(tx, talk.party.worker_id, said, talk.media)
    if told is not None:
        answer(tx, talk, told)
    return told is not None


def _is_here(tx: Tx, talk: Talk) -> bool:
    """Whether they said that they are where a whistle summoned them, which is answered by now."""
    short = commands.read_here(talk.text.body) if talk.party.worker_id is not None else None
    if short is None or talk.party.worker_id is None:
        return False
    told = whistles.obey(tx, talk.party.worker_id, short)
    if told is not None:
        answer(tx, replace(talk, lang=talk.party.lang), told)
    return told is not None


def _is_return(tx: Tx, talk: Talk, command: Command) -> bool:
    """Whether 退 is not "no more texts" but the beginning of 退单: said by somebody who has orders in hand."""
    worker = talk.party.worker_id
    if worker is None or not isinstance(command, Stop):
        return False
    deed = commands.read_deed(talk.text.body)
    return deed is not None and deed.verb is Verb.RETURN and bool(jobs_of(tx, worker))


def _answers_where(tx: Tx, talk: Talk, deed: Deed) -> bool:
    """Whether `到 3号楼` answers our question where a matter of their own is."""
    open_ = stands.standing(tx, *talk.of).dialogue if deed.rest and not deed.order else None
    return open_ is not None and open_.state == PLACE_ASKED


def _is_verdict(tx: Tx, talk: Talk) -> bool:
    reply = commands.read_verdict(talk.text.body)
    return reply is not None and verdicts.hear(tx, talk, reply)


def _received(tx: Tx, text: TextIn) -> datetime:
    """When the carrier took it: the promise counts from there. Never later than now."""
    return min(text.at or tx.now, tx.now)


def _words(tx: Tx, text: TextIn, lang: str) -> str:
    """The words of a text; pictures alone say something too."""
    count = len(text.media)
    return f"{text.body} {tx.say(prompts.attachments(count), lang)}".strip() if count else text.body


def _from_no_number(tx: Tx, text: TextIn) -> None:
    """A service number or a name: nobody there can be asked, and answering a machine would go on for ever."""
    words = _words(tx, text, ZH)
    if is_nonsense(words):
        return
    at = _received(tx, text)
    taken = desk.take_report(tx, Report(Channel.TEXT, None, words, at, gathered=(text.sid,)))
    keep(tx, Said(Channel.TEXT, text.sid, None, raw_of(text), at), "matter", taken.case_id)


def _obey(tx: Tx, talk: Talk, command: Command) -> None:
    match command:
        case Stop():
            _stop(tx, talk.party)
        case Start():
            parties.start(tx, talk.party.id)
            answer(tx, replace(talk, party=replace(talk.party, stopped=False)), prompts.STARTED)
        case Help():
            _help(tx, talk)
        case Query(number, code):
            if number and code:
                answer(tx, talk, desk.progress(tx, number, code, talk.party.id))
            else:
                own.progress(tx, talk, number)
        case Urge(number):
            own.urge(tx, talk, number)
        case Add(words):
            _add(tx, replace(talk, words=words))
        case Reopen():
            _reopen(tx, talk, command)
        case Withdraw() | Person() | Correct() | Progress():
            own.obey(tx, talk, command)


def _help(tx: Tx, talk: Talk) -> None:
    if talk.party.worker_id is None:
        answer(tx, talk, prompts.HELP)
    else:
        answer(tx, replace(talk, lang=talk.party.lang), workers.HELP)


def _stop(tx: Tx, party: Party) -> None:
    """No text from now on, not even one that says so. A worker's open work goes to somebody who can be reached."""
    parties.stop(tx, party.id)
    if party.worker_id is not None and not party.stopped:
        moves.stopped(tx, party.worker_id)


def _reopen(tx: Tx, talk: Talk, wish: Reopen) -> None:
    done = verdicts.reopen(tx, talk, wish)
    if isinstance(done, OpenCase):
        own.onto(tx, replace(talk, words=wish.words), done, Follow.SUPPLEMENT if wish.words else Follow.URGE)
    elif not done and wish.words:
        _listen(tx, replace(talk, words=wish.words))
    elif not done:
        answer(tx, talk, prompts.NOTHING_CLOSED)


def _add(tx: Tx, talk: Talk) -> None:
    cases = desk.open_cases(tx, talk.party.id)
    if cases:
        own.onto(tx, talk, cases[0], Follow.SUPPLEMENT)
    else:
        _listen(tx, talk)


def _listen(tx: Tx, talk: Talk) -> None:
    """An ordinary text: the answer to an open question, a word on an open case, or a new matter. Where two texts of a
    party come at once, or one meets the expiry, the slower looks again."""
    while not _heard(tx, talk):
        pass


def _heard(tx: Tx, talk: Talk) -> bool:
    stand = stands.standing(tx, *talk.of)
    if stand.dialogue is not None and stand.dialogue.state == SAME_ASKED:
        return _told_same(tx, talk, stand.dialogue)
    if stand.dialogue is not None and stand.dialogue.state == PLACE_ASKED:
        if stand.dialogue.about_case is not None:
            return alarm.located(tx, talk, stand.dialogue, stand.dialogue.about_case)
        return _placed(tx, talk, stand)
    if is_nonsense(talk.words):
        return unclear.ask_what(tx, talk, stand.dialogue)
    if stand.dialogue is None and not stand.closed and is_nudge(talk.text.body):
        if not stand.cases and storms.joined(tx, talk.party.id) is None:  # what they told may still be on its way
            return unclear.ask_what(tx, talk, None, prompts.NOTHING_OPEN)
        own.urge(tx, talk)
        return True
    understood = understand(tx, stands.heard(tx, stand.dialogue, talk.words))
    if stand.dialogue is None and not understood.complains_of:
        case, how = follow(talk.words, understood, stand.cases)
        if case is not None:
            own.onto(tx, talk, case, how, again=understood.matter.confidence > 0)
            return True
        if not stand.cases and verdicts.late(tx, talk, understood):
            return True
    if understood.matter.unclear and not talk.media:
        return unclear.ask_what(tx, talk, stand.dialogue)
    return _begin(tx, talk, understood, stand)


def _begin(tx: Tx, talk: Talk, understood: Understood, stand: Standing) -> bool:
    """A new matter: taken at once where its place is clear, else asked for once; first it is offered what it may be
    the same as."""
    talk, open_ = remembered(tx, talk), stand.dialogue
    words = stands.heard(tx, open_, talk.words)
    offer = _offer(tx, talk, (words, understood), stand)
    if offer is not None:
        return asking.ask(tx, talk, open_, offer, words)
    whole = understood.place.clear or needs_no_place(tx, understood)
    if whole or talk.party.stopped or understood.complains_of:
        return take(tx, talk, open_, Whole(words, understood=understood))
    urgent = understood.matter.level in URGENT
    until = tx.now + (URGENT_FOR if urgent else OPEN_FOR)
    values = {"state": PLACE_ASKED, "tries": 1, "expires_at": until}
    if not stands.ask(tx, open_, talk.of, {**values, "received_at": talk.since(open_)}, words):
        return False
    keep(tx, talk.said, "matter")
    answer(tx, talk, prompts.ask_where(question(understood.place, tx.district)))
    return True


def _placed(tx: Tx, talk: Talk, stand: Standing) -> bool:
    """Whatever answers the question where: the report is whole now."""
    matter, open_ = stands.heard(tx, stand.dialogue), stand.dialogue
    place = answered(talk.words, question(find(matter, tx.district), tx.district))
    understood = understand(tx, matter, place_text=place)
    both = f"{matter}，{place}"
    offer = _offer(tx, talk, (both, understood), stand)
    if offer is not None:
        return asking.ask(tx, talk, open_, offer, both)
    return take(tx, talk, open_, Whole(matter, place, understood))


def _offer(tx: Tx, talk: Talk, said: tuple[str, Understood], stand: Standing) -> Offer | None:
    """What it may be the same as, for whoever can be asked. An open case of theirs was looked for before."""
    return None if talk.party.stopped else offered(tx, talk.party, said, (), stand.closed)


def _told_same(tx: Tx, talk: Talk, open_: Open) -> bool:
    """Whether it is the matter that was offered: it goes onto that; else it is one of its own, with what they add."""
    if asking.settled(tx, talk, open_):
        return True
    more = "" if read_same(talk.text.body) is not None else talk.words
    whole = Whole(stands.heard(tx, open_, more), repeat_of=asking.repeated(tx, talk, open_))
    return take(tx, talk, open_, whole)
