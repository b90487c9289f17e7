"""Those who came into question as they stand in a case's history: codes and numbers, said in words when they are read.

`candidates` of the values of a line: [{"worker", "why", and the numbers of the reason}].
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from cases.phrases import Message, Name, msg
from dispatch.choice.model import Judged, Why

_NAME = "candidates"


def written(judged: Sequence[Judged]) -> dict[str, object]:
    """As a part of the values of a line; nothing where nobody came into question."""
    rows = [{"worker": each.worker, "why": str(each.why), **each.facts} for each in judged]
    return {_NAME: rows} if rows else {}


def read(values: Mapping[str, object]) -> tuple[Judged, ...]:
    """The other way round; what cannot be read is left out."""
    rows = values.get(_NAME)
    found = (_judged(row) for row in rows) if isinstance(rows, list) else ()
    return tuple(each for each in found if each is not None)


def _judged(row: object) -> Judged | None:
    if not isinstance(row, Mapping) or row.get("why") not in list(Why):
        return None
    facts = {str(key): value for key, value in row.items() if isinstance(value, int)}
    return Judged(str(row.get("worker")), Why(str(row["why"])), facts)


def told(each: Judged, name: Name | str) -> Message:
    """Why somebody has a matter, or does not, in a sentence."""
    by = "_by" if each.why is Why.FAR and "metres" in each.facts else ""
    counted = "" if each.why is not Why.TAKEN or "open" in each.facts else "_desk"
    at = {"at": datetime.fromtimestamp(each.facts["at"], UTC)} if "at" in each.facts else {}
    return msg(f"choice.why.{each.why}{by}{counted}", worker=name, **{**each.facts, **at})
