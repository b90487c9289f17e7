"""Everything that happened to a case in one line of time: its history and what was sent, with filters."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from cases.phrases import Message
from console.standing.telling import Teller, Told
from dispatch.reads.queries import Sent


class By(StrEnum):
    """Whose doing an entry is; the value stands in the address."""

    RESIDENTS = "residents"
    STAFF = "staff"
    SYSTEM = "system"
    MESSAGES = "messages"


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened: a line of history (`told`), or a text or call (`sent`)."""

    at: datetime
    by: By
    told: Told | None = None
    sent: Sent | None = None

    @property
    def grade(self) -> Message | None:
        """How well it is proven, where it proves something."""
        return self.told.grade if self.told is not None else None


def entries(teller: Teller, lines: Iterable[Any], messages: Iterable[Sent]) -> list[Entry]:
    """All of it, the oldest first; of what happened at one moment history comes before what was sent."""
    found = [Entry(row.at, _whose(row.actor), told=teller.told(row)) for row in lines]
    found += [Entry(one.sent_at or one.created_at, By.MESSAGES, sent=one) for one in messages]
    return sorted(found, key=lambda entry: entry.at)


def _whose(actor: str) -> By:
    named = {"resident": By.RESIDENTS, "system": By.SYSTEM}
    return named.get(actor, By.STAFF)


def counts(found: Sequence[Entry]) -> Mapping[str, int]:
    """How many entries each filter shows, `all` first."""
    each = {by.value: sum(entry.by is by for entry in found) for by in By}
    return {"all": len(found), **each}


def shown(found: Sequence[Entry], wanted: str) -> list[Entry]:
    """Those that a filter lets through; an unknown one lets all through."""
    return [entry for entry in found if wanted not in set(By) or entry.by == wanted]
