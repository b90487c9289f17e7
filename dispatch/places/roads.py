"""A place on a known road."""

import re

from cases.phrases import msg
from dispatch.district.model import District, Road
from dispatch.places.gazetteer import Mention
from dispatch.places.model import Place, PlaceFinding, PlaceKind
from dispatch.reading.numerals import CHINESE, to_digits

_BEHIND = re.compile(rf"\s*(\d{{1,5}}|[{CHINESE}]{{1,6}})\s*(?:号|弄)(?!线|楼)")
# In English behind the name too: Xingfu Road 150; what is counted there is no number of a house.
_BEHIND_LATIN = re.compile(
    r"\.?,?\s*(?:no\.?\s*)?(\d{1,5})(?![0-9a-z:%.]|[\s-]*(?:min|hour|day|week|month|year|time|people|person|met|km|m))"
)
_BEFORE = re.compile(r"(?:\bno\.?\s*(?=\d{1,5}\s*,?\s*$)|\b(?=\d{1,5}\s*$))(\d+)\s*,?\s*$")


def on_road(said: str, mention: Mention, district: District, kind: PlaceKind) -> PlaceFinding:
    """The place on the road that a plain text mentions, by its house number where there is one."""
    road = mention.what
    assert isinstance(road, Road)
    number = _number(said, mention)
    stretches = [s for s in road.stretches if number is None or s.first <= int(number) <= s.last]
    place = Place(
        road=road.name.zh,
        number=number,
        kind=PlaceKind.ROAD if kind is PlaceKind.UNKNOWN else kind,
        courtyard=_shared([s.courtyard for s in stretches]),
        grid=_shared([s.grid for s in stretches]),
        committee=_shared([s.committee for s in stretches]),
    )
    missing = () if place.committee else ("number",)
    if number is None:
        reason = msg("dispatch.place.by_road", road=road.name)
    elif stretches:
        reason = msg("dispatch.place.by_road_number", road=road.name, number=number)
    else:
        reason = msg("dispatch.place.no_such_number", road=road.name, number=number)
    confidence = 0.3 if missing else 0.8 if number else 0.6
    return PlaceFinding(place, (), missing, confidence, place.kind, (reason,))


def _number(said: str, mention: Mention) -> str | None:
    match = _BEHIND.match(said, mention.end) or _BEFORE.search(said[: mention.start])
    if match is None and said[mention.start : mention.end].isascii():
        match = _BEHIND_LATIN.match(said, mention.end)
    digits = to_digits(match[1]) if match else ""
    return digits if digits.isdigit() else None


def _shared(values: list[str | None]) -> str | None:
    """The value that all stretches have, else None."""
    return values[0] if values and len(set(values)) == 1 else None
