"""English names of the gazetteer in what somebody looks for: a case keeps its place by the Chinese ones."""

from dispatch.district.model import District, Unit
from dispatch.places.gazetteer import mentions
from dispatch.places.said import Part, Role, read_parts
from dispatch.reading.numerals import to_digits
from dispatch.reading.script import plain
from dispatch.search.words import LENGTH_MOST, house

_ENTRANCE = "单元"


def in_chinese(said: str, district: District) -> str:
    """What was typed with its English estates and roads, and the buildings and entrances beside them, as cases have
    them; as it was typed where it names none. What is not of the gazetteer stays."""
    text = plain(said[:LENGTH_MOST])
    named = [each for each in mentions(text, district) if text[each.start : each.end].isascii()]
    names = [(each.start, each.end, each.what.name.zh) for each in named if not isinstance(each.what, Unit)]
    if not names:
        return said
    parts = read_parts(text, {each.end: each.ground for each in named})
    doors = [(part.piece.start, part.piece.end, _door(part)) for part in parts if _is_english(text, part)]
    words, position = list[str](), 0
    for start, end, chinese in sorted((*names, *doors)):
        words += [text[position:start], chinese]
        position = end
    return " ".join(word.strip(" ,.#") for word in (*words, text[position:]))


def _is_english(text: str, part: Part) -> bool:
    return part.role in (Role.BUILDING, Role.UNIT) and text[part.piece.start : part.piece.end].isascii()


def _door(part: Part) -> str:
    number = to_digits(part.piece.number)
    return house(number) if part.role is Role.BUILDING else f"{number}{_ENTRANCE}"
