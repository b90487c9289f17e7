"""Who looks at what a unit does: what is verified and by whom, who watches a supervision, and how urges are told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType

from cases.life.sides import LEVELS
from cases.steps import URGENT, Level
from dispatch.district.model import Role
from dispatch.reading.cells import Table

_SAMPLE = 5  # of a hundred
_WATCH = MappingProxyType(
    {1: (Role.SUPERVISOR, Role.LEADER), 2: (Role.LEADER, Role.SUPERVISOR), 3: (Role.LEADER, Role.SUPERVISOR)}
)
_URGENT, _ORDINARY, _OFTEN = 15, 120, 3
_MOST = 7 * 24 * 60  # minutes


@dataclass(frozen=True, slots=True)
class Urges:
    """How long (minutes) whoever holds a case is not told of further urges: where it presses, and else; after how many
    a supervisor is told."""

    urgent: int = _URGENT
    ordinary: int = _ORDINARY
    often: int = _OFTEN

    def quiet(self, level: Level) -> timedelta:
        """The pause between two tellings, by the level of the case."""
        return timedelta(minutes=self.urgent if level in URGENT else self.ordinary)


@dataclass(frozen=True, slots=True)
class BesideCase:
    """`watchers`: whom of the office a supervision of each level is told to, the first who is there."""

    watchers: Mapping[int, tuple[Role, ...]] = field(default_factory=lambda: _WATCH)
    urges: Urges = field(default_factory=Urges)


def read_beside(policy: Table) -> BesideCase:
    """The tables `supervision` and `urges` of a raw policy; what they do not say is as usual."""
    table = policy.table("supervision")
    watchers = {level: table.choices(f"level{level}", Role) or _WATCH[level] for level in LEVELS}
    table.close()
    told = policy.table("urges")
    urges = Urges(
        told.whole("urgent_minutes", _URGENT, least=1, most=_MOST),
        told.whole("minutes", _ORDINARY, least=1, most=_MOST),
        told.whole("often", _OFTEN, least=2, most=100),
    )  # fmt: skip
    told.close()
    return BesideCase(MappingProxyType(watchers), urges)


@dataclass(frozen=True, slots=True)
class Verifying:
    """How an office verifies. `persons`: people look at what policy leaves to them; without, the evidence decides
    everything. `sample`: of a hundred cases that the evidence passes, how many a person looks at all the same."""

    persons: bool = False
    sample: int = _SAMPLE

    def picks(self, digest: bytes) -> bool:
        """Whether a case is one of the sample; `digest` is a keyed hash of its id, so that it is always the same."""
        return self.persons and int.from_bytes(digest[:8]) % 10_000 < self.sample * 100


def read_verifying(policy: Table) -> Verifying:
    """The table `verification` of a raw policy; what it does not say is as usual."""
    table = policy.table("verification")
    found = Verifying(bool(table.flag("persons", False)), table.whole("sample", _SAMPLE, most=100))
    table.close()
    return found
