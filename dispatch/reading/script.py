"""Texts made ready for matching: folded and in simplified characters."""

from functools import cache, lru_cache

from opencc import OpenCC

from cases.report import even, fold

_LAST_ASCII = "\x7f"


@cache
def _simplifier() -> OpenCC:
    # Made at first use: the tables take a few milliseconds and many commands never match a text.
    return OpenCC("t2s")


@lru_cache(64)  # the matter and the place of one text are looked for one after the other
def plain(text: str) -> str:
    """The text as it is matched: width, case and invisible characters folded, characters simplified.

    For matching only; what people see is never changed.
    """
    made: str = _simplifier().convert(fold(text))
    return made


@lru_cache(64)
def simplified(text: str) -> str:
    """The text in simplified characters of one width, letters as they are written: what is shown of what was found."""
    made: str = _simplifier().convert(even(text))
    return made


def stands_alone(text: str, start: int, end: int) -> bool:
    """Whether text[start:end] is not a piece of a longer Latin word or number.

    Chinese has no word edges, so only edges between two ASCII letters or digits count.
    """
    if text[start] > _LAST_ASCII < text[end - 1]:
        return True  # as nearly every word
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (_glued(before, text[start : start + 1]) or _glued(text[end - 1 : end], after))


def _glued(left: str, right: str) -> bool:
    return left.isascii() and right.isascii() and left.isalnum() and right.isalnum()
