"""Telling staff: whoever is on duty at once, others when their shift begins; what does not press in a digest."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from cases import history
from cases.phrases import ZH, Message, msg
from cases.report import segments
from cases.steps import URGENT, Level
from dispatch.coi import record
from dispatch.district import Role, Worker
from dispatch.duty import reach
from dispatch.loop.work import SHORT_MARK
from dispatch.outbox import put_text
from dispatch.people.parties import party_of
from dispatch.people.roster import DESK_CODE, desk_id
from dispatch.transaction import Tx

MOST = 3  # segments of a text
HEADS = (Role.COMMITTEE_HEAD, Role.LIAISON, Role.SUPERVISOR, Role.LEADER)
LIAISONS = (Role.LIAISON, Role.COMMITTEE_HEAD, Role.SUPERVISOR, Role.LEADER)
_ABOVE_ALL = (Role.LEADER, Role.SUPERVISOR)
_UPWARDS = ("courtyard", "committee", "office")


@dataclass(frozen=True, slots=True)
class Recipient:
    """A member of staff who has a number: whom a text goes to, and in which language."""

    staff_id: UUID
    code: str
    party_id: UUID
    lang: str


def person(tx: Tx, staff_id: UUID | None) -> Recipient | None:
    """How to reach somebody of the office, or the duty desk; None where they have no number."""
    known = tx.staff.people.get(staff_id) if staff_id else None
    if staff_id is None or known is None:
        return None
    worker = next((worker for worker in tx.district.workers if worker.id == staff_id), None)
    if worker is None and staff_id != desk_id(tx.office_id):
        return None
    return Recipient(staff_id, worker.code if worker else DESK_CODE, known.party_id, known.lang)


def recipient(tx: Tx, staff_id: UUID | None, unit_code: str) -> Recipient | None:
    """The person, also one who is away: it is theirs. Else somebody of the unit, else of those above it, who is not
    on leave and takes texts; at last the duty desk."""
    held = person(tx, staff_id)
    if held is not None:
        return held
    stopped = reach.stopped_staff(tx)
    people = (worker for unit in reach.upwards(tx, unit_code) for worker in tx.district.workers_of(unit.code))
    fit = (worker.id for worker in people if worker.code not in tx.absent and worker.id not in stopped)
    ways = (person(tx, each) for each in (*fit, desk_id(tx.office_id)))
    return next((way for way in ways if way is not None), None)


def contact(tx: Tx, unit_code: str, roles: Sequence[Role], but: Collection[UUID] = ()) -> Recipient | None:
    """Who is told for a unit: the first of these roles there, else above, of those who are not on leave and take
    texts; at last the duty desk."""
    return _first(tx, unit_code, (roles, but), on_duty=False)


def head(tx: Tx, who: str, unit_code: str, late: Collection[UUID]) -> Recipient | None:
    """Who is told that something of a unit climbed to this rung of the policy's ladder (courtyard, committee, office,
    or what stands above the office): a named head, never whoever is on duty, and never one of those who are late.

    The head of the unit that stands there; where it has none who can be told, or no such unit stands above, those
    above; for what left the office its leader. At last the duty desk.
    """
    units = tuple(reach.upwards(tx, unit_code))
    if who not in _UPWARDS:
        return contact(tx, units[-1].code, _ABOVE_ALL, late)
    on_it = (unit for unit in units if unit.kind in _UPWARDS[_UPWARDS.index(who) :])
    return contact(tx, next(on_it, units[-1]).code, HEADS, late)


def on_hand(tx: Tx, unit_code: str, but: Collection[UUID] = ()) -> Recipient | None:
    """Who is told that a unit was summoned: whoever is on duty there, else its head; else those above."""
    return _first(tx, unit_code, (HEADS, but), on_duty=True)


def _first(tx: Tx, unit_code: str, who: tuple[Sequence[Role], Collection[UUID]], *, on_duty: bool) -> Recipient | None:
    roles, but = who
    stopped = reach.stopped_staff(tx)
    people: list[Worker] = []
    for unit in reach.upwards(tx, unit_code):
        people += reach.on_duty(tx, unit) if on_duty else ()
        people += sorted(
            (worker for worker in tx.district.workers_of(unit.code) if worker.role in roles),
            key=lambda worker: roles.index(worker.role),
        )
    fit = (worker.id for worker in people if worker.code not in tx.absent)
    ways = (person(tx, id_) for id_ in (*fit, desk_id(tx.office_id)) if id_ not in but and id_ not in stopped)
    return next((way for way in ways if way is not None), None)


def tell_staff(  # noqa: PLR0913 - who is told what, for what, of which case, and whether it can wait
    tx: Tx, staff_id: UUID | None, message: Message, *, purpose: str, level: Level, case_id: UUID | None = None
) -> UUID | None:
    """A text to somebody of the office: at once where it presses or they are there, else when their shift begins.

    Its id; None where there is nobody or they have no number, which is written down.
    """
    accusation = record.of(tx, case_id)
    if accusation is not None:
        message = without_words(message)
        if accusation.keeps_out(staff_id):
            staff_id = None if purpose in _OF_FORMER else _instead(tx, accusation)
            if staff_id is None and purpose in _OF_FORMER:
                return None
    to = person(tx, staff_id)
    if to is None and accusation is not None and accusation.above is None:
        return _above(tx, fitted(tx, message, ZH), purpose, case_id)
    if to is None:
        nobody(tx, case_id, purpose)
        return None
    at = tx.now if level in URGENT else reach.reachable_at(tx, to.code)
    text = fitted(tx, message, to.lang)
    return put_text(tx, to.party_id, text, to.lang, purpose=purpose, case_id=case_id, not_before=at)


def keeps_out(tx: Tx, case_id: UUID | None, staff_id: UUID | None) -> bool:
    """Whether a case is kept from somebody (INV-COI)."""
    accusation = record.of(tx, case_id)
    return accusation is not None and accusation.keeps_out(staff_id)


def allowed(tx: Tx, case_id: UUID | None, to: Recipient | None) -> Recipient | None:
    """Who is told of a case where this one would be: the same, unless it is kept from them; then who stands above all
    whom it names. None where only somebody above the office may know."""
    accusation = record.of(tx, case_id)
    if accusation is None or (to is not None and not accusation.keeps_out(to.staff_id)):
        return to
    return person(tx, _instead(tx, accusation))


_OF_FORMER = ("moved", "withdrawn")  # to whoever had it: where they may not know of it now nobody need
_PLAIN = ("short", "number", "code", "attempt", "count", "rung", "level", "until")


def without_words(message: Message) -> Message:
    """A message about a case that complains of somebody: without its words and its place, which are read on its page
    by whoever may."""
    return replace(message, params={name: _unsaid(name, value) for name, value in message.params.items()})


def _unsaid(name: str, value: object) -> object:
    if name == "place":
        return msg("side.veiled")
    said = isinstance(value, str) and value and name not in _PLAIN
    return msg("coi.text.sign_in") if said else value


def _instead(tx: Tx, accusation: record.Accusation) -> UUID | None:
    """Who is told of a case where somebody would be from whom it is kept."""
    worker = record.holder(tx, accusation.codes, reach.stopped_staff(tx))[1]
    return worker.id if worker else None


def _above(tx: Tx, message: Message, purpose: str, case_id: UUID | None) -> UUID | None:
    """The contact above the office is told, where the ladder has their number."""
    party_id = above(tx)
    if party_id is not None:
        return put_text(tx, party_id, message, ZH, purpose=purpose, case_id=case_id)
    with tx.for_office():
        nobody(tx, case_id, purpose)
    return None


def above(tx: Tx) -> UUID | None:
    """The party of the contact above the office; None where the ladder has no number of theirs."""
    number = tx.policy.ladder[-1].number
    return party_of(tx, number).id if number else None


def nobody(tx: Tx, case_id: UUID | None, purpose: str) -> None:
    """Nobody of the unit, nobody above it and no desk has a number: that is written down, not passed over."""
    if case_id is None:
        return
    thread = history.lock(tx, case_id)
    history.append(tx, thread, "text_failed", {"purpose": purpose, "status": "failed", "error": "no number"})
    history.close_thread(tx, thread)


def fitted(tx: Tx, message: Message, lang: str) -> Message:
    """The message with so much of a resident's words as goes into a text; the case page has all."""
    for name in ("summary", "why"):
        words = message.params.get(name)
        while isinstance(words, str) and words and not fits(tx.say(message, lang)):
            words = words.removesuffix("…")[:-2].rstrip()
            words += "…" if words else ""
            message = replace(message, params={**message.params, name: words})
    return message


def fits(text: str) -> bool:
    """Whether a text leaves in as many segments as it may; a short number that comes later has its room."""
    return segments(text.replace(SHORT_MARK, "000")) <= MOST
