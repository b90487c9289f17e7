"""A line of a table becomes a part of the raw district; what is wrong with a cell comes with it."""

from collections.abc import Callable
from typing import Any

from cases.phrases import Message, msg
from dispatch.district.beside.sheets import COLUMNS, LISTS, NAMES, PLACED
from dispatch.district.datum import EAST, NORTH
from dispatch.district.listing import parted
from dispatch.reading.cells import shown

Trouble = tuple[str, Message, Message]  # a column, what is wrong with it, and what to do about it


def row(table: str, text: Callable[[str], str]) -> tuple[dict[str, Any], list[Trouble]]:
    """The raw part of a line, whose cells `text` gives by column; empty ones are left out."""
    found: dict[str, Any] = {}
    for column in COLUMNS[table]:
        said = text(column)
        name, _, lang = column.rpartition("_")
        if name in NAMES:
            if lang == "zh" and (said or text(f"{name}_en")):
                found[name] = {"zh": said or text(f"{name}_en"), "en": text(f"{name}_en") or said}
        elif said and column not in PLACED:
            found[column] = parted(said) if column in LISTS else said
    return (found, []) if "lat" not in COLUMNS[table] else _placed(found, text)


def _placed(found: dict[str, Any], text: Callable[[str], str]) -> tuple[dict[str, Any], list[Trouble]]:
    """With the point on the earth, where one is said."""
    said = {column: text(column) for column in PLACED}
    if not any(said.values()):
        return found, []
    troubles: list[Trouble] = []
    at = []
    for column, cell in said.items():
        degrees = _degrees(cell, EAST if column == "lon" else NORTH)
        if degrees is None:
            troubles.append(
                (column, msg("beside.fault.no_degrees", given=shown(cell)), msg("beside.fault.write_degrees"))
            )
        else:
            at.append(degrees)
    return (found if troubles else {**found, "at": at}), troubles


def _degrees(cell: str, most: float) -> float | None:
    """What somebody wrote as degrees, where there are so many: a map's datum cannot be reckoned with others."""
    try:
        degrees = float(cell)
    except ValueError:
        return None
    return degrees if abs(degrees) <= most else None
