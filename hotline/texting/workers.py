"""The worker by text: a command becomes a deed on that person's own work, and every time an answer says what was
done, what comes next and until when, or what is possible instead."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

import sqlalchemy as sa

from cases import lifecycle
from cases.lifecycle import IllegalDeed
from cases.loop.deeds import standing
from cases.models import cases
from cases.pen import read_content
from cases.phrases import Message, msg
from cases.report import segments
from cases.states import State
from cases.steps import Level
from dispatch import ringing
from dispatch.acts.refusals import Refused
from dispatch.coi.reading import by_staff
from dispatch.life import deciding, extensions, holds
from dispatch.loop import finding, returns, submitting, telling, visits
from dispatch.loop.disputes import raising
from dispatch.loop.visits import Proof
from dispatch.loop.who import NotYours, Who, by_id
from dispatch.loop.work import Job, NoSuchJob, find_job, jobs_of, next_step
from dispatch.models import unit
from dispatch.orders import place_of
from dispatch.places import find
from dispatch.reading.dates import cut_date
from dispatch.reports import OpenCase
from dispatch.ringing import CannotRing
from dispatch.transaction import Tx
from dispatch.understanding import understand
from hotline.commands import Deed, Verb, read_extension, read_hold, read_proof, read_reason
from hotline.texting import rounds
from hotline.texting.matching import follow

HELP = msg("desk.work.help")
MOST = 3  # segments of a text
_LEADS_TOO = (Verb.SAFE, Verb.RESUME, Verb.EXTEND, Verb.OBJECT)  # what a lead says of a case that others hold
# States in which whoever holds a case waits for somebody else.
_WAITS = frozenset(
    {State.RETURN_PENDING, State.IN_DISPUTE, State.SUSPENDED, State.TO_VERIFY, State.TO_CALL_BACK, State.TO_DISPATCH}
)


@dataclass(frozen=True, slots=True)
class Order:
    """A command and who gave it: what it says, the photos that came with it, the person, their language."""

    deed: Deed
    who: Who
    lang: str
    media: Sequence[str] = ()

    @property
    def rest(self) -> str:
        return self.deed.rest


def obey(tx: Tx, staff_id: UUID, deed: Deed, lang: str, media: Sequence[str] = ()) -> Message | None:
    """Do what a worker's text says: the answer to it. None where it is an ordinary text after all.

    The worker's party is held by this transaction.
    """
    with by_staff(tx, staff_id):
        return _obeyed(tx, Order(deed, by_id(tx, staff_id), lang, media))


def _obeyed(tx: Tx, given: Order) -> Message | None:
    deed = given.deed
    if deed.verb is Verb.LIST:
        return _list(tx, given)
    try:
        job = _meant(tx, given)
    except NoSuchJob as none:
        return _which(tx, given, none.open)
    if not deed.sure and not _belongs(tx, job, deed.rest):
        return None
    try:
        return _DEEDS[deed.verb](tx, given, job)
    except IllegalDeed as no:
        return _impossible(tx, job, no)
    except NotYours:
        return msg("desk.work.not_yours", n=_called(job))
    except Refused as no:
        return no.why


def _meant(tx: Tx, given: Order) -> Job:
    """The order that a command names. Raises NoSuchJob."""
    deed, who = given.deed, given.who
    try:
        return find_job(tx, who.id, deed.order)
    except NoSuchJob as none:
        only = jobs_of(tx, who.id)[0] if len(none.open) == 1 else None
        if only is not None and deed.order == str(only.short):
            return only  # its order has not left yet, and so had no number
        if only is not None and deed.verb is Verb.ARRIVE and not deed.rest and len(deed.order) == 4:
            return only  # 到 4471: the code stands where the only order's number was left out
        led = _led(tx, who, deed.order) if deed.verb in _LEADS_TOO else None
        if led is None:
            raise
        return led


def _led(tx: Tx, who: Who, number: str) -> Job | None:
    """A case of the units that somebody leads, by its whole number."""
    if not who.leads or not number:
        return None
    row = tx.conn.execute(
        sa.select(cases)
        .join(unit, unit.c.id == cases.c.unit_id)
        .where(
            cases.c.office_id == tx.office_id,
            cases.c.number == number,
            (unit.c.path == who.path) | unit.c.path.startswith(who.path + "/", autoescape=True),
        )
    ).one_or_none()
    return Job(row.id, row.number, None, row) if row else None


def _belongs(tx: Tx, job: Job, words: str) -> bool:
    """Whether words can be about an order: what names another place or matter is a report of its own."""
    row = job.row
    case = OpenCase(row.id, row.number, row.category, row.estate, row.building, row.road, row.received_at)
    return follow(words, understand(tx, words), (case,))[0] is not None


def _which(tx: Tx, given: Order, open_: Sequence[Job]) -> Message | None:
    """No such order, or several and none was named."""
    deed = given.deed
    if not deed.sure or (not open_ and not deed.order and deed.rest):
        return None
    if not open_:
        return msg("desk.work.none")
    if not deed.order:
        return _fitted(tx, given, "desk.work.which")
    return _fitted(tx, given, "desk.work.unknown", n=deed.order)


def _list(tx: Tx, given: Order) -> Message:
    """What they have in hand, and behind it what they have to visit."""
    orders = _fitted(tx, given, "desk.work.list") if jobs_of(tx, given.who.id) else None
    return rounds.listed(tx, given.who.id, given.lang, orders) or orders or msg("desk.work.none")


def _fitted(tx: Tx, given: Order, id_: str, **params: object) -> Message:
    """What a person has in hand, in a sentence; as many as fit into the segments of a text."""
    jobs = jobs_of(tx, given.who.id)
    for shown in range(len(jobs), 0, -1):
        more = msg("desk.work.more", count=len(jobs) - shown) if shown < len(jobs) else ""
        whole = msg(id_, **params, orders=_items(tx, jobs[:shown]), more=more, count=len(jobs))
        if segments(tx.say(whole, given.lang)) <= MOST:
            return whole
    return msg("desk.work.too_many", count=len(jobs))


def _items(tx: Tx, jobs: Sequence[Job]) -> Message | str:
    said: Message | str = ""
    for job in reversed(jobs):
        row = job.row
        item = msg(
            "desk.work.item" if row.due_at else "desk.work.item_open",
            n=_called(job), level=Level(row.level).label, category=tx.policy.category(row.category).name,
            place=place_of(tx, row), due=row.due_at or "",
        )  # fmt: skip
        said = msg("desk.work.items", first=item, rest=said)
    return said


def _impossible(tx: Tx, job: Job, no: IllegalDeed) -> Message:
    case = standing(tx, job.case_id)
    if case.state in _WAITS:
        now = msg(f"desk.work.now.{case.state}")
    elif case.state.is_open:
        now = next_step(tx, case, _called(job))
    else:
        now = msg("desk.work.now.over")
    return msg("desk.work.impossible", n=_called(job), why=no.why.reason, now=now)


def _called(job: Job) -> str:
    return job.number if job.short is None else str(job.short)


def _sign(tx: Tx, given: Order, job: Job) -> Message:
    """Signed for: the answer tells the door as well, which from now on is that person's to know."""
    case = visits.sign(tx, given.who, job.case_id)
    words = read_content(tx, case.row.content_id) if case.row.content_id else ""
    said = find(words, tx.district).place
    door: Message | str = ""
    if said is not None and said.room:
        # A flat may have a name instead of a number: 东户.
        door = msg("desk.work.door" if said.room.isascii() else "desk.work.door_named", room=said.room)
        lifecycle.note(tx, job.case_id, "revealed", given.who.actor)
    return msg(
        "desk.work.signed", n=_called(job), place=place_of(tx, case.row), door=door,
        next=next_step(tx, case, _called(job)),
    )  # fmt: skip


def _return(tx: Tx, given: Order, job: Job) -> Message:
    code, words = read_reason(given.rest)
    if code is None:
        return msg("desk.work.return_how", n=_called(job))
    return returns.request(tx, given.who, job.case_id, returns.CODES[str(code)], words)


def _object(tx: Tx, given: Order, job: Job) -> Message:
    if not given.rest.strip():
        return msg("dispute.work.how", n=_called(job))
    return raising.objecting(tx, given.who, job.case_id, given.rest)


def _call(tx: Tx, given: Order, job: Job) -> Message:
    try:
        ringing.relay(tx, given.who, job.case_id)
    except CannotRing as no:
        return no.why
    return msg("desk.work.calling", n=_called(job))


def _arrive(tx: Tx, given: Order, job: Job) -> Message:
    named = given.deed.order in ("", str(job.short), job.number)
    code, place = read_proof(given.rest if named else given.deed.order)
    return visits.arrive(tx, given.who, job.case_id, Proof(code, place, given.media))


def _submit(tx: Tx, given: Order, job: Job) -> Message:
    return submitting.submit(tx, given.who, job.case_id)


def _hold(tx: Tx, given: Order, job: Job) -> Message:
    until, words = cut_date(given.rest)
    reason = read_hold(words)
    if reason is None or not until:
        return msg("life.work.hold_how", n=_called(job))
    return holds.ask(tx, given.who, job.case_id, reason, (until, words))


def _resume(tx: Tx, given: Order, job: Job) -> Message:
    holds.resume(tx, given.who, job.case_id)
    return msg("life.said.resumed")


def _extend(tx: Tx, given: Order, job: Job) -> Message:
    """The unit's lead asks for it, of a case that they hold or, by its whole number, one of their units."""
    if not deciding.speaks(tx, given.who, standing(tx, job.case_id)):
        return msg("life.work.extend_lead", n=_called(job))
    until, words = cut_date(given.rest)
    reason = read_extension(words)
    if reason is None or not until:
        return msg("life.work.extend_how", n=_called(job))
    return extensions.ask(tx, given.who, job.case_id, reason, (until, words))


_Wordy = Callable[[Tx, Who, UUID, str], Message]


def _with_words(do: _Wordy) -> Callable[[Tx, Order, Job], Message]:
    return lambda tx, given, job: do(tx, given.who, job.case_id, given.rest)


_DEEDS: Mapping[Verb, Callable[[Tx, Order, Job], Message]] = MappingProxyType(
    {
        Verb.SIGN: _sign,
        Verb.RETURN: _return,
        Verb.OBJECT: _object,
        Verb.CALL: _call,
        Verb.ARRIVE: _arrive,
        Verb.FIND: _with_words(finding.find),
        Verb.TELL: _with_words(telling.tell),
        Verb.SUBMIT: _submit,
        Verb.NEWS: _with_words(finding.report),
        Verb.SAFE: _with_words(finding.safe),
        Verb.HOLD: _hold,
        Verb.RESUME: _resume,
        Verb.EXTEND: _extend,
    }
)
