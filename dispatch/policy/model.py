"""The policy as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Literal

from cases.clock.sla import Level, Limit, Targets, TargetSet
from cases.clock.workdays import Calendar
from cases.phrases import Message, Name, msg
from cases.report import Channel
from cases.steps import Owes, Verification
from dispatch.district.model import Role
from dispatch.places.model import PlaceKind


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
    DUTY_DESK = "duty_desk"

    @property
    def label(self) -> Message:
        """The destination in words."""
        return msg(f"dispatch.destination.{self.value}")


Sla = Literal["level", "none"] | Limit


@dataclass(frozen=True, slots=True)
class Category:
    """What a matter is. The top of each branch has no parent.

    `sla` is "level" (the level's limits), "none", or a finish limit of its own; `verification` None is
    the level's.
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

    @property
    def owes(self) -> Owes:
        """The steps that the category owes by its nature."""
        return Owes(
            self.visit_owed, self.finding_owed, self.told_owed, self.verdict_owed,
            verify=self.verification is not Verification.NONE,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class When:
    """The cells of a rule's row; an empty cell says nothing, all others must hold.

    `categories` covers the branches below; `area` is a unit anywhere above the place; `keywords` any of.
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


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule decides: a named unit, or a destination seen from the place; who there; at which level.

    `notice` is a remark for whoever gets the order.
    """

    to: Destination
    unit: str | None = None
    role: Role | None = None
    level: Level | None = None
    notice: Name | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the decision table. The first that holds decides."""

    id: str
    when: When
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class RiskWords:
    """Words that raise a matter to a level, whatever its category says."""

    id: str
    level: Level
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


@dataclass(frozen=True, slots=True)
class Rung:
    """Who is told, in this order, when a limit is broken. `contact` names the one above the office."""

    who: str
    contact: Name | None


# No slots: the index below is made once. Compared as an object: a version is never rebuilt.
@dataclass(frozen=True, eq=False)
class Policy:
    """One version of the policy. `fallback` is the category of what nothing else describes.

    `calendar` has the windows, the days off and make-up days, and the years whose table of them is complete.
    `texts` are sentences of the catalogue that this office says in its own words, by id and language.
    """

    categories: Mapping[str, Category]
    fallback: str
    rules: tuple[Rule, ...]
    default: Rule
    targets: Mapping[TargetSet, Targets]
    ladder: tuple[Rung, ...]
    calendar: Calendar
    menu: tuple[MenuKey, ...]
    risks: tuple[RiskWords, ...]
    kind_words: tuple[KindWords, ...]
    texts: Mapping[str, Mapping[str, str]]

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
