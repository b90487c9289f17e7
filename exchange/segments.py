"""How many parts a text is sent in: GSM 7-bit (160, or 153 each) or UCS-2 (70, or 67 each). Pure."""

from typing import Final

_ONE: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_TWO: Final = frozenset("\f^{}\\[~]|€")


def segments(text: str) -> int:
    """Parts that the text takes; an empty one takes one."""
    if set(text) <= _ONE | _TWO:
        units = sum(2 if letter in _TWO else 1 for letter in text)
        single, each = 160, 153
    else:
        units = len(text.encode("utf-16-le", "surrogatepass")) // 2
        single, each = 70, 67
    return 1 if units <= single else -(-units // each)
