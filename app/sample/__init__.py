"""The sample district of rehearsal: everything in it is made up."""

import json
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent


def raw_district() -> dict[str, Any]:
    """The sample district with its map, as it is imported."""
    raw: dict[str, Any] = json.loads((_HERE / "district.json").read_text(encoding="utf-8"))
    raw["map"] = json.loads((_HERE / "grids.geojson").read_text(encoding="utf-8"))
    return raw
