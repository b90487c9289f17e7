"""Words of the policy that nearly every text has: they would decide, or alarm, for everybody."""

from collections.abc import Iterator

from cases.phrases import msg
from dispatch.policy.model import Policy
from dispatch.policy.words import parts_of
from dispatch.reading.cells import Fault
from dispatch.reading.script import plain
from dispatch.ruling.finding import Finding

_LEAST = 2  # signs of a word that stands alone
_LEAST_IN_PARTS = 2  # signs of all parts together
# What people say whatever they want; a word that is made of these alone says nothing.
_EVERYWHERE = frozenset(
    ("我们", "你们", "他们", "这个", "那个", "什么", "怎么", "没有", "有人", "一个", "可以", "请问", "你好", "您好",
     "谢谢", "小区", "电话", "反映", "问题", "家里", "the", "and", "please", "hello", "you", "is", "there")
)  # fmt: skip


def words_everywhere(policy: Policy) -> Iterator[Finding]:
    """Keywords of categories, words of risk groups and harmless words that are too short or said by everybody."""
    named = [(f"policy.categories.{code}.keywords", each.keywords) for code, each in policy.categories.items()]
    named += [(f"policy.risks.{group.id}.words", group.words) for group in policy.risks]
    named += [("policy.harmless.words", policy.harmless)]
    for path, words in named:
        for word in words:
            if _is_everywhere(word):
                trouble, remedy = msg("ruling.everywhere", word=word), msg("ruling.everywhere.do")
                yield Finding("everywhere", "", Fault(path, trouble, remedy))


def _is_everywhere(word: str) -> bool:
    parts = [plain(part).strip() for part in parts_of(word)]
    least = _LEAST_IN_PARTS if len(parts) > 1 else _LEAST
    return sum(map(len, parts)) < least or all(part in _EVERYWHERE for part in parts)
