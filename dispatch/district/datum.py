"""Where on the earth: maps of Chinese makers stand beside WGS 84 on purpose, by up to some hundred metres.

GCJ-02 (高德, 腾讯) bends WGS 84 by a sum of sines, BD-09 (百度) bends GCJ-02 once more. Neither way back has a formula:
it is found by trying, to less than a millimetre. The constants in use are those of Krassovsky's ellipsoid (semi-major
axis 6 378 245 m, eccentricity squared 0.00669342162296594323). Outside the mainland's box both say what WGS 84 says.
"""

from enum import StrEnum
from math import atan2, cos, hypot, pi, radians, sin, sqrt

Point = tuple[float, float]  # longitude, latitude, in degrees


class Datum(StrEnum):
    """How a map's coordinates are meant."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


EAST, NORTH = 180.0, 90.0
"""How far longitude and latitude go either way."""

_AXIS, _ECCENTRICITY = 6378245.0, 0.00669342162296594323
_MAINLAND = (72.004, 0.8293, 137.8347, 55.8271)  # west, south, east, north: where GCJ-02 bends
_BAIDU = pi * 3000 / 180
_TURNS = 6  # each gains two to three digits


def to_wgs84(point: Point, datum: Datum) -> Point:
    """A point of a map as WGS 84 has it."""
    if datum is Datum.WGS84:
        return point
    return _back(_of_baidu(point) if datum is Datum.BD09 else point)


def of_wgs84(point: Point, datum: Datum) -> Point:
    """A point of WGS 84 as a map of another maker has it."""
    if datum is Datum.WGS84:
        return point
    bent = _bent(point)
    return _to_baidu(bent) if datum is Datum.BD09 else bent


def _back(bent: Point) -> Point:
    guess = bent
    for _ in range(_TURNS):
        again = _bent(guess)
        guess = guess[0] - again[0] + bent[0], guess[1] - again[1] + bent[1]
    return guess


def _bent(point: Point) -> Point:
    lon, lat = point
    west, south, east, north = _MAINLAND
    if not (west <= lon <= east and south <= lat <= north):
        return point
    across, up = _shift(lon - 105.0, lat - 35.0)
    slope = radians(lat)
    magic = 1 - _ECCENTRICITY * sin(slope) ** 2
    up = up * 180 / (_AXIS * (1 - _ECCENTRICITY) / (magic * sqrt(magic)) * pi)
    across = across * 180 / (_AXIS / sqrt(magic) * cos(slope) * pi)
    return lon + across, lat + up


def _shift(x: float, y: float) -> Point:
    """By how many metres a point is bent to the east and to the north; from the middle of the country."""
    waves = (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3
    across = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + waves
    across += (20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3
    across += (150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3
    up = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + waves
    up += (20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3
    up += (160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30)) * 2 / 3
    return across, up


def _to_baidu(point: Point) -> Point:
    lon, lat = point
    far, turned = hypot(lon, lat) + 0.00002 * sin(lat * _BAIDU), atan2(lat, lon) + 0.000003 * cos(lon * _BAIDU)
    return far * cos(turned) + 0.0065, far * sin(turned) + 0.006


def _of_baidu(point: Point) -> Point:
    guess = point[0] - 0.0065, point[1] - 0.006
    for _ in range(_TURNS):
        again = _to_baidu(guess)
        guess = guess[0] - again[0] + point[0], guess[1] - again[1] + point[1]
    return guess
