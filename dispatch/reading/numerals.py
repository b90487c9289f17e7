"""Numbers as people write and say them: 12, 十二, 一百零二, 五零一, 幺零二."""

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

CHINESE = "".join(_DIGITS) + "".join(_TENS)
"""The characters of Chinese numerals, for patterns."""


def to_digits(text: str) -> str:
    """A numeral as Arabic digits without leading zeros; what is no numeral comes back as it is.

    With 十 or 百 they are added up (二十三 is 23), without them read one by one (五零一 is 501).
    """
    if text.isascii() and text.isdigit():
        return text.lstrip("0") or "0"
    if not text or any(c not in _DIGITS and c not in _TENS for c in text):
        return text
    if not any(c in _TENS for c in text):
        return "".join(str(_DIGITS[c]) for c in text).lstrip("0") or "0"
    return str(_added_up(text))


def _added_up(text: str) -> int:
    total, digit = 0, None
    for c in text:
        if c in _TENS:
            total += _TENS[c] * (1 if digit is None else digit)
            digit = None
        else:
            digit = _DIGITS[c]
    return total + (digit or 0)
