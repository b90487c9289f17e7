"""What kind of name ends right before a number: it says what a bare number or a 号 behind it counts."""

import re
from enum import StrEnum


class Before(StrEnum):
    """The last name before a number."""

    NOTHING = "nothing"
    ROAD = "road"
    HOMES = "homes"  # an estate, whose numbers are buildings: 牡丹新村47号
    TRADE = "trade"  # a tower or a market, whose numbers are rooms and stalls: 皮革市场140号
    VILLAGE = "village"  # its numbers are house numbers without a road
    OTHER = "other"


_SEPARATORS = " ,，、。.;；:：/-–—_~的第()（）#"
_LONGEST = 4  # characters of an ending below
_ENDINGS = (
    (Before.VILLAGE, re.compile(r"(?:(?<!新)村|组|社|队)$")),
    (Before.ROAD, re.compile(r"(?:路|街|巷|道|胡同|弄堂|线|[一二三四五六七八九十]弄|段|口)$")),
    (
        Before.HOMES,
        re.compile(
            r"(?:新村|小区|家园|公寓|别墅|山庄|宿舍|公馆|名都|新城|园区|侨城|大院"
            r"|[苑园庭邸轩居府墅湾郡期里寓]|[a-zA-Z东南西北中]区|[a-zA-Z]馆)$"
        ),
    ),
    (
        Before.TRADE,
        re.compile(r"(?:市场|商场|广场|饭店|中心|百货|超市|菜场|专柜|总汇|时代|国际|片区|号门|[城楼座厦馆店])$"),
    ),
)
# The last sign tells at once that most names end in none of these ways.
_SIGNS = [(kind, frozenset(ending.pattern), ending) for kind, ending in _ENDINGS]
_LOOK_BACK = 14  # characters, separators with them


def before(text: str, position: int) -> Before:
    """The kind of the name that ends at a position."""
    tail = text[max(0, position - _LOOK_BACK) : position].rstrip(_SEPARATORS)
    if not tail:
        return Before.NOTHING
    for kind, signs, ending in _SIGNS:
        if tail[-1] in signs and ending.search(tail[-_LONGEST:]):
            return kind
    return Before.OTHER
