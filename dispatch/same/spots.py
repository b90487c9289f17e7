"""Where a matter is, as a key by which the same place is found again. A place that is in no gazetteer counts by the
name that was said."""

import re
from dataclasses import dataclass

from dispatch.places.model import Place
from dispatch.places.said import Words, words_of
from dispatch.reading.numerals import CHINESE, to_digits
from dispatch.reading.script import plain

_WHOSE = re.compile(r"^(?:我们?家?|咱们?家?|俺们?|你们|本人|家?住在?|这里|那个|这个|是)+")
_NUMERAL = re.compile(rf"[0-9]+[a-z]?|[a-z]|[{CHINESE}]+")
_STREET = re.compile(r"(.+?)([0-9]+(?:[-/][0-9]+)?)号")  # as a case keeps a road with its house number


@dataclass(frozen=True, slots=True)
class Spot:
    """`place` is the estate or road (None: none was said), `point` the building or house number within it (None: not
    said, so that it may be any). `names` are what the text calls them: they say nothing about the matter."""

    place: str | None = None
    point: str | None = None
    names: tuple[str, ...] = ()

    def meets(self, other: "Spot") -> bool:
        """Whether both may be the same spot: the same estate or road, and no two different buildings."""
        if self.place is None or self.place != other.place:
            return False
        return None in (self.point, other.point) or self.point == other.point


NOWHERE = Spot()


def spot_of(place: Place | None, text: str) -> Spot:
    """The spot of what was understood of a text. Never raises."""
    said = words_of(text)
    if place is not None and place.estate is not None:
        return Spot(f"estate:{place.estate}", place.building, (place.estate, *said.estate, *said.road))
    if place is not None and place.road is not None:
        return Spot(f"road:{place.road}", place.number, (place.road, *said.road))
    return _named(said)


def _named(said: Words) -> Spot:
    """By the name alone: the first estate, else the first road, with the first number behind it."""
    if said.estate:
        return Spot(f"said:{_name(said.estate[0])}", _number(said.building), said.estate)
    if said.road:
        return Spot(f"said:{_name(said.road[0])}", _number(said.number), said.road)
    return NOWHERE


def _name(said: str) -> str:
    """A name without who lives there: 我们虹桥花苑."""
    return _WHOSE.sub("", plain(said)) or plain(said)


def _number(said: tuple[str, ...]) -> str | None:
    """The first of these numbers, however it is written: 三号楼, 3栋."""
    found = _NUMERAL.search(plain(said[0])) if said else None
    return to_digits(found[0]) if found else None


def spot_of_case(estate: str | None, building: str | None, road: str | None, text: str) -> Spot:
    """The same of a stored case: its place without the door, and its redacted words."""
    street = _STREET.fullmatch(road or "")
    found = Place(road=street[1], number=street[2]) if street else Place(estate=estate, building=building, road=road)
    return spot_of(found, text)


def without(text: str, names: tuple[str, ...]) -> str:
    """A plain text without the names of its place."""
    bare = plain(text)
    for name in sorted(names, key=len, reverse=True):
        bare = bare.replace(plain(name), "，")
    return bare
