"""History and reasons as messages: codes become the names that the district and the policy have for them."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from cases.clock.sla import parse_limit
from cases.phrases import Message, Name, msg, recalled
from dispatch.district import District
from dispatch.policy import Policy

# The kinds of history lines that have a sentence of their own: console.event.<kind>.
KINDS = (
    "registered",
    "accepted",
    "dispatched",
    "rerouted",
    "reason_given",
    "supplemented",
    "urged",
    "warned",
    "breached",
    "escalated",
    "auto_signed",
    "text_failed",
    "recording_kept",
    "recording_absent",
    "recording_failed",
)
# Facts that are codes with words in the catalogues.
_WORDED = {
    "channel": "cases.channel",
    "level": "cases.level",
    "step": "cases.step",
    "purpose": "console.purpose",
    "status": "console.delivery",
}
# Reasons of understanding begin so; all others are reasons of the route.
_UNDERSTOOD = ("dispatch.matter.", "dispatch.place.")
# Lines whose words are shown: whoever works on the case must know them.
_SAID = ("supplemented", "reason_given")
_ACTORS = ("system", "resident", "command")


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the timeline."""

    at: datetime
    kind: str
    what: Message
    who: Message


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells lines of history with the names that are in force now."""

    district: District
    policy: Policy
    words: Callable[[UUID], str]  # what was said in a line, without what identifies somebody

    def told(self, row: Any) -> Told:
        """A line of history in words."""
        facts = json.loads(row.canonical).get("facts", {})
        places = {name: self._place(name, value) for name, value in facts.items()}
        if row.kind in _SAID:
            places["words"] = self.words(row.content_id) if row.content_id else "…"
        if row.kind not in KINDS:
            what = msg("console.event.other", kind=row.kind)
        elif row.kind in ("dispatched", "rerouted") and not facts.get("worker"):
            what = msg(f"console.event.{row.kind}_unit", **places)
        else:
            what = msg(f"console.event.{row.kind}", **places)
        return Told(row.at, row.kind, what, self._actor(row.actor))

    def _place(self, name: str, value: Any) -> object:
        if name in _WORDED and value:
            return msg(f"{_WORDED[name]}.{value}")
        if name == "unit":
            return self.unit(value)
        if name == "worker":
            return self.worker(value)
        if name == "category":
            return self.policy.category(str(value)).name
        if name.endswith("_at") and value:
            return datetime.fromisoformat(value)
        return value if value is not None else ""

    def unit(self, code: str | None) -> Name:
        """A unit's name; its code where the district no longer has it."""
        found = self.district.unit(code)
        return found.name if found is not None else Name(code or "")

    def worker(self, code: str | None) -> Name:
        """A worker's name; the code where the district no longer has them."""
        found = self.district.worker(code)
        return found.name if found is not None else Name(code or "")

    def _actor(self, actor: str) -> Message:
        if actor in _ACTORS:
            return msg(f"console.actor.{actor}")
        kind, _, code = actor.partition(":")
        return msg("console.actor.person", name=self.worker(code) if kind == "staff" else Name(code or kind))


def reasons(stored: str) -> tuple[list[Message], list[Message]]:
    """The reasons stored on a case: why it was understood so, and why it was routed so."""
    understood: list[Message] = []
    routed: list[Message] = []
    for message in recalled(stored):
        (understood if message.id.startswith(_UNDERSTOOD) else routed).append(message)
    return understood, routed


def limit(text: str) -> Message | None:
    """A stored limit in words; None where there is none."""
    found = parse_limit(text)
    return found.label if found is not None else None
