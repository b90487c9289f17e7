"""A report: what came in, by which channel, and its words made safe to keep, to show and to match."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from cases.phrases import Message, msg

# The same words are read by many rooms within one request; few are kept, and not for long.
_WORDS_AT_HAND = 64
SINGLE_GSM7, MULTI_GSM7 = 160, 153
SINGLE_UCS2, MULTI_UCS2 = 70, 67

GSM7_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM7_EXTENSION = frozenset("\f^{}\\[~]|€")

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_INVISIBLE = frozenset({"Cf", "Cc", "Cs", "Cn"})
# What goes: controls that are no white space, marks that turn the rest of a line around on a screen (no report needs
# them), and the code points that never are characters.
_DROPPED = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef"
    + "".join(f"{chr(plane | 0xFFFE)}{chr(plane | 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
    + "]"
)
# Characters that are surely seen make up nearly every text; only the others are looked at one by one.
_UNUSUAL = re.compile("[^ -~\u2018-\u201d\u2026\u3000-\u303f\u4e00-\u9fff\uff01-\uff5e]+")
# Most texts are made of these alone, wide forms apart: they are what they will be, and no step by step is needed.
_SETTLED = re.compile("[ -~\u00b7\u2014\u2018\u2019\u201c\u201d\u3001-\u3011\u4e00-\u9fff]*")
_WIDE = re.compile("[\u2026\uff01-\uff5e]")
_NARROW = {"\u2026": "..."} | {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
# Variation selectors and other marks that are there and cannot be seen.
_UNSEEN = frozenset(
    {"\u034f", "\u115f", "\u1160", "\u17b4", "\u17b5", "\u3164", "\uffa0", *map(chr, range(0xFE00, 0xFE10))}
)


class Channel(StrEnum):
    """How a report came in."""

    TEXT = "text"
    CALL = "call"
    WEB = "web"
    HAND = "hand"
    ROUND = "round"
    INSPECTION = "inspection"
    MACHINE = "machine"

    @property
    def label(self) -> Message:
        """The channel's name for people."""
        return msg(f"cases.channel.{self.value}")


def is_e164(number: str) -> bool:
    """Whether `number` is a telephone number as we keep them: + and 7 to 15 digits, nothing else."""
    return _E164.fullmatch(number) is not None


# ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN, UNAVAILABLE as keyed on a telephone: the carrier shows them as numbers.
_HIDDEN = frozenset({"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"})


def is_caller(number: str) -> bool:
    """Whether a caller shows a number of their own: one that is withheld is nobody's, however it is written."""
    return is_e164(number) and number not in _HIDDEN


@lru_cache(_WORDS_AT_HAND)
def clean(raw: str) -> str:
    """The words as they are kept and shown: one line, legal in XML 1.0, encodable as UTF-8.

    White space of any kind becomes one space; controls, lone surrogates and non-characters go.
    Never raises; cleaning twice changes nothing more.
    """
    joined = raw.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    return " ".join(unicodedata.normalize("NFC", _DROPPED.sub("", joined)).split())


@lru_cache(_WORDS_AT_HAND)
def fold(text: str) -> str:
    """The words for matching only: widths, case and invisible marks no longer make a difference.

    Never raises; folding twice changes nothing more.
    """
    plain = _at_once(text)
    return plain.lower() if plain is not None else _settled(text, lambda seen: _compatible(seen).casefold())


@lru_cache(_WORDS_AT_HAND)
def even(text: str) -> str:
    """The words with widths and invisible marks evened out, letters as they are. Never raises; is stable as `fold`."""
    plain = _at_once(text)
    return plain if plain is not None else _settled(text, _compatible)


def _at_once(text: str) -> str | None:
    """The words evened out if common signs are all that they are made of."""
    evened = " ".join(_WIDE.sub(_narrow, text.replace("，", ",")).split())
    return evened if _SETTLED.fullmatch(evened) else None


def _narrow(found: re.Match[str]) -> str:
    return _NARROW[found[0]]


def _compatible(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _settled(text: str, step: Callable[[str], str]) -> str:
    folded, before = clean(text), None
    while folded != before:  # compatibility forms and case can call for each other once or twice
        before = folded
        folded = clean(step(_UNUSUAL.sub(_visible, folded)))
    return folded


def _visible(found: re.Match[str]) -> str:
    return "".join(char for char in found[0] if not _is_invisible(char))


def _is_invisible(char: str) -> bool:
    return char in _UNSEEN or unicodedata.category(char) in _INVISIBLE or 0xE0000 <= ord(char) <= 0xE0FFF


@dataclass(frozen=True, slots=True)
class TextPart:
    """One segment of a text message as a carrier sends and bills it."""

    text: str
    units: int


def _is_gsm7(text: str) -> bool:
    return all(char in GSM7_BASIC or char in GSM7_EXTENSION for char in text)


def parts(text: str) -> tuple[TextPart, ...]:
    """The segments a text is sent in; a pair that makes one character is never torn apart.

    Units are septets (GSM-7: 160, or 153 each where there are several) or UTF-16 units (70, or 67).
    """
    if _is_gsm7(text):
        return _packed([(char, 2 if char in GSM7_EXTENSION else 1) for char in text], SINGLE_GSM7, MULTI_GSM7)
    return _packed([(char, 2 if ord(char) > 0xFFFF else 1) for char in text], SINGLE_UCS2, MULTI_UCS2)


def _packed(chars: list[tuple[str, int]], single: int, multi: int) -> tuple[TextPart, ...]:
    total = sum(units for _, units in chars)
    room = single if total <= single else multi
    made: list[TextPart] = []
    start = used = 0
    for at, (_, units) in enumerate(chars):
        if used + units > room:
            made.append(TextPart("".join(char for char, _ in chars[start:at]), used))
            start, used = at, 0
        used += units
    if chars:
        made.append(TextPart("".join(char for char, _ in chars[start:]), used))
    return tuple(made)


def segments(text: str) -> int:
    """How many segments a text is sent in; an empty text has none."""
    return len(parts(text))


def fit(text: str, most: int = 3) -> str:
    """The text, or as much of its beginning as goes into `most` segments, with … at the cut."""
    if segments(text) <= most:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if segments(text[:middle].rstrip() + "…") <= most else (low, middle - 1)
    return text[:low].rstrip() + "…"
