"""The town and its plans: at each moment the next thing happens, whoever does it; then what follows from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Any
from uuid import UUID

from app.living.carrier.doors import Doors
from app.living.hand import Hand, LivedHouse
from app.living.people.residents import Phones
from app.living.turns.deck import Deck
from cases.clock.workdays import Calendar
from dispatch.district import District, Role
from dispatch.lines import Line

Deed = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Ground:
    """What the town stands on: its district, calendar and the numbers of its staff, by code."""

    district: District
    calendar: Calendar
    numbers: Mapping[str, str]

    def somebody(self, role: Role) -> str:
        """The code of the first of a role."""
        return next(worker.code for worker in self.district.workers if worker.role is role)


@dataclass
class Town:
    """A town that lives. Whatever is drawn by lot is drawn from the seed and a name of its own, so that it does not
    depend on what happened elsewhere."""

    house: LivedHouse
    line: Line
    seed: str
    ground: Ground
    left_from: datetime  # from here on the desks leave what waits for them: whoever looks around finds it there
    ordinary: bool = True  # whether most cases take no turn
    phones: Phones = field(default_factory=Phones)
    plans: list[tuple[datetime, int, Deed]] = field(default_factory=list)
    lives: dict[UUID, Any] = field(default_factory=dict)
    # Has somebody next door report the same as a life's case, which takes a turn; whether somebody did.
    neighbour: Callable[[Any, Random, str], bool] = field(default=lambda life, luck, turn: False)
    numbered: "count[int]" = field(default_factory=count)

    @property
    def hand(self) -> Hand:
        return self.house.hand

    @property
    def now(self) -> datetime:
        return self.hand.now

    @cached_property
    def deck(self) -> Deck:
        return Deck(self.luck("deck"), blanks=self.ordinary)

    @cached_property
    def doors(self) -> Doors:
        return Doors(self.house, self.line)

    def luck(self, name: str) -> Random:
        """The lots of this name."""
        return Random(f"{self.seed}/{name}")  # noqa: S311 - made-up people, no secret

    def transaction(self) -> Any:
        """A transaction of the office."""
        return self.house.door.transaction(self.line)

    def plan(self, at: datetime, deed: Deed) -> None:
        """Somebody will do this at that moment."""
        heappush(self.plans, (max(at, self.now), next(self.numbered), deed))

    def soon(self, seconds: float, deed: Deed) -> None:
        """Somebody will do this in so many seconds."""
        self.plan(self.now + timedelta(seconds=seconds), deed)

    def day(self) -> date:
        """The day that it is there."""
        return self.ground.calendar.local_day(self.now)

    def working(self, minutes: int) -> datetime:
        """So many minutes of work from now."""
        return self.ground.calendar.add_working_minutes(self.now, minutes)

    def at_work(self, luck: Random, moment: datetime) -> datetime:
        """That moment, or a little after the office opens next."""
        opens = self.ground.calendar.next_working_moment(moment)
        return moment if opens <= moment else opens + timedelta(minutes=luck.randint(2, 50))

    def awake(self, luck: Random, moment: datetime) -> datetime:
        """That moment, or the morning after where it lies in the night."""
        local = moment.astimezone(self.ground.calendar.zone)
        if 8 <= local.hour < 22:
            return moment
        morning = local.replace(hour=8, minute=luck.randint(0, 59)) + timedelta(days=local.hour >= 22)
        return max(morning, moment)

    def next_plan(self) -> datetime | None:
        """When the next thing is planned."""
        return self.plans[0][0] if self.plans else None

    def take(self) -> Deed:
        """What is planned next."""
        return heappop(self.plans)[2]
