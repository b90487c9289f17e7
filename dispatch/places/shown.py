"""A place in words, without the door."""

from cases.phrases import Message, Name, msg
from dispatch.district.model import District
from dispatch.places.model import Place


def shown(place: Place | None, district: District) -> Message:
    """The place as an order or a receipt names it; floor and room are left out, they are identity."""
    if place is None:
        return msg("dispatch.place.unknown")
    if place.estate:
        return _in_estate(place, _name(place.estate, [estate.name for estate in district.estates]))
    if place.road:
        road = _name(place.road, [road.name for road in district.roads])
        if place.number:
            return msg("dispatch.place.road_number", road=road, number=place.number)
        return msg("dispatch.place.road", road=road)
    unit = district.unit(place.courtyard) or district.unit(place.committee)
    return msg("dispatch.place.unit", unit=unit.name) if unit else msg("dispatch.place.unknown")


def house(number: str) -> Message:
    """A building by its number or letter."""
    return msg("dispatch.place.house_number" if number.isdigit() else "dispatch.place.house_letter", number=number)


def _in_estate(place: Place, estate: Name) -> Message:
    if place.building and place.unit:
        return msg(
            "dispatch.place.estate_building_unit",
            estate=estate,
            building=house(place.building),
            unit=place.unit,
        )
    if place.building:
        return msg("dispatch.place.estate_building", estate=estate, building=house(place.building))
    return msg("dispatch.place.estate", estate=estate)


def _name(zh: str, names: list[Name]) -> Name:
    return next((name for name in names if name.zh == zh), Name(zh))
