"""From what was said to a place of the district, or to what must be asked."""

from collections.abc import Sequence

from cases.phrases import msg
from dispatch.district.model import District, Estate, Road, Unit, UnitKind
from dispatch.places.door import Door, door_behind, doors_in
from dispatch.places.estates import in_estate
from dispatch.places.gazetteer import Mention, mentions
from dispatch.places.kinds import kind_said
from dispatch.places.model import Place, PlaceFinding, PlaceKind
from dispatch.places.roads import on_road
from dispatch.reading.script import plain

_NEAR = 4  # characters between the name of an estate and its building: "的", a comma, a space


def find(text: str, district: District) -> PlaceFinding:
    """The place that a text names. Never raises. A building that does not exist is asked for, not taken."""
    said = plain(text)
    named = mentions(said, district)
    doors = doors_in(said)
    kind = kind_said(_without_names(said, named))
    estates = {id(m.what): m.what for m in named if isinstance(m.what, Estate)}
    chosen = list(estates.values())
    if len(chosen) > 1:
        chosen = [estate for estate in chosen if _door_of(said, estate, named, doors)] or chosen
    if len(chosen) > 1:
        return _several(chosen, kind)
    if chosen:
        door = _door_of(said, chosen[0], named, doors)
        return in_estate(said, chosen[0], (door, *doors) if door else doors, district, kind)
    unit = next((m.what for m in named if isinstance(m.what, Unit) and m.what.kind is UnitKind.COURTYARD), None)
    around = _estates_of(unit, district) if unit and doors else ()
    return in_estate(said, around[0], doors, district, kind) if around else _elsewhere(said, named, district, kind)


def _estates_of(courtyard: Unit, district: District) -> tuple[Estate, ...]:
    """The estate of a courtyard, if it is one: a courtyard with a building names a building of it."""
    found = [e for e in district.estates if any(b.courtyard == courtyard.code for b in e.buildings)]
    return tuple(found) if len(found) == 1 else ()


def _without_names(said: str, named: Sequence[Mention]) -> str:
    """The text without the names of the district, whose 小区 and 路 say nothing about the ground."""
    pieces, position = [], 0
    for mention in named:
        pieces += [said[position : mention.start], "路" if isinstance(mention.what, Road) else "，"]
        position = mention.end
    return "".join([*pieces, said[position:]])


def _door_of(said: str, estate: Estate, named: Sequence[Mention], doors: Sequence[Door]) -> Door | None:
    """The building named right behind the estate, if the estate has it."""
    for mention in named:
        if mention.what is estate:
            near = [door for door in doors if 0 <= door.start - mention.end <= _NEAR]
            door = near[0] if near else door_behind(said, mention.end)
            if door and any(building.number.casefold() == door.building for building in estate.buildings):
                return door
    return None


def _several(estates: Sequence[Estate], kind: PlaceKind) -> PlaceFinding:
    candidates = tuple(Place(estate=estate.name.zh, kind=kind) for estate in estates)
    reason = msg("dispatch.place.several_estates", first=estates[0].name, second=estates[1].name)
    return PlaceFinding(None, candidates, ("estate",), 0.2, kind, (reason,))


def _elsewhere(said: str, named: Sequence[Mention], district: District, kind: PlaceKind) -> PlaceFinding:
    for mention in named:
        if isinstance(mention.what, Road):
            return on_road(said, mention, district, kind)
    for mention in named:
        if isinstance(mention.what, Unit) and mention.what.kind is not UnitKind.OFFICE:
            return _at_unit(mention.what, district, kind)
    return PlaceFinding(None, (), ("estate",), 0.0, kind, (msg("dispatch.place.not_named"),))


def _at_unit(unit: Unit, district: District, kind: PlaceKind) -> PlaceFinding:
    courtyard = unit.code if unit.kind is UnitKind.COURTYARD else None
    place = Place(kind=kind, courtyard=courtyard, committee=district.committee_of(unit.code))
    missing = ("building",) if courtyard else ("estate",)
    return PlaceFinding(place, (), missing, 0.5, kind, (msg("dispatch.place.by_unit", unit=unit.name),))
