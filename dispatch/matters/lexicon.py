"""The policy's words by their plain form: what each stands for, and which of them a text says."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations

from ahocorasick_rs import AhoCorasick

from cases.clock.sla import Level
from dispatch.matters.tone import Tone, tone
from dispatch.policy.model import Kind, Policy, RiskWords, VulnerableWords
from dispatch.policy.words import EITHER, GAP
from dispatch.reading.script import plain, stands_alone

_APART = 12  # characters that may stand between two parts of a word
_ENDS = frozenset("。！？!?；;\n")


@dataclass(frozen=True, eq=False)
class Lexicon:
    """The policy's words by their plain form, and what each stands for."""

    finder: AhoCorasick
    words: tuple[str, ...]
    in_parts: Mapping[str, Sequence[tuple[str, ...]]]  # by their first part
    shown: dict[str, str]
    category: dict[str, str]
    risks: dict[str, list[RiskWords]]
    vulnerable: dict[str, list[VulnerableWords]]
    kinds: dict[str, Kind]
    order: dict[str, int]
    weighed: frozenset[str]  # words whose tone is looked at: they raise to an alarm, and a denial must not
    harmless: frozenset[str]  # words that hold others and mean none of these


@dataclass(frozen=True, slots=True)
class Said:
    """The words that a text says, each once, in the order in which they end; apart from them those that it says only
    to deny, to remember or to fear them."""

    words: tuple[str, ...]
    unsaid: tuple[tuple[str, Tone], ...]


@lru_cache(maxsize=8)
def lexicon_of(policy: Policy) -> Lexicon:
    """The lexicon of a policy, kept for the next text."""
    category = {key: code for code, each in policy.categories.items() for word in each.keywords for key in _keys(word)}
    shown = {key: word for each in policy.categories.values() for word in each.keywords for key in _keys(word)}
    shown |= {plain(word): word for rule in policy.rules for word in rule.when.keywords}
    risks: dict[str, list[RiskWords]] = {}
    for group in policy.risks:
        for key in (key for word in group.words for key in _keys(word)):
            risks.setdefault(key, []).append(group)
    vulnerable: dict[str, list[VulnerableWords]] = {}
    for named in policy.vulnerable:
        for word in named.words:
            vulnerable.setdefault(plain(word), []).append(named)
    kinds = {plain(word): each.kind for each in policy.kind_words for word in each.words}
    harmless = frozenset(map(plain, policy.harmless))
    in_parts = _in_parts([*category, *risks])
    parts = [part for each in in_parts.values() for word in each for part in word]
    whole = [word for word in (*shown, *risks) if GAP not in word]
    words = tuple(dict.fromkeys([*whole, *vulnerable, *kinds, *harmless, *parts]))
    order = {code: place for place, code in enumerate(policy.categories)}
    return Lexicon(
        AhoCorasick(list(words)), words, in_parts, shown, category, risks, vulnerable, kinds, order,
        _weighed(policy, category, risks), harmless,
    )  # fmt: skip


def _keys(word: str) -> Iterator[str]:
    """The plain forms of a word: in parts whichever comes first, both orders."""
    first, *others = word.split(EITHER)
    if not others:
        yield GAP.join(map(plain, word.split(GAP)))
        return
    for parts in permutations([first, *others]):
        yield GAP.join(map(plain, GAP.join(parts).split(GAP)))


def _in_parts(words: Sequence[str]) -> dict[str, list[tuple[str, ...]]]:
    found: dict[str, list[tuple[str, ...]]] = {}
    for word in dict.fromkeys(word for word in words if GAP in word):
        first, *others = word.split(GAP)
        found.setdefault(first, []).append((first, *others))
    return found


def _weighed(policy: Policy, category: Mapping[str, str], risks: Mapping[str, list[RiskWords]]) -> frozenset[str]:
    alarming = {word for word, code in category.items() if policy.category(code).level is Level.L1}
    alarming |= {word for word, groups in risks.items() if any(group.level is Level.L1 for group in groups)}
    return frozenset(alarming - {word for word, groups in risks.items() if any(group.always for group in groups)})


def read(text: str, lexicon: Lexicon) -> Said:
    """The words of the lexicon that a plain text says."""
    hits = [
        (start, end, lexicon.words[i])
        for i, start, end in lexicon.finder.find_matches_as_indexes(text, overlapping=True)
        if stands_alone(text, start, end)
    ]
    hits = _meant(hits, lexicon)
    said: dict[str, None] = {}
    unsaid: dict[str, Tone] = {}
    for start, end, word in [*hits, *_joined(text, hits, lexicon)]:
        how = tone(text, start, end) if word in lexicon.weighed else Tone.SAID
        if how is Tone.SAID:
            said[word] = None
        else:
            unsaid.setdefault(word, how)
    return Said(tuple(said), tuple((word, how) for word, how in unsaid.items() if word not in said))


def _meant(hits: list[tuple[int, int, str]], lexicon: Lexicon) -> list[tuple[int, int, str]]:
    """What is left where a harmless word holds others: 跳楼价 is no 跳楼."""
    covers = [(start, end) for start, end, word in hits if word in lexicon.harmless]
    if not covers:
        return hits
    return [hit for hit in hits if not any(start <= hit[0] and hit[1] <= end for start, end in covers)]


def _joined(text: str, hits: Sequence[tuple[int, int, str]], lexicon: Lexicon) -> list[tuple[int, int, str]]:
    """The words in parts of which all parts are said, one after the other in one sentence; each once."""
    where: dict[str, list[tuple[int, int]]] = {}
    for start, end, word in hits:
        where.setdefault(word, []).append((start, end))
    found = []
    for first in [word for word in where if word in lexicon.in_parts]:
        for parts in lexicon.in_parts[first]:
            whole = _first(text, where, parts) if all(part in where for part in parts) else None
            if whole is not None:
                found.append((*whole, GAP.join(parts)))
    return found


def _first(text: str, where: Mapping[str, Sequence[tuple[int, int]]], parts: Sequence[str]) -> tuple[int, int] | None:
    """From where to where the parts are said for the first time."""
    for start, end in where[parts[0]]:
        reached: int | None = end
        for part in parts[1:]:
            reached = _next(text, where[part], reached) if reached is not None else None
        if reached is not None:
            return start, reached
    return None


def _next(text: str, said: Sequence[tuple[int, int]], after: int) -> int | None:
    """Where the next part ends, close enough behind `after`. `said` are its places in their order."""
    at = bisect_left(said, (after, 0))
    if at == len(said) or said[at][0] > after + _APART:
        return None
    start, end = said[at]
    return None if _ENDS & set(text[after:start]) else end
