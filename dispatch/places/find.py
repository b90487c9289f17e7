"""From what was said to a place of the district, or to what must be asked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cases.phrases import msg
from dispatch.district.model import District, Estate, Road, Unit, UnitKind
from dispatch.places.door import Door, doors_in
from dispatch.places.estates import in_estate
from dispatch.places.gazetteer import Mention, mentions
from dispatch.places.kinds import kind_said
from dispatch.places.model import Place, PlaceFinding, PlaceKind
from dispatch.places.near import by_slip, by_sound
from dispatch.places.roads import on_road
from dispatch.places.said import Part, read_parts
from dispatch.reading.script import plain

_NEAR = 4  # characters between the name of an estate and its building: "的", a comma, a space
_HEARD = 0.8  # how sure we are of a name that was found by its sound, against one found as it is written


@dataclass(frozen=True, slots=True)
class _Saying:
    """A plain text with the names of the district and the ways to doors in it."""

    text: str
    named: tuple[Mention, ...]
    parts: tuple[Part, ...]
    doors: tuple[Door, ...]
    kind: PlaceKind

    @property
    def sure(self) -> tuple[Door, ...]:
        """The doors that can mean nothing else, wherever they stand."""
        return tuple(door for door in self.doors if door.sure)


def find(text: str, district: District) -> PlaceFinding:
    """The place that a text names. Never raises.

    A building that does not exist is asked for, not taken. A name that is only heard (性福里) is taken and
    less sure; a name with a slip is offered as a candidate.
    """
    said = plain(text)
    named = mentions(said, district)
    if not named:
        near = _nearly(said, district)
        if near is not None:
            return near
    return _found(_saying(said, named), district)


def without_places(text: str, district: District) -> str:
    """A plain text without the names of places and the ways to doors in it: what is left says what the matter is."""
    said = plain(text)
    named = mentions(said, district)
    spans = [(mention.start, mention.end) for mention in named]
    spans += [(part.piece.start, part.piece.end) for part in read_parts(said, {m.end: m.ground for m in named})]
    pieces, position = [], 0
    for start, end in sorted(spans):
        pieces.append(said[position:start])
        position = max(position, end)
    return " ".join([*pieces, said[position:]])


def _saying(said: str, named: tuple[Mention, ...]) -> _Saying:
    parts = read_parts(said, {mention.end: mention.ground for mention in named})
    return _Saying(said, named, parts, doors_in(parts), kind_said(_without_names(said, named)))


def _nearly(said: str, district: District) -> PlaceFinding | None:
    """What is named by its sound, or offered because of a slip."""
    named = by_sound(said, district)
    if named:
        finding = _found(_saying(said, named), district)
        reason = msg("dispatch.place.by_sound", name=named[0].what.name, heard=said[named[0].start : named[0].end])
        confidence = round(finding.confidence * _HEARD, 2)
        return replace(finding, confidence=confidence, reasons=(reason, *finding.reasons))
    saying = _saying(said, ())
    slipped = by_slip(said, saying.sure, district)
    return _offered(saying, slipped, district) if slipped else None


def _offered(saying: _Saying, slipped: Sequence[Estate | Road], district: District) -> PlaceFinding:
    """The places that a slip may mean; none is taken before somebody says so."""
    places = []
    for what in slipped:
        if isinstance(what, Estate):
            places.append(in_estate(saying.parts, what, saying.sure, district, saying.kind).place)
        else:
            places.append(Place(road=what.name.zh, kind=saying.kind))
    reason = msg("dispatch.place.nearly_named", name=slipped[0].name)
    candidates = tuple(place for place in places if place is not None)
    return PlaceFinding(None, candidates, ("estate",), 0.2, saying.kind, (reason,))


def _found(saying: _Saying, district: District) -> PlaceFinding:
    named, kind = saying.named, saying.kind
    estates = {id(m.what): m.what for m in named if isinstance(m.what, Estate)}
    chosen = list(estates.values())
    if len(chosen) > 1:
        chosen = [estate for estate in chosen if _door_of(saying, estate)] or chosen
    if len(chosen) > 1:
        return _several(chosen, kind)
    if chosen:
        door = _door_of(saying, chosen[0])
        doors = (door, *saying.sure) if door else saying.sure
        return in_estate(saying.parts, chosen[0], doors, district, kind)
    unit = next((m.what for m in named if isinstance(m.what, Unit) and m.what.kind is UnitKind.COURTYARD), None)
    around = _estates_of(unit, district) if unit and saying.sure else ()
    if around:
        return in_estate(saying.parts, around[0], saying.sure, district, kind)
    return _elsewhere(saying, district)


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


def _door_of(saying: _Saying, estate: Estate) -> Door | None:
    """The building named right behind the estate, if the estate has it."""
    for mention in saying.named:
        if mention.what is estate:
            near = next((door for door in saying.doors if 0 <= door.start - mention.end <= _NEAR), None)
            if near and any(building.number.casefold() == near.building for building in estate.buildings):
                return near
    return None


def _several(estates: Sequence[Estate], kind: PlaceKind) -> PlaceFinding:
    candidates = tuple(Place(estate=estate.name.zh, kind=kind) for estate in estates)
    reason = msg("dispatch.place.several_estates", first=estates[0].name, second=estates[1].name)
    return PlaceFinding(None, candidates, ("estate",), 0.2, kind, (reason,))


def _elsewhere(saying: _Saying, district: District) -> PlaceFinding:
    named, kind = saying.named, saying.kind
    for mention in named:
        if isinstance(mention.what, Road):
            return on_road(saying.text, mention, district, kind)
    for mention in named:
        if isinstance(mention.what, Unit) and mention.what.kind is not UnitKind.OFFICE:
            return _at_unit(mention.what, district, kind)
    return PlaceFinding(None, (), ("estate",), 0.0, kind, (msg("dispatch.place.not_named"),))


def _at_unit(unit: Unit, district: District, kind: PlaceKind) -> PlaceFinding:
    courtyard = unit.code if unit.kind is UnitKind.COURTYARD else None
    place = Place(kind=kind, courtyard=courtyard, committee=district.committee_of(unit.code))
    missing = ("building",) if courtyard else ("estate",)
    return PlaceFinding(place, (), missing, 0.5, kind, (msg("dispatch.place.by_unit", unit=unit.name),))
