"""What a choice looks at, and what comes of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from dispatch.choice.terms import Choosing
from dispatch.district.model import District, Role, Unit, Worker


class Why(StrEnum):
    """Why somebody got a matter, or did not. Those up to `NOT_THERE` bar; the others are told where one was better."""

    TAKEN = "taken"
    AWAY = "away"
    STOPPED = "stopped"
    NO_NUMBER = "no_number"
    BEFORE = "before"
    NO_SKILL = "no_skill"
    NOT_THERE = "not_there"
    OFF_DUTY = "off_duty"
    NOT_OWN = "not_own"
    ROLE = "role"
    LANGUAGE = "language"
    FULL = "full"
    RANK = "rank"
    CALLER = "caller"
    BUILDING = "building"
    ELSEWHERE = "elsewhere"
    FAR = "far"
    LOAD = "load"
    LATELY = "lately"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class Burden:
    """What somebody has: cases in hand now, and when they got their last order, if ever."""

    open: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Background:
    """What is known of those who may be chosen, by staff id, and who handled the same caller's and the same building's
    last matter. Whoever is not in `burdens` has nothing in hand."""

    burdens: Mapping[UUID, Burden] = field(default_factory=lambda: MappingProxyType({}))
    caller: UUID | None = None
    building: UUID | None = None

    def of(self, worker: Worker) -> Burden:
        """What this one has."""
        return self.burdens.get(worker.id, _NOTHING)


_NOTHING = Burden()
NOTHING_KNOWN = Background()


@dataclass(frozen=True, slots=True)
class Carried:
    """What was read along with a caller: of those who go out for the part of the district where their last case was."""

    party_id: UUID
    background: Background

    def covers(self, party_id: UUID, people: Collection[UUID]) -> bool:
        """Whether it was this caller, and of each of these it is known what they have."""
        return party_id == self.party_id and all(each in self.background.burdens for each in people)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a matter asks for: whether it presses, the role and skill, the caller's language, and where it is (codes).

    `team` (a code): it goes to one of that patrol team. `table_first`: whoever is on duty by the table goes before
    others who are there; `staff_too`: what presses may also go to those who are there in the office's hours.
    """

    urgent: bool = False
    role: Role | None = None
    skill: str | None = None
    language: str | None = None
    grid: str | None = None
    courtyard: str | None = None
    team: str | None = None
    table_first: bool = False
    staff_too: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """The office at a moment of its own clock: whether it is at work, who is barred (codes) and why, who stopped texts
    (they can be rung for what presses, after all others), and the rest of what a choice rests on."""

    district: District
    now_local: datetime
    at_work: bool = False
    barred: Mapping[str, Why] = field(default_factory=lambda: MappingProxyType({}))
    stopped: frozenset[str] = frozenset()
    terms: Choosing = field(default_factory=Choosing)
    known: Background = NOTHING_KNOWN

    def room(self, worker: Worker) -> int:
        """How many cases somebody can have in hand."""
        return worker.capacity or self.terms.capacity


@dataclass(frozen=True, slots=True)
class Judged:
    """One who could have had a matter: their code, why they have it or not, and the numbers that say so."""

    worker: str
    why: Why
    facts: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Picked:
    """Who of a unit gets a matter, None where nobody can, and what was found of everybody who came into question."""

    unit: Unit
    worker: Worker | None
    judged: tuple[Judged, ...]
