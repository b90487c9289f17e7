"""The dialogue by text: what, and where if it cannot be told, in as few messages as possible.

A text is a command, a word within an open matter (补充, 催办), or a new matter. All answers leave through the
outbox. What was asked and not answered opens its case with what is known (`expire`).
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from cases.clock.sla import Level
from cases.phrases import ZH, Message
from cases.report import Channel, is_e164
from dispatch import desk
from dispatch.desk import OpenCase, Report
from dispatch.lines import Line
from dispatch.outbox import put_text
from dispatch.people import parties
from dispatch.people.parties import Party
from dispatch.transaction import Tx
from dispatch.understanding import Understood, understand
from hotline import commands, prompts
from hotline import standing as stands
from hotline.commands import Add, Command, Help, Query, Start, Stop, Urge
from hotline.events import TextIn
from hotline.hearing import Said, keep, waiting_sids
from hotline.matching import Follow, follow
from hotline.menu import is_nonsense
from hotline.models import dialogue
from hotline.standing import EXPIRED, MATTER_ASKED, PLACE_ASKED, Open

PARKED = "parked"
PARKED_AFTER = 5  # texts that said nothing and failed tries to let go, together
TRIES = 3  # texts that say nothing before a person has a look
OPEN_FOR = timedelta(minutes=30)
URGENT_FOR = timedelta(minutes=3)  # danger does not wait for an address


@dataclass(frozen=True, slots=True)
class _Talk:
    """A text at hand: who sent it, its words, the language of the answer, and when it was received."""

    text: TextIn
    party: Party
    words: str
    lang: str
    at: datetime

    @property
    def said(self) -> Said:
        return Said(Channel.TEXT, self.text.sid, self.party, _raw(self.text), self.at)

    @property
    def of(self) -> tuple[UUID, str]:
        return self.party.id, self.text.line.id

    def since(self, open_: Open | None) -> datetime:
        """When the first text of the matter was received; one that was caught up may be older than its dialogue."""
        return min(open_.received_at, self.at) if open_ else self.at


def take_text(tx: Tx, text: TextIn) -> None:
    """What a text does. Nothing is answered here: answers leave through the outbox."""
    if not is_e164(text.sender):
        _from_no_number(tx, text)
        return
    party = parties.party_of(tx, text.sender, hold=True)  # of two texts at once, the second sees the first's case
    lang = prompts.language_of(text.body, party.lang)
    talk = _Talk(text, party, _words(tx, text, lang), lang, _received(tx, text))
    command = commands.read(text.body)
    if command is not None:
        _obey(tx, talk, command)
    elif party.worker_id is not None and commands.read_deed(text.body):
        _answer(tx, talk, prompts.WORKER_DEEDS)
    elif commands.is_polite(text.body) and not text.media:
        return  # thanks want no answer, and are no matter
    else:
        _listen(tx, talk)


def _received(tx: Tx, text: TextIn) -> datetime:
    """When the carrier took it: the promise counts from there. Never later than now."""
    return min(text.at or tx.now, tx.now)


def _words(tx: Tx, text: TextIn, lang: str) -> str:
    """The words of a text; pictures alone say something too."""
    count = len(text.media)
    return f"{text.body} {tx.say(prompts.attachments(count), lang)}".strip() if count else text.body


def _raw(text: TextIn) -> str:
    return "\n".join((text.raw, *(media.url for media in text.media)))


def _from_no_number(tx: Tx, text: TextIn) -> None:
    """A service number or a name: nobody there can be asked, and answering a machine would go on for ever."""
    words = _words(tx, text, ZH)
    if is_nonsense(words):
        return
    at = _received(tx, text)
    taken = desk.take_report(tx, Report(Channel.TEXT, None, words, at, gathered=(text.sid,)))
    keep(tx, Said(Channel.TEXT, text.sid, None, _raw(text), at), "matter", taken.case_id)


def _answer(tx: Tx, talk: _Talk, message: Message, case_id: UUID | None = None) -> None:
    if not talk.party.stopped:
        put_text(tx, talk.party.id, message, talk.lang, purpose="answer", case_id=case_id)


def _obey(tx: Tx, talk: _Talk, command: Command) -> None:
    match command:
        case Stop():
            parties.stop(tx, talk.party.id)
        case Start():
            parties.start(tx, talk.party.id)
            _answer(tx, replace(talk, party=replace(talk.party, stopped=False)), prompts.STARTED)
        case Help():
            _answer(tx, talk, prompts.HELP)
        case Query(number, code):
            known = number and code
            told = desk.progress(tx, number, code, talk.party.id) if known else prompts.HOW_TO_QUERY
            _answer(tx, talk, told)
        case Urge(number):
            _urge(tx, talk, number)
        case Add(words):
            _add(tx, replace(talk, words=words))


def _urge(tx: Tx, talk: _Talk, number: str) -> None:
    cases = desk.open_cases(tx, talk.party.id)
    found = next((case for case in cases if case.number == number or not number), None)
    if found is None:
        _answer(tx, talk, prompts.NOTHING_OPEN)
        return
    _on(tx, talk, found, Follow.URGE)


def _add(tx: Tx, talk: _Talk) -> None:
    cases = desk.open_cases(tx, talk.party.id)
    if cases:
        _on(tx, talk, cases[0], Follow.SUPPLEMENT)
    else:
        _listen(tx, talk)


def _on(tx: Tx, talk: _Talk, case: OpenCase, how: Follow) -> None:
    """A further word within an open matter."""
    keep(tx, talk.said, str(how), case.id)
    if how is Follow.URGE:
        desk.urge(tx, case.id)
        _answer(tx, talk, prompts.urged(case.number), case.id)
    else:
        desk.supplement(tx, case.id, talk.words)
        _answer(tx, talk, prompts.added(case.number), case.id)


def _listen(tx: Tx, talk: _Talk) -> None:
    """An ordinary text: the answer to an open question, a word on an open case, or a new matter.

    Where two texts of a party come at once, or one meets the expiry, the slower looks again.
    """
    while not _heard(tx, talk):
        pass


def _heard(tx: Tx, talk: _Talk) -> bool:
    stand = stands.standing(tx, *talk.of)
    if stand.dialogue is not None and stand.dialogue.state == PLACE_ASKED:
        return _placed(tx, talk, stand.dialogue)
    if is_nonsense(talk.words):
        return _ask_what(tx, talk, stand.dialogue)
    understood = understand(tx, talk.words)
    if stand.dialogue is None:
        case, how = follow(talk.words, understood, stand.cases)
        if case is not None:
            _on(tx, talk, case, how)
            return True
    return _begin(tx, talk, understood, stand.dialogue)


def _ask_what(tx: Tx, talk: _Talk, open_: Open | None) -> bool:
    """Nothing in it that one could act on: ask kindly; the third time a person has a look."""
    tries = open_.tries + 1 if open_ else 1
    heard = stands.heard(tx, open_, talk.words)
    if tries >= TRIES:
        return _take(tx, talk, open_, heard or tx.say(prompts.NO_WORDS, talk.lang))
    values = {"state": MATTER_ASKED, "tries": tries, "expires_at": tx.now + OPEN_FOR}
    if not stands.ask(tx, open_, talk.of, {**values, "received_at": talk.since(open_)}, heard):
        return False
    keep(tx, talk.said, "matter")
    _answer(tx, talk, prompts.ask_what(tx.office.name))
    return True


def _begin(tx: Tx, talk: _Talk, understood: Understood, open_: Open | None) -> bool:
    """A new matter: taken at once where its place is clear, else asked for once."""
    talk = _remembered(tx, talk)
    words = stands.heard(tx, open_, talk.words)
    if understood.place.clear or talk.party.stopped:
        return _take(tx, talk, open_, words)
    urgent = understood.matter.level in (Level.L1, Level.L2)
    until = tx.now + (URGENT_FOR if urgent else OPEN_FOR)
    values = {"state": PLACE_ASKED, "tries": 1, "expires_at": until}
    if not stands.ask(tx, open_, talk.of, {**values, "received_at": talk.since(open_)}, words):
        return False
    keep(tx, talk.said, "matter")
    _answer(tx, talk, prompts.ASK_WHERE)
    return True


def _remembered(tx: Tx, talk: _Talk) -> _Talk:
    """Whoever writes whole sentences in a language is answered in it from now on."""
    if talk.lang == talk.party.lang:
        return talk
    parties.speak(tx, talk.party.id, talk.lang)
    return replace(talk, party=replace(talk.party, lang=talk.lang))


def _placed(tx: Tx, talk: _Talk, open_: Open) -> bool:
    """Whatever answers the question where: the report is whole now."""
    return _take(tx, talk, open_, stands.heard(tx, open_), place_text=talk.words)


def _take(tx: Tx, talk: _Talk, open_: Open | None, matter: str, *, place_text: str = "") -> bool:
    """The report is whole: its case is opened; number and codes leave with the receipt."""
    if open_ is not None and not stands.finish(tx, open_.id):
        return False
    since = talk.since(open_)
    before = waiting_sids(tx, talk.party, since) if open_ else ()
    # This text counts as gathered too: its row is put below, with its very words.
    gathered = (*before, talk.text.sid)
    report = Report(Channel.TEXT, talk.party, matter, since, place_text=place_text, gathered=gathered)
    taken = desk.take_report(tx, report)
    keep(tx, talk.said, "place" if place_text else "matter", taken.case_id)
    if open_ is not None:
        stands.belongs(tx, open_.id, taken.case_id)
    return True


def expire_next(tx: Tx) -> bool:
    """Let one dialogue go whose question was not answered in time; whether there was one."""
    found = tx.conn.execute(
        sa.select(dialogue.c.id)
        .where(
            dialogue.c.office_id == tx.office_id,
            dialogue.c.expires_at <= tx.now,
            dialogue.c.state.in_((MATTER_ASKED, PLACE_ASKED)),
        )
        .order_by(dialogue.c.expires_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).scalar()
    if found is None:
        return False
    try:
        with tx.savepoint():
            expire(tx, found)
    except (sa.exc.OperationalError, sa.exc.InterfaceError):
        raise  # the database is away: nobody's fault, and nothing to park
    except Exception as trouble:
        _park(tx, found, f"{type(trouble).__name__}: {trouble}")
    return True


def _park(tx: Tx, dialogue_id: UUID, trouble: str) -> None:
    """It could not be let go: tried again in a minute, after the third time set aside and shown."""
    tx.conn.execute(
        sa.update(dialogue)
        .where(dialogue.c.id == dialogue_id)
        .values(
            tries=dialogue.c.tries + 1,
            trouble=trouble[:500],
            expires_at=tx.now + timedelta(minutes=1),
            state=sa.case((dialogue.c.tries >= PARKED_AFTER, PARKED), else_=dialogue.c.state),
        )
    )


def expire(tx: Tx, dialogue_id: UUID) -> None:
    """Nobody answered: a matter opens its case, its place to be found by a person; a greeting just ends."""
    row = tx.conn.execute(sa.select(dialogue).where(dialogue.c.id == dialogue_id)).one()
    if not stands.finish(tx, dialogue_id, EXPIRED) or row.state != PLACE_ASKED:
        return
    if tx.line is None:  # the answers leave by the line that the text came in on
        tx.line = Line(row.line, "", tx.office.code)
    open_ = Open(row.id, row.state, row.tries, row.content_id, row.received_at)
    party = parties.party_of(tx, parties.number_of(tx, row.party_id))
    gathered = waiting_sids(tx, party, row.received_at)
    taken = desk.take_report(
        tx, Report(Channel.TEXT, party, stands.heard(tx, open_), row.received_at, gathered=gathered)
    )
    stands.belongs(tx, dialogue_id, taken.case_id)
