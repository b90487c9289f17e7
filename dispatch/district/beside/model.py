"""Service points, patrol teams, experts and neighbouring lines as frozen values."""

from collections.abc import Collection
from dataclasses import dataclass

from cases.phrases import Name
from cases.steps import Level
from dispatch.district.beside.hours import Opening


@dataclass(frozen=True, slots=True)
class ServicePoint:
    """Where residents go in person: whose it is, where it stands (`at`: longitude and latitude), when it is open, and
    which service lines and categories it serves. No `hours`: nobody said them."""

    code: str
    name: Name
    unit: str
    address: Name | None = None
    at: tuple[float, float] | None = None
    grid: str | None = None
    serves: tuple[str, ...] = ()
    hours: tuple[Opening, ...] = ()
    phone: str | None = None

    def suits(self, matters: Collection[str]) -> bool:
        """Whether it serves a matter: its branch of categories and its service line."""
        return any(each in matters for each in self.serves)


@dataclass(frozen=True, slots=True)
class Team:
    """People who patrol together for a unit. `grids` are their beat; their rota is the duty table under their code."""

    code: str
    name: Name
    unit: str
    members: tuple[str, ...] = ()
    grids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Expert:
    """Whom a handler may ask: a worker of the office (`worker`), or somebody found at a body outside."""

    code: str
    name: Name
    skills: tuple[str, ...] = ()
    serves: tuple[str, ...] = ()
    worker: str | None = None
    body: Name | None = None
    phone: str | None = None
    hours: tuple[Opening, ...] = ()

    def suits(self, matters: Collection[str], skill: str | None) -> bool:
        """Whether they know of a matter, or have the skill that is asked for."""
        return skill in self.skills or any(each in matters for each in self.serves)


@dataclass(frozen=True, slots=True)
class NeighbourLine:
    """Another line that answers: what it is for, and the callers of which matters and levels are told of it. Where only
    one of the two is said, it is enough; where neither is, nobody is told of it unasked."""

    number: str
    name: Name
    what: Name | None = None
    serves: tuple[str, ...] = ()
    levels: tuple[Level, ...] = ()

    def suits(self, matters: Collection[str], level: Level) -> bool:
        """Whether a caller with a matter of this level is told of it."""
        if not self.serves and not self.levels:
            return False
        fits = not self.serves or any(each in matters for each in self.serves)
        return fits and (not self.levels or level in self.levels)


@dataclass(frozen=True, slots=True)
class Beside:
    """All of them, in the order of their tables."""

    points: tuple[ServicePoint, ...] = ()
    teams: tuple[Team, ...] = ()
    experts: tuple[Expert, ...] = ()
    other_lines: tuple[NeighbourLine, ...] = ()

    def team(self, code: str | None) -> Team | None:
        """The team of a code."""
        return next((team for team in self.teams if team.code == code), None)

    def named(self, code: str) -> Name:
        """The name of a service point by its code, or of a line by its number; the code where it is gone."""
        points = {point.code: point.name for point in self.points}
        lines = {line.number: line.name for line in self.other_lines}
        return {**points, **lines}.get(code, Name(code))
