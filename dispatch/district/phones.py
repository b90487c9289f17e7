"""The telephone numbers of a raw district, taken out before it is kept."""

from collections.abc import Mapping

DESK = "duty_desk"


def phones(raw: Mapping[str, object]) -> dict[str, str]:
    """Numbers by worker code; the duty desk's is under "duty_desk"."""
    found = {str(row["code"]): str(row["phone"]) for row in _workers(raw) if row.get("phone")}
    desk = raw.get(DESK)
    if isinstance(desk, Mapping) and desk.get("phone"):
        found[DESK] = str(desk["phone"])
    return found


def without_phones(raw: Mapping[str, object]) -> dict[str, object]:
    """The same district without any number."""
    kept = dict(raw)
    kept["workers"] = [_bare(row) for row in _workers(raw)]
    if isinstance(desk := raw.get(DESK), Mapping):
        kept[DESK] = _bare(desk)
    return kept


def _workers(raw: Mapping[str, object]) -> list[Mapping[str, object]]:
    listed = raw.get("workers")
    rows = listed if isinstance(listed, list | tuple) else []
    return [row for row in rows if isinstance(row, Mapping) and "code" in row]


def _bare(row: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in row.items() if key != "phone"}
