"""What the doors are handed: everything they need from `app`, and nothing that they would look for."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dispatch.lines import Line
from dispatch.transaction import Door
from webhooks.deadline import Within, in_thread
from webhooks.deeds import DEEDS, Deeds

Note = Callable[[str, Mapping[str, object]], None]


@dataclass(frozen=True, slots=True)
class DoorParts:
    """The doors' parts.

    `public_base` is the address that the carrier calls, without our paths. `tokens` are the primary one
    and, while that is being changed, the secondary, and those of the `sub_accounts`: accounts of ours below
    `account_sid`, whose requests are taken as well. `note(event, facts)` writes a line in the log; the
    facts are never personal. `within(seconds, work)` raises TimeoutError once the time is up. `clock` counts
    seconds and never jumps. `broke` is told when the breaker of the voice doors opens (True) or closes.
    """

    door: Door
    lines: Mapping[str, Line]
    public_base: str
    account_sid: str
    tokens: tuple[str, ...]
    note: Note
    within: Within = in_thread
    clock: Callable[[], float] = time.monotonic
    deeds: Deeds = DEEDS
    default_line: str = "main"
    sub_accounts: frozenset[str] = frozenset()
    broke: Callable[[bool], None] = lambda _is_open: None

    @property
    def accounts(self) -> frozenset[str]:
        """Whose requests are taken."""
        return self.sub_accounts | {self.account_sid}
