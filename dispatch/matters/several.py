"""Several matters in one message: what is told beside the first, each once."""

import re
from collections.abc import Callable, Iterator

from dispatch.matters.finding import MatterFinding, classify
from dispatch.matters.weighing import Shares
from dispatch.policy.model import Kind, Policy
from dispatch.reading.script import plain

MOST = 5
"""So many matters of one message become cases; what is told beyond stands in the words of each."""

_LEAST = 4  # characters that a matter is told in
_BEGINS = (
    r"另外|还有(?!人|没|多|一会|几)|再有|再一个|再就是|再说一个|顺便|顺带|此外|除此以外|除了这个|以及|外加|加上|对了|"
    r"第[一二三四五](?:个|件|是|，|,|、)|其[一二三四]|[一二三四五1-5][、.．)）]|还想(?:问|反映|说)|"
    r"\b(?:also|besides|another thing|in addition|plus|secondly|by the way|and the other)\b"
)
_NEW = re.compile(_BEGINS)
_CUT = re.compile(rf"[。！？!?；;\n]+|(?={_BEGINS})")
_CLAUSE = re.compile(r"[，,]+")
_TOLD, _BESIDE = 0.5, 0.75  # how sure a matter must be that a word like 另外 begins, and one that merely follows
_NO_MATTER = (Kind.PRAISE, Kind.SUGGESTION)


def parts(
    text: str, first: MatterFinding, policy: Policy, share: Callable[[str], Shares | None]
) -> Iterator[MatterFinding]:
    """What a text tells beside its first matter, at most four more. `share`: what was learnt says of a piece. Never
    raises."""
    words = plain(text)
    pieces = [piece.strip() for piece in _CUT.split(words) if piece and len(piece.strip()) >= _LEAST]
    if len(pieces) < 2:
        return
    found = {first.category: first}
    for piece in pieces:
        each = classify(piece, policy, shares=share(piece))
        least = _TOLD if _NEW.match(piece) else _BESIDE
        if _is_matter(each, least) and not _is_known(each, found, policy):
            found[each.category] = each
            if each is not first:
                yield each
        if len(found) >= MOST:
            return


def _is_matter(each: MatterFinding, least: float) -> bool:
    if each.unclear or each.unsure or each.kind in _NO_MATTER:
        return False
    return bool(each.danger) or each.confidence >= least


def _is_known(each: MatterFinding, found: dict[str, MatterFinding], policy: Policy) -> bool:
    """Whether the same was told already: the same category, or one right beside it."""
    return each.category in found
