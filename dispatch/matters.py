"""What it is: the category of a matter, its urgency and kind, from the words that people use."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ahocorasick_rs import AhoCorasick

from cases.clock.sla import Level
from cases.phrases import Message, msg
from dispatch.policy.model import Category, Kind, Policy, RiskWords
from dispatch.reading.script import plain, stands_alone

_LEVELS = list(Level)
_HINT = 9  # what a key of the menu is worth: as much as a word of three characters
_SURE = 16  # from this score on a single category is taken as said: one word of four characters
_PLAIN_KINDS = (Kind.REQUEST, Kind.COMPLAINT, Kind.REPORT)


@dataclass(frozen=True, slots=True)
class MatterFinding:
    """What a text is about.

    `keywords` are the policy's words that were found, `risk` the ids of its risk groups.
    `confidence` is 0 to 1; 0 where no word was found and only the menu key or the fallback is left.
    """

    category: str
    level: Level
    kind: Kind
    keywords: tuple[str, ...]
    risk: tuple[str, ...]
    confidence: float
    reasons: tuple[Message, ...]


@dataclass(frozen=True, eq=False)
class _Lexicon:
    """The policy's words by their plain form, and what each stands for."""

    finder: AhoCorasick
    words: tuple[str, ...]
    shown: dict[str, str]
    category: dict[str, str]
    risks: dict[str, list[RiskWords]]
    kinds: dict[str, Kind]
    order: dict[str, int]


@lru_cache(maxsize=8)
def _lexicon(policy: Policy) -> _Lexicon:
    category = {plain(word): code for code, each in policy.categories.items() for word in each.keywords}
    shown = {plain(word): word for each in policy.categories.values() for word in each.keywords}
    shown |= {plain(word): word for rule in policy.rules for word in rule.when.keywords}
    risks: dict[str, list[RiskWords]] = {}
    for group in policy.risks:
        for word in group.words:
            risks.setdefault(plain(word), []).append(group)
    kinds = {plain(word): group.kind for group in policy.kind_words for word in group.words}
    words = tuple(dict.fromkeys([*shown, *risks, *kinds]))
    order = {code: place for place, code in enumerate(policy.categories)}
    return _Lexicon(AhoCorasick(list(words)), words, shown, category, risks, kinds, order)


def classify(text: str, policy: Policy, hint: str | None = None) -> MatterFinding:
    """The category, level and kind of a text. Never raises; what no word describes is the policy's fallback.

    `hint` is the category of the menu key that was pressed: it counts for its whole branch, and alone it
    decides.
    """
    lexicon = _lexicon(policy)
    said = _words_in(plain(text), lexicon)
    points = _points(said, lexicon, policy, hint)
    best = max(points, key=lambda code: (points[code], -lexicon.order[code])) if points else None
    category = policy.category(best or hint or policy.fallback)
    keywords = tuple(lexicon.shown[word] for word in said if word in lexicon.shown)
    decisive = tuple(lexicon.shown[word] for word in said if lexicon.category.get(word) == category.code)
    risks = tuple({group.id: group for word in said for group in lexicon.risks.get(word, ())}.values())
    return MatterFinding(
        category=category.code,
        level=min((category.level, *(group.level for group in risks)), key=_LEVELS.index),
        kind=_kind(category, [lexicon.kinds[word] for word in said if word in lexicon.kinds]),
        keywords=keywords,
        risk=tuple(group.id for group in risks),
        confidence=_confidence(points, category.code),
        reasons=(_why(category, decisive, hint), *_risky(risks)),
    )


def _words_in(said: str, lexicon: _Lexicon) -> tuple[str, ...]:
    """The policy's words in a plain text, each once, in the order in which they end."""
    hits = lexicon.finder.find_matches_as_indexes(said, overlapping=True)
    found = (lexicon.words[i] for i, start, end in hits if stands_alone(said, start, end))
    return tuple(dict.fromkeys(found))


def _points(said: Sequence[str], lexicon: _Lexicon, policy: Policy, hint: str | None) -> dict[str, int]:
    """Points by category, for those of which a word was said. Long words say much more than short ones."""
    points: dict[str, int] = {}
    for word, code in ((word, lexicon.category[word]) for word in said if word in lexicon.category):
        if not any(word != other and word in other and lexicon.category.get(other) == code for other in said):
            points[code] = points.get(code, 0) + _weight(word)
    return {code: sum_ + (_HINT if hint in policy.branch(code) else 0) for code, sum_ in points.items()}


def _weight(word: str) -> int:
    """The square of the length in characters, a Latin word counted as two; at most 36."""
    length = 2 * len(word.split()) if word.isascii() else len(word)
    return min(length, 6) ** 2


def _kind(category: Category, spoken: Sequence[Kind]) -> Kind:
    return spoken[0] if spoken and category.kind in _PLAIN_KINDS else category.kind


def _why(category: Category, decisive: Sequence[str], hint: str | None) -> Message:
    if decisive:
        return msg("dispatch.matter.by_words", category=category.name, words="、".join(decisive))
    return msg("dispatch.matter.by_key" if hint else "dispatch.matter.fallback", category=category.name)


def _risky(risks: Iterable[RiskWords]) -> tuple[Message, ...]:
    return tuple(msg("dispatch.matter.risk", risk=group.name, level=group.level.label) for group in risks)


def _confidence(points: dict[str, int], code: str) -> float:
    """How much of the points the category has, less where it has few altogether."""
    own = points.get(code, 0)
    others = max((sum_ for other, sum_ in points.items() if other != code), default=0)
    return round(min(own / _SURE, 1.0) * own / (own + others), 2) if own else 0.0
