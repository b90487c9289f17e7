"""Calls: each turn moves the menu on and answers with a document; what was said is never lost.

A caller who hangs up after having said something has made a report all the same.
"""

import json
from dataclasses import replace
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from cases.pen import seal_content
from cases.phrases import ZH
from cases.report import Channel, is_e164
from dispatch import desk
from dispatch.desk import Report, Taken
from dispatch.people import parties
from dispatch.places import question
from dispatch.transaction import Tx
from dispatch.understanding import needs_no_place
from hotline import holding, menu, prompts, recordings, speaking, twiml
from hotline.again import phoning, wishing
from hotline.athand import Call, at_hand, kept, key_of, understood
from hotline.events import CallStatusIn, RecordingIn, TurnIn
from hotline.hearing import Said, answer_of, keep, place_in
from hotline.menu import Heard, Move, Rest, Script, Spoken, Stage, Talk, Then
from hotline.models import call

ENDS = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})  # the carrier's words for it
MOST_WAITS = 3  # how often a turn is put off for its predecessor; then that one is thought lost
_OVER = 3
_RANK = MappingProxyType(
    {"queued": 0, "initiated": 0, "ringing": 1, "in-progress": 2, "answered": 2} | dict.fromkeys(ENDS, _OVER)
)
_SAID = ("digits", "speech", "raw_speech", "confidence", "recording_sid", "recording_seconds")
_HEARD_IN = MappingProxyType({Stage.PLACE: "place", Stage.HELD: "place"})  # what words are about; else the matter


class Early(Exception):
    """A turn came before its predecessor: nothing was done. Say `take_early`, and it comes again."""


def take_turn(tx: Tx, turn: TurnIn) -> str:
    """One turn of a call: the TwiML document that answers it. Raises Early."""
    known = at_hand(tx, turn.sid)
    if _is_early(known, turn):
        raise Early
    at = known or _ring(tx, turn)
    turn = _with_early(at, turn)
    way = speaking.way(turn.line.id, max(turn.turn, at.row.turn), speaking.hints(tx.district))
    if turn.turn <= at.row.turn:
        return _overtaken(tx, at, turn, way)
    if (wished := wishing.heard(tx, at, turn)) is not None:
        _store(tx, replace(at, talk=wished.talk), turn.turn)
        return twiml.write(wishing.document(tx, wished, turn, way))
    at = _hear(tx, at, turn)
    if at.talk.stage is Stage.HELD and at.row.case_id is not None:
        holding.came(tx, at, turn)
    move = menu.advance(at.talk, _heard(tx, at, turn), _script(tx))
    asked, at = at.talk.stage is Stage.SAME, replace(at, talk=move.talk)
    if move.then is Then.HOLD:
        case_id = at.row.case_id or _open(tx, at, held=True).case_id
        _store(tx, at, turn.turn)
        return twiml.write(holding.document(tx, move, turn, way, case_id))
    said = _whole(tx, at, move, asked=asked)
    if said:
        _store(tx, at, turn.turn)
        return twiml.write(speaking.last_words(speaking.speak(tx.phrase, said)))
    _go_on(tx, at, turn.turn)
    return twiml.write(speaking.document(tx.phrase, move, way))


def _whole(tx: Tx, at: Call, move: Move, *, asked: bool) -> tuple[Spoken | Rest, ...]:
    """What is said once the report is whole; nothing while it is not. `asked`: whether it is the same matter."""
    if move.then is Then.SAME and (said := phoning.same(tx, at)):
        return said
    if move.then in (Then.OPEN, Then.SAME):
        return _accepted(at, _open(tx, at, repeat_of=phoning.before(tx, at) if asked else None))
    return ()


def take_early(tx: Tx, turn: TurnIn) -> str:
    """For a turn that came too soon: what was said in it is kept, and the carrier asks for it again in a moment.

    It comes again without what was said: the carrier sends that once.
    """
    at = at_hand(tx, turn.sid) or _ring(tx, turn)
    if turn.recording_sid:
        recordings.expect(tx, turn.recording_sid, turn.sid, turn.recording_seconds)
    said = {name: getattr(turn, name) for name in _SAID if getattr(turn, name)}
    if said:
        _store(tx, replace(at, early={**at.early, str(turn.turn): said}), at.row.turn)
    return twiml.waiting(f"/webhooks/twilio/{turn.line.id}/voice/{turn.turn}/again/{turn.waited + 1}")


def _is_early(known: Call | None, turn: TurnIn) -> bool:
    """Whether the turn before this one is still to come, and may be waited for."""
    if known is not None and (turn.turn <= known.row.turn + 1 or known.row.status in ENDS):
        return False
    return turn.turn > 0 and turn.waited < MOST_WAITS


def _with_early(at: Call, turn: TurnIn) -> TurnIn:
    """The turn with what was said when it came too soon, where it says nothing itself."""
    silent = not any(getattr(turn, name) for name in _SAID)
    return replace(turn, **at.early.get(str(turn.turn), {})) if silent else turn


def _ring(tx: Tx, turn: TurnIn) -> Call:
    """A call that we did not know. Not always turn 0: that one may have come while we were away.

    Of two turns at once the other may have been quicker: then it is known by now.
    """
    party = parties.party_of(tx, turn.caller) if is_e164(turn.caller) else None
    row = tx.conn.execute(
        insert(call)
        .values(
            sid=turn.sid,
            office_id=tx.office_id,
            line=turn.line.id,
            party_id=party.id if party else None,
            status="in-progress",
            stage=str(Stage.RING),
            lang=party.lang if party else ZH,
            turn=-1,
            misses=0,
            started_at=tx.now,
        )
        .on_conflict_do_nothing()
        .returning(call)
    ).one_or_none()
    return Call(row, party, Talk(lang=row.lang), {}) if row is not None else at_hand(tx, turn.sid) or _ring(tx, turn)


def _hear(tx: Tx, at: Call, turn: TurnIn) -> Call:
    """The call with what was heard now; a recording is expected. What came too soon is no more to come."""
    at = replace(at, early={of: said for of, said in at.early.items() if of != str(turn.turn)})
    if turn.recording_sid:
        recordings.expect(tx, turn.recording_sid, turn.sid, turn.recording_seconds)
    speech = turn.speech
    if at.talk.stage is Stage.PLACE:
        speech = answer_of(turn.digits, turn.speech, question(place_in(at.words, tx.district), tx.district))
    return _add(at, speech, turn.raw_speech or speech)


def _add(at: Call, speech: str, raw: str) -> Call:
    if not speech or menu.is_nonsense(speech):
        return at
    about = _HEARD_IN.get(at.talk.stage, "matter")
    words = {**at.words, about: " ".join(filter(None, (at.words.get(about), speech)))}
    return replace(at, words={**words, "raw": " ".join(filter(None, (at.words.get("raw"), raw or speech)))})


def _heard(tx: Tx, at: Call, turn: TurnIn) -> Heard:
    recorded = bool(turn.recording_sid) and turn.recording_seconds != 0
    place = place_in(at.words, tx.district)
    found = understood(tx, at) if turn.speech or at.talk.stage is Stage.HELD else None
    whole = place.clear or (found is not None and needs_no_place(tx, found))
    clear = bool(turn.speech or turn.digits) and whole
    offer = phoning.offer(tx, at) if clear or at.talk.stage in (Stage.PLACE, Stage.SAME) else ()
    asks = question(place, tx.district)
    danger = holding.danger(found) if found is not None else ()
    unclear = found is not None and found.matter.unclear and not found.complains_of
    return Heard(turn.digits, turn.speech, recorded, turn.confidence, clear, asks, offer, danger, turn.spoke, unclear)


def _script(tx: Tx) -> Script:
    keys = {key.key: key.name for key in tx.policy.menu if key.category is not None}
    return Script(tx.office.name, keys)


def _open(tx: Tx, at: Call, *, repeat_of: UUID | None = None, held: bool = False) -> Taken:
    """The call's case, from all that was said. `held`: the caller waits to be connected."""
    words, row = at.words, at.row
    party = at.party
    if party is not None and at.talk.lang != party.lang:
        parties.speak(tx, party.id, at.talk.lang)
        party = replace(party, lang=at.talk.lang)
    matter = words.get("matter") or tx.say(prompts.NO_WORDS_SPOKEN, at.talk.lang)
    report = Report(
        Channel.CALL,
        party,
        matter,
        row.started_at,
        place_text=words.get("place", ""),
        hint=key_of(tx, at),
        gathered=(row.sid,),  # its row is put below, with the very words
        repeat_of=repeat_of,
        held=held,
    )
    taken = desk.take_report(tx, report, understood(tx, at))  # not of what stands there for words
    keep(tx, Said(Channel.CALL, row.sid, party, words.get("raw", "")), "matter", taken.case_id)
    tx.change(call, {"sid": row.sid}, case_id=taken.case_id)
    recordings.belongs(tx, row.sid, taken.case_id)
    return taken


def _accepted(at: Call, taken: Taken) -> tuple[Spoken | Rest, ...]:
    how = {"texted": at.party is not None and not at.party.stopped, "place_known": taken.place_known}
    numbers = (taken.number, *(each.number for each in taken.beside))
    return prompts.all_accepted(numbers, taken.code, at.talk.lang, waits=bool(taken.waits), **how)


def _store(tx: Tx, at: Call, turn: int) -> None:
    """Where the call stands now, and in the vault what was heard. Late words go to the case as well."""
    values: dict[str, Any] = {}
    before, now = kept(tx, at.row), {**at.words, **({"early": at.early} if at.early else {})}
    if now != before:
        values["content_id"] = seal_content(tx, "call", json.dumps(now, ensure_ascii=False))
        if at.row.case_id is not None and (news := _news(before, at.words)):
            desk.supplement(tx, at.row.case_id, news)
    tx.change(
        call,
        {"sid": at.row.sid},
        stage=str(at.talk.stage),
        lang=at.talk.lang,
        turn=max(turn, at.row.turn),
        misses=at.talk.misses,
        choice=at.talk.choice or None,
        **values,
    )


def _news(before: dict[str, str], now: dict[str, str]) -> str:
    return "，".join(
        now[about].removeprefix(before.get(about, "")).strip()
        for about in ("matter", "place")
        if now.get(about, "") != before.get(about, "")
    )


def _overtaken(tx: Tx, at: Call, turn: TurnIn, way: speaking.Way) -> str:
    """A turn that a later one has overtaken: its words are kept, and the open question is asked again."""
    at = _go_on(tx, _hear(tx, at, turn), turn.turn)
    if at.talk.stage is Stage.MESSAGE:
        move = Move(at.talk, prompts.again(at.talk), Then.RECORD)
    else:
        done = at.talk.stage is Stage.DONE
        move = Move(at.talk, prompts.again(at.talk), Then.HANG_UP if done else Then.LISTEN)
    return twiml.write(speaking.document(tx.phrase, move, way))


def take_status(tx: Tx, said: CallStatusIn) -> None:
    """The carrier's word on a call, forwards only. At its end the report is made from what was said."""
    at = at_hand(tx, said.sid)
    rank = _RANK.get(said.status)
    if at is None or rank is None or rank <= _RANK.get(at.row.status, 0):
        return
    ended = {"ended_at": tx.now} if rank == _OVER else {}
    tx.change(call, {"sid": said.sid}, status=said.status, **ended)
    if rank == _OVER:
        _left(tx, at)
        if at.talk.stage is Stage.HELD and at.row.case_id is not None:
            holding.left(tx, at.row.case_id)


def _left(tx: Tx, at: Call) -> None:
    """The caller is gone: said or recorded words open the case; who said nothing made no report."""
    late = sorted(at.early.items(), key=lambda item: int(item[0]))
    for _, said in late:
        at = _add(at, said.get("speech", ""), said.get("raw_speech", ""))
    at = replace(at, early={})
    if owed := _owes_case(tx, at):
        _end(tx, at)
        at = replace(at, talk=replace(at.talk, stage=Stage.DONE))
    else:
        wishing.lost(tx, at)
    if owed or late:
        _store(tx, at, at.row.turn)


def _end(tx: Tx, at: Call) -> None:
    """Nobody is there to be asked: what a caller told again goes onto their open case, else a case is opened."""
    if not phoning.onto(tx, at):
        _open(tx, at)


def _owes_case(tx: Tx, at: Call) -> bool:
    return at.row.case_id is None and (bool(at.words) or recordings.heard(tx, at.row.sid))


def _go_on(tx: Tx, at: Call, turn: int) -> Call:
    """Where the call stands after a turn. Where its end came before the turn, nothing else opens the case."""
    if at.row.status in ENDS and _owes_case(tx, at):
        _end(tx, at)
        at = replace(at, talk=replace(at.talk, stage=Stage.DONE))
    _store(tx, at, turn)
    return at


def take_recording(tx: Tx, said: RecordingIn) -> None:
    """The carrier's word on a recording. It may come after the call: then it opens the case."""
    at = at_hand(tx, said.call_sid)
    recordings.take_word(tx, said)
    if at is not None and _RANK.get(at.row.status, 0) == _OVER:
        _left(tx, at)
