"""Words that say on which ground a matter is."""

from ahocorasick_rs import AhoCorasick

from dispatch.places.model import PlaceKind

# In this order: the stairwell and the road name the ground, then a room; "downstairs" beats "my home"
# (我家楼下); the bare word for an estate says least. Words between bars stand alone.
_WORDS: tuple[tuple[PlaceKind, str], ...] = (
    (
        PlaceKind.STAIRWELL,
        "楼道 楼梯 走廊 过道 单元门 门厅 电梯 楼门 消防门 门洞"
        " stairwell staircase stairs hallway corridor landing lobby |lift| elevator",
    ),
    (
        PlaceKind.ROAD,
        "马路 路上 路面 路边 路口 路中间 人行道 车行道 非机动车道 大街 街上 街边 街面 沿街 公交站 桥下 天桥 巷子"
        " |road| |street| pavement sidewalk crossing bus_stop",
    ),
    (
        PlaceKind.INDOORS,
        "厨房 卫生间 洗手间 阳台 卧室 客厅 屋里 屋内 室内 kitchen bathroom balcony bedroom living_room",
    ),
    (
        PlaceKind.COURTYARD,
        "楼下 楼前 楼后 楼旁 楼底 楼顶 院子 院里 院内 花坛 绿化带 草坪 车棚 停车场 停车位 小区门口 大门口 围墙 健身器材"
        " 小广场 凉亭 downstairs courtyard garden lawn car_park bike_shed |gate| in_front_of_the_building",
    ),
    (PlaceKind.INDOORS, "家里 我家 家中 房间 隔壁 楼上 my_flat my_apartment my_home next_door upstairs"),
    (PlaceKind.COURTYARD, "小区 院 |estate| |compound|"),
)
_ALL = [(kind, word.replace("_", " ")) for kind, words in _WORDS for word in words.split()]
_FINDER = AhoCorasick([word.strip("|") for _, word in _ALL])


def kind_said(text: str) -> PlaceKind:
    """The ground that a plain text names, UNKNOWN where it names none."""
    found = _FINDER.find_matches_as_indexes(text, overlapping=True)
    said = [i for i, start, end in found if _ALL[i][1][0] != "|" or _parted(text, start, end)]
    return _ALL[min(said)][0] if said else PlaceKind.UNKNOWN


def _parted(text: str, start: int, end: int) -> bool:
    """Whether no letter or number stands beside text[start:end]."""
    around = text[start - 1 : start] + text[end : end + 1]
    return not any(sign.isalnum() or sign == "_" for sign in around)
