"""The plot of a case that takes a turn: its moves, one after another, each when the case stands as it needs."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from app.living.case.acting import act
from app.living.case.sight import Sight
from app.living.people import staff
from app.living.turns.book import Move, Turn, Way
from cases.phrases import EN, ZH
from dispatch.district import Role

if TYPE_CHECKING:
    from app.living.case.life import Life

_NOBODY = Way({ZH: "", EN: ""}, {})
_WAYS = 60  # as many as any move may have, and a multiple of their usual numbers
_AFTER = timedelta(minutes=10)  # after a day that was named whoever has the case looks again


class Plot:
    """What a case's turn still brings; nothing without one. `about` is the number of the case that led here."""

    def __init__(self, life: "Life", turn: Turn | None, about: str) -> None:
        self.life = life
        self.luck = life.luck
        self.about = about
        self.moves = list(turn.moves) if turn else []
        self._planned = self._begun = False
        self._unit = ""
        self._way = self.luck.randrange(_WAYS)  # so that an answer goes with what was asked

    def is_awaited(self, seen: Sight) -> bool:
        """Whether the holder waits for its next move before doing anything else."""
        return bool(self.moves) and self.moves[0].is_awaited(seen)

    def follow(self, seen: Sight) -> None:
        """Plan the next move, where the case stands as it needs."""
        if not self.moves or self._planned or not self.moves[0].fits(seen):
            return
        at = self._moment(self.moves[0], seen)
        if at is not None:
            self._planned = True
            self.life.town.plan(at, self._go)

    def _moment(self, move: Move, seen: Sight) -> datetime | None:
        """When it is made; None for the last day's that the desks, and whoever answers, leave for the reader."""
        town, minutes = self.life.town, self.luck.randint(*move.wait)
        at = town.now + timedelta(minutes=minutes) if seen.urgent else town.working(minutes)
        if move.who in ("resident", "neighbour"):
            return town.awake(self.luck, at)
        begins = not self._begun and move.who in ("holder", "lead")
        return at if begins or at < town.left_from else None

    def _go(self) -> None:
        """The moment has come. What is not possible any more is given up, and so is all that would follow from it."""
        self._planned = False
        seen = self.life.look()
        if self.moves and self.moves[0].fits(seen):
            done = self._make(self.moves[0], seen)
            self.moves, self._begun = self.moves[1:] if done else [], True
        self.life.go_on()

    def _make(self, move: Move, seen: Sight) -> bool:
        way = move.ways[self._way % len(move.ways)] if move.ways else _NOBODY
        lang = self.life.lang
        if move.deed == "text":
            return self._texts(way.words[lang])
        if move.deed == "report":
            return self.life.town.neighbour(self.life, self.luck, move.said["turn"])
        said = self._said({**move.said, **way.said, move.field: way.words[lang]}, seen, lang)
        done = act(self.life.town, lambda absent: self._who(move, seen, absent), self.life.case_id, move.deed, said)
        if done and "until" in said:
            self._look_at(date.fromisoformat(said["until"]))
        return done

    def _texts(self, words: str) -> bool:
        resident = self.life.resident
        if resident is not None:
            self.life.town.doors.text(resident.number, words)
        return resident is not None

    def _said(self, said: Mapping[str, str], seen: Sight, lang: str) -> dict[str, str]:
        """The fields of a deed; what the book only hints at is said."""
        found = dict(said)
        if "until" in found:
            found["until"] = self._day(found["until"], seen).isoformat()
        if "unit" in found:
            self._unit = found["unit"] = self._other(found["unit"], seen)
        if "units" in found:
            self._unit = found["units"] = self._other(found["units"], seen)
        hints = {"@lead": self.about, "@told": self.life.saying.told[lang]}
        return {name: hints.get(value, value) for name, value in found.items()}

    def _other(self, hint: str, seen: Sight) -> str:
        district = self.life.town.ground.district
        office = district.units[0].code
        return staff.other_unit(district, seen, self.luck) if hint == "@other" or seen.unit == office else office

    def _who(self, move: Move, seen: Sight, absent: frozenset[str]) -> str:
        district = self.life.town.ground.district
        if move.who == "holder":
            return seen.worker or staff.lead(district, seen.unit, absent)
        if move.who == "lead":
            return staff.lead(district, seen.unit, absent)
        if move.who == "cohandler":
            return staff.cohandler(district, self._unit, absent)
        return staff.of_role(district, Role(move.who), self.luck, absent)

    def _day(self, said: str, seen: Sight) -> date:
        """The day that the book means: "+4" working days from now, "due+3" from when the resident is to be told."""
        calendar = self.life.town.ground.calendar
        since = seen.dues.get("told", seen.now) if said.startswith("due") else seen.now
        day = calendar.local_day(since)
        for _ in range(int(said.rpartition("+")[2])):
            day = calendar.next_working_day(day)
        return day

    def _look_at(self, day: date) -> None:
        """At the end of that day the case may stand otherwise."""
        zone = self.life.town.ground.calendar.zone
        end = datetime.combine(day, time(17, 30), zone) + _AFTER
        self.life.town.plan(end, self.life.peek)
