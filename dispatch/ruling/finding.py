"""What is wrong with a decision table."""

from dataclasses import dataclass

from cases.phrases import Message
from dispatch.policy.model import Rule
from dispatch.reading.cells import Fault


@dataclass(frozen=True, slots=True)
class Finding:
    """One trouble: its kind (for programs), the row that it is about ("" for the whole table), and where, what and
    what to do about it, as a fault of the configuration says it."""

    kind: str
    rule: str
    fault: Fault


def about(at: int, rule: Rule, kind: str, where: str, /, **words: object) -> Finding:
    """A finding of row `at` (from 0), in its part `where`; the sentences are `ruling.<kind>` and `ruling.<kind>.do`."""
    fault = Fault(f"policy.rules[{at + 1}].{where}", Message(f"ruling.{kind}", words), Message(f"ruling.{kind}.do"))
    return Finding(kind, rule.id, fault)
