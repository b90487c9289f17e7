"""A call of ours is answered: what is said, and what the pressed key does."""

import re
from dataclasses import dataclass

from cases.phrases import EN, Message, msg
from cases.steps import Level, Step
from dispatch.coi import record
from dispatch.duty.telling import without_words
from dispatch.loop.work import due_of, give_short
from dispatch.orders import place_of
from dispatch.outbox import ABOVE_CALL, ORDER_CALL, RELAY_CALL
from dispatch.people import parties
from dispatch.ringing import asking, ordering, relaying, upwards
from dispatch.ringing.at_hand import Ring, count, hear, look
from dispatch.transaction import Tx
from hotline import twiml
from hotline.events import OutTurnIn
from hotline.outcalls import doors
from hotline.twiml import Dial, Document, Gather, Hangup, Redirect, Say

TAKE, CANNOT, AGAIN, ENGLISH = "1", "2", "3", "9"
SHORT = 60  # characters of the matter that are read out
_LONG_NUMBER = re.compile(r"[0-9]{4,}")


@dataclass(frozen=True, slots=True)
class _Call:
    """A turn of a call of ours, and the call."""

    ring: Ring
    turn: OutTurnIn

    @property
    def key(self) -> str:
        return self.turn.digits[:1]


def take_out_turn(tx: Tx, turn: OutTurnIn) -> str:
    """One turn of a call that we placed: the TwiML document that answers it."""
    ring = look(tx, turn.ref, hold=turn.digits[:1] == ENGLISH)  # 9 changes how the resident is spoken to
    if ring is None:
        return twiml.write(Document((Hangup(),)))
    hear(tx, ring, turn.sid, "in-progress")
    call = _Call(ring, turn)
    if ring.purpose == ORDER_CALL:
        return twiml.write(_order(tx, call))
    if ring.purpose == ABOVE_CALL:
        return twiml.write(_above(tx, call))
    return twiml.write(_relay(tx, call) if ring.purpose == RELAY_CALL else _verdict(tx, call))


def _order(tx: Tx, call: _Call) -> Document:
    ring = call.ring
    if ordering.took(tx, ring):
        return _taken(tx, call)
    if not ordering.waits(tx, ring):
        return last(tx, ring.lang, msg("hotline.call.order_gone"))
    if call.key == TAKE and call.turn.turn:
        ordering.take(tx, ring)
        return _taken(tx, call)
    if call.key == CANNOT and call.turn.turn:
        return _leave(tx, call, ordering.CANNOT)
    onward = _onward(call, AGAIN)
    if onward is None:
        return _leave(tx, call, ordering.NOT_ANSWERED)
    return _ask(tx, call, onward, (_about(tx, ring), msg("hotline.call.order_keys")))


def _about(tx: Tx, ring: Ring) -> Message:
    row = ring.case.row
    words = msg(
        "hotline.call.order", office=tx.office.name, level=ring.case.level.label,
        category=tx.policy.category(row.category).name, place=place_of(tx, row), summary=row.summary[:SHORT],
    )  # fmt: skip
    return without_words(words) if record.of(tx, row.id) is not None else words


def _taken(tx: Tx, call: _Call) -> Document:
    """The order is theirs: by which number they write of it, and what is owed until when."""
    ring = call.ring
    until = ((step, due_of(tx, ring.case, step)) for step in (Step.VISIT, Step.TOLD))
    owed = next((msg(f"desk.until.{step}", due=due) for step, due in until if due is not None), "")
    short = give_short(tx, ring.case.id)
    number = relaying.resident_of(tx, ring) if ring.case.level is Level.L1 else None
    if number is None:
        return last(tx, ring.lang, msg("hotline.call.order_taken", short=short, until=owed))
    # Whoever is in danger is spoken to at once, by whoever has it.
    taken = msg("hotline.call.order_connects", short=short, until=owed)
    dial = Dial(number, call.turn.line.number, doors.dialed(call.turn.line, ring.ref))
    return Document((_say(tx, ring.lang, taken), dial, Hangup()))


def _leave(tx: Tx, call: _Call, result: str) -> Document:
    """They do not take it: the next one is rung, unless that was seen to already."""
    if count(tx, call.ring):
        ordering.miss(tx, call.ring, result)
    return last(tx, call.ring.lang, msg(f"hotline.call.order_{result}"))


def _relay(tx: Tx, call: _Call) -> Document:
    ring, line = call.ring, call.turn.line
    number = relaying.resident_of(tx, ring)
    if number is None:
        return last(tx, ring.lang, msg("hotline.call.relay_gone"))
    connecting = _say(tx, ring.lang, msg("hotline.call.relay", number=ring.case.row.number))
    return Document((connecting, Dial(number, line.number, doors.dialed(line, ring.ref)), Hangup()))


def _verdict(tx: Tx, call: _Call) -> Document:
    ring = call.ring
    if not asking.waits(tx, ring):
        return last(tx, ring.lang, msg("hotline.call.verdict_over"))
    lang = ring.lang
    if call.key in asking.KEYS and call.turn.turn:
        return last(tx, lang, asking.answer(tx, ring, call.key), msg("hotline.call.bye"))
    if call.key == ENGLISH and lang != EN:
        parties.speak(tx, ring.row.party_id, EN)
        lang = EN
    onward = _onward(call, ENGLISH)
    if onward is None:
        if count(tx, ring):
            asking.miss(tx, ring, "no_key")
        return last(tx, lang, msg("hotline.call.verdict_silence"))
    row = ring.case.row
    about = msg(
        "hotline.call.verdict", office=tx.office.name, number=row.number,
        category=tx.policy.category(row.category).name, place=place_of(tx, row),
    )  # fmt: skip
    english = () if lang == EN else (_say(tx, EN, msg("hotline.call.english")),)
    return _ask(tx, call, onward, (about, msg("hotline.call.verdict_keys")), (lang, english))


def _above(tx: Tx, call: _Call) -> Document:
    """The contact above the office hears what climbed out of it; with a key they say that they know."""
    ring = call.ring
    if call.key == TAKE and call.turn.turn:
        upwards.heard(tx, ring, call.turn.sid)
        return last(tx, ring.lang, msg("hotline.call.above_known"), msg("hotline.call.bye"))
    if not ring.case.state.is_open:
        return last(tx, ring.lang, msg("hotline.call.above_over"))
    onward = _onward(call, AGAIN)
    if onward is None:
        return last(tx, ring.lang, msg("hotline.call.above_silence"))
    return _ask(tx, call, onward, (_climbed(tx, ring), msg("hotline.call.above_keys")))


def _climbed(tx: Tx, ring: Ring) -> Message:
    row = ring.case.row
    unit = next((each.name for each in tx.district.units if each.id == row.unit_id), tx.office.name)
    words = msg(
        "hotline.call.above", office=tx.office.name, number=row.number, level=ring.case.level.label,
        category=tx.policy.category(row.category).name, place=place_of(tx, row), unit=unit,
    )  # fmt: skip
    return without_words(words) if record.of(tx, row.id) is not None else words


def _onward(call: _Call, anew: str) -> int | None:
    """The turn that follows when the question is asked now; None where it was asked often enough."""
    if call.turn.turn == 0 or call.key == anew:
        return doors.anew(call.turn.turn)
    return doors.once_more(call.turn.turn)


def _ask(
    tx: Tx, call: _Call, onward: int, words: tuple[Message, ...], more: tuple[str, tuple[Say, ...]] = ("", ())
) -> Document:
    """The question, then a key or silence, which comes to that turn."""
    lang, after = more[0] or call.ring.lang, more[1]
    action = doors.turn_of(call.turn.line, call.ring.ref, onward)
    silent = call.turn.turn > 0 and not call.key
    first = (msg("hotline.call.no_key"),) if silent else ()
    says = (*(_say(tx, lang, message) for message in (*first, *words)), *after)
    return Document((Gather(action, lang, says, ears=False), Redirect(action)))


def _say(tx: Tx, lang: str, message: Message) -> Say:
    """A sentence read out; long numbers sign by sign."""
    return Say(_LONG_NUMBER.sub(lambda found: " ".join(found[0]), tx.say(message, lang)), lang)


def last(tx: Tx, lang: str, *messages: Message) -> Document:
    """The last words of a call."""
    return Document((*(_say(tx, lang, message) for message in messages), Hangup()))
