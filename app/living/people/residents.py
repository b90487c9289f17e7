"""The residents of a sample district, and their telephones."""

import re
from collections import defaultdict, deque
from dataclasses import dataclass, field
from random import Random

from app.living.people.places import Home, home
from cases.phrases import EN, ZH
from dispatch.district import District

RESIDENTS = 800
_KEPT = 12  # texts that a telephone keeps
_CODE = re.compile(r"(?:走访码|visit code)\D{0,8}(\d{4})")
_QUERY = re.compile(r"(?:查询码|code)\s?(\d{6})")


@dataclass(frozen=True, slots=True)
class Resident:
    """Somebody who lives there. `landline`: texts do not reach it. `patience` from 0 to 1: who has little urges."""

    number: str
    lang: str
    home: Home
    landline: bool
    patience: float


def residents(seed: str, district: District) -> tuple[Resident, ...]:
    """Those who live there; the same for the same seed."""
    luck = Random(f"{seed}/residents")  # noqa: S311 - made-up people, no secret
    return tuple(_resident(luck, number, district) for number in range(RESIDENTS))


def _resident(luck: Random, number: int, district: District) -> Resident:
    landline = luck.random() < 0.03
    dialled = f"+86215{number:03}{luck.randrange(10**4):04}"
    mobile = f"+86158{number:03}{luck.randrange(10**5):05}"
    lang = EN if luck.random() < 0.08 else ZH
    return Resident(dialled if landline else mobile, lang, home(luck, district), landline, luck.random())


@dataclass
class Phones:
    """What stands on the telephones: the last texts of each."""

    texts: dict[str, deque[str]] = field(default_factory=lambda: defaultdict(lambda: deque(maxlen=_KEPT)))

    def take(self, number: str, words: str) -> None:
        """A text arrives."""
        self.texts[number].append(words)

    def visit_code(self, number: str, case: str) -> str:
        """The newest visit code that a person was sent for a case; empty where there is none."""
        return self._newest(_CODE, number, case)

    def query_code(self, number: str, case: str) -> str:
        """The code by which a person may ask how a case stands; empty where they were sent none."""
        return self._newest(_QUERY, number, case)

    def _newest(self, code: re.Pattern[str], number: str, case: str) -> str:
        about = (code.search(words) for words in reversed(self.texts[number]) if case in words)
        return next((found[1] for found in about if found), "")
