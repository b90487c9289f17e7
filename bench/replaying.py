"""How long it takes to try other rules on last month: `hotline rules replay` over many cases of the sample district."""

import csv
import json
import time
from io import StringIO
from pathlib import Path
from typing import Any

from bench import copies
from bench.ground import Ground, Site

CASES = 10_000
_ROW, _UNIT = "stairwell-grid", "heping"  # the row that the draft sends elsewhere


def measure(ground: Ground) -> dict[str, Any]:
    """The command from its start to its end, with a draft in which one row sends elsewhere."""
    site = ground.database("replay")
    copies.fill(site, CASES)
    copies.orders(site)
    draft = ground.folder.root / "draft.csv"
    _write(site, draft)
    began = time.monotonic()
    said = json.loads(site.run("rules", "replay", "--days", "30", "--draft", str(draft), "-o", "json"))
    return {"s": round(time.monotonic() - began, 2), "cases": said["cases"], "other": len(said["changes"])}


def _write(site: Site, draft: Path) -> None:
    rows = list(csv.DictReader(StringIO(site.run("rules", "show").removeprefix("\ufeff"))))
    for row in rows:
        if row["id"] == _ROW:
            row |= {"to": "", "role": "", "unit": _UNIT}
    with draft.open("w", encoding="utf-8", newline="") as file:
        written = csv.DictWriter(file, rows[0])
        written.writeheader()
        written.writerows(rows)
