"""What comes in: somebody has something to report, and texts, rings, or tells it at the counter."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from app.living.carrier import shelf
from app.living.case import answering, fate, further
from app.living.case.life import Life
from app.living.case.sight import Sight
from app.living.people import days, places
from app.living.people.places import Home
from app.living.people.residents import Resident
from app.living.people.words import NOWHERE, Saying, sayings
from app.living.town import Town
from app.living.turns.book import turns
from cases.phrases import EN
from cases.report import Channel
from dispatch.desk import Report, take_report
from dispatch.district import Role
from dispatch.people.parties import party_of
from hotline.events import TurnIn

_DANGERS = ("fire", "gas-smell", "fight", "missing-person", "crisis", "group-incident")
_DANGER = 0.2  # a day
_NIGHT = 0.35  # of a day's dangers, and a share of what comes by night as well
_RECORDING_SECONDS = 17
_LATELY = timedelta(days=10)  # what comes in the last days goes wrong more often: that is what is looked at

_NOWADAYS, _TRIES = timedelta(days=4), 3  # what is open at the end comes from the last days: it draws more often


@dataclass(frozen=True, slots=True)
class Matter:
    """Something to report: by whom, what, in which words, and where (asked for, if the words do not say)."""

    name: str
    resident: Resident
    saying: Saying
    words: str
    where: str


class Arriving:
    """Brings what comes in."""

    def __init__(self, town: Town, people: tuple[Resident, ...], a_day: int) -> None:
        self.town = town
        self.people = people
        self.a_day = a_day
        town.neighbour = self.neighbour

    def plan_day(self, day: date) -> None:
        """All that comes on a day."""
        town = self.town
        luck = town.luck(f"day/{day}")
        zone = town.ground.calendar.zone
        for nth in range(days.count(luck, day, town.ground.calendar, self.a_day)):
            self._plan(f"{day}/{nth}", days.moment(luck, day, zone), ordinary=True)
        if luck.random() < _DANGER:
            by_night = luck.random() < _NIGHT
            at = days.night(luck, day, zone) if by_night else days.moment(luck, day, zone)
            self._plan(f"{day}/danger", at, ordinary=False)

    def _plan(self, name: str, at: datetime, *, ordinary: bool) -> None:
        luck = self.town.luck(f"matter/{name}")
        matter = self._matter(luck, name, ordinary)
        self.town.plan(at, lambda: self._comes(luck, matter))

    def _matter(self, luck: Random, name: str, ordinary: bool) -> Matter:
        resident = luck.choice(self.people)
        known = [each for each in sayings() if (each.often > 0) == ordinary]
        [saying] = luck.choices(known, [each.often or 1 for each in known])
        district, lang = self.town.ground.district, resident.lang
        if saying.place == "road":
            where = places.address(luck, district, lang)
        else:
            home = resident.home if luck.random() < 0.7 else places.near(luck, district, resident.home)
            depth = "building" if saying.place == "courtyard" and luck.random() < 0.6 else saying.place
            where = home.named("courtyard" if depth == NOWHERE else depth, lang)
        return Matter(name, resident, saying, saying.report(luck, lang, where), resident.home.named("room", lang))

    def _comes(self, luck: Random, matter: Matter) -> None:
        way = luck.random()
        if way < 0.08 and matter.saying.often:
            self._by_hand(luck, matter)
        elif way < 0.45 or matter.resident.landline:
            self._by_call(luck, matter)
        else:
            self._by_text(luck, matter)

    def _by_text(self, luck: Random, matter: Matter) -> None:
        """A text, and where it is asked for another one that says where."""
        number = matter.resident.number
        if luck.random() < 0.04:
            self.town.doors.text(number, "hello" if matter.resident.lang == EN else "你好，在吗")
            self.town.soon(luck.randint(40, 200), lambda: self._tells(luck, matter))
        else:
            self._tells(luck, matter)

    def _tells(self, luck: Random, matter: Matter) -> None:
        sid = self.town.doors.sid("SM")
        case_id = self.town.doors.report(matter.resident.number, matter.words, sid)
        if case_id is not None:
            self._begin(luck, matter, case_id)
        elif luck.random() < 0.88:
            self.town.soon(luck.randint(30, 400), lambda: self._says_where(luck, matter))
        else:  # nobody answers: the case is opened with what is known
            for minutes in (3, 30):
                self.town.soon(60 * minutes + 1, self.town.hand.look)
            self.town.soon(60 * 31, lambda: self._expired(luck, matter, sid))

    def _says_where(self, luck: Random, matter: Matter) -> None:
        case_id = self.town.doors.report(matter.resident.number, matter.where, self.town.doors.sid("SM"))
        if case_id is not None:
            self._begin(luck, matter, case_id)

    def _expired(self, luck: Random, matter: Matter, sid: str) -> None:
        case_id = self.town.doors.case_of(sid)
        if case_id is not None:
            self._begin(luck, matter, case_id)

    def _by_call(self, luck: Random, matter: Matter) -> None:
        """A call: what, and where if that is asked; a few leave a message, a few hang up too soon."""
        doors, line = self.town.doors, self.town.line
        sid = doors.sid("CA")
        number = "" if luck.random() < 0.02 else matter.resident.number

        def turn(nth: int, **heard: object) -> UUID | None:
            return doors.turn(TurnIn(line, sid, nth, number, **heard))  # type: ignore[arg-type]

        turn(0)
        case_id: UUID | None = None
        if luck.random() < 0.04:
            turn(1, digits="0")
            recording = doors.sid("RE")
            case_id = turn(2, recording_sid=recording, recording_seconds=_RECORDING_SECONDS)
            self.town.soon(20, lambda: doors.recorded(recording, sid, _RECORDING_SECONDS))
            self.town.soon(25, lambda: shelf.fetch(self.town, luck))
        else:
            first = 1
            if matter.resident.lang == EN:
                turn(1, digits="9")
                first = 2
            case_id = turn(first, speech=matter.words, raw_speech=matter.words, confidence=0.88)
            if case_id is None and luck.random() < 0.92:
                case_id = turn(first + 1, speech=matter.where, raw_speech=matter.where, confidence=0.9)
        ended = doors.hung_up(sid)
        case_id = case_id or ended
        if case_id is not None:
            self._begin(luck, matter, case_id, known=bool(number))

    def _by_hand(self, luck: Random, matter: Matter) -> None:
        """Somebody stands at the counter; an agent writes it down."""
        with self.town.transaction() as tx:
            anonymous = luck.random() < 0.15
            party = None if anonymous else party_of(tx, matter.resident.number, matter.resident.lang)
            actor = f"staff:{self.town.ground.somebody(Role.AGENT)}"
            report = Report(Channel.HAND, party, matter.words, tx.now, place_text=matter.where, actor=actor)
            case_id = take_report(tx, report).case_id
        self._begin(luck, matter, case_id, known=not anonymous)

    def neighbour(self, life: Life, luck: Random, turn: str) -> bool:
        """Somebody who lives there, too, reports the same by text, and that case takes a turn; whether anybody did."""
        seen = life.look()
        near = [each for each in self.people if each.home.estate.zh == seen.estate and not each.landline]
        others = [each for each in near if life.resident is None or each.number != life.resident.number]
        if not others:
            return False
        resident = luck.choice(others)
        where = _where(seen, resident.home, resident.lang)
        said = (life.saying.report(luck, resident.lang, where), where)  # where, once more, if that is asked
        texts = (self.town.doors.report(resident.number, words, self.town.doors.sid("SM")) for words in said)
        case_id = next(filter(None, texts), None)
        if case_id is None or case_id in self.town.lives:
            return False
        again = self._lives(Random(luck.random()), life.saying, case_id, resident)  # noqa: S311 - no secret
        again.takes(turns()[turn], seen.number)
        return True

    def _begin(self, luck: Random, matter: Matter, case_id: UUID, *, known: bool = True) -> None:
        """The case that it came to begins to live; a further word on one that is open changes nothing there."""
        self.begins(luck, matter.saying, case_id, matter.resident if known else None)

    def begins(self, luck: Random, saying: Saying, case_id: UUID, resident: Resident | None = None) -> None:
        """A case begins to live, where it does not yet; of one that somebody found on a round nobody called."""
        if case_id not in self.town.lives:
            self._draws(self._lives(luck, saying, case_id, resident))

    def _lives(self, luck: Random, saying: Saying, case_id: UUID, resident: Resident | None) -> Life:
        life = Life(self.town, case_id, "", resident, saying, luck, fate.draw(luck, troubled=self._is_late()))
        seen = life.look()
        life.number = seen.number
        self.town.lives[case_id] = life
        further.plan(life, seen)
        self.town.soon(5, life.peek)
        return life

    def _draws(self, life: Life) -> None:
        """Most cases are ordinary ones; some take a turn, more of those that are open still when somebody looks."""
        tries = _TRIES if self._is_late(_NOWADAYS) else 1
        drawn = (self.town.deck.draw(life.look(), writes=answering.writes(life)) for _ in range(tries))
        life.takes(next(filter(None, drawn), None))

    def _is_late(self, within: timedelta = _LATELY) -> bool:
        return self.town.now > self.town.left_from - within


def _where(seen: Sight, home: Home, lang: str) -> str:
    """The place of a case in a neighbour's words; the entrance where it has one."""
    estate = home.estate.in_language(lang)
    if not seen.building:
        return estate
    named = replace(home, building=seen.building, entrance=seen.entrance or home.entrance)
    return named.named("entrance" if seen.entrance else "building", lang)
