"""A storm: the water of an estate fails and its residents tell of it within the hour. The desk says what is known; who
tells of it then joins with one reply, and all of them are told when it is over."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from uuid import UUID

from app.living.case.acting import act
from app.living.people import staff
from app.living.people.residents import Resident
from app.living.people.words import Saying, saying
from app.living.town import Town
from cases.phrases import EN, ZH
from dispatch.district import Role

_OFTEN = 0.04  # of days
_HOURS = (8, 16)  # when one begins, at the earliest and at the latest
_LEFT = (22, 14, 10)  # so many hours after the desks leave their work one begins that is running at the end
_BEFORE, _AFTERWARDS = 2, 9  # residents who tell of it before the desk has said what is known, and afterwards
_JOINS = "1"
_CATEGORY = "water-supply"
_TOLD = {
    ZH: ("{}停水了，一点水都没有", "{}怎么没水了，没看到通知", "{}全楼停水，急等用水"),
    EN: ("There is no water in {}",),
}
_KNOWN = "{}供水主管爆裂，抢修队已到场，预计{}点恢复供水"
_CLEAR = "水管已修好，现已恢复供水。初用时水会发黄，请先放一会儿。"
Begins = Callable[[Random, Saying, UUID, Resident], None]


class Storming:
    """Brings storms. `begins` has a case that somebody opened live on as any other."""

    def __init__(self, town: Town, people: Sequence[Resident], begins: Begins) -> None:
        self.town = town
        self.people = people
        self.begins = begins

    def plan_day(self, day: date) -> None:
        """A few days bring one; another is running when somebody looks around."""
        town, luck = self.town, self.town.luck(f"storm/{day}")
        zone = town.ground.calendar.zone
        if luck.random() < _OFTEN:
            at = datetime(day.year, day.month, day.day, luck.randint(*_HOURS), luck.randrange(60), tzinfo=zone)
            if at < town.left_from - timedelta(days=1):
                town.plan(at, partial(self._comes, luck, ends=True))
        if day == town.ground.calendar.local_day(town.left_from):
            moments = [town.left_from + timedelta(hours=hours) for hours in _LEFT]
            town.plan(next(at for at in moments if town.awake(luck, at) == at), partial(self._comes, luck, ends=False))

    def _comes(self, luck: Random, *, ends: bool) -> None:
        """Those of an estate who tell of it, one after another."""
        named = luck.choice([each for each in self.people if not each.landline])
        near = [each for each in self.people if each.home.estate == named.home.estate and not each.landline]
        told = luck.sample(near, min(len(near), _BEFORE + _AFTERWARDS))
        for nth, resident in enumerate(told):
            self.town.soon(nth * 240 + luck.randint(0, 120), partial(self._tells, luck, resident))
        self.town.soon(_BEFORE * 240, partial(self._announced, luck, told[0], ends=ends))

    def _tells(self, luck: Random, resident: Resident) -> None:
        """Before the desk knows it is a case; afterwards the line says what is known, and most join."""
        words = luck.choice(_TOLD[resident.lang]).format(resident.home.named("building", resident.lang))
        case_id = self.town.doors.report(resident.number, words, self.town.doors.sid("SM"))
        if case_id is not None:
            self.begins(luck, saying(_CATEGORY), case_id, resident)
        else:
            self.town.soon(luck.randint(20, 100), lambda: self.town.doors.text(resident.number, _JOINS))

    def _announced(self, luck: Random, first: Resident, *, ends: bool) -> None:
        """The desk says what is known, in the case of whoever told first."""
        town = self.town
        lives = [life for life in town.lives.values() if life.resident is first and life.saying.category == _CATEGORY]
        if not lives:
            return
        hour = (town.now.astimezone(town.ground.calendar.zone) + timedelta(hours=4)).hour
        said = {"words": _KNOWN.format(first.home.estate.zh, hour), "reach": "place"}
        self._says(luck, lives[-1].case_id, "announce", said)
        if ends:
            clear = partial(self._says, luck, lives[-1].case_id, "all-clear", {"words": _CLEAR})
            town.soon(luck.randint(9_000, 15_000), clear)

    def _says(self, luck: Random, case_id: UUID, deed: str, said: dict[str, str]) -> None:
        district = self.town.ground.district
        act(self.town, lambda absent: staff.of_role(district, Role.DISPATCHER, luck, absent), case_id, deed, said)
        self.town.hand.shown = None  # which storms run is read with the database's clock
