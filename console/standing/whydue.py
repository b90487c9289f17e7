"""Why a promise is due when it is: the explanation of the reckoning (`cases.clock`) for the timers as stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from cases.clock.reckoning import Reckoned, Reckoning
from cases.clock.sla import due_at, moved_on, parse_limit
from cases.clock.telling import Ground, parts
from cases.clock.workdays import Calendar
from cases.phrases import Message


@dataclass(frozen=True, slots=True)
class Why:
    """The sentences of one deadline; `limit` is what is promised. `lines` is empty where the case's history does not
    lead to it."""

    limit: Message
    lines: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Reckoner:
    """Explains stored deadlines by what the case's history comes to. `units` are the codes of units by id, `office`
    has the hours of what stands beside a case."""

    told: Reckoning
    units: Mapping[UUID, str]
    office: Calendar

    def of_timers(self, timers: Sequence[Any]) -> dict[UUID, Why]:
        """The sentences of each timer that has a deadline, by its id."""
        due = ((timer, parse_limit(timer.limit_text)) for timer in timers if timer.due_at is not None)
        return {timer.id: _why(self._ground(timer), limit.label, timer.due_at) for timer, limit in due if limit}

    def of_promise(self, due: Any) -> Why | None:
        """Why the resident is promised an answer by then; None where nothing is promised."""
        last = next(reversed(self.told.promises), None)
        return _why(last.ground, last.limit.label, due) if last is not None else None

    def _ground(self, timer: Any) -> Ground | None:
        """On what a timer rested when it ended, or rests now; one that stands beside the loop on its start alone."""
        found = self._promise(timer)
        if found is not None:
            return _until(found.ground, timer.ended_at)
        limit = parse_limit(timer.limit_text)
        if limit is None:
            return None
        due = due_at(limit, timer.started_at, self.office)
        return Ground(limit, "begun", timer.started_at, self.office, (), (), due)

    def _promise(self, timer: Any) -> Reckoned | None:
        unit = self.units.get(timer.unit_id, "")
        mine = [each for each in self.told.steps if _is_clock_of(each, timer)]
        return next((each for each in mine if each.unit in ("", unit)), mine[-1] if mine else None)


def _is_clock_of(each: Reckoned, timer: Any) -> bool:
    return (each.step, each.attempt, each.started_at) == (timer.step, timer.attempt, timer.started_at)


def _until(ground: Ground, ended_at: Any) -> Ground:
    """What counted by the end of a timer: later the clock may have gone on, with another one."""
    if ended_at is None:
        return ground
    more = [each for each in ground.more if each.at < ended_at]
    stood = [each for each in ground.stood if each.start < ended_at]
    held = [(each.start, each.end) for each in stood]
    due = moved_on(ground.limit, ground.start, ground.calendar, [each.by for each in more], held)
    return replace(ground, more=more, stood=stood, due=due)


def _why(ground: Ground | None, limit: Message, due: Any) -> Why:
    return Why(limit, parts(ground) if ground is not None and ground.due == due else ())
