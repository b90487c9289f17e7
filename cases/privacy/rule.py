"""A rule of hiding: where to look, and whether what was found is what it looks like."""

import re
from collections.abc import Callable

Rule = tuple[re.Pattern[str], Callable[[str], bool]]
"""A pattern whose group `hide` is hidden where the second says so of it."""


def always(_: str) -> bool:
    """What its pattern finds is hidden without another look."""
    return True


def rule(pattern: str, holds: Callable[[str], bool] = always) -> Rule:
    """A rule for the searched spelling: digits for 零 to 九, one width, one kind of dash."""
    return re.compile(pattern, re.IGNORECASE | re.ASCII), holds
