"""Numbers with their measure words: 3号楼, 二单元, 5层, 1202室, 88号, 12弄, building 3; and bare ones: 3-2-501."""

import re
from enum import StrEnum
from typing import NamedTuple

from dispatch.reading.numerals import CARDINALS, CHINESE, ORDINALS, to_digits


class Measure(StrEnum):
    """What a number counts, by the word that stands with it."""

    BUILDING = "building"
    UNIT = "unit"
    DOOR = "door"
    FLOOR = "floor"
    ROOM = "room"
    HOUSEHOLD = "household"
    NUMBER = "number"
    LANE = "lane"
    ROW = "row"
    AREA = "area"
    BARE = "bare"


_LONE = 12  # 8-10号 is entrance 10 of building 8
_NEIGHBOURS = 20  # 29-37号 are the numbers of one front, 7-53号 is building 53 behind number 7


_FIGURES, _ENDS = re.compile(r"[0-9]+"), re.compile(r"([0-9]+)-([0-9]+)")


class Piece(NamedTuple):
    """A number at text[start:end], measure word included; `number` is the number alone, as it is written."""

    measure: Measure
    number: str
    start: int
    end: int

    @property
    def value(self) -> int:
        """How much it is; of a number with letters the digits alone, 0 where there are none."""
        digits = _FIGURES.search(to_digits(self.number))
        return int(digits[0]) if digits else 0

    @property
    def is_range(self) -> bool:
        """Whether it is several neighbours in one: 605-606, 29-37."""
        ends = _ENDS.fullmatch(self.number)
        return ends is not None and int(ends[1]) > _LONE and 0 < int(ends[2]) - int(ends[1]) <= _NEIGHBOURS


_DIGITS = r"(?<![0-9.])[0-9]{1,5}(?![0-9])"
_MIXED = (
    r"(?<![A-Za-z])(?:[A-Za-z]{1,2}[0-9]{1,5}(?![0-9])(?:[A-Za-z](?![A-Za-z]))?"
    r"|(?<![0-9.])[0-9]{1,5}[A-EG-Za-eg-z](?![A-Za-z]|店))"
)
_SAID = rf"[{CHINESE}]{{1,6}}"
_COUNT = rf"(?:{_DIGITS}|{_SAID})"
_ANY = rf"(?:{_MIXED}|{_DIGITS}|{_SAID})"
_SPAN = r"(?<![0-9-])[0-9]{1,5}-[0-9]{1,5}(?![0-9A-EG-Za-eg-z-])"
_TWIN = r"[0-9]{1,3}-[0-9]{1,2}(?=号楼)"
_ONE = r"(?:(?<![A-Za-z0-9])[A-Za-z](?![A-Za-z0-9])|[甲乙丙丁])"
_LEVEL = (
    rf"(?:(?:负|地下)?{_COUNT}|[Bb][1-5]|(?<![0-9.A-Za-z])[0-9]{{1,2}}[A-EG-Za-eg-z])"  # 3A层 is where 4层 would be
)
_SIDE = r"[东西南北中左右]{1,2}[边侧手首]?户"

# 栋楼 counts buildings (两栋楼都停水), except before a number or before 下, 道, …: 3栋楼下 is below building 3.
_BLOCK = rf"(?:栋|幢)(?:楼(?=[0-9]|[{CHINESE}]{{1,2}}单元)|(?=楼[下道上前后梯顶门])|(?!楼))"
_NO = r"\s*(?:no\.?|number|#)?\s*"
_LATIN = r"(?<![A-Za-z])"  # Chinese has no word edges: \b would not part 楼unit
_WORDS, _ORDINALS = "|".join(CARDINALS), "|".join(ORDINALS)
_TIME = r"(?!\s*(?:min|hour|day|week|month|year|time|people|person|%))"  # in my flat 5 minutes ago
_NTH = r"(?<![0-9.A-Za-z])[0-9]{1,2}(?i:st|nd|rd|th)\s+"
_CLOSED = r"(?=[\s,，、。.;；!！?？)）]|$)"
_PATTERNS: tuple[tuple[Measure, str], ...] = (
    (Measure.BUILDING, rf"(?:{_TWIN}|{_ANY}|{_ONE})\s*(?:号楼|号院|号[栋幢]|#楼|#)"),
    (Measure.BUILDING, rf"(?:{_DIGITS}|{_MIXED}|{_ONE})\s*座(?![的车位)）])|{_LATIN}(?<![0-9])[A-Za-z]楼"),
    (Measure.BUILDING, rf"{_SAID}座(?=[0-9]|[{CHINESE}]{{1,2}}(?:单元|楼|层|梯))"),
    (
        Measure.BUILDING,
        rf"(?!两[栋幢]|一[栋幢][危旧老新大小高空房别])(?:{_ANY}|{_ONE})\s*(?:{_BLOCK}|撞(?![了到车人伤坏击上]))",
    ),
    (
        Measure.BUILDING,
        rf"{_LATIN}(?i:(?:building|bldg\.?|block|tower){_NO}(?:[a-z]?[0-9]{{1,4}}[a-z]?|{_WORDS}|[a-z])(?![a-z0-9]))",
    ),
    (Measure.BUILDING, rf"{_LATIN}(?i:no\.?\s*[0-9]{{1,4}}(?:\s*building|(?=,?\s*(?:unit|entrance))))"),
    (Measure.BUILDING, rf"{_NTH}(?i:building|block|tower)(?![A-Za-z])"),
    (Measure.UNIT, rf"{_NTH}(?i:unit|entrance)(?![A-Za-z])"),
    (Measure.UNIT, rf"(?:{_ANY}|{_ONE}|[东西中])\s*单元|{_COUNT}单(?=[0-9])"),
    (Measure.UNIT, rf"{_LATIN}(?i:(?:unit|entrance){_NO}(?:[0-9]{{1,2}}(?![0-9])|(?:{_WORDS})(?![a-z])))"),
    (Measure.DOOR, rf"{_COUNT}\s*(?:门(?![口牌卫诊店面类])|梯)"),
    (Measure.FLOOR, rf"{_LEVEL}\s*楼|(?!两){_LEVEL}\s*层(?!楼(?![道梯])|[灰土油冰雪水皮纸膜意含关])|首层"),
    (Measure.FLOOR, rf"(?<![A-Za-z0-9]){_COUNT}/?[Ff](?![A-Za-z])"),
    (
        Measure.FLOOR,
        rf"{_LATIN}(?i:(?:(?<![0-9])[0-9]{{1,2}}(?:st|nd|rd|th)|{_ORDINALS})\s+floor|floor\s*(?:[0-9]{{1,2}}(?![0-9])|(?:{_WORDS})(?![a-z])))",
    ),
    (
        Measure.ROOM,
        rf"(?:{_SPAN}|{_ANY})\s*(?:号?(?:办公)?室(?![0-9一二两三]?厅)|窒|号?房间|号?房(?!子|东|屋)|号网点|号(?=商?铺|摊位))",
    ),
    (Measure.HOUSEHOLD, rf"(?:(?:[0-9]{{3,5}}|[{CHINESE}]{{3,4}}|{_ONE})\s*户|{_SIDE})(?![外口主人型籍数])"),
    (
        Measure.ROOM,
        rf"{_LATIN}(?i:(?:room|rm\.?|flat|apartment|apt\.?|suite){_NO}(?:[a-z]?[0-9]{{1,4}}[a-z]?)(?![a-z0-9]){_TIME})",
    ),
    (Measure.NUMBER, rf"(?<!第)(?:{_SPAN}|{_ANY}|(?<![0-9])[0-9]{{6}})\s*号(?![线早晚上下凌前窗]|门(?!口)|大?[街路])"),
    (Measure.LANE, rf"{_DIGITS}\s*弄"),
    (Measure.ROW, rf"{_COUNT}\s*[街排]"),
    (Measure.AREA, rf"(?:{_ANY}|{_ONE})\s*(?:小?区|期|组团)"),
    (
        Measure.BARE,
        rf"{_SPAN}(?!\s*[楼层号室栋幢座单户门#])|{_MIXED}|{_DIGITS}|[{CHINESE}]{{2,5}}|(?<![A-Za-z0-9])[A-Za-z](?=-[0-9])"
        rf"|(?<=[楼层])[A-Za-z]{_CLOSED}",
    ),
)
# Where a piece may begin. A text is run through for the signs in front, which is quick; what else is asked keeps the
# patterns, which are slow to try, away from 一个, 东西, 两次 and nearly every Latin word.
_MEASURES = "号#栋幢撞座单元门梯楼层Ff/室办窒房户街排小区期组"
_BEGINS = re.compile(
    rf"[0-9A-Za-z{CHINESE}甲乙丙丁东西南北中左右负地首]"
    rf"(?:(?<=[0-9])(?<![0-9]{{2}})"
    rf"|(?<=[{CHINESE}])(?=[{CHINESE}]|\s*[{_MEASURES}])"
    r"|(?<=[A-Za-z])(?<![A-Za-z]{2})(?:(?=[A-Za-z]?[0-9]|[^A-Za-z0-9]|$)"
    rf"|(?i:(?<=b)(?=uilding|ldg|lock)|(?<=u)(?=nit)|(?<=e)(?=ntrance)|(?<=n)(?=o)|(?<=r)(?=oom|m)|(?<=a)(?=p)"
    rf"|(?<=s)(?=uite)|(?<=t)(?=ower)|(?<=f)(?=l)|(?<=[fstenl])(?={'|'.join(word[1:] for word in ORDINALS)})))"
    rf"|(?<=[甲乙丙丁])(?=\s*[{_MEASURES}])"
    r"|(?<=[东西中])(?=\s*单元)|(?<=[东西南北中左右])(?=[东西南北中左右]?[边侧手首]?户)"
    rf"|(?<=负)(?=[0-9{CHINESE}])|(?<=地)(?=下[0-9{CHINESE}])|(?<=首)(?=层))"
)
_PIECE = re.compile("|".join(f"({form})" for _, form in _PATTERNS))
_COUNTS = [measure for measure, _ in _PATTERNS]
# The same without those that begin with a Latin word, for what does not begin with a letter.
_UNLATIN = [(measure, form) for measure, form in _PATTERNS if not form.startswith(f"{_LATIN}(?i:") or "st|nd" in form]
_UNLATIN_PIECE = re.compile("|".join(f"({form})" for _, form in _UNLATIN))
_UNLATIN_COUNTS = [measure for measure, _ in _UNLATIN]
_NUMBER = re.compile(
    rf"{_SIDE}|(?:负|地下){_COUNT}|{_TWIN}|{_SPAN}|{_MIXED}|(?<![0-9])[0-9]{{6}}|{_DIGITS}|{_SAID}|{_ONE}|[首东西中]"
    rf"|{_LATIN}(?i:{_WORDS}|{_ORDINALS})(?![A-Za-z])"
)
# What is counted, where it stands in front: bldg.3, rm501.
_NOUN = re.compile(
    r"^(?i:building|bldg|block|tower|unit|entrance|floor|room|rm|flat|apartment|apt|suite|no)\.?\s*(?i:no\.?|number|#)?\s*"
    r"(?=[A-Za-z0-9])"
)
# Days, hours, telephone numbers, what spreadsheets make of line ends: their dashes join no parts of an address.
_NEVER = re.compile(
    r"(?<![0-9])(?:19|20)[0-9]{2}[-/.][0-9]{1,2}[-/.][0-9]{1,2}(?![0-9])"
    r"|(?<![0-9])(?:0[0-9]{2,3}|400)-(?:[0-9]{3,4}-[0-9]{4}|[0-9]{7,8})(?![0-9])"
    r"|(?<![0-9])[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?![0-9])|_x000[dD]_|(?:[0-9]{2,4}年)?[0-9]{1,2}月(?:[0-9]{1,2}[日号])?"
    r"|(?:星期|百分之)[0-9]+"
)
_MAY_BE_NEVER = re.compile(r"[0-9_期之](?:(?<=[0-9])[-/.:月]|(?<=_)x|(?<=[期之])[0-9])")


def pieces(text: str) -> tuple[Piece, ...]:
    """All numbers of a text in their order, none overlapping another."""
    said = _NEVER.sub(_blank, text) if _MAY_BE_NEVER.search(text) else text
    found: list[Piece] = []
    begin = _BEGINS.search(said)
    while begin:
        position = begin.start()
        latin = said[position] > "9" and said[position].isascii()
        match = (_PIECE if latin else _UNLATIN_PIECE).match(said, position)
        if match:
            measure = (_COUNTS if latin else _UNLATIN_COUNTS)[(match.lastindex or 1) - 1]
            found += _cut(match[0], position, measure)
            position = match.end() - 1
        begin = _BEGINS.search(said, position + 1)
    return tuple(found)


def _blank(found: re.Match[str]) -> str:
    return "?" * len(found[0])


def _cut(words: str, start: int, measure: Measure) -> tuple[Piece, ...]:
    """The piece; two where a span is none: 3-680室 is building 3, room 680."""
    number = _NUMBER.search(words if words[0] <= "9" or not words[0].isascii() else _NOUN.sub("", words))
    piece = Piece(measure, number[0] if number else words, start, start + len(words))
    if "-" not in piece.number or piece.is_range or measure is Measure.BUILDING:
        return (piece,)
    first, _, second = piece.number.partition("-")
    middle = start + len(first)
    return Piece(Measure.BARE, first, start, middle), Piece(measure, second, middle + 1, piece.end)
