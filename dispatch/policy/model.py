"""The policy as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Literal

from cases.clock.sla import Level, Limit, Targets, TargetSet
from cases.clock.workdays import Calendar
from cases.danger import Danger
from cases.phrases import Message, Name, msg
from cases.report import Channel
from cases.steps import Owes, Step, Verification
from dispatch.choice.terms import Choosing
from dispatch.district.model import Role
from dispatch.places.model import PlaceKind
from dispatch.policy.calendars import UnitHours
from dispatch.policy.figuring import Figuring
from dispatch.policy.permissions import Permissions
from dispatch.policy.watching import BesideCase, Verifying
from dispatch.rounds.checklist import Checklist
from dispatch.rounds.templates import Template
from dispatch.ruling.conditions import People, Season, Source, Trait
from dispatch.ruling.seasons import Seasons
from dispatch.same.measures import Same


class Kind(StrEnum):
    """What the resident wants."""

    REQUEST = "request"
    COMPLAINT = "complaint"
    ENQUIRY = "enquiry"
    SUGGESTION = "suggestion"
    PRAISE = "praise"
    REPORT = "report"

    @property
    def label(self) -> Message:
        """The kind in words."""
        return msg(f"dispatch.kind.{self.value}")


class ServiceLine(StrEnum):
    """The five lines of service."""

    SELF_GOVERNMENT = "self_government"
    SOCIAL_AID = "social_aid"
    SANITATION = "sanitation"
    PUBLIC_SAFETY = "public_safety"
    LEARNING_CULTURE = "learning_culture"

    @property
    def label(self) -> Message:
        """The line in words."""
        return msg(f"dispatch.service_line.{self.value}")


class Destination(StrEnum):
    """Where a rule sends a matter, seen from its place."""

    GRID_WORKER = "grid_worker"
    COURTYARD = "courtyard"
    COMMITTEE = "committee"
    OFFICE = "office"
    PATROL = "patrol"
    DUTY_DESK = "duty_desk"

    @property
    def label(self) -> Message:
        """The destination in words."""
        return msg(f"dispatch.destination.{self.value}")


Sla = Literal["level", "none"] | Limit


@dataclass(frozen=True, slots=True)
class Category:
    """What a matter is. The top of each branch has no parent.

    `sla` is "level" (the level's limits), "none", or a finish limit of its own; `targets` are limits of its own by
    column and step, which win over all others; `verification` None is the level's.
    """

    code: str
    parent: str | None
    service_line: ServiceLine
    name: Name
    kind: Kind
    level: Level
    keywords: tuple[str, ...]
    visit_owed: bool
    finding_owed: bool
    told_owed: bool
    verdict_owed: bool
    sla: Sla
    verification: Verification | None
    targets: Mapping[TargetSet, Mapping[Step, Limit | None]] = field(default_factory=dict)

    @property
    def owes(self) -> Owes:
        """The steps that the category owes by its nature."""
        return Owes(
            self.visit_owed, self.finding_owed, self.told_owed, self.verdict_owed,
            verify=self.verification is not Verification.NONE,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class SlaSet:
    """Limits by step that a rule may choose: they win over those of level and category. A step that is not named keeps
    its own."""

    name: Name
    limits: Mapping[Step, Limit | None]


@dataclass(frozen=True, slots=True)
class When:
    """The cells of a rule's row; an empty cell says nothing, all others must hold.

    `categories` covers the branches below; `area` is a unit anywhere above the place; `keywords` any of;
    of the traits of `caller` any; `again`: the matter came before and was closed.
    """

    categories: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    levels: tuple[Level, ...] = ()
    places: tuple[PlaceKind, ...] = ()
    area: tuple[str, ...] = ()
    service_lines: tuple[ServiceLine, ...] = ()
    keywords: tuple[str, ...] = ()
    channels: tuple[Channel, ...] = ()
    working_time: bool | None = None
    seasons: tuple[Season, ...] = ()
    sources: tuple[Source, ...] = ()
    caller: tuple[Trait, ...] = ()
    people: tuple[People, ...] = ()
    again: bool | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule decides: a named unit, or a destination seen from the place; who there; at which level.

    `notice` is a remark for whoever gets the order; `skill` is what whoever goes should be able to do; `sla` a
    named set of the policy's limits that goes before the level's; `confidential`: place and words are for a few from
    the beginning; `co_handlers` are units (codes) that do a part of it from the beginning.
    """

    to: Destination
    unit: str | None = None
    role: Role | None = None
    level: Level | None = None
    notice: Name | None = None
    skill: str | None = None
    sla: str | None = None
    confidential: bool = False
    co_handlers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the decision table. The first that holds decides.

    `over` names rows below that it goes before on purpose where neither is an exception of the other.
    """

    id: str
    when: When
    outcome: Outcome
    over: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RiskWords:
    """Words that raise a matter to a level, whatever its category says.

    A word with … has parts that follow each other within a sentence. `people`: the words count only where at least so
    many are named. `vulnerable`: the level where somebody vulnerable is named too. `always`: the words count even
    where they are feared, denied or long past, as threats and calls for help do. `danger`: the danger to life that they
    tell of where the level is L1.
    """

    id: str
    level: Level
    words: tuple[str, ...]
    name: Name
    people: int = 0
    vulnerable: Level | None = None
    always: bool = False
    danger: Danger | None = None


@dataclass(frozen=True, slots=True)
class VulnerableWords:
    """Words that name somebody who needs more care than others."""

    id: str
    words: tuple[str, ...]
    name: Name


@dataclass(frozen=True, slots=True)
class KindWords:
    """Words with which people say that a request is a complaint or a report of wrongdoing."""

    kind: Kind
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MenuKey:
    """One key of the telephone menu; without a category it leads to the duty desk."""

    key: str
    name: Name
    category: str | None


ABOVE = "district"  # the rung above the office


@dataclass(frozen=True, slots=True)
class Rung:
    """Who is told, in this order, when a limit is broken. `contact` names the one above the office, who alone may know
    of a complaint about the office itself; `number` is theirs, where they take texts."""

    who: str
    contact: Name | None
    number: str = ""

    @property
    def heard_by(self) -> str:
        """Who hears what climbs here: the office's own leader, where nobody above it has a number."""
        return "leader" if self.who == ABOVE and not self.number else self.who


# No slots: the index below is made once. Compared as an object: a version is never rebuilt.
@dataclass(frozen=True, eq=False)
class Policy:
    """One version of the policy. `fallback` is the category of what nothing else describes.

    `calendar` has the windows, the days off and make-up days, and the years whose table of them is complete;
    `unit_hours` what units have of their own, by code: what an office's day table (`dispatch.calendar`) begins with.
    `harmless` are words that hold a word of danger and tell of none (跳楼价);
    `texts` are sentences of the catalogue that this office says in its own words, by id and language;
    `permissions` what may be asked for: holds and extensions; `verifying` which of what is submitted people look at;
    `beside` who watches a supervision and how urges are told; `figuring` how figures are made;
    `choosing` the numbers by which somebody of a unit is chosen; `same` how the same matter is known again;
    `rounds` the kinds of plans by which the office goes out unasked, `checklists` what inspections are scored by.
    `seasons` are the office's; `slas` named sets of limits, which rules may choose.
    """

    categories: Mapping[str, Category]
    fallback: str
    rules: tuple[Rule, ...]
    default: Rule
    targets: Mapping[TargetSet, Targets]
    ladder: tuple[Rung, ...]
    calendar: Calendar
    unit_hours: Mapping[str, UnitHours]
    menu: tuple[MenuKey, ...]
    risks: tuple[RiskWords, ...]
    vulnerable: tuple[VulnerableWords, ...]
    harmless: tuple[str, ...]
    kind_words: tuple[KindWords, ...]
    texts: Mapping[str, Mapping[str, str]]
    permissions: Permissions = field(default_factory=Permissions)
    verifying: Verifying = field(default_factory=Verifying)
    beside: BesideCase = field(default_factory=BesideCase)
    figuring: Figuring = field(default_factory=Figuring)
    choosing: Choosing = field(default_factory=Choosing)
    same: Same = field(default_factory=Same)
    rounds: Mapping[str, Template] = field(default_factory=dict)
    checklists: Mapping[str, Checklist] = field(default_factory=dict)
    seasons: Seasons = field(default_factory=Seasons)
    slas: Mapping[str, SlaSet] = field(default_factory=dict)

    def category(self, code: str) -> Category:
        """The category of a code; the fallback for one that this version does not know."""
        return self.categories.get(code) or self.categories[self.fallback]

    def branch(self, code: str) -> tuple[str, ...]:
        """The codes from the top down to this category."""
        return self._branches.get(code) or self._branches[self.fallback]

    @cached_property
    def _branches(self) -> dict[str, tuple[str, ...]]:
        branches: dict[str, tuple[str, ...]] = {}
        for code in self.categories:
            up, at = [code], self.categories[code].parent
            while at is not None:
                up.append(at)
                at = self.categories[at].parent
            branches[code] = tuple(reversed(up))
        return branches
