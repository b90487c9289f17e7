"""How many people a text names: 三百人, 二十多户, 几十个居民, 全楼. The least that is said, never more."""

import re
from dataclasses import dataclass

from dispatch.reading.numerals import CHINESE, to_digits

_ABOUT = {
    "好几百": 300, "几百": 200, "数百": 200, "上百": 100, "百余": 100, "百十": 100, "上千": 1000, "几千": 2000,
    "数千": 2000, "好几十": 30, "几十": 20, "数十": 20, "十几": 11, "十余": 10, "十来": 10, "好几": 3, "几": 3,
}  # fmt: skip
# It begins with one set of signs, those of numbers, so that a text is run through for them quickly.
_NUMERALS = f"几好数上余{CHINESE}千"
_COUNTED = re.compile(
    rf"(?P<number>[0-9{_NUMERALS}](?:(?<=[0-9])[0-9]{{0,4}}|(?<=[{_NUMERALS}])[{_NUMERALS}]*))"
    r"(?:多|来|几|余)?(?:个|名|位)?"
    r"(?P<what>户(?:人家|居民|业主|住户)?|家(?=人都|住户|居民|都|停|没)|口人|"
    r"人(?![民员士行工力才生道次均数口事类格们])|居民|业主|村民|职工|工人|农民工|学生|老人|孩子|小孩|住户|租客|乘客|群众|邻居|"
    r" ?(?:people|persons|residents|workers|families|households))"
)
_NO_COUNT = re.compile(
    rf"[第0-9.\-年月日号{CHINESE}]"
)  # before a number: it is an ordinal, a date, part of another one
_BEFORE_A_DOOR = frozenset("楼栋幢座层元")
_ALL = re.compile(
    r"全楼|整[栋幢座]楼?|整个(?:楼|单元|小区|院子)|全单元|全小区|整层|全院|整条街|全村|whole (?:building|estate)"
)
_HOUSEHOLDS = re.compile(r"户|家|families|households")


@dataclass(frozen=True, slots=True)
class Affected:
    """Who is affected as far as it is said: so many persons and households at least, a house or estate as a whole;
    `words` are the very words."""

    persons: int = 0
    households: int = 0
    all: bool = False
    words: tuple[str, ...] = ()

    @property
    def least(self) -> int:
        """So many people at least: a household is one or more."""
        return max(self.persons, self.households)


NOBODY = Affected()
"""Nobody is named by a number."""


def affected(text: str) -> Affected:
    """Who a plain text says is affected."""
    persons = households = 0
    words = []
    for found in _COUNTED.finditer(text):
        number = _number(found["number"])
        # Whoever speaks of one person says who, not how many.
        if number < 2 or _is_something_else(found, text[found.start() - 1 : found.start()]):
            continue
        words.append(found[0].strip())
        if _HOUSEHOLDS.search(found["what"]):
            households = max(households, number)
        else:
            persons = max(persons, number)
    whole = _ALL.findall(text)
    return Affected(persons, households, bool(whole), tuple(dict.fromkeys([*words, *whole])))


def _is_something_else(found: re.Match[str], before: str) -> bool:
    """第三人民 is no number of people, 2单元501户 is a door."""
    said = found["number"]
    door = before in _BEFORE_A_DOOR and found["what"] == "户" and said.isdecimal() and len(said) > 2
    return door or _NO_COUNT.match(before) is not None


def _number(said: str) -> int:
    if said in _ABOUT:
        return _ABOUT[said]
    said = said.rstrip("几余")
    if "千" in said:
        thousands, _, rest = said.partition("千")
        return 1000 * _digits(thousands or "一") + (_digits(rest) if rest else 0)
    return _digits(said)


def _digits(said: str) -> int:
    digits = to_digits(said)
    return int(digits) if digits.isdecimal() else 0
