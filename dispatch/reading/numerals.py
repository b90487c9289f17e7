"""Numbers as people write and say them: 12, 十二, 一百零二, 五零一, 幺零二, 廿二, three, third."""

_DIGITS = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "幺": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_TENS = {"十": 10, "百": 100}
_WHOLE = {"廿": 20, "卅": 30}

CHINESE = "".join(_DIGITS) + "".join(_TENS) + "".join(_WHOLE)
"""The characters of Chinese numerals, for patterns."""
_SIGNS, _READ = frozenset(CHINESE), frozenset(_DIGITS)
_ONE_BY_ONE = {ord(sign): str(digit) for sign, digit in _DIGITS.items()}
CARDINALS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth",
)  # fmt: skip
"""English numbers in words, as far as buildings, entrances and floors are said so."""
_ENGLISH = {word: place for words in (CARDINALS, ORDINALS) for place, word in enumerate(words, 1)}


def to_digits(text: str) -> str:
    """A numeral as Arabic digits without leading zeros; what is no numeral comes back as it is.

    With 十, 百 or 廿 they are added up (二十三 is 23), without them read one by one (五零一 is 501).
    """
    if text.isascii():
        return (text.lstrip("0") or "0") if text.isdigit() else str(_ENGLISH.get(text.casefold(), text))
    if not _SIGNS.issuperset(text):
        return text
    if _READ.issuperset(text):
        return text.translate(_ONE_BY_ONE).lstrip("0") or "0"
    return str(_added_up(text))


def _added_up(text: str) -> int:
    total, digit = 0, None
    for c in text:
        if c in _TENS:
            total += _TENS[c] * (1 if digit is None else digit)
            digit = None
        elif c in _WHOLE:
            total += _WHOLE[c]
        else:
            digit = _DIGITS[c]
    return total + (digit or 0)
