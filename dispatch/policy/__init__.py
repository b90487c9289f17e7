"""Policy as data: categories, rules, targets, ladder, calendar, menu, risk words and texts.

`parse` reads the `[policy]` table; the one in config.toml shows every form.
"""

from dispatch.policy.model import (
    Category,
    Destination,
    Kind,
    KindWords,
    MenuKey,
    Outcome,
    Policy,
    RiskWords,
    Rule,
    Rung,
    ServiceLine,
    When,
)
from dispatch.policy.parse import PolicyErrors, parse, read
from dispatch.policy.reach import unknown_units
from dispatch.reading.cells import Fault

__all__ = [
    "Category",
    "Destination",
    "Fault",
    "Kind",
    "KindWords",
    "MenuKey",
    "Outcome",
    "Policy",
    "PolicyErrors",
    "RiskWords",
    "Rule",
    "Rung",
    "ServiceLine",
    "When",
    "parse",
    "read",
    "unknown_units",
]
