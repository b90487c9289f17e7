"""What it is: the category of a matter, its urgency and kind, from the words that people use."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from cases.clock.sla import Level
from cases.danger import Danger
from cases.phrases import Message, msg
from dispatch.matters.affected import NOBODY, Affected, affected
from dispatch.matters.alarm import Alarms, of_words, stands_for, with_learnt
from dispatch.matters.judging import Judged, judge
from dispatch.matters.lexicon import Lexicon, lexicon_of, read
from dispatch.matters.sound import by_sound
from dispatch.matters.suggestion import Suggestion
from dispatch.matters.urgency import urgency
from dispatch.matters.weighing import Shares, weigh
from dispatch.policy.model import Category, Kind, Policy
from dispatch.reading.script import plain

_CRY = 6  # signs from which on what no listed word says may be danger: 太慢了 is none
_HINT = 9  # what a key of the menu is worth: as much as a word of three characters
_SURE = 16  # from this score on a single category is taken as said: one word of four characters
_OPEN = 8  # points that are nobody's: a single word of two characters leaves most of it open
_PLAIN_KINDS = (Kind.REQUEST, Kind.COMPLAINT, Kind.REPORT)


@dataclass(frozen=True, slots=True)
class MatterFinding:
    """What a text is about.

    `keywords` are the policy's words that were found, `risk` the ids of its risk groups, `vulnerable` those of the
    people whom it names, `affected` how many it names.
    `confidence` is 0 to 1; 0 where no word was found and only the menu key or the fallback is left.
    `danger` are the kinds of danger to life that it tells of, the most pressing first; any makes it L1. `unsure`: a
    person decides on the category, `best` are the likeliest. `unclear`: nothing in it that one could act on.
    """

    category: str
    level: Level
    kind: Kind
    keywords: tuple[str, ...]
    risk: tuple[str, ...]
    confidence: float
    reasons: tuple[Message, ...]
    vulnerable: tuple[str, ...] = ()
    affected: Affected = NOBODY
    danger: tuple[Danger, ...] = ()
    unsure: bool = False
    best: tuple[Suggestion, ...] = ()
    unclear: bool = False


def classify(
    text: str, policy: Policy, hint: str | None = None, *, spoken: bool = False, shares: Shares | None = None
) -> MatterFinding:
    """The category, level and kind of a text. Never raises; what no word describes is the policy's fallback.

    `hint` is the category of the menu key that was pressed: it counts for its whole branch, and alone it
    decides. Of what was `spoken` and recognised by a machine, words count by their sound where none stands there.
    `shares` are how likely what was learnt makes each label (`learnt.model`): they are weighed together with the words;
    without them the words alone decide.
    """
    lexicon, words = lexicon_of(policy), plain(text)
    said = read(words, lexicon)
    points = _points(said.words, lexicon, policy, hint)
    sounds = by_sound(words, policy) if (spoken or shares) and not points else ()
    points = points or _points(sounds, lexicon, policy, hint)
    best = max(points, key=lambda code: (points[code], -lexicon.order[code])) if points else None
    people = affected(words)
    judged = Judged(policy.category(best or hint or policy.fallback).code, _confidence(points, best or ""))
    alarms = of_words(urgency(said, lexicon, people, policy.category(judged.category).level), judged.category)
    weighed = weigh(shares, points, policy) if shares else None
    if weighed is not None:
        alarms = with_learnt(alarms, weighed) if len(words) >= _CRY else alarms
        judged = judged if alarms.kinds else judge(weighed, judged, (hint, words), policy)
    if alarms.kinds:
        judged = replace(judged, category=stands_for(alarms, judged.category, said=best is not None, policy=policy))
    category = policy.category(judged.category)
    pressing = urgency(said, lexicon, people, category.level)
    decisive = _decisive((*said.words, *sounds), lexicon, category.code)
    how = "by_sound" if sounds else "by_words"
    return MatterFinding(
        category=category.code,
        level=Level.L1 if alarms.kinds else pressing.level,
        kind=_kind(category, [lexicon.kinds[word] for word in said.words if word in lexicon.kinds]),
        keywords=tuple(lexicon.shown[word] for word in said.words if word in lexicon.shown),
        risk=tuple(group.id for group in pressing.risks),
        confidence=judged.confidence,
        reasons=(_why(category, decisive, how, (hint, judged)), *_heard(alarms), *pressing.reasons),
        vulnerable=pressing.vulnerable,
        affected=people,
        danger=alarms.kinds,
        unsure=judged.unsure,
        best=judged.best,
        unclear=judged.unclear,
    )


def _heard(alarms: Alarms) -> Iterator[Message]:
    """Dangers that no listed word says."""
    for kind in alarms.heard:
        yield msg("dispatch.matter.alarm", danger=kind.label)


def rank(text: str, policy: Policy, most: int = 5) -> tuple[Suggestion, ...]:
    """The categories for which the text has words, the best first; the first is what `classify` would take.

    Scores are shares of the points; what few words leave open is nobody's. Without a word: the fallback with 0.
    """
    lexicon = lexicon_of(policy)
    said = read(plain(text), lexicon).words
    points = _points(said, lexicon, policy, None)
    open_ = _OPEN + sum(points.values())
    order = sorted(points, key=lambda code: (-points[code], lexicon.order[code]))[:most]
    found = (Suggestion(code, round(points[code] / open_, 4), _decisive(said, lexicon, code)) for code in order)
    return tuple(found) or (Suggestion(policy.category(policy.fallback).code, 0.0, ()),)


def _decisive(said: Sequence[str], lexicon: Lexicon, code: str) -> tuple[str, ...]:
    return tuple(lexicon.shown[word] for word in said if lexicon.category.get(word) == code)


def _points(said: Sequence[str], lexicon: Lexicon, policy: Policy, hint: str | None) -> dict[str, int]:
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


def _why(category: Category, decisive: Sequence[str], how: str, of: tuple[str | None, Judged]) -> Message:
    hint, judged = of
    if judged.unclear:
        return msg("dispatch.matter.unclear")
    if judged.unsure:
        return msg("dispatch.matter.unsure", category=category.name)
    if decisive:
        return msg(f"dispatch.matter.{how}", category=category.name, words="、".join(decisive))
    if judged.learnt:
        return msg("dispatch.matter.by_learning", category=category.name, percent=round(judged.confidence * 100))
    return msg("dispatch.matter.by_key" if hint else "dispatch.matter.fallback", category=category.name)


def _confidence(points: dict[str, int], code: str) -> float:
    """How much of the points the category has, less where it has few altogether."""
    own = points.get(code, 0)
    others = max((sum_ for other, sum_ in points.items() if other != code), default=0)
    return round(min(own / _SURE, 1.0) * own / (own + others), 2) if own else 0.0
