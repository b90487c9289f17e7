"""What somebody wants of their own matters, said as the first words of a call, or a person at any time.

Who says it is told by the number they ring from; nothing secret is said, and nothing ends without a key.
"""

from collections.abc import Sequence
from dataclasses import replace

from cases.phrases import msg
from cases.report import Channel
from dispatch import desk
from dispatch.beside import ringbacks
from dispatch.beside.ringbacks import Reason
from dispatch.life import leaving
from dispatch.outbox import put_text
from dispatch.people.parties import Party, number_of
from dispatch.people.roster import desk_id
from dispatch.reads import resident
from dispatch.reads.resident import Own
from dispatch.reports import OpenCase
from dispatch.ringing.placing import number_known
from dispatch.transaction import Tx
from hotline import prompts, speaking
from hotline.athand import Call
from hotline.commands import Correct, Person, Progress, Query, Urge, Withdraw, is_nudge, read
from hotline.events import TurnIn
from hotline.hearing import Said, keep
from hotline.menu import DOUBTFUL, SAME, Move, Rest, Spoken, Stage, Then, agrees
from hotline.models import call
from hotline.speaking import Way
from hotline.texting import own
from hotline.twiml import Dial, Document, Redirect

RINGS_FOR = 25  # seconds at the duty desk before a message is asked for
SPOKEN = 3  # matters that are read out
_FIRST = (Stage.RING, Stage.MATTER)
_LOST = (Stage.RING, Stage.MATTER, Stage.MESSAGE, Stage.PERSON, Stage.WITHDRAW)
Wanted = Progress | Urge | Withdraw | Correct | Person
Says = tuple[Spoken | Rest, ...]


def heard(tx: Tx, at: Call, turn: TurnIn) -> Move | None:
    """What follows where somebody wants something of their own matters; None where they say anything else."""
    if at.talk.stage is Stage.PERSON:
        return _after(tx, at, turn)
    if at.talk.stage is Stage.WITHDRAW:
        return _answered(tx, at, turn)
    wanted = _wanted(at, turn)
    if wanted is None:
        return None
    if isinstance(wanted, Person):
        return _connect(tx, at)
    return _own(tx, at, at.party, wanted, turn) if at.party is not None else None


def _wanted(at: Call, turn: TurnIn) -> Wanted | None:
    if not turn.speech or (turn.confidence is not None and turn.confidence < DOUBTFUL):
        return None
    said = read(turn.speech)
    if isinstance(said, Person):
        return said if at.talk.stage in (*_FIRST, Stage.PLACE) else None
    if at.talk.stage not in _FIRST or at.words:
        return None
    if isinstance(said, Query):
        return Progress()
    if isinstance(said, Progress | Urge | Withdraw | Correct):
        return said
    return Urge() if is_nudge(turn.speech) else None


def _own(tx: Tx, at: Call, party: Party, wanted: Wanted, turn: TurnIn) -> Move | None:
    cases = desk.open_cases(tx, party.id)
    if not cases:
        # Whoever hurries may mean what was closed: that is offered to them as before.
        return None if isinstance(wanted, Urge) else _listen(at, _say(at, "none_open"))
    match wanted:
        case Progress():
            return _progress(tx, at, party)
        case Urge():
            desk.urge(tx, cases[0].id)
            _keep(tx, at, turn, "urge", cases[0])
            return _over(at, (_say(at, "urged"), *prompts.slowly(cases[0].number, at.talk.lang)))
        case Correct(words) if words:
            _keep(tx, at, turn, "supplement", cases[0])
            own.correct(tx, cases[0], words, at.talk.lang)
            return _over(at, (_say(at, "corrected"),))
        case Withdraw():
            return _withdraw(tx, at, party, cases)
    return _connect(tx, at)


def _progress(tx: Tx, at: Call, party: Party) -> Move:
    """The newest are read out; all are sent where they are more."""
    mine = resident.own_open(tx, party.id)
    if not mine:
        return _listen(at, _say(at, "none_open"))
    says: list[Spoken | Rest] = [_say(at, "mine")]
    for each in mine[:SPOKEN]:
        says += [*prompts.slowly(each.number, at.talk.lang), Spoken(each.aloud, at.talk.lang)]
    if len(mine) > SPOKEN and not party.stopped:
        _send(tx, party, mine)
        says.append(_say(at, "texted"))
    return _over(at, tuple(says))


def _send(tx: Tx, party: Party, mine: Sequence[Own]) -> None:
    for text in own.texts(tx, party.lang, mine):
        put_text(tx, party.id, text, party.lang, purpose="answer")


def _withdraw(tx: Tx, at: Call, party: Party, cases: Sequence[OpenCase]) -> Move:
    """Of one it is asked whether it is that; of several by text which, where they take texts."""
    if len(cases) == 1:
        number = prompts.slowly(cases[0].number, at.talk.lang)
        says = (_say(at, "withdraw"), *number, _say(at, "withdraw_keys"))
        return Move(replace(at.talk, stage=Stage.WITHDRAW), says, Then.LISTEN)
    if party.stopped:
        return _connect(tx, at)
    put_text(tx, party.id, own.which(tx, cases), party.lang, purpose="answer")
    return _over(at, (_say(at, "which"),))


def _answered(tx: Tx, at: Call, turn: TurnIn) -> Move | None:
    """A key or a word after the question whether a matter ends. None: they speak of something else."""
    if turn.speech and not turn.digits and not agrees(turn.speech):
        return None
    cases = desk.open_cases(tx, at.party.id) if at.party is not None else []
    yes = turn.digits.startswith(SAME) or (not turn.digits and bool(turn.speech))
    if not yes or len(cases) != 1:
        return _listen(at, _say(at, "withdraw_not"))
    _keep(tx, at, turn, "withdraw", cases[0])
    if leaving.given_up(tx, cases[0].id, turn.speech):
        return _over(at, (_say(at, "withdrawn"),))
    desk.supplement(tx, cases[0].id, tx.say(msg("talk.withdraw_wished"), at.talk.lang))
    return _over(at, (_say(at, "withdraw_asked"),))


def _connect(tx: Tx, at: Call) -> Move:
    """The duty desk is rung for them; where it has no number a message is asked for."""
    if number_known(tx, desk_id(tx.office_id)) is None:
        return _message(tx, at)
    return Move(replace(at.talk, stage=Stage.PERSON), (_say(at, "connecting"),), Then.CONNECT)


def _after(tx: Tx, at: Call, turn: TurnIn) -> Move | None:
    """What came of connecting them: they spoke with somebody, or leave a message and are rung."""
    if turn.spoke:
        return _over(at, ())
    return None if turn.speech and not turn.dialed else _message(tx, at)


def _message(tx: Tx, at: Call) -> Move:
    if at.party is not None:
        ringbacks.put(tx, at.party.id, Reason.ASKED, at.row.sid)
    return Move(replace(at.talk, stage=Stage.MESSAGE), (_say(at, "busy"),), Then.RECORD)


def document(tx: Tx, move: Move, turn: TurnIn, way: Way) -> Document:
    """What is said; where they are connected, the duty desk rings and what came of it comes to our next turn."""
    party_id = number_known(tx, desk_id(tx.office_id))
    if move.then is not Then.CONNECT or party_id is None:
        return speaking.document(tx.phrase, move, way)
    dial = Dial(number_of(tx, party_id), turn.line.number, way.next_turn, RINGS_FOR)
    return Document((*speaking.speak(tx.phrase, move.says), dial, Redirect(way.next_turn)))


def lost(tx: Tx, at: Call) -> None:
    """They rang off and nothing came of it: somebody rings them."""
    if at.party is not None and at.row.case_id is None and at.talk.stage in _LOST:
        reason = Reason.ASKED if at.talk.stage is Stage.PERSON else Reason.EMPTY
        ringbacks.put(tx, at.party.id, reason, at.row.sid)


def _keep(tx: Tx, at: Call, turn: TurnIn, role: str, case: OpenCase) -> None:
    keep(tx, Said(Channel.CALL, at.row.sid, at.party, turn.raw_speech or turn.speech or turn.digits), role, case.id)
    tx.change(call, {"sid": at.row.sid}, case_id=case.id)


def _say(at: Call, name: str) -> Spoken:
    return Spoken(msg(f"talk.call.{name}"), at.talk.lang)


def _listen(at: Call, *says: Spoken) -> Move:
    return Move(replace(at.talk, stage=Stage.MATTER), says, Then.LISTEN)


def _over(at: Call, says: Says) -> Move:
    return Move(replace(at.talk, stage=Stage.DONE), (*says, *prompts.bye(at.talk.lang)), Then.HANG_UP)
