"""What suits a matter at a place: the service point to go to, the line to call, the expert to ask."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cases.phrases import Message, msg
from cases.steps import Level
from dispatch.district.beside.hours import DAYS, Opening, is_open, opens_next
from dispatch.district.beside.model import Expert, NeighbourLine, ServicePoint
from dispatch.district.ground import metres_between
from dispatch.district.model import District

_ROUND = 10  # metres: a grid's middle is no better known


class Door(StrEnum):
    """Whether somebody is there. UNSURE: no hours are said, or it is a day off."""

    OPEN = "open"
    SHUT = "shut"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Asked:
    """A matter: its branch of categories with its service line, its level, the skill that its rule wants; where it is
    (codes); the office's clock, with whether today is a day off there; and who has it (a code), who asks others."""

    matters: Collection[str]
    level: Level
    local: datetime
    skill: str | None = None
    grid: str | None = None
    courtyard: str | None = None
    committee: str | None = None
    day_off: bool = False
    holder: str | None = None


@dataclass(frozen=True, slots=True)
class Near:
    """A service point, how far it is in metres (None: not known), and whether somebody is there now."""

    point: ServicePoint
    metres: int | None
    door: Door
    opens: datetime | None


@dataclass(frozen=True, slots=True)
class Offer:
    """What a caller may be told, and whom the handler may ask."""

    points: tuple[Near, ...] = ()
    lines: tuple[NeighbourLine, ...] = ()
    experts: tuple[Expert, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.points or self.lines or self.experts)


def suiting(district: District, asked: Asked) -> Offer:
    """All that suits, the best first."""
    beside = district.beside
    return Offer(
        tuple(_points(district, asked)),
        tuple(line for line in beside.other_lines if line.suits(asked.matters, asked.level)),
        tuple(
            each
            for each in beside.experts
            if each.suits(asked.matters, asked.skill) and (each.worker is None or each.worker != asked.holder)
        ),
    )


def _points(district: District, asked: Asked) -> Iterator[Near]:
    """The nearest point that serves the matter; where nobody is there, the nearest where somebody is beside it."""
    fit = sorted(_near(district, asked), key=lambda near: (near.metres is None, near.metres or 0))
    if fit:
        yield fit[0]
    if fit and fit[0].door is not Door.OPEN:
        yield from [near for near in fit[1:] if near.door is Door.OPEN][:1]


def _near(district: District, asked: Asked) -> Iterator[Near]:
    here = district.ground_of(asked.grid, asked.courtyard, asked.committee)
    for point in district.beside.points:
        if point.suits(asked.matters):
            there = point.at or district.middle(point.grid)
            metres = round(metres_between(here, there) / _ROUND) * _ROUND if here and there else None
            yield Near(point, metres, *door(point.hours, asked.local, day_off=asked.day_off))


def door(hours: Collection[Opening], local: datetime, *, day_off: bool) -> tuple[Door, datetime | None]:
    """Whether somebody is there at a local moment, and when it opens next where nobody is."""
    if not hours or day_off:
        return Door.UNSURE, None
    if is_open(hours, local):
        return Door.OPEN, None
    return Door.SHUT, opens_next(hours, local)


def said_of(near: Near, local: datetime) -> Message:
    """Whether it is open, in a sentence."""
    if near.opens is None:
        return msg(f"beside.door.{near.door}")
    time = f"{near.opens:%H:%M}"
    if near.opens.date() == local.date():
        return msg("beside.door.today", time=time)
    return msg("beside.door.later", day=msg(f"dispatch.weekday.{DAYS[near.opens.weekday()]}"), time=time)
