"""What a correction does to the clocks: what a case is about decides its limits, from then on others hold."""

from datetime import datetime

from cases.clock.happened import Happened
from cases.clock.running import PLACE, Clock, Life
from cases.clock.sla import NO_SLA_REVIEW
from cases.states import IN_UNIT, Deed, State
from cases.steps import WINDOWS, Step, started_by

_STAY = (
    Step.DISPATCH,
    Step.RETURN_REQUEST,
    Step.HOLD_REVIEW,
)  # what was given for these is not taken back by a correction


def correct(life: Life, event: Happened) -> None:
    """The case is found to be about something else: the unit's clocks and the promise keep their beginnings and
    have the limits that hold now, a tighter one of the unit's counting from when it is said; what is owed now and was
    not begins, what is owed no more ends."""
    if event.terms is None:
        return
    before = [life.terms_of(nth) for nth in range(1, life.attempt)]
    life.terms = (*before, event.terms, *life.terms[life.attempt :])
    for clock in [clock for clock in life.clocks if clock.ended_at is None and clock.step not in _STAY]:
        _limit(life, clock, event.at)
    for step in sorted(_under_way(life), key=PLACE.__getitem__):
        limit = event.terms.limit(step)
        if limit is not None:
            life.begin(Deed.CORRECT, step, limit)
    _review_where_nothing_runs(life, event)
    _promise_anew(life, event)


def _limit(life: Life, clock: Clock, at: datetime) -> None:
    limit = life.terms_of(life.attempt).limit(clock.step)
    if limit is None or (clock.step not in life.owed and clock.step not in WINDOWS):
        clock.end(at, kept=False)
    else:
        clock.limited(at, limit)


def _under_way(life: Life) -> set[Step]:
    """What runs with a unit that has the case: what its order began, and the finding once somebody was there."""
    if life.state not in (*IN_UNIT, State.RETURN_PENDING):
        return set()
    owed = life.owed - life.done
    found = {Step.FINDING} & owed if Step.VISIT not in owed else set[Step]()
    return set(started_by(Deed.DISPATCH, owed)) & owed | found


def _review_where_nothing_runs(life: Life, event: Happened) -> None:
    """Where nothing is promised the case is looked at again; where something is that look is not needed."""
    reviews = [clock for clock in life.live if clock.step is Step.HOLD_REVIEW]
    if len(reviews) < len(life.live):
        for clock in reviews:
            clock.end(event.at, kept=False)
    elif not reviews and (life.works() or life.state is State.TO_DISPATCH):
        life.begin(Deed.CORRECT, Step.HOLD_REVIEW, NO_SLA_REVIEW)


def _promise_anew(life: Life, event: Happened) -> None:
    """The promise to the resident stands from receipt, whatever its limit is now; that of an attempt before this one
    was another."""
    limit = life.terms_of(life.attempt).limit(Step.TOLD)
    found = [each for each in life.promises if each.started_at == life.promised_at]
    last = found[-1] if found else None
    if last is not None and (last.kept or last.attempt != life.attempt):
        return
    if limit is None or Step.TOLD not in life.owed:
        if last is not None:
            last.end(event.at, kept=False)
    elif last is None:
        since = life.promised_at or event.at
        life.promises.append(Clock(Step.TOLD, life.attempt, (), limit, life.promised_by, since))
    else:
        last.limit = limit
        last.go_on(event.at, gap=False)
