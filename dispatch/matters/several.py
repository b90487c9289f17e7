"""Several matters in one message: what is told beside the first, each once."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dispatch.matters.finding import MatterFinding, classify
from dispatch.matters.weighing import DANGER, Shares
from dispatch.policy.model import Kind, Policy
from dispatch.reading.script import plain

MOST = 5
"""So many matters of one message become cases; what is told beyond stands in the words of each."""

_LEAST = 4  # characters that a matter is told in
_PIECES = 24  # of a message that are looked at
_BEGINS = (
    r"另外|还有(?!人|没|多|一会|几|点)|再有|再一个|再一样|再就是|再问|再说(?!吧)|顺便|顺带|顺嘴|此外|除此以外|除了这个|以及|外加|"
    r"加上|对了|然后(?:还|那个|就是)|同时(?:还|也)|我还想|还想(?:问|反映|说)|也(?:想|要)问|"
    r"第[一二三四五](?:个|件|样|是|，|,|、)|其[一二三四]|(?<![一-鿿0-9])[一二三四五1-5][是、.．)）]|(?<=[，,\s])[二三四]是|"
    r"\b(?:also|besides|another thing|in addition|plus|secondly|by the way|and the other|and there(?:'s| is))\b"
)
_NEW = re.compile(_BEGINS)
_STRONG = re.compile(rf"[。！？!?；;\n]+|(?={_BEGINS})")
_WEAK = re.compile(r"[，,、]+|(?<=[一-鿿])\s+(?=[一-鿿])")
# How sure a matter must be that a word like 另外 begins, one in a sentence of its own, and one in a clause.
_TOLD, _SENTENCE, _CLAUSE = 0.45, 0.7, 0.8
# Danger in a sentence of its own counts where a listed word says it, or it is so likely there and in the whole.
_ALARM, _ALARM_IN_ALL = 0.7, 0.08
_NO_MATTER = (Kind.PRAISE, Kind.SUGGESTION)

Listen = Callable[[str], Shares | None]
"""What was learnt says of a piece."""


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    least: float


def parts(text: str, first: MatterFinding, policy: Policy, listen: Listen) -> Iterator[MatterFinding]:
    """What a text tells beside its first matter, at most four more. Never raises."""
    found = {first.category}
    pieces = list(_pieces(plain(text)))
    in_all = _danger(listen(text)) if len(pieces) > 1 else 0.0
    for piece in pieces if len(pieces) > 1 else ():
        if piece.least >= _CLAUSE and not classify(piece.text, policy).keywords:
            continue
        shares = listen(piece.text)
        each = classify(piece.text, policy, shares=shares)
        alarming = piece.least < _CLAUSE and _danger(shares) >= _ALARM and in_all >= _ALARM_IN_ALL
        if each.category in found or not _is_matter(each, piece.least, alarming=alarming):
            continue
        if first.danger and (each.danger or piece.least >= _CLAUSE):
            continue  # what belongs to the danger, and is no matter beside it
        found.add(each.category)
        yield each
        if len(found) >= MOST:
            return


def _pieces(text: str) -> Iterator[_Piece]:
    for sentence in _STRONG.split(text)[:_PIECES]:
        least = _TOLD if _NEW.match(sentence) else _SENTENCE
        clauses = [clause.strip() for clause in _WEAK.split(sentence) if len(clause.strip()) >= _LEAST]
        if len(clauses) < 2 or least == _TOLD:
            if len(sentence.strip()) >= _LEAST:
                yield _Piece(sentence.strip(), least)
            continue
        yield from (_Piece(clause, _CLAUSE) for clause in clauses)


def _danger(shares: Shares | None) -> float:
    return sum(share for label, share in (shares or {}).items() if label.startswith(DANGER))


def _is_matter(each: MatterFinding, least: float, *, alarming: bool) -> bool:
    if each.danger:
        return bool(each.risk) or alarming
    if each.unclear or each.unsure or each.kind in _NO_MATTER:
        return False
    return each.confidence >= least and (least < _CLAUSE or each.reasons[0].id == "dispatch.matter.by_words")
