"""Whether the words of whoever says that they are there name the very place, as exactly as it is known."""

from dataclasses import dataclass

from dispatch.district.model import District
from dispatch.places.find import find
from dispatch.places.model import Place


@dataclass(frozen=True, slots=True)
class Spot:
    """Where somebody must be, of a matter or a round. `road` has its house number where that is known (滨河大道18号).
    `grid` and `courtyard` say whose part of an estate or a road it is, where no house of it is known."""

    estate: str | None = None
    building: str | None = None
    entrance: str | None = None
    road: str | None = None
    grid: str | None = None
    courtyard: str | None = None


def is_named(words: str, spot: Spot, district: District) -> bool:
    """Whether words name a spot. What is more exact than is known will do; what is less exact, or another house, will
    not. Whoever names a building alone means one of the spot's estate."""
    said = find(words, district).place
    if said is None and spot.estate:
        said = find(f"{spot.estate}{words}", district).place
        if said is not None and said.building is None:
            return False  # the estate is our own word, and theirs added nothing to it
    if said is None:
        return False
    if spot.road:
        return _on_road(said, spot)
    return spot.estate is not None and said.estate == spot.estate and _same_building(said, spot)


def _on_road(said: Place, spot: Spot) -> bool:
    known = (spot.road or "").rstrip("号")
    if known == f"{said.road}{said.number}":
        return True
    return known == said.road and _same_part(said, spot)


def _same_building(said: Place, spot: Spot) -> bool:
    if spot.building is None:
        return _same_part(said, spot)
    if said.building != spot.building:
        return False
    return said.unit is None or spot.entrance is None or said.unit == spot.entrance


def _same_part(said: Place, spot: Spot) -> bool:
    """Whether a house that is named of an estate or a road lies in the part that is meant. Who names none says no
    part."""
    if said.building is None and said.number is None:
        return True
    mine = ((said.grid, spot.grid), (said.courtyard, spot.courtyard))
    return all(None in both or both[0] == both[1] for both in mine)
