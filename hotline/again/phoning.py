"""The same matter again, on the phone: the caller hears of it and says with one key whether it is that."""

from collections.abc import Mapping
from uuid import UUID

from cases.phrases import msg
from cases.report import Channel
from dispatch import desk
from dispatch.loop import reopening
from dispatch.loop.reopening import Reopened
from dispatch.same import storms
from dispatch.transaction import Tx
from hotline import prompts, recordings
from hotline.again.offering import Kind, Offer, offered
from hotline.athand import Call, understood
from hotline.hearing import Said, keep
from hotline.menu import Rest, Spoken
from hotline.models import call
from hotline.texting import standing as stands

Says = tuple[Spoken | Rest, ...]


def offer(tx: Tx, at: Call) -> Says:
    """What a caller hears of the matter that their report may be the same as; nothing where it is a new one."""
    found = _found(tx, at)
    return _offer(tx, found, at.talk.lang) if found is not None else ()


def _found(tx: Tx, at: Call) -> Offer | None:
    words = _words(at)
    if not words or (at.party is None and not tx.incidents):
        return None
    stand = stands.standing(tx, at.party.id, at.row.line) if at.party else stands.NOTHING
    return offered(tx, at.party, (words, understood(tx, at)), stand.cases, stand.closed)


def _words(at: Call) -> str:
    return "，".join(filter(None, (at.words.get("matter"), at.words.get("place"))))


def _offer(tx: Tx, found: Offer, lang: str) -> Says:
    def say(name: str, **more: object) -> Spoken:
        return Spoken(msg(f"same.call.{name}", **more), lang)

    if found.event is not None:
        return (say("storm", known=found.event.known), say("storm_keys"))
    stands_ = () if found.kind is Kind.CLOSED else (say("open_stands", told=desk.how_far(tx, found.case_id)),)
    return (say(found.kind.value), *prompts.slowly(found.number, lang), *stands_, say(f"{found.kind.value}_keys"))


def same(tx: Tx, at: Call) -> Says:
    """They say that it is that matter: it goes onto it, and what they hear. Nothing where it is no more to be had."""
    found = _found(tx, at)
    if found is None or not _take(tx, at, found):
        return ()
    texted = at.party is not None and not at.party.stopped
    names = {Kind.OPEN: "added", Kind.CLOSED: "reopened", Kind.STORM: "joined" if texted else "joined_untold"}
    lang = at.talk.lang
    return (Spoken(msg(f"same.call.{names[found.kind]}"), lang), *prompts.bye(lang))


def onto(tx: Tx, at: Call) -> bool:
    """Whoever rang off told their own open case again: it goes onto that. A storm nobody joins unasked."""
    found = _found(tx, at)
    return found is not None and found.kind is Kind.OPEN and _take(tx, at, found)


def before(tx: Tx, at: Call) -> UUID | None:
    """The closed case that a new one tells again, where the caller was told of it and did not take it up."""
    found = _found(tx, at)
    return found.case_id if found is not None and found.kind is Kind.CLOSED else None


_ROLES: Mapping[Kind, str] = {Kind.OPEN: "supplement", Kind.CLOSED: "reopen", Kind.STORM: "joined"}


def _take(tx: Tx, at: Call, found: Offer) -> bool:
    """Put what was said onto the matter; whether it could be."""
    words = _words(at)
    if found.event is not None:
        storms.join(tx, found.event, at.party, Channel.CALL)
    elif found.kind is Kind.OPEN:
        desk.supplement(tx, found.case_id, words)
    elif at.party is None or not isinstance(
        reopening.reopen(tx, at.party.id, found.number, words, texted=True), Reopened
    ):
        return False
    keep(tx, Said(Channel.CALL, at.row.sid, at.party, at.words.get("raw", "")), _ROLES[found.kind], found.case_id)
    tx.change(call, {"sid": at.row.sid}, case_id=found.case_id)
    recordings.belongs(tx, at.row.sid, found.case_id)
    return True
