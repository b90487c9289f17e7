"""How alike two texts are, by the pairs of characters that they share. Values in, a number out.

Chinese has no word edges and most words have two characters, so pairs do for words. What every report has (please,
the estate, which building) says nothing about the matter and counts little or nothing.
"""

import re
from functools import lru_cache

from dispatch.reading.script import plain

_RUN = re.compile(r"[一-鿿]+|[a-z]+")
# Said in every second report, whatever it is about.
_STOCK = re.compile(
    r"您好|你好|请问|请你们|麻烦你?们?|谢谢|多谢|尊敬的|领导|反映|投诉|举报|希望|要求|有关|部门|相关|处理|解决|尽快"
    r"|小区|单元|我们|你们|他们|居民|业主|街道|社区|居委会|政府|问题|情况|现在|今天|昨天|已经|一直|没有人管"
)
_WEAK = frozenset(
    "的了是在我你他她它们这那有和与及也都就还又很太把被给让到从对向为以于之其等着过吗呢吧啊呀哦嗯个家里上下中前后不没能会要想请人来去说里面"
)
_PLACE = frozenset("号楼栋幢座层室户路街巷弄区县市省镇村")
_FAINT = 0.25  # what a pair is worth of which one character says little
_FEW = 4  # pairs; of less than these one shared word would decide


def likeness(one: str, other: str) -> float:
    """0 (nothing in common) to 1 (the same). Symmetric; order, width, traditional characters make no difference.

    Half of it is the share of all that both say, half the share of the shorter: who says the same in fewer words is
    alike too.
    """
    here, there = pairs(one), pairs(other)
    if not here or not there:
        return 0.0
    shared = sum(weight for pair, weight in here.items() if pair in there)
    mine, theirs = sum(here.values()), sum(there.values())
    all_ = mine + theirs - shared
    least = max(min(mine, theirs), min(_FEW, max(mine, theirs)))
    return round((shared / all_ + shared / least) / 2, 4)


@lru_cache(4096)  # a new report is compared with many that were compared before
def pairs(text: str) -> dict[str, float]:
    """The pairs of characters of a text that say what it is about, with what each is worth; words in Latin letters
    count whole."""
    found: dict[str, float] = {}
    for run in _RUN.findall(_STOCK.sub("，", plain(text))):
        if run.isascii():
            if len(run) > 2:
                found[run] = 1.0
            continue
        for at in range(len(run) - 1):
            pair = run[at : at + 2]
            weight = _worth(pair)
            if weight:
                found[pair] = weight
    return found


def _worth(pair: str) -> float:
    little = sum(sign in _WEAK or sign in _PLACE for sign in pair)
    return 0.0 if little == len(pair) else _FAINT if little else 1.0
