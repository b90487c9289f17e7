"""Why a deed was not done."""

from collections.abc import Sequence
from typing import Any

from cases.phrases import Message


class Refused(Exception):
    """It was not done: `why` says the trouble and the remedy, `field` where (empty: the whole)."""

    def __init__(self, why: Message, field: str = "") -> None:
        super().__init__(why.id)
        self.why = why
        self.field = field


class Moved(Exception):
    """The case has moved on since the page was made; `lines` is what happened meanwhile."""

    def __init__(self, lines: Sequence[Any]) -> None:
        super().__init__(f"{len(lines)} lines")
        self.lines = lines
