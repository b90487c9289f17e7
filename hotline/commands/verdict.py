"""The resident's answer to "is it solved, are you satisfied": a digit, or words that mean one of the four."""

import re
from dataclasses import dataclass, replace

from hotline.commands.letters import CASE, Aligned, aligned, case_number

SATISFIED, DISSATISFIED, UNSOLVED, NOT_CONTACTED = 1, 2, 3, 4


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: 1 solved and satisfied, 2 solved and not satisfied, 3 not solved, 4 nobody contacted me.

    `which` is the number of the question that it names, short or the whole case's; `words` are what follows.
    `spoken`: it was said in words, so it can answer no other question of ours. `doubtful`: it calls solved what the
    words behind it call unsolved, so it must be asked again.
    """

    answer: int
    which: str = ""
    words: str = ""
    spoken: bool = False
    doubtful: bool = False


_MARK = r"(?:[\s!;。)]|[,:.、\-](?![0-9]))"  # 1.5, 3:30 and 2、3号楼 are no answers
_NAMED = rf"[\s(]*(?:(?P<which>{CASE}|#?[0-9]{{1,3}})(?:\s*[-:,.、]\s*|\s+))?(?P<answer>[1-4])"
_DIGIT = re.compile(rf"^{_NAMED}(?:{_MARK}+(?P<words>.*)|)$", re.DOTALL)
# The digit and at once what it stands for: 1已解决且满意, 3没办好.
_GLUED = re.compile(rf"^{_NAMED}\s*(?=[^\s0-9])(?P<words>.*)$", re.DOTALL)
# The number said otherwise than by a digit alone: 选3, option 3, 第三个, 三, and the key in its frame.
_WAYS = (
    r"(?:我?(?:选择?|回复?|答案?)|选项|(?:i )?(?:choose|pick|reply|answer|option)\s)[\s:是]*"
    r"第?(?P<a>[1-4一二三四])[个项种条号]?",
    r"第(?P<b>[1-4一二三四])[个项种条]",
    r"(?P<c>[1-4])\ufe0f?\u20e3",
    r"(?P<d>[一二三四])(?=[\s,.;。!)]*$)",
)
_CHOSEN = re.compile(rf"^[\s(]*(?:{'|'.join(_WAYS)})(?:{_MARK}+(?P<words>.*)|)$", re.DOTALL)
_HAN_DIGITS = str.maketrans("一二三四", "1234")
# A digit before these counts something: 3 号楼 is a house.
_COUNTED = re.compile(r"号|#|栋|幢|座|单元|层|楼|门|弄|室|个|天|次|点|月|年|米|户|人|st\b|nd\b|rd\b|th\b|times|days")

_LEAD = (
    r"(?:还是|还|一直|仍然|仍|问题|事情|这事|这件事|都|已经|已|基本|根本|完全|至今|到现在"
    r"|(?:it's|its|it|is|still|was)\s)*"
)
# What may stand behind a phrase, and what then begins: an end, or the next thing that is said.
_TAIL = (
    r"(?:我们|我|了|的|过|问题|啊|呀|哦|过来)*"
    r"(?=[\s,，;；:。.!、)]|且|而且|并|但|不过|(?:很|非常|挺|比较|不太?)?满意|$)"
)
_TAIL_LATIN = r"(?: (?:to )?(?:me|us|yet|now|at all))*(?=\s*(?:[,，;；:。.!]|but\b|and\b|$))"
_SAID = (
    (
        NOT_CONTACTED,
        r"没有?人(?:来)?联系|没有?联系|无人联系|没有?人来过|没有?人找过?",
        r"(?:nobody|no one) (?:has )?(?:contacted|called|came)|not contacted",
    ),
    (
        UNSOLVED,
        r"没有?(?:得到)?(?:解决|修好|处理好?|办好?|弄好|好)|未(?:解决|修好|处理)|不行",
        r"(?:not |un)(?:solved|resolved|fixed|repaired)|no",
    ),
    (
        DISSATISFIED,
        r"(?:很|非常)?不(?:太|是很|够|怎么)?满意",
        r"not (?:very )?satisfied|dissatisfied|unsatisfied|not happy|unhappy",
    ),
    (
        SATISFIED,
        r"(?:很|非常|挺|比较)?满意|解决|修好|处理好|办好|弄好",
        r"solved|resolved|fixed|repaired|satisfied|yes",
    ),
)
_PHRASE = re.compile(
    "|".join(f"{_LEAD}(?P<a{answer}>(?:{han}){_TAIL}|(?:{latin}){_TAIL_LATIN})" for answer, han, latin in _SAID)
)
_STILL = r"(?:还(?:是|在|有.{0,8})?|仍(?:然|旧|是)?|依然|依旧|照样)"
_UNDONE = re.compile(
    r"[没未](?:有)?(?:得到)?(?:完全|彻底)?(?:解决|修好|处理|弄好)|没修|(?:还|一直|至今|根本|都)没(?:有)?人"
    r"|又(?:坏|堵|漏|停|没|不|开始|出)|复发|老样子|(?:没|不)(?:管用|起作用)"
    rf"|{_STILL}(?:没|未|坏|漏|堵|不(?!错|满|太|够|是很|怎么|算|如))"
    r"|(?:not|n't|never) (?:been |really |yet )*(?:solved|resolved|fixed|repaired|done|work)|unsolved|unresolved"
    r"|still (?:not|no|broken|leak|block|out|dark|there)|(?:broke|broken|leaks|leaking|blocked|out|dark) again"
)
_JOIN = re.compile(r"[\s,，;；。.!、)]*(?:但是|但|可是|不过|而且|并且|且|并|也|and|but)?\s*")
_ASKS = re.compile(r"[吗么?]|\bwhen\b|什么时候|怎么")


def read_verdict(text: str) -> Reply | None:
    """The answer that a text can be; None where it is none. Whether a question is open must be seen by the caller."""
    both = aligned(text)
    if found := _DIGIT.match(both.folded):
        counted = _COUNTED.match((found["words"] or "").strip())
        return None if counted else _by_number(both, found, found["answer"], found["which"] or "")
    if chosen := _CHOSEN.match(both.folded):
        return _by_number(both, chosen, chosen["a"] or chosen["b"] or chosen["c"] or chosen["d"])
    if (glued := _GLUED.match(both.folded)) and _in_words(glued["words"], ""):
        return _by_number(both, glued, glued["answer"], glued["which"] or "")
    return _in_words(both.folded, both.written)


def _by_number(both: Aligned, found: "re.Match[str]", number: str, which: str = "") -> Reply:
    words = found["words"] or ""
    said = both.rest(found.start("words")) if words else ""
    return _doubted(Reply(int(number.translate(_HAN_DIGITS)), _which(which), said), words)


def _which(said: str) -> str:
    digits = said.lstrip("#")
    return case_number(digits) if len(digits) > 3 else digits.lstrip("0")


def _in_words(folded: str, written: str) -> Reply | None:
    """The phrases at the beginning decide, the worst of them; an open end or a question is no answer."""
    if _ASKS.search(folded):
        return None
    said: list[int] = []
    position = 0
    while found := _PHRASE.match(folded, _after_join(folded, position)):
        said.append(next(answer for answer, *_ in _SAID if found[f"a{answer}"]))
        position = found.end()
    if not said:
        return None
    return _doubted(Reply(max(said), "", written, spoken=True), folded[position:])


def _doubted(reply: Reply, words: str) -> Reply:
    """The answer, doubtful where the words behind it say the opposite: 1 not solved, 1 not satisfied, 3 satisfied."""
    meant = _in_words(words, "")
    says = 0 if meant is None else meant.answer
    if reply.answer in (UNSOLVED, NOT_CONTACTED):
        opposite = says == SATISFIED
    else:
        opposite = says > DISSATISFIED or _UNDONE.search(words) is not None
        opposite = opposite or (reply.answer == SATISFIED and says == DISSATISFIED)
        opposite = opposite or (reply.answer == DISSATISFIED and says == SATISFIED and "满意" in words)
    return replace(reply, doubtful=opposite)


def _after_join(folded: str, position: int) -> int:
    join = _JOIN.match(folded, position)
    return join.end() if join else position
