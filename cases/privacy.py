"""Hiding who somebody is: numbers, cards, addresses, names and doors, in what others may read."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from datetime import date

MARK = "***"

# The spelling that is searched has one character for each that is written, so that places agree.
_ALIKE = {
    **{chr(0xFF01 + at): chr(0x21 + at) for at in range(94)},
    **dict.fromkeys("—–‐−‑―", "-"),
    **dict(zip("零〇一二三四五六七八九幺", "001234567891", strict=True)),
}
_COMPOUND_NAMES = re.compile(
    "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|司徒|夏侯|长孙|宇文|端木|南宫|独孤|闻人|百里|呼延"
)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"


def mask_number(number: str) -> str:
    """A telephone number of which only both ends are left: 138****0001. What is no number is all hidden."""
    body = number.removeprefix("+86")
    plus, digits = ("+", body[1:]) if body.startswith("+") else ("", body)
    if re.fullmatch(r"[0-9*]{5,}", digits) is None:
        return "****"
    head, tail = (3, 4) if len(digits) >= 10 else (1, 2)
    return f"{plus}{digits[:head]}{'*' * (len(digits) - head - tail)}{digits[-tail:]}"


def mask_name(name: str) -> str:
    """A name of which only the family name (of a Latin one the first letter) is left: 王**."""
    bare = name.strip()
    if not bare:
        return ""
    return f"{bare[: 2 if _COMPOUND_NAMES.match(bare) else 1]}**"


def redact(text: str) -> str:
    """The text with *** for telephone numbers, identity and bank cards, mail and chat addresses and rooms.

    Buildings and units stay: they are the place of the matter. Digits may be of full width, spoken
    (一三八…) or grouped. Never raises; redacting twice changes nothing more.
    """
    before = None
    while before != text:  # what is hidden can bare a neighbour
        before, text = text, _hide(text, _spans(_searched(text)))
    return text


Span = tuple[int, int]


def _searched(text: str) -> str:
    return "".join(map(_alike, text))


def _alike(char: str) -> str:
    if char in _ALIKE:
        return _ALIKE[char]
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    return " " if char.isspace() or unicodedata.category(char) == "Cf" else char


def _hide(text: str, spans: Iterable[Span]) -> str:
    kept: list[str] = []
    end = 0
    for start, stop in sorted(spans):
        if start >= end:
            kept += [text[end:start], MARK]
        end = max(end, stop)
    return "".join([*kept, text[end:]])


def _spans(searched: str) -> Iterator[Span]:
    for pattern, holds in _RULES:
        for found in pattern.finditer(searched):
            if holds(found["hide"]):
                yield found.span("hide")


def _always(_: str) -> bool:
    return True


def _digits(found: str) -> str:
    return re.sub(r"[ -]", "", found).upper()


def _is_identity(found: str) -> bool:
    """Whether 18 (or the old 15) places are an identity number: by its checksum or its birthday."""
    places = _digits(found)
    if len(places) == 15:
        return _is_day(f"19{places[6:12]}")
    total = sum(weight * int(place) for weight, place in zip(_ID_WEIGHTS, places, strict=False))
    return places[17] == _ID_CHECKS[total % 11] or _is_day(places[6:14])


def _is_day(digits: str) -> bool:
    try:
        return 1900 <= date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).year < 2100
    except ValueError:
        return False


def _is_card(found: str) -> bool:
    """Whether the digits carry the check digit of a bank card."""
    places = [int(place) for place in reversed(_digits(found))]
    return sum(places[::2]) % 10 == -sum(sum(divmod(2 * place, 10)) for place in places[1::2]) % 10


def _is_room(found: str) -> bool:
    """Whether three or four digits read as floor and door, as in 501 or 1203; 200 and 050 do not."""
    digits = re.sub(r"[^0-9]", "", found)
    return digits[0] != "0" and 1 <= int(digits[-2:]) <= 30


Rule = tuple[re.Pattern[str], Callable[[str], bool]]


def _rule(pattern: str, holds: Callable[[str], bool] = _always) -> Rule:
    return re.compile(pattern, re.IGNORECASE | re.ASCII), holds


# After a room nothing counts or measures; a householder (户主) is no count.
_NO_COUNT = (
    r"(?![0-9-]| ?(?:[元块人米平斤天个分度次年月岁位只辆箱袋瓦伏兆]|户(?![主内里])"
    r"|号楼|单元|公里|千|小时|多|%|[.:][0-9]))"
)
_ROOM = r"(?P<hide>[0-9]{3,4}[a-z]?)"
_BUILDING = r"(?<![0-9-])[0-9]{1,3} ?(?:号楼|号|幢|栋|座|#)? ?- ?"
_LOCAL = r"[2-9][0-9]{2,3}[ -]?[0-9]{4}(?![0-9-])"
_RULES = (
    # telephone: mobile, with area code, abroad, after a word for it
    _rule(r"(?<![0-9])(?P<hide>(?:(?:\+|00)?86[ -]{0,2})?1[ .-]?[3-9](?:[ .-]{0,2}[0-9]){9})(?![0-9])"),
    _rule(rf"(?<![0-9-])(?P<hide>\(?(?:0|(?:\+|00)86[ -]?0?)[1-9][0-9]{{1,2}}\)?[ -]?{_LOCAL})"),
    _rule(r"(?P<hide>(?:\+|(?<![0-9])00)[1-9](?:[ .-]?[0-9]){6,14})(?![0-9])"),
    _rule(rf"(?:电话|座机|手机|联系方式|打给|tel|phone|mobile)[^0-9]{{0,4}}(?P<hide>{_LOCAL})"),
    # cards: identity (new, old), bank (in one, in fours)
    _rule(r"(?<![0-9])(?P<hide>[1-9][0-9]{5}[ -]?[0-9]{8}[ -]?[0-9]{3}[0-9x])(?![0-9])", _is_identity),
    _rule(r"(?<![0-9])(?P<hide>[1-9][0-9]{14})(?![0-9])", _is_identity),
    _rule(r"(?<![0-9])(?P<hide>[1-9][0-9]{14,18})(?![0-9])", _is_card),
    _rule(r"(?<![0-9])(?P<hide>[1-9][0-9]{3}(?:[ -][0-9]{4}){3}(?:[ -][0-9]{1,3})?)(?![0-9])", _is_card),
    # mail and chat
    _rule(r"(?<![a-z0-9._%+-])(?P<hide>[a-z0-9._%+-]{1,64}@[a-z0-9.-]{1,190}\.[a-z]{2,24})"),
    _rule(r"(?:微信号?|qq号?|wechat|weixin)(?: ?(?:id|是|为|:)){0,2} ?(?P<hide>[a-z0-9_-]{5,20})"),
    # rooms: before their word, after it, after the building or unit, by dashes, in English
    _rule(r"(?<![0-9a-z])(?P<hide>[0-9]{1,4}[a-z]?|[a-z])(?= ?室(?! ?[0-9两] ?[厅卫]))"),
    _rule(_ROOM + r"(?= ?号?房(?![租东价型屋]))"),
    _rule(r"(?:房间号?|房号|室号|门牌号?|房门号)[ :是为]{0,3}(?P<hide>[0-9]{1,4}[a-z]?)(?![0-9])"),
    _rule(r"(?:号楼|单元|幢|栋|座|楼|层|梯|门|#)[ ,-]{0,2}" + _ROOM + _NO_COUNT),
    _rule(_BUILDING + r"[0-9]{1,2} ?(?:单元)? ?- ?" + _ROOM + r"(?![0-9-])"),
    _rule(_BUILDING + _ROOM + _NO_COUNT, _is_room),
    _rule(
        r"(?<![a-z])(?:room|rm|flat|apt|apartment|suite)\.? ?(?:no\.? ?)?"
        r"(?P<hide>[0-9]{1,4}[a-z]?|[a-z][0-9]{1,3})(?![0-9a-z])"
    ),
)
