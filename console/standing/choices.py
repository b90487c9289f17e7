"""Who came into question when a case last changed hands by choice, and why they have it or not."""

import json
from collections.abc import Iterable
from typing import Any

from cases.phrases import Message
from console.standing.telling import Teller
from dispatch.choice import stored

_HANDED = ("dispatched", "rerouted", "moved")


def candidates(teller: Teller, lines: Iterable[Any]) -> list[Message]:
    """A sentence for each, whoever has it first; none where a person was named by hand."""
    handed = [line for line in lines if line.kind in _HANDED]
    if not handed:
        return []
    values = json.loads(handed[-1].canonical).get("facts", {}).get("values") or {}
    return [stored.told(each, teller.worker(each.worker)) for each in stored.read(values)]
