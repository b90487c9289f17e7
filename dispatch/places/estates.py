"""A place within a known estate."""

from collections.abc import Iterable, Sequence

from cases.phrases import Message, msg
from dispatch.district.model import Building, District, Estate
from dispatch.places.door import Door, loose_parts
from dispatch.places.model import Place, PlaceFinding, PlaceKind
from dispatch.places.said import Part
from dispatch.places.shown import house


def in_estate(
    parts: Sequence[Part], estate: Estate, doors: Sequence[Door], district: District, kind: PlaceKind
) -> PlaceFinding:
    """The place in an estate, given the parts of the text and its buildings (the best first)."""
    known = {building.number.casefold(): building for building in estate.buildings}
    real = [door for door in doors if door.building in known]
    if not real:
        return _without_building(estate, doors, district, kind)
    door, loose = real[0], loose_parts(parts)
    building = known[door.building or ""]
    unit, wrong = _unit(building, door.unit or loose.unit)
    floor, room = door.floor or loose.floor, door.room or loose.room
    place = Place(
        estate=estate.name.zh,
        building=building.number,
        unit=unit,
        floor=floor,
        room=room,
        kind=_kind(kind, PlaceKind.INDOORS if room or floor else PlaceKind.COURTYARD),
        courtyard=building.courtyard,
        grid=building.grid,
        committee=district.committee_of(building.courtyard),
    )
    others = _others(place, real[1:], known, district)
    reasons = (_reason(estate, building, unit), *wrong)
    missing = () if unit else ("unit",)
    sure = 1.0 if door.sure else 0.7
    confidence = sure * (0.7 if others else 1.0 if unit else 0.9)
    return PlaceFinding(place, others, missing, round(confidence, 2), place.kind, reasons)


def _without_building(estate: Estate, doors: Sequence[Door], district: District, kind: PlaceKind) -> PlaceFinding:
    reasons = [msg("dispatch.place.by_estate", estate=estate.name)]
    if doors:
        reasons.append(
            msg("dispatch.place.no_such_building", estate=estate.name, building=house(doors[0].building or ""))
        )
    courtyard = _only(building.courtyard for building in estate.buildings)
    committees = (district.committee_of(building.courtyard) for building in estate.buildings)
    place = Place(
        estate=estate.name.zh,
        kind=_kind(kind, PlaceKind.COURTYARD),
        courtyard=courtyard,
        grid=_only(building.grid for building in estate.buildings),
        committee=_only(committees),
    )
    # What is on the road before an estate needs no building.
    enough = kind is PlaceKind.ROAD and place.committee and not doors
    missing = () if enough else ("building",)
    return PlaceFinding(place, (), missing, 0.3 if doors else 0.6, place.kind, tuple(reasons))


def _unit(building: Building, said: str | None) -> tuple[str | None, tuple[Message, ...]]:
    """The entrance if the building has it; the only one where there is only one."""
    for unit in building.units:
        if said == unit:
            return unit, ()
    if said:
        return None, (msg("dispatch.place.no_such_unit", building=house(building.number), unit=said),)
    return _only(building.units), ()


def _others(place: Place, doors: Sequence[Door], known: dict[str, Building], district: District) -> tuple[Place, ...]:
    """The further buildings that the text names."""
    named = {door.building: known[door.building or ""] for door in doors}
    return tuple(
        Place(
            estate=place.estate,
            building=building.number,
            kind=place.kind,
            courtyard=building.courtyard,
            grid=building.grid,
            committee=district.committee_of(building.courtyard),
        )
        for building in named.values()
        if building.number != place.building
    )


def _reason(estate: Estate, building: Building, unit: str | None) -> Message:
    if unit:
        return msg("dispatch.place.by_unit_door", estate=estate.name, building=house(building.number), unit=unit)
    return msg("dispatch.place.by_building", estate=estate.name, building=house(building.number))


def _kind(said: PlaceKind, usual: PlaceKind) -> PlaceKind:
    return usual if said is PlaceKind.UNKNOWN else said


def _only(values: Iterable[str | None]) -> str | None:
    """The value that all have, else None."""
    different = set(values)
    return different.pop() if len(different) == 1 else None
