"""What somebody says a case is about in truth, as a value."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

FIELDS = ("category", "matter_kind", "level", "place", "persons", "parts")
MOST_PARTS = 4  # further cases that come of one: five in all
_BETWEEN = re.compile(r"[,，、;；\s]+")
_LINES = re.compile(r"[\n;；]+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Codes of a category, a kind and a level; the words for a place; codes or names of the people and units whom it
    complains of; the words of further matters. Empty: as it stands."""

    category: str = ""
    matter_kind: str = ""
    level: str = ""
    place: str = ""
    persons: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return self == Wanted()


def read(values: Mapping[str, str]) -> Wanted:
    """What was written into the fields."""
    said = {name: values.get(name, "").strip() for name in FIELDS}
    persons = tuple(part for part in _BETWEEN.split(said.pop("persons")) if part)
    parts = tuple(part.strip() for part in _LINES.split(said.pop("parts")) if part.strip())
    return Wanted(**said, persons=persons, parts=parts)


def written(values: Mapping[str, str], why: str) -> str:
    """The same to be kept until somebody decides."""
    kept = {name: values[name].strip() for name in FIELDS if values.get(name, "").strip()}
    return json.dumps({**kept, "why": why}, ensure_ascii=False)


def recalled(kept: str) -> tuple[dict[str, str], str]:
    """What was kept so, and why."""
    said: dict[str, str] = json.loads(kept)
    return said, said.pop("why", "")
