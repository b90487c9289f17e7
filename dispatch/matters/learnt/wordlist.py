"""Words that speak for a label (a department, a category), with weights; how loudly a text says each of them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from math import log1p

from ahocorasick_rs import AhoCorasick

from dispatch.policy.model import Policy
from dispatch.reading.script import plain, stands_alone

LEAD = 40
"""Characters at the beginning of a text, mostly its title, in which people say what it is about."""

_LEAD_COUNTS = 3  # what is said there counts as if it were said three times
_LONGEST = 6  # a longer word of an office says no more than one of six characters
# A word that hardly anybody says about another department; one of many; one that is said about nearly all.
_TIERS = {"sure": 3.0, "plain": 1.0, "faint": 1 / 3}


@dataclass(frozen=True, slots=True)
class Word:
    """A word in its plain form that speaks for a label, and how much it says."""

    text: str
    label: str
    weight: float


@dataclass(frozen=True, eq=False)
class WordList:
    """Words and what each speaks for; a word may speak for several labels, for each of them less."""

    words: tuple[Word, ...]
    _speaks: dict[str, list[Word]] = field(init=False)
    _texts: tuple[str, ...] = field(init=False)
    _finder: AhoCorasick = field(init=False)

    def __post_init__(self) -> None:
        speaks: dict[str, list[Word]] = {}
        for word in self.words:
            speaks.setdefault(word.text, []).append(word)
        object.__setattr__(self, "_speaks", speaks)
        object.__setattr__(self, "_texts", tuple(speaks))
        object.__setattr__(self, "_finder", AhoCorasick(list(speaks)))

    @property
    def labels(self) -> frozenset[str]:
        """Every label that a word speaks for."""
        return frozenset(word.label for word in self.words)

    def of(self, labels: Collection[str]) -> "WordList":
        """Those words alone that speak for one of these labels."""
        return WordList(tuple(word for word in self.words if word.label in labels))

    def votes(self, text: str) -> dict[str, dict[str, float]]:
        """By label the words that a plain text says for it, with the points that each gives, 0 and more."""
        found: dict[str, dict[str, float]] = {}
        for said, times in self._said(text).items():
            speaks = self._speaks[said]
            for word in speaks:
                found.setdefault(word.label, {})[said] = word.weight * log1p(times) / len(speaks)
        return found

    def _said(self, text: str) -> dict[str, float]:
        """How often each word is said; a word within a longer one is not said by itself."""
        hits = [
            (start, -end, self._texts[i])
            for i, start, end in self._finder.find_matches_as_indexes(text, overlapping=True)
            if stands_alone(text, start, end)
        ]
        said: dict[str, float] = {}
        reached = -1
        for start, end, word in sorted(hits):
            if -end > reached:
                said[word] = said.get(word, 0) + (_LEAD_COUNTS if start < LEAD else 1)
                reached = -end
        return said


def of_departments(raw: Mapping[str, Mapping[str, object]]) -> WordList:
    """The word list of `departments.toml`: by department its name, and branches with words by how much they say."""
    return WordList(tuple(_words_of(raw)))


def _words_of(raw: Mapping[str, Mapping[str, object]]) -> Iterable[Word]:
    for department in raw.values():
        for branch in department.values():
            if isinstance(branch, Mapping):
                for tier, weight in _TIERS.items():
                    yield from (Word(plain(word), str(department["name"]), weight) for word in branch.get(tier, ()))


def of_policy(policy: Policy) -> WordList:
    """The office's own keywords, each for its category; longer words say more."""
    return WordList(
        tuple(
            Word(plain(word), code, min(len(word), _LONGEST) / 2)
            for code, category in policy.categories.items()
            for word in category.keywords
        )
    )
