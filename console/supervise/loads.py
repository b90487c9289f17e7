"""What the people of a unit have in hand against what they can have, and who got how much lately."""

from collections.abc import Sequence
from dataclasses import dataclass

from dispatch.choice import Burden
from dispatch.district import Unit, Worker
from dispatch.district.model import FIELD_ROLES
from dispatch.duty import burdens, handed
from dispatch.transaction import Tx


@dataclass(frozen=True, slots=True)
class Load:
    """A person who goes out: what they have, how many cases they can have, and the numbers of those in hand."""

    worker: Worker
    burden: Burden
    room: int
    numbers: Sequence[str]

    @property
    def is_full(self) -> bool:
        """Whether what comes now goes to others."""
        return len(self.numbers) >= self.room


def loads(tx: Tx, unit: Unit) -> list[Load]:
    """Of everybody of the unit who goes out, or has something in hand; in the order of the district."""
    people = tx.district.workers_of(unit.code)
    known = burdens.look(tx, [worker.id for worker in people], burdens.About())
    return [
        Load(worker, known.of(worker), worker.capacity or tx.policy.choosing.capacity, handed.in_hand(tx, worker.id))
        for worker in people
        if worker.role in FIELD_ROLES or known.of(worker).open
    ]
