"""Which row of which version decided where a case went, and the values that it looked at."""

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from dispatch.ruling.shown import telling
from dispatch.ruling.shown.telling import Cell
from dispatch.ruling.values import recalled
from dispatch.transaction import Tx


@dataclass(frozen=True, slots=True)
class Decided:
    """The policy's version, the row's place in its table (from 1; 0: the default) and name, and the values in words."""

    version: int
    place: int
    rule: str
    values: tuple[Cell, ...]


def decided(tx: Tx, head: Any, lines: Iterable[Any]) -> Decided | None:
    """What a rule decided when the case was opened. None where no rule did, where it is older than that is kept, and
    for whoever may not see what the case is about."""
    if getattr(head, "is_veiled", False):
        return None
    facts = next((_facts(line) for line in lines if line.kind == "dispatched"), {})
    with suppress(KeyError, ValueError):  # a line of long ago, or of a vocabulary that is gone
        asked = recalled(facts["values"], tx.district)
        policy = tx.policy_at(head.policy_version)
        places = {rule.id: place for place, rule in enumerate(policy.rules, 1)}
        rule = str(facts["rule"])
        values = telling.report(asked.facts, policy, tx.district)
        return Decided(head.policy_version, places.get(rule, 0), rule, values)
    return None


def _facts(line: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(line.canonical).get("facts", {})
    return found
