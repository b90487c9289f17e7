"""What all transactions of a process share, and what one is opened with."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID
from zoneinfo import ZoneInfo

from cases.phrases import Name, Phrasebook
from cases.seal.vault import Vault
from dispatch.tx.snapshots import Snapshots

Phrasebooks = Callable[[ZoneInfo], Phrasebook]


@dataclass(frozen=True, slots=True)
class Means:
    """What all transactions of a process share."""

    vault: Vault
    phrasebooks: Phrasebooks
    snapshots: Snapshots = field(default_factory=Snapshots)
    spares: dict[str, deque[int]] = field(default_factory=dict)
    small: bool = False  # an office in which whoever verifies a matter may ask the resident about it too

    def spare_numbers(self, office: str) -> deque[int]:
        """Case numbers of an office that were drawn and not used."""
        return self.spares.setdefault(office, deque())


class UnknownOffice(LookupError):
    """No office has this code."""


@dataclass(frozen=True, slots=True)
class Office:
    """The office that a transaction works for."""

    id: UUID
    code: str
    name: Name
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Claim:
    """An intake's key: claimed by the first who comes, told apart from a redelivery."""

    kind: str
    key: str
