"""Words that say on which ground a matter is."""

import re

from dispatch.places.model import PlaceKind

# In this order: the stairwell and the road name the ground, then a room; "downstairs" beats "my home"
# (我家楼下); the bare word for an estate says least.
_WORDS: tuple[tuple[PlaceKind, re.Pattern[str]], ...] = (
    (
        PlaceKind.STAIRWELL,
        re.compile(
            r"楼道|楼梯|走廊|过道|单元门|门厅|电梯|楼门|消防门|门洞"
            r"|stairwell|staircase|stairs|hallway|corridor|landing|lobby|\blift\b|elevator"
        ),
    ),
    (
        PlaceKind.ROAD,
        re.compile(
            r"马路|路上|路面|路边|路口|路中间|人行道|车行道|非机动车道|大街|街上|街边|街面|沿街|公交站|桥下|天桥|巷子"
            r"|\broad\b|\bstreet\b|pavement|sidewalk|crossing|bus stop"
        ),
    ),
    (
        PlaceKind.INDOORS,
        re.compile(r"厨房|卫生间|洗手间|阳台|卧室|客厅|屋里|屋内|室内|kitchen|bathroom|balcony|bedroom|living room"),
    ),
    (
        PlaceKind.COURTYARD,
        re.compile(
            r"楼下|楼前|楼后|楼旁|楼底|楼顶|院子|院里|院内|花坛|绿化带|草坪|车棚|停车场|停车位|小区门口|大门口|围墙|健身器材|小广场|凉亭"
            r"|downstairs|courtyard|garden|lawn|car park|bike shed|\bgate\b|in front of the building"
        ),
    ),
    (
        PlaceKind.INDOORS,
        re.compile(
            r"家里|我家|家中|房间|隔壁|楼上"
            r"|my flat|my apartment|my home|next door|upstairs"
        ),
    ),
    (PlaceKind.COURTYARD, re.compile(r"小区|院|\bestate\b|\bcompound\b")),
)


def kind_said(text: str) -> PlaceKind:
    """The ground that a plain text names, UNKNOWN where it names none."""
    for kind, pattern in _WORDS:
        if pattern.search(text):
            return kind
    return PlaceKind.UNKNOWN
