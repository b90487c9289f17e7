"""One text tried: what it would be understood as, which row decides, who would get it, and why."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime

from cases.phrases import msg
from cases.report import Channel
from dispatch.accused.above import RULE, answerable
from dispatch.choice import NOTHING_KNOWN, Background, Why
from dispatch.district.model import District
from dispatch.hearing import Known, Understood, Words, hear
from dispatch.matters import MatterFinding
from dispatch.places import Place, PlaceFinding
from dispatch.routing import Around, Choice, choose
from dispatch.rules import Circumstances, Facts, Verdict, compile_rules, gather
from dispatch.ruling.conditions import Caller, caller


@dataclass(frozen=True, slots=True)
class Manner:
    """How a text is told in the rehearsal: by which channel, at which moment on the office's clock, by a resident whose
    number is known, or without one; whether it tells a closed case again; and what was answered when asked where."""

    channel: Channel
    at: datetime
    known: bool = True
    again: bool = False
    place: str = ""

    @property
    def caller(self) -> Caller:
        return caller(self.channel, worker=False, known=self.known, english=False)


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What would become of a text. `place` is the row's place in the table from 1; 0: the default."""

    understood: Understood
    facts: Facts
    verdict: Verdict
    choice: Choice
    place: int

    @property
    def matter(self) -> MatterFinding:
        """What it is about, the first where it tells several matters."""
        return self.understood.matter

    @property
    def where(self) -> PlaceFinding:
        """Where it is."""
        return self.understood.place


def _nothing(verdict: Verdict, place: Place | None) -> Background:
    return NOTHING_KNOWN


@dataclass(frozen=True, slots=True)
class People:
    """Who is not there (codes), and what is known of those who come into question for a verdict at a place."""

    absent: Collection[str] = ()
    known: Callable[[Verdict, Place | None], Background] = _nothing


_UNKNOWN = People()


def _above(codes: tuple[str, ...], district: District) -> Choice:
    """Never to the accused: whoever answers for the lowest unit above them; nobody of the office where it is about the
    office itself."""
    unit, worker = next(answerable(district, frozenset(codes)), (district.units[0], None))
    to = msg("coi.route.above", unit=unit.name, worker=worker.name) if worker else msg("coi.route.above_office")
    return Choice(unit, worker, (unit.code,), (to,))


def rehearse(text: str, manner: Manner, known: Known, people: People = _UNKNOWN) -> Rehearsed:
    """Ask a table about a text; nothing is written."""
    policy, district = known.policy, known.district
    understood = hear(Words(text, manner.place, spoken=manner.channel is Channel.CALL), known)
    matter, where = understood.matter, understood.place
    season = policy.seasons.on(manner.at.date())
    working = policy.calendar.is_working_moment(manner.at)
    how = Circumstances(manner.channel, working, manner.caller, season, manner.again)
    facts = gather(matter, where, how, policy, district)
    verdict = compile_rules(policy).match(facts)
    places = {rule.id: place for place, rule in enumerate(policy.rules, 1)}
    away = dict.fromkeys(people.absent, Why.AWAY)
    background = people.known(verdict, where.place)
    around = Around(away, working, policy.choosing, background, skill=verdict.outcome.skill)
    choice = choose(verdict, where.place, district, manner.at, around)
    if understood.complains_of:
        verdict, choice = replace(verdict, rule=RULE), _above(understood.complains_of, district)
    return Rehearsed(understood, facts, verdict, choice, places.get(verdict.rule, 0))
