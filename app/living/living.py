"""Living: day by day the next thing happens, people's and the system's, until the clock shows now."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

import sqlalchemy as sa

from app.living import beginning
from app.living.carrier import forged
from app.living.carrier.post import Post
from app.living.carrier.ringing import Ringing
from app.living.case import deciding
from app.living.hand import LivedHouse
from app.living.people import away, days, walking
from app.living.people.arriving import Arriving
from app.living.people.residents import residents
from app.living.people.storming import Storming
from app.living.town import Town
from app.processes import timers
from cases.models import cases
from dispatch.due import handlers
from dispatch.reads.overdue import overdue
from dispatch.same import looking

_LATELY = timedelta(days=2)  # of the last texts to the staff it is told that they arrived
_LEFT = timedelta(days=1)  # the desks leave the last day's work for whoever looks around
_FORGED = 9  # on such days of a month
Tell = Callable[[date, int, int], None]


@dataclass(frozen=True, slots=True)
class Span:
    """From when until when, and how many reports an ordinary day of it brings; whether most cases are ordinary, too,
    or each takes a turn of its own."""

    first: datetime
    until: datetime
    a_day: int
    ordinary: bool = True


def live(house: LivedHouse, seed: str, span: Span, tell: Tell) -> dict[str, int]:
    """Live a span of days in a fresh rehearsal; how much came of it. Raises Trouble where it is not fresh."""
    line = next(iter(house.lines.values()))
    ground = beginning.begin(house, line.office, span.first)
    town = Town(house, line, seed, ground, span.until - _LEFT, span.ordinary)
    Living(town, span, tell).live()
    return beginning.end(house, line.office)


class Living:
    """A town that lives through a span of days. `tell` hears of each morning: the day, cases so far, late ones."""

    def __init__(self, town: Town, span: Span, tell: Tell) -> None:
        self.town = town
        self.span = span
        self.tell = tell
        people = residents(town.seed, town.ground.district)
        self.arriving = Arriving(town, people, span.a_day)
        self.storming = Storming(town, people, self.arriving.begins)
        landlines = frozenset(each.number for each in people if each.landline)
        staff = frozenset(town.ground.numbers.values())
        self.post = Post(town, Ringing(town), landlines, staff, span.until - _LATELY)

    def live(self) -> None:
        """All of it."""
        town, calendar = self.town, self.town.ground.calendar
        timers.watch_shifts(town.house)
        walking.begin(town)
        for day in days.days(calendar.local_day(self.span.first), calendar.local_day(self.span.until)):
            midnight = datetime(day.year, day.month, day.day, tzinfo=calendar.zone)
            town.plan(midnight, partial(self._morning, day))
        while (at := self._next()) <= self.span.until:
            town.hand.move(at)
            if not self._system():
                town.take()()
            self._send()
        town.hand.move(self.span.until)
        self.post.call_off()

    def _next(self) -> datetime:
        """The moment of whatever comes next."""
        far = self.span.until + timedelta(days=1)
        return min(self.town.hand.soonest or far, self.town.next_plan() or far)

    def _system(self) -> bool:
        """What the system does by itself at this moment; whether it was its turn."""
        hand, house = self.town.hand, self.town.house
        planned = self.town.next_plan()
        if hand.soonest is None or (planned is not None and planned < hand.soonest):
            return False
        [office] = house.offices
        if hand.looking:
            hand.looking = False
            while timers.fire_one(house, office):
                self._send()
        self._fire()
        return True

    def _fire(self) -> None:
        """All that `timers` would do at this moment, in its order."""
        hand = self.town.hand
        with self.town.transaction() as tx:
            next_at = handlers.fire_due(tx)
            while looking.look_next(tx):
                pass
        hand.soonest = next_at

    def _send(self) -> None:
        hand = self.town.hand
        if hand.stopped:
            hand.stopped = False
            self.post.call_off()
        while hand.leaving:
            self.post.send()

    def _sessions(self, day: date) -> None:
        """Twice on a working day those are rung who gave no verdict; the last day's list is left for the reader."""
        town = self.town
        for name, hour in (("morning", 10), ("afternoon", 15)):
            at = datetime(day.year, day.month, day.day, hour, 20, tzinfo=town.ground.calendar.zone)
            if at < town.left_from:
                town.plan(at, partial(deciding.ring_round, town, f"{day}/{name}"))

    def _morning(self, day: date) -> None:
        """A new day: what it will bring, and how things stand."""
        town, calendar = self.town, self.town.ground.calendar
        self.arriving.plan_day(day)
        self.storming.plan_day(day)
        town.hand.stopped = True  # what was written meanwhile to somebody who stopped texts is called off
        if day.weekday() == 0:
            away.plan_week(town, day)
        if calendar.is_working_day(day):
            self._sessions(day)
            walking.plan_day(town, day, self.arriving.begins)
        if day.day % _FORGED == 0:
            town.soon(town.luck(f"forged/{day}/at").randint(0, 80_000), lambda: forged.set_aside(town, f"{day}"))
        with town.transaction() as tx:
            count = tx.conn.execute(sa.select(sa.func.count()).select_from(cases)).scalar_one()
            late = len(overdue(tx))
        self.tell(day, count, late)
