"""What stands beside the units as tables that an office keeps, a line for each.

    points       code, name_zh, name_en, unit, address_zh, address_en, lon, lat, grid, serves, hours, phone
    teams        code, name_zh, name_en, unit, members, grids
    experts      code, name_zh, name_en, skills, serves, worker, body_zh, body_en, phone, hours
    other_lines  number, name_zh, name_en, what_zh, what_en, serves, levels

What is several stands in one cell, parted by 、 or ; `hours` are rows like 12345 09:00-17:00. `rows_of` writes them,
`entering` reads them.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dispatch.district.listing import joined

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "points": (
        "code", "name_zh", "name_en", "unit", "address_zh", "address_en", "lon", "lat", "grid", "serves", "hours",
        "phone",
    ),
    "teams": ("code", "name_zh", "name_en", "unit", "members", "grids"),
    "experts": (
        "code", "name_zh", "name_en", "skills", "serves", "worker", "body_zh", "body_en", "phone", "hours",
    ),
    "other_lines": ("number", "name_zh", "name_en", "what_zh", "what_en", "serves", "levels"),
}  # fmt: skip
LISTS = frozenset({"members", "grids", "skills", "serves", "hours", "levels"})
NAMES = ("name", "address", "body", "what")  # in both languages, a column each
PLACED = ("lon", "lat")


def rows_of(table: str, raw: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, str]]:
    """The lines of one of these tables."""
    for row in raw:
        cells: dict[str, object] = {**row, **dict(zip(PLACED, row.get("at") or (), strict=False))}
        for name in NAMES:
            cells |= {f"{name}_{lang}": said for lang, said in (row.get(name) or {}).items()}
        yield {column: _cell(column, cells.get(column)) for column in COLUMNS[table]}


def _cell(column: str, value: Any) -> str:
    if value is None:
        return ""
    if column in LISTS:
        return joined([value] if isinstance(value, str) else list(value))
    return str(value)
