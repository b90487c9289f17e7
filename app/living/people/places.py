"""Where people live and what they name: places of the sample district, in their words."""

from dataclasses import dataclass
from random import Random

from cases.phrases import EN, Name
from dispatch.district import Building, District, Estate

_ROOMS = ("101", "102", "201", "202", "301", "302", "401", "501", "502", "601")


@dataclass(frozen=True, slots=True)
class Home:
    """A flat."""

    estate: Name
    building: str
    entrance: str
    room: str

    def named(self, what: str, lang: str) -> str:
        """So much of it as `what` asks for (courtyard, building, entrance, room), in words."""
        estate = self.estate.in_language(lang)
        if lang == EN:
            parts = (estate, f" building {self.building}", f" unit {self.entrance}", f" room {self.room}")
        else:
            house = "号楼" if self.building.isdigit() else "栋"
            parts = (estate, f"{self.building}{house}", f"{self.entrance}单元", f"{self.room}室")
        return "".join(parts[: _DEPTH[what]])


_DEPTH = {"courtyard": 1, "building": 2, "entrance": 3, "room": 4}


def home(luck: Random, district: District) -> Home:
    """Any flat of the district; where more houses stand more people live."""
    houses = [(estate, building) for estate in district.estates for building in estate.buildings]
    estate, building = luck.choice(houses)
    return _flat(luck, estate, building)


def near(luck: Random, district: District, at: Home) -> Home:
    """Somewhere in the same estate: people tell of what they pass by."""
    estate = next(estate for estate in district.estates if estate.name == at.estate)
    return _flat(luck, estate, luck.choice(estate.buildings))


def _flat(luck: Random, estate: Estate, building: Building) -> Home:
    return Home(estate.name, building.number, luck.choice(building.units or ("1",)), luck.choice(_ROOMS))


def address(luck: Random, district: District, lang: str) -> str:
    """A house number on a road of the district."""
    road = luck.choice(district.roads)
    stretch = luck.choice(road.stretches)
    number = luck.randint(stretch.first, min(stretch.last, stretch.first + 60))
    name = road.name.in_language(lang)
    return f"{number} {name}" if lang == EN else f"{name}{number}号"
