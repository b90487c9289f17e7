"""Several matters in one message: what is told beside the first, each once."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from dispatch.matters.counted import NO_MATTER, Counted, as_told, count
from dispatch.matters.finding import MatterFinding, classify, rank
from dispatch.matters.learnt.halves import halves
from dispatch.matters.weighing import DANGER, Shares
from dispatch.policy.model import Policy
from dispatch.reading.script import plain

MOST = 5
"""So many matters of one message become cases; what is told beyond stands in the words of each."""

_TWO = 2
_LEAST = 4  # characters that a matter is told in
_PIECES = 24  # of a message that are looked at
_BEGINS = (
    r"另外|还有(?!人|没|多|一会|几|点)|再有|再一个|再一样|再就是|再问|再说(?!吧)|顺便|顺带|顺嘴|此外|除此以外|除了这个|以及|外加|"
    r"加上|对了|然后(?:还|那个|就是)|同时(?:还|也)|我还想|还想(?:问|反映|说)|也(?:想|要)问|"
    r"第[一二三四五](?:个|件|样|是|，|,|、)|其[一二三四]|(?<![一-鿿0-9])[一二三四五1-5][是、.．)）]|(?<=[，,\s])[二三四]是|"
    r"\b(?:also|besides|another thing|in addition|plus|secondly|by the way|and the other|and there(?:'s| is))\b"
)
_NEW = re.compile(rf"{_BEGINS}|(?:oh,? )?and\b", re.IGNORECASE)
_STRONG = re.compile(rf"[。！？!?；;\n]+|(?<=[a-z]{{2}})\.(?=\s)|(?={_BEGINS})", re.IGNORECASE)
_WEAK = re.compile(r"[，,、]+|(?<=[一-鿿])\s+(?=[一-鿿])")
# How sure a matter must be that a word like 另外 begins, one in a sentence of its own, and one in a clause.
_TOLD, _BEFORE, _SENTENCE, _CLAUSE, _RUN = 0.35, 0.6, 0.45, 0.65, 0.8
_CLEAR = 0.9  # so sure a clause of a short message tells a matter whatever the whole is
# And how likely in the whole, where nothing like 另外 begins it: a consequence or a place is heard in its clause alone.
_IN_ALL, _IN_ALL_OF_LONG = 0.03, 0.1
_BREATH = 40  # characters of a piece that may be two
_GOES_ON = "也又还今昨"
_ALSO = re.compile("[也又还]")
_NOUN = 4  # characters of what stands before 也
_SHORT = 48  # characters of a short message; a long one tells causes and consequences
# Danger in a sentence of its own counts where a listed word says it, or it is so likely there and in the whole.
_ALARM, _ALARM_IN_ALL = 0.7, 0.08

Listen = Callable[[str], Shares | None]
"""What was learnt says of a piece."""


class _How(StrEnum):
    """How a piece of a message stands in it: begun with a word like 另外, before one that is, a sentence of its own, a
    clause, a half of one breath in which words of two matters stand."""

    TOLD = "told"
    BEFORE = "before"
    SENTENCE = "sentence"
    CLAUSE = "clause"
    RUN = "run"


_LEAST_SURE = {
    _How.TOLD: _TOLD, _How.BEFORE: _BEFORE, _How.SENTENCE: _SENTENCE, _How.CLAUSE: _CLAUSE, _How.RUN: _RUN,
}  # fmt: skip
_APART = (_How.TOLD, _How.BEFORE, _How.RUN)  # whoever speaks so tells more than one thing


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    how: _How


@dataclass(frozen=True, slots=True)
class Ears:
    """What was learnt says of a text: which matter it is (`which`); and of its words alone, `bare` of the place, how
    likely each is told (`each`)."""

    which: Listen
    each: Listen
    bare: Callable[[str], str]


def parts(text: str, first: MatterFinding, policy: Policy, ears: Ears) -> tuple[MatterFinding, ...]:
    """What a text tells beside its first matter, at most four more: what its pieces tell, where the whole sounds as if
    it told several, what is sure in the whole, and what one half of it tells beside the other. Never raises."""
    words = ears.bare(text)
    counted = count(ears.each(words) or {}, policy)
    in_pieces = tuple(_in_pieces(text, first, policy, ears.which))
    if not counted.tells_more(begun=_is_begun(text), in_pieces=bool(in_pieces)):
        told = tuple(each for each in in_pieces if each.danger or each.category not in counted.known)
        return told or tuple(_in_halves(words, (counted, first), policy, ears))
    found = {first.category, *(each.category for each in in_pieces)}
    more = (*in_pieces, *_in_whole(text, (counted, found), policy, ears.which))[: MOST - 1]
    return more or tuple(_in_halves(words, (counted, first), policy, ears))


def _in_halves(words: str, of: tuple[Counted, MatterFinding], policy: Policy, ears: Ears) -> Iterator[MatterFinding]:
    """What one half tells beside the other, where the whole does not speak against it, and it is more than the first
    again."""
    counted, first = of
    if not counted.may_tell_more:
        return
    known = counted.matters
    found = halves(words, ears.each, known)
    if found is None:
        return
    beside = [(text, code) for text, code in zip(found.texts, found.codes, strict=True) if code in known]
    beside = [each for each in beside if each[1] != first.category]
    if len(beside) == _TWO:
        beside = [min(beside, key=lambda each: (ears.which(each[0]) or {}).get(first.category, 0.0))]
    for text, code in beside:
        shares = ears.which(text) or {}
        told = as_told(text, code, found.share, policy)
        again = shares.get(code, 0.0) < shares.get(first.category, 0.0)
        if told.category == code and not told.danger and not again and _danger(shares) < _ALARM:
            yield told


def _in_whole(text: str, of: tuple[Counted, set[str]], policy: Policy, listen: Listen) -> Iterator[MatterFinding]:
    """What is told by the whole alone, each in the words of the piece where it sounds most like it; a piece that sounds
    more like what is found already only says that again, and one of danger belongs to the danger."""
    counted, found = of
    pieces = [(piece, listen(piece) or {}) for piece in cut(text)]
    if len(pieces) < _TWO:
        return
    for code in counted.beside(found):
        piece, shares = max(pieces, key=lambda each: each[1].get(code, 0.0))
        told = as_told(piece, code, dict(counted.likely)[code], policy)
        again = shares.get(code, 0.0) < max(shares.get(each, 0.0) for each in found)
        if told.category == code and not told.danger and not again and _danger(shares) < _ALARM:
            yield told


def _is_begun(text: str) -> bool:
    sentences = (said for each in _STRONG.split(plain(text)) if (said := each.strip()))
    return any(_NEW.match(sentence) for sentence in list(sentences)[1:])


def _in_pieces(text: str, first: MatterFinding, policy: Policy, listen: Listen) -> Iterator[MatterFinding]:
    found, words = {first.category}, plain(text)
    pieces = [half for piece in _pieces(words) for half in _halves(piece, policy, listen)]
    whole = (listen(words) or {}) if len(pieces) > 1 else {}
    least = _IN_ALL if len(words) <= _SHORT else _IN_ALL_OF_LONG
    for piece in pieces if len(pieces) > 1 else ():
        shares = listen(piece.text)
        each = classify(piece.text, policy, shares=shares)
        if each.category in found or (first.danger and (each.danger or piece.how is _How.CLAUSE)):
            continue  # told already, or it belongs to the danger
        if each.danger:
            told = piece.how is not _How.CLAUSE and _danger(shares) >= _ALARM and _danger(whole) >= _ALARM_IN_ALL
            is_matter = told or bool(each.risk)
        else:
            listed = piece.how is _How.SENTENCE and each.reasons[0].id == "dispatch.matter.by_words"
            clear = len(words) <= _SHORT and bool(each.keywords) and bool(each.best) and each.best[0].score >= _CLEAR
            is_likely = piece.how in _APART or listed or clear or whole.get(each.category, 0.0) >= least
            is_matter = is_likely and _is_matter(each, _LEAST_SURE[piece.how])
        if is_matter:
            found.add(each.category)
            yield each
        if len(found) >= MOST:
            return


def _pieces(text: str) -> Iterator[_Piece]:
    sentences = [said for each in _STRONG.split(text) if (said := each.strip())][:_PIECES]
    new = [bool(_NEW.match(sentence)) for sentence in sentences]
    for nth, sentence in enumerate(sentences):
        how = _How.TOLD if new[nth] else _How.BEFORE if any(new[nth + 1 : nth + 2]) else _How.SENTENCE
        clauses = [clause.strip() for clause in _WEAK.split(sentence) if len(clause.strip()) >= _LEAST]
        if len(clauses) > 1 and how is not _How.TOLD:
            yield from (_Piece(clause, _How.CLAUSE) for clause in clauses)
        elif len(sentence.strip()) >= _LEAST:
            yield _Piece(sentence.strip(), how)


def _halves(piece: _Piece, policy: Policy, listen: Listen) -> tuple[_Piece, ...]:
    """A breath without a stop, cut between the words of two matters where it has such, else before what goes on with
    也, where each half by itself tells a matter of its own."""
    text = piece.text
    if len(text) > _BREATH or piece.how is _How.TOLD:
        return (piece,)
    spans = sorted(span for each in rank(text, policy)[:2] if (span := _span(text, each.why)))
    if len(spans) == 2 and spans[0][1] <= spans[1][0]:
        places = range(spans[0][1], spans[1][0] + 1)
        return _at(piece, next((place for place in places if text[place] in _GOES_ON), places[-1]))
    for also in _ALSO.finditer(text):
        for place in range(also.start(), max(also.start() - _NOUN, _LEAST) - 1, -1):
            told = [_surely(listen(half)) for half in (text[:place], text[place:])]
            if all(told) and told[0] != told[1]:
                return _at(piece, place)
    return (piece,)


def _at(piece: _Piece, place: int) -> tuple[_Piece, ...]:
    halves = piece.text[:place], piece.text[place:]
    if min(map(len, halves)) < _LEAST:
        return (piece,)
    return tuple(_Piece(half, _How.RUN) for half in halves)


def _surely(shares: Shares | None) -> str:
    """What it tells for certain by what was learnt; empty where that is in doubt."""
    best = max((shares or {}).items(), key=lambda each: each[1], default=("", 0.0))
    return best[0] if best[1] >= _CLEAR else ""


def _span(text: str, words: Sequence[str]) -> tuple[int, int] | None:
    """Where the longest of these words stands."""
    there = [(len(word), text.find(word)) for word in words if word in text]
    length, place = max(there, default=(0, 0))
    return (place, place + length) if length else None


def cut(text: str) -> list[str]:
    """The pieces of a text in which a matter each may be told."""
    return [piece.text for piece in _pieces(text)]


def _danger(shares: Shares | None) -> float:
    return sum(share for label, share in (shares or {}).items() if label.startswith(DANGER))


def _is_matter(each: MatterFinding, least: float) -> bool:
    if each.unclear or each.kind in NO_MATTER or not each.best:
        return False
    return each.best[0].score >= least
