"""A place and how sure we are of it."""

from dataclasses import dataclass, replace
from enum import StrEnum

from cases.phrases import Message, msg


class PlaceKind(StrEnum):
    """On which ground the matter is; it decides the usual handler."""

    ROAD = "road"
    COURTYARD = "courtyard"
    STAIRWELL = "stairwell"
    INDOORS = "indoors"
    UNKNOWN = "unknown"

    @property
    def label(self) -> Message:
        """The ground in words."""
        return msg(f"dispatch.place_kind.{self.value}")


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the district. `unit` is the entrance (单元); courtyard, committee and grid are codes.

    Names are the Chinese ones. `courtyard` is None where the place may belong to several.
    """

    estate: str | None = None
    building: str | None = None
    unit: str | None = None
    floor: str | None = None
    room: str | None = None
    road: str | None = None
    number: str | None = None
    kind: PlaceKind = PlaceKind.UNKNOWN
    courtyard: str | None = None
    grid: str | None = None
    committee: str | None = None

    def public(self) -> "Place":
        """The place without the door, which is identity."""
        return replace(self, floor=None, room=None)


@dataclass(frozen=True, slots=True)
class PlaceFinding:
    """What was found in a text.

    `place` is None where nothing of the district was named, or several estates were (`candidates`).
    `missing` has what to ask for: "estate", "building", "unit", "number". `confidence` is 0 to 1.
    `kind` is known even without a place ("the light in the stairwell").
    """

    place: Place | None
    candidates: tuple[Place, ...]
    missing: tuple[str, ...]
    confidence: float
    kind: PlaceKind
    reasons: tuple[Message, ...]

    @property
    def clear(self) -> bool:
        """Whether nothing need be asked to know which courtyard or road it is."""
        if self.place is None:
            return False
        return self.place.courtyard is not None or not {"estate", "building", "number"} & set(self.missing)
