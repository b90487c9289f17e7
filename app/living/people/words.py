"""What people say, from the sample's book of sayings: app/sample/said.toml tells its form."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from cases.phrases import EN, ZH

_BOOK = Path(__file__).parents[2] / "sample" / "said.toml"
NOWHERE = "none"


@dataclass(frozen=True, slots=True)
class Saying:
    """What is said of one kind of matter. `place` is what is named, `night` whether it comes by night as well."""

    category: str
    often: int
    place: str
    night: bool
    reports: Mapping[str, tuple[str, ...]]
    found: Mapping[str, str]
    told: Mapping[str, str]

    def report(self, luck: Random, lang: str, place: str) -> str:
        """One way to tell it."""
        return luck.choice(self.reports[lang]).format(place=place)


@cache
def sayings() -> tuple[Saying, ...]:
    """All that the book has, in its order."""
    book = tomllib.loads(_BOOK.read_text(encoding="utf-8"))
    return tuple(_saying(category, row) for category, row in book.items())


def _saying(category: str, row: Mapping[str, Any]) -> Saying:
    reports = {ZH: tuple(row["zh"]), EN: tuple(row["en"])}
    found, told = (dict(zip((ZH, EN), row[name], strict=True)) for name in ("found", "told"))
    return Saying(category, row["often"], row["place"], row.get("night", False), reports, found, told)


@cache
def saying(category: str) -> Saying:
    """What is said of a category; what is said of "other" where the book does not know it."""
    known = {each.category: each for each in sayings()}
    return known.get(category, known["other"])
