"""The reckoning of whole lives: every minute has one payer, and no sequence of deeds gains or loses time."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.phrasebook import Catalogues
from cases.clock.happened import About, Calendars, Change, Happened, HoldReason, Terms
from cases.clock.reckoning import Reckoned, Reckoning, reckon
from cases.clock.replay import Replay
from cases.clock.sla import DEFAULT_TARGETS, Limit, TargetSet, due_at, moved_on, parse_limit
from cases.clock.telling import sentence
from cases.clock.workdays import Calendar, DayKind
from cases.phrases import EN, ZH
from cases.report import Channel
from cases.states import CLOSED, Deed, possible
from cases.steps import Level, Owes, Payer, Step, owed_steps

MINUTE = timedelta(minutes=1)
EAST, WEST = "east", "west"
HOLIDAYS = {date(2026, 10, day): DayKind.OFF for day in range(1, 8)}
OFFICE = Calendar(days=HOLIDAYS | {date(2026, 10, 10): DayKind.WORK}, published=frozenset({2026, 2027}))
WEST_HOURS = replace(OFFICE, windows=((time(8), time(11)), (time(14), time(19))))
CALENDARS = Calendars(OFFICE, {WEST: WEST_HOURS})
OWED = frozenset(each.step for each in owed_steps(Owes(), Channel.CALL, Level.L4))
FIRST, AGAIN = (Terms(OWED, DEFAULT_TARGETS[column]) for column in (TargetSet.L4, TargetSet.REWORK))
URGENT = Terms(OWED, DEFAULT_TARGETS[TargetSet.L1])
# These need a case of their own and say nothing of the clock.
ASIDE = {Deed.MERGE, Deed.VOID, Deed.WITHDRAW, Deed.DECLINE, Deed.CONFIRM_HANDOVER, Deed.ARCHIVE}
SILENT = (Deed.SUPPLEMENT, Deed.URGE, Deed.HAND_OVER)
TO_SOMEBODY = {Deed.DISPATCH, Deed.REROUTE, Deed.ADJUDICATE, Deed.REDO, Deed.REOPEN}
gaps = st.integers(0, 3 * 1440).map(lambda minutes: minutes * MINUTE) | st.just(timedelta(0))


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}+08:00")


def limit(text: str) -> Limit:
    found = parse_limit(text)
    assert found is not None
    return found


def opened(start: datetime, unit: str = EAST) -> list[Happened]:
    """Received, accepted and dispatched at a moment, as the system does it."""
    return [Happened(Deed.REGISTER, start), Happened(Deed.ACCEPT, start), Happened(Deed.DISPATCH, start, unit=unit)]


def last(found: Reckoning, step: Step) -> Reckoned:
    each = found.of(step)
    assert each is not None
    return each


def promise(found: Reckoning) -> Reckoned:
    assert found.promise is not None
    return found.promise


def _drawn(draw: st.DrawFn, deed: Deed | Change, moment: datetime) -> Happened:
    unit = draw(st.sampled_from((EAST, WEST))) if deed in TO_SOMEBODY or deed is Change.MOVE else ""
    hold = draw(st.sampled_from(HoldReason)) if deed is Deed.HOLD else None
    by = draw(st.sampled_from((limit("2 wd"), limit("3 wh")))) if deed is Change.EXTEND else None
    opens = frozenset({Step.TOLD}) if deed is Deed.SEND_BACK and draw(st.booleans()) else frozenset[Step]()
    about = About("lamp", "request", draw(st.sampled_from(Level))) if deed is Deed.CORRECT else None
    return Happened(deed, moment, unit=unit, hold=hold, by=by, opens=opens, about=about)


@st.composite
def lives(draw: st.DrawFn, *, moves: bool = True) -> list[Happened]:
    """What may happen to a case, step by step, as the table of states allows it."""
    moment = datetime(2026, 9, 28, tzinfo=UTC) + draw(st.integers(0, 14 * 1440)) * MINUTE
    events = opened(moment, draw(st.sampled_from((EAST, WEST))))
    life = Replay([FIRST, AGAIN])
    for event in events:
        life.take(event)
    for _ in range(draw(st.integers(0, 14))):
        assert life.state is not None
        deeds: list[Deed | Change] = [deed for deed in possible(life.state) if deed not in ASIDE]
        if any(clock.step is Step.TOLD and clock.ended_at is None for clock in life.clocks):
            deeds += [Change.EXTEND, Change.MOVE] if moves else [Change.EXTEND]
        if not deeds:
            break
        moment += draw(gaps)
        events.append(_drawn(draw, draw(st.sampled_from(deeds)), moment))
        life.take(events[-1])
    return events


def told(events: list[Happened], now: datetime | None = None) -> Reckoning:
    return reckon(events, [FIRST, AGAIN], CALENDARS, now)


def promised(found: Reckoning) -> list[tuple[object, ...]]:
    return [(each.step, each.attempt, each.unit, each.due_at, each.ran) for each in (*found.steps, promise(found))]


@settings(max_examples=120, deadline=None)
@given(lives(), gaps)
def test_every_minute_from_receipt_to_now_or_closing_has_one_payer(events: list[Happened], later: timedelta) -> None:
    found = told(events, events[-1].at + later)
    life = Replay([FIRST, AGAIN])
    for event in events:
        life.take(event)
    end = events[-1].at + (timedelta() if life.state in CLOSED else later)
    assert sum((charge.time for charge in found.charges), timedelta()) == end - events[0].at
    assert all(charge.time > timedelta() for charge in found.charges)
    edges = [events[0].at, *(charge.end for charge in found.charges)]
    assert edges == [*(charge.start for charge in found.charges), end]
    for charge in found.charges:
        hours = CALENDARS.of(charge.payer, charge.unit)
        if charge.payer is not Payer.NOBODY:
            assert hours.working_time_between(charge.start, charge.end) == charge.time
        assert (charge.unit != "") == (charge.payer is Payer.UNIT)
    assert sum((found.paid_by(payer) for payer in Payer), timedelta()) == end - events[0].at


@settings(max_examples=120, deadline=None)
@given(lives(moves=False), gaps)
def test_the_clock_of_telling_runs_in_the_time_that_its_unit_pays_and_in_no_other(
    events: list[Happened], later: timedelta
) -> None:
    """Whoever has a case in turns pays for each of them, and for nobody else's; a moved clock would bring its own."""
    found = told(events, events[-1].at + later)
    for each in found.steps:
        if each.step is not Step.TOLD:
            continue
        until = each.ended_at or events[-1].at + later
        paid = [
            min(charge.end, until) - max(charge.start, each.started_at)
            for charge in found.charges
            if (charge.payer, charge.unit) == (Payer.UNIT, each.unit)
        ]
        assert each.ran == sum((time for time in paid if time > timedelta()), timedelta())


@settings(max_examples=120, deadline=None)
@given(lives(), gaps)
def test_what_ran_and_what_is_left_is_the_promise(events: list[Happened], later: timedelta) -> None:
    found = told(events, events[-1].at + later)
    for each in (*found.steps, promise(found)):
        calendar = CALENDARS.of(each.payer, each.unit) if each is not found.promise else OFFICE
        more = [extension.by for extension in each.ground.more]
        whole = calendar.working_time_between(each.started_at, moved_on(each.limit, each.started_at, calendar, more))
        assert each.ran + each.left == whole
        assert each.started_at < each.warn_at <= each.due_at


@settings(max_examples=70, deadline=None)
@given(lives(), gaps, gaps)
def test_time_only_goes_on(events: list[Happened], one: timedelta, two: timedelta) -> None:
    now, after = told(events, events[-1].at + one), told(events, events[-1].at + one + two)
    for early, late in zip((*now.steps, promise(now)), (*after.steps, promise(after)), strict=True):
        assert late.ran >= early.ran
        assert late.left <= early.left
        assert late.due_at >= early.due_at
        if not early.stands:
            assert late.due_at == early.due_at
        if early.ended_at is not None:
            assert late == early


@settings(max_examples=70, deadline=None)
@given(lives(), st.integers(1, 20), st.sampled_from(SILENT))
def test_words_and_urges_move_nothing(events: list[Happened], place: int, deed: Deed) -> None:
    place = min(place, len(events))
    life = Replay([FIRST, AGAIN])
    for event in events[:place]:
        life.take(event)
    if life.state is None or deed not in possible(life.state):
        return
    with_word = [*events[:place], Happened(deed, events[place - 1].at), *events[place:]]
    assert told(with_word) == told(events)


@settings(max_examples=70, deadline=None)
@given(lives())
def test_the_life_so_far_is_told_the_same_when_more_has_happened(events: list[Happened]) -> None:
    """Whatever follows, what began stays where it began, and no clock is lost."""
    whole = told(events)
    for before in range(3, len(events)):
        part = told(events[:before])
        assert [each.started_at for each in part.steps] == [each.started_at for each in whole.steps[: len(part.steps)]]
        assert promise(part).started_at == promise(whole).started_at == events[0].at


@settings(max_examples=100, deadline=None)
@given(lives(), gaps)
def test_the_promise_moves_by_holds_and_extensions_alone(events: list[Happened], later: timedelta) -> None:
    """Against the events themselves: whatever is signed, returned, disputed, handed on or done again."""
    now = events[-1].at + later
    mine = promise(told(events, now))
    until = mine.ended_at or now
    spells, since, more = [], None, []
    for event in (each for each in events if each.at < until):
        if event.deed is Deed.HOLD:
            since = event.at
        elif event.deed is Deed.RESUME and since is not None:
            spells.append((since, event.at))
            since = None
        elif event.deed is Change.EXTEND and event.by is not None:
            more.append(event.by)
    spells += [(since, until)] if since is not None else []
    late = [each.by for each in events if each.deed is Change.EXTEND and each.at == until and each.by is not None]
    possible_ends = [
        moved_on(limit("15 wd"), events[0].at, OFFICE, [*more, *late[:n]], spells) for n in range(len(late) + 1)
    ]
    assert mine.due_at in possible_ends


in_hand = st.tuples(gaps, gaps, gaps, gaps)


def held(
    start: datetime, by: tuple[timedelta, ...], reason: HoldReason = HoldReason.WAITING_RESIDENT
) -> list[Happened]:
    """Signed, held, gone on."""
    moments = [start + sum(by[: n + 1], timedelta()) for n in range(3)]
    return [
        Happened(Deed.SIGN, moments[0]),
        Happened(Deed.HOLD, moments[1], hold=reason),
        Happened(Deed.RESUME, moments[2]),
    ]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 14 * 1440), in_hand)
def test_extension_and_hold_come_to_the_same_in_either_order(minutes: int, by: tuple[timedelta, ...]) -> None:
    start = at("09-28T00:00") + minutes * MINUTE
    sign, hold, resume = held(start, by)
    early = Happened(Change.EXTEND, sign.at, by=limit("2 wd"))
    late = replace(early, at=resume.at)
    one, two = [*opened(start), sign, early, hold, resume], [*opened(start), sign, hold, resume, late]
    assert promised(told(one)) == promised(told(two))
    expected = moved_on(limit("15 wd"), start, OFFICE, [limit("2 wd")], [(hold.at, resume.at)])
    assert last(told(one), Step.TOLD).due_at == promise(told(one)).due_at == expected


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 14 * 1440), in_hand, st.booleans())
def test_a_rejected_return_is_as_if_none_had_been_asked(
    minutes: int, by: tuple[timedelta, ...], disputed: bool
) -> None:
    start = at("09-28T00:00") + minutes * MINUTE
    sign, ask, answer = (event.at for event in held(start, by))
    asked = [*opened(start), Happened(Deed.SIGN, sign), Happened(Deed.REQUEST_RETURN, ask)]
    no = [Happened(Deed.REJECT_RETURN, answer)]
    if disputed:  # what is settled at once costs nobody time
        no = [Happened(Deed.DISPUTE, answer), Happened(Deed.ADJUDICATE, answer, unit=EAST)]
    with_return, without = (
        told([*asked, *no], answer + by[3]),
        told([*opened(start), Happened(Deed.SIGN, sign)], answer + by[3]),
    )
    for step in (Step.FIRST_CONTACT, Step.VISIT, Step.TOLD):
        assert last(with_return, step) == last(without, step)
    assert with_return.charges == without.charges


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 14 * 1440), in_hand, st.sampled_from((Deed.UPHOLD_RETURN, Deed.DISPUTE)))
def test_an_upheld_return_is_the_dispatcher_s_time_and_the_next_unit_has_a_full_target(
    minutes: int, by: tuple[timedelta, ...], way: Deed
) -> None:
    start = at("09-28T00:00") + minutes * MINUTE
    sign, ask, answer = (event.at for event in held(start, by))
    order = answer + by[3]
    deed = Deed.REROUTE if way is Deed.UPHOLD_RETURN else Deed.ADJUDICATE
    events = [
        *opened(start), Happened(Deed.SIGN, sign), Happened(Deed.REQUEST_RETURN, ask), Happened(way, answer),
        Happened(deed, order, unit=WEST),
    ]  # fmt: skip
    found = told(events, order)
    mine, theirs = (each for each in found.steps if each.step is Step.TOLD)
    assert (mine.unit, mine.ran) == (EAST, OFFICE.working_time_between(start, ask))
    assert (theirs.unit, theirs.started_at, theirs.ran) == (WEST, order, timedelta())
    assert theirs.due_at == due_at(limit("15 wd"), order, WEST_HOURS)
    assert promise(found).due_at == due_at(limit("15 wd"), start, OFFICE)
    others = found.paid_by(Payer.DISPATCHER) + found.paid_by(Payer.ADJUDICATOR)
    assert found.paid_by(Payer.UNIT) == OFFICE.working_time_between(start, ask)
    assert others == OFFICE.working_time_between(ask, order)


@settings(max_examples=60, deadline=None)
@given(lives())
def test_every_deadline_can_be_told_in_both_languages(events: list[Happened]) -> None:
    book, found = Catalogues(), told(events)
    for each in (*found.steps, promise(found)):
        for lang, end in ((EN, "."), (ZH, "到期。")):
            assert book.say(sentence(each.why), lang).endswith(end)
