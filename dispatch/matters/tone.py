"""Whether a word of danger is said of what is, or of what is not, was long ago, or is only feared. Modest: in doubt it
is."""

import re
from enum import StrEnum

_CLAUSE = re.compile(r"[，,。！？!?；;：:\n]")
_SENTENCE = re.compile(r"[。！？!?；;\n]")
# Directly before the word, with no more between than what belongs to a denial; 有没有 and 是不是 ask.
_DENIED = re.compile(
    r"(?:(?<![有是])(?:没有|没|并未|未曾|未|不曾|无|不是|并非|尚未)"
    r"(?:任何|人员|居民|人|发生|出现|造成|导致|引起|闻到|看到|再|被|过|有|因此|因)*"
    r"|\b(?:no one|nobody|not|no|without|isn't|wasn't|aren't)(?: (?:is|was|were|are|been|being|any|anyone|a|the))*)\s*$"
)
_LONG_AGO = re.compile(
    r"(?:去年|前年|上个?月|上次|曾经|往年|以前|早年|年前|20[0-2][0-9]年|last (?:year|month))(?P<since>.{0,15})$"
)
_AGAIN = re.compile(r"现在|刚才|刚刚|今天|正在|又|还在|再次|目前|now|again")
_SETTLED = re.compile(
    r"^(?:过|了|的)?[^。！？!?；;\n]{0,14}?(?:已经|早就|后来|就|早)(?:找着|找到|找回|自己回|扑灭)(?!不|没)(?P<since>.{0,15})"
)
_FEARED = re.compile(
    r"(?:万一|(?<!恐)怕|担心|以免|避免|防止|预防|容易|会不会|要是|如果|一旦|早晚|迟早|\bif\b|\bin case\b|afraid).{0,8}$"
)
_ONLY_A_RISK = re.compile(r"^.{0,2}(?:隐患|风险|的危险|怎么办|预防|演练|演习)")


class Tone(StrEnum):
    """How a word is meant."""

    SAID = "said"
    DENIED = "denied"
    PAST = "past"
    FEARED = "feared"


def tone(text: str, start: int, end: int) -> Tone:
    """How text[start:end] is meant in a plain text."""
    before = text[max(0, start - 40) : start]
    clause = _CLAUSE.split(before)[-1]
    if _DENIED.search(clause):
        return Tone.DENIED
    long_ago = _LONG_AGO.search(_SENTENCE.split(before)[-1])
    if long_ago and not _AGAIN.search(long_ago["since"]):
        return Tone.PAST
    settled = _SETTLED.search(text[end : end + 40])
    if settled and not _AGAIN.search(settled["since"]):
        return Tone.PAST
    feared = _FEARED.search(clause) or _ONLY_A_RISK.search(_CLAUSE.split(text[end : end + 8])[0])
    return Tone.FEARED if feared else Tone.SAID
