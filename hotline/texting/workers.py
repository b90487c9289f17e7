"""The worker by text: a command becomes a deed on that person's own work, and every time an answer says what was
done, what comes next and until when, or what is possible instead."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from uuid import UUID

from cases import lifecycle
from cases.lifecycle import IllegalDeed
from cases.loop.deeds import standing
from cases.pen import read_content
from cases.phrases import Message, msg
from cases.report import segments
from cases.states import State
from dispatch import ringing
from dispatch.acts.refusals import Refused
from dispatch.coi.reading import by_staff
from dispatch.life import deciding, extensions, holds
from dispatch.loop import finding, returns, submitting, telling, visits
from dispatch.loop.disputes import raising
from dispatch.loop.visits import Proof
from dispatch.loop.who import NotYours, Who, by_id
from dispatch.loop.work import Job, NoSuchJob, jobs_of, next_step
from dispatch.orders import place_of
from dispatch.places import find
from dispatch.reading.dates import cut_date
from dispatch.ringing import CannotRing
from dispatch.transaction import Tx
from hotline.commands import Deed, Verb, read_extension, read_hold, read_proof, read_reason
from hotline.texting import rounds
from hotline.texting.listing import MOST, called, fitted, joined
from hotline.texting.meant import belongs, meant

HELP = msg("desk.work.help")
_ONE_BY_ONE = (Verb.ARRIVE, Verb.CALL)  # each has a code of its own, or a telephone
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


class _NotDone(Exception):
    """Why a command was not carried out, told to whoever gave it."""

    def __init__(self, why: Message) -> None:
        super().__init__(why.id)
        self.why = why


def _obeyed(tx: Tx, given: Order) -> Message | None:
    deed = given.deed
    if deed.verb is Verb.LIST:
        return _list(tx, given)
    if deed.others:
        return _several(tx, given)
    try:
        job = meant(tx, given.who, given.deed)
    except NoSuchJob as none:
        return _which(tx, given, none.open)
    if not deed.sure and not belongs(tx, job, deed.rest):
        return None
    try:
        return _carried_out(tx, given, job)
    except _NotDone as no:
        return no.why


def _carried_out(tx: Tx, given: Order, job: Job) -> Message:
    """Do it, and say what comes next. Raises _NotDone."""
    try:
        return _DEEDS[given.deed.verb](tx, given, job)
    except IllegalDeed as no:
        raise _NotDone(_impossible(tx, job, no)) from no
    except NotYours as no:
        raise _NotDone(msg("desk.work.not_yours", n=called(job))) from no
    except Refused as no:
        raise _NotDone(no.why) from no


def _several(tx: Tx, given: Order) -> Message:
    """A command about several orders: each is carried out by itself, and none is passed over in silence."""
    deed = given.deed
    if deed.verb in _ONE_BY_ONE:
        return msg("desk.work.one_by_one")
    named = (deed.order, *deed.others)
    jobs: dict[str, Job] = {}
    said: dict[str, Message] = {}
    for number in named:
        try:
            jobs[number] = meant(tx, given.who, replace(deed, order=number, others=()))
        except NoSuchJob:
            said[number] = msg("desk.work.no_such", n=number)
    undone = list(said)
    for number, job in sorted(jobs.items(), key=lambda each: each[1].case_id):  # cases are locked by id
        try:
            said[number] = _carried_out(tx, replace(given, deed=replace(deed, order=number, others=())), job)
        except _NotDone as no:
            said[number] = no.why
            undone.append(number)
    whole = joined([said[number] for number in named])
    if segments(tx.say(whole, given.lang)) <= MOST:
        return whole
    done = [number for number in named if number not in undone]
    told = {
        "done": msg("desk.work.several_done", orders=_numbers(done)) if done else "",
        "undone": msg("desk.work.several_undone", orders=_numbers(undone)) if undone else "",
    }
    return msg("desk.work.several", **told)


def _numbers(orders: Sequence[str]) -> str:
    return "/".join(orders)


def _which(tx: Tx, given: Order, open_: Sequence[Job]) -> Message | None:
    """No such order, or several and none was named. Words that can be about one of theirs are no report of a
    resident's: which one is asked."""
    deed = given.deed
    if not deed.sure and not (not deed.order and any(belongs(tx, job, deed.rest) for job in open_)):
        return None
    if not open_:
        return None if not deed.order and deed.rest else msg("desk.work.none")
    if not deed.order:
        return fitted(tx, given.who, given.lang, "desk.work.which")
    return fitted(tx, given.who, given.lang, "desk.work.unknown", n=deed.order)


def _list(tx: Tx, given: Order) -> Message:
    """What they have in hand, and behind it what they have to visit."""
    orders = fitted(tx, given.who, given.lang, "desk.work.list") if jobs_of(tx, given.who.id) else None
    return rounds.listed(tx, given.who.id, given.lang, orders) or orders or msg("desk.work.none")


def _impossible(tx: Tx, job: Job, no: IllegalDeed) -> Message:
    case = standing(tx, job.case_id)
    if case.state in _WAITS:
        now = msg(f"desk.work.now.{case.state}")
    elif case.state.is_open:
        now = next_step(tx, case, called(job))
    else:
        now = msg("desk.work.now.over")
    return msg("desk.work.impossible", n=called(job), why=no.why.reason, now=now)


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
        "desk.work.signed", n=called(job), place=place_of(tx, case.row), door=door,
        next=next_step(tx, case, called(job)),
    )  # fmt: skip


def _return(tx: Tx, given: Order, job: Job) -> Message:
    code, words = read_reason(given.rest)
    if code is None:
        return msg("desk.work.return_how", n=called(job))
    return returns.request(tx, given.who, job.case_id, returns.CODES[str(code)], words)


def _object(tx: Tx, given: Order, job: Job) -> Message:
    if not given.rest.strip():
        return msg("dispute.work.how", n=called(job))
    return raising.objecting(tx, given.who, job.case_id, given.rest)


def _call(tx: Tx, given: Order, job: Job) -> Message:
    try:
        ringing.relay(tx, given.who, job.case_id)
    except CannotRing as no:
        return no.why
    return msg("desk.work.calling", n=called(job))


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
        return msg("life.work.hold_how", n=called(job))
    return holds.ask(tx, given.who, job.case_id, reason, (until, words))


def _resume(tx: Tx, given: Order, job: Job) -> Message:
    holds.resume(tx, given.who, job.case_id)
    return msg("life.said.resumed")


def _extend(tx: Tx, given: Order, job: Job) -> Message:
    """The unit's lead asks for it, of a case that they hold or, by its whole number, one of their units."""
    if not deciding.speaks(tx, given.who, standing(tx, job.case_id)):
        return msg("life.work.extend_lead", n=called(job))
    until, words = cut_date(given.rest)
    reason = read_extension(words)
    if reason is None or not until:
        return msg("life.work.extend_how", n=called(job))
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
