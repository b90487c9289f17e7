"""History and reasons as messages: codes become the names that the district and the policy have for them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from typing import Any
from uuid import UUID

from cases.clock.sla import parse_limit
from cases.phrases import Message, Name, msg, recalled
from dispatch.district import District
from dispatch.people.reveal import CONTACT
from dispatch.people.roster import DESK_CODE
from dispatch.policy import Policy
from dispatch.side.calls import listed

# The kinds of history lines that have a sentence of their own: console.event.<kind>.
KINDS = (
    "registered", "accepted", "dispatched", "triaged", "rerouted", "reason_given", "supplemented", "located", "urged",
    "warned", "breached", "escalated", "auto_signed", "text_failed", "recording_kept", "recording_absent",
    "recording_failed", "signed", "revealed", "contacted", "arrived", "claimed", "code_wrong", "found", "progress",
    "safe", "telling", "told", "sent_back", "submitted", "verified", "asked", "verdict", "not_reached", "annulled",
    "unreachable", "redone", "reopened", "moved", "return_asked", "return_upheld", "return_rejected", "disputed",
    "adjudicated", "closing_proposed", "closing_approved", "closing_refused", "closed", "archived", "order_call",
    "order_round", "relay_missed", "hold_asked", "held", "resumed", "review_due", "extension_asked", "extended",
    "waiver_asked", "visit_waived", "exception_asked", "step_excepted", "request_refused", "answered",
    "answer_stands", "declined", "handed_over", "handing_over", "withdrawn", "merged", "merged_with", "unmerged",
    "unmerged_from",
    "void_proposed", "voided", "recounted", "supervised", "regraded", "accounted", "released", "exclusion_asked",
    "excluded", "included", "cohandled", "co_answered", "co_accepted", "co_returned", "co_released", "whistled",
    "whistle_came", "whistle_came_late", "whistle_missed", "whistle_rated", "urge_answered", "flagged", "unflagged",
    "repeat_linked", "repeated", "repeat_unlinked", "confided", "disclosed", "looked", "incident_opened",
    "incident_known", "incident_ended", "found_on_round", "campaign_joined", "referred", "corrected", "split",
    "split_from", "correction_suggested", "correction_dismissed", "suggested",
    "correction_asked", "correction_settled",
)  # fmt: skip
# Facts that are codes with words in the catalogues.
_WORDED = {
    "channel": "cases.channel",
    "level": "cases.level",
    "step": "cases.step",
    "purpose": "console.purpose",
    "status": "console.delivery",
    "grade": "cases.grade",
    "way": "console.way",
    "answer": "cases.answer",
    "code": "cases.reason",
    "closing": "cases.closing_kind",
    "by": "cases.verification",
    "through": "console.through",
    "why": "console.why",
    "reason": "cases.move_reason",
    "result": "console.ring",
    "resumed": "life.resumption",
    "request": "life.request",
    "to_line": "ending.other_line",
    "cause": "side.cause",
    "flag": "side.flag",
    "part": "whistle.part",
}
# The same fact of some kinds of lines has other words.
_WORDED_IN = {
    ("sent_back", "reason"): "ending.back_reason",
    ("declined", "reason"): "ending.decline_reason",
    ("disputed", "cause"): "dispute.cause",
    **dict.fromkeys((("hold_asked", "code"), ("held", "code")), "cases.hold_reason"),
    **dict.fromkeys((("extension_asked", "code"), ("extended", "code")), "life.extension_reason"),
    **dict.fromkeys((("waiver_asked", "code"), ("visit_waived", "code")), "life.waiver_reason"),
    **dict.fromkeys((("exclusion_asked", "code"), ("excluded", "code")), "life.exclusion_reason"),
    **dict.fromkeys((("exception_asked", "code"), ("step_excepted", "code")), "life.exception_reason"),
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
    grade: Message | None = None  # how well it is proven, where it proves something


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells lines of history with the names that are in force now."""

    district: District
    policy: Policy
    words: Callable[[UUID], str]  # what was said in a line, without what identifies somebody
    accounts: Mapping[str, str] = field(default_factory=dict)  # names by login

    def told(self, row: Any) -> Told:
        """A line of history in words."""
        facts = json.loads(row.canonical).get("facts", {})
        places = {name: self._place(row.kind, name, value) for name, value in facts.items()}
        places |= {"moved": _moved(facts)} if row.kind == "recounted" else {}
        places |= {"changes": self._changes(facts)} if row.kind == "corrected" else {}
        if row.kind in _SAID:
            places["words"] = self.words(row.content_id) if row.content_id else "…"
        else:
            places["said"] = self.said(row.content_id if self._may_say(row) else None)
        if row.kind not in KINDS:
            what = msg("console.event.other", kind=row.kind)
        elif row.kind == "urged" and row.actor != "resident":
            what = msg("casepage.told.urged")
        elif row.kind == "revealed" and facts.get("what") == CONTACT:
            what = msg("casepage.told.revealed", **places)
        elif row.kind == "disputed" and "proposed" in facts:
            what = msg("dispute.told.proposed", **places)
        elif row.kind in ("dispatched", "rerouted", "moved", "adjudicated") and not facts.get("worker"):
            what = msg(f"console.event.{row.kind}_unit", **places)
        else:
            what = msg(f"console.event.{row.kind}", **places)
        return Told(row.at, row.kind, what, self.actor(row.actor), _grade(row.kind, facts))

    def said(self, content_id: UUID | None) -> Message:
        """A sentence goes on with what was said, or ends."""
        return msg("console.said.words", words=self.words(content_id)) if content_id else msg("console.said.nothing")

    @staticmethod
    def _may_say(row: Any) -> bool:
        """What the first line says is the matter itself and stands above, redacted as a whole."""
        return row.content_id is not None and row.kind != "registered"

    def _place(self, kind: str, name: str, value: Any) -> object:
        if name in _WORDED and value:
            return msg(f"{_WORDED_IN.get((kind, name), _WORDED[name])}.{value}")
        if name in ("unit", "proposed"):
            return self.unit(value)
        if name == "units":
            return listed([self.unit(code) for code in value])
        if name == "worker":
            return self.worker(value)
        if name == "referred_to":
            return self.district.beside.named(str(value))
        if name == "asked_by":
            return self.actor(str(value))
        if name == "amount":
            return limit(str(value)) or ""
        if name == "template":
            known = self.policy.rounds.get(str(value))
            return known.name if known else str(value)
        if name == "category":
            return self.policy.category(str(value)).name
        if name.endswith("_at") and value:
            return datetime.fromisoformat(value)
        return value if value is not None else ""

    def _changes(self, facts: Mapping[str, Any]) -> Message:
        """What a correction changed, from what to what."""
        was, found = facts["was"], list[Message]()
        worded: tuple[tuple[str, str, Callable[[Any], object]], ...] = (
            ("category", "category", lambda code: self.policy.category(str(code)).name),
            ("matter_kind", "kind", lambda code: msg(f"dispatch.kind.{code}")),
            ("level", "level", lambda code: msg(f"cases.level.{code}")),
        )
        for name, key, words in worded:
            if facts[key] != was[key]:
                found.append(msg(f"correct.told.field.{name}", was=words(was[key]), now=words(facts[key])))
        places = [_named_place(each) for each in (was, facts)]
        if places[0] != places[1]:
            found.append(msg("correct.told.field.place", was=places[0] or "–", now=places[1] or "–"))
        return reduce(lambda first, then: msg("clock.why.listed", first=first, then=then), found)

    def unit(self, code: str | None) -> Name:
        """A unit's name; its code where the district no longer has it."""
        found = self.district.unit(code)
        return found.name if found is not None else Name(code or "")

    def worker(self, code: str | None) -> Name:
        """A worker's or the duty desk's name; the code where the district no longer has them."""
        if code == DESK_CODE:
            return self.district.duty_desk.name
        found = self.district.worker(code)
        return found.name if found is not None else Name(code or "")

    def actor(self, actor: str) -> Message:
        """Who did something: the system, the resident, or a person by name."""
        if actor in _ACTORS:
            return msg(f"console.actor.{actor}")
        kind, _, code = actor.partition(":")
        if kind == "staff":
            return msg("console.actor.person", name=self.worker(code))
        return msg("console.actor.person", name=Name(self.accounts.get(code, code) or kind))


def _named_place(facts: Mapping[str, Any]) -> str:
    """A place by the names that stand in a line of history."""
    named = (facts.get("estate") or facts.get("road") or "", facts.get("building"), facts.get("entrance"))
    parts = zip(named, ("", "号楼", "单元"), strict=True)
    return "".join(f"{part}{of}" for part, of in parts if part)


def _moved(facts: Mapping[str, Any]) -> Message:
    """Which promises moved, from when to when."""
    steps = [(msg(f"cases.step.{step}"), was, now) for step, was, now in facts["moved"]]
    steps += [(msg("clock.case.to_resident"), *facts["promise"])] if facts["promise"] else []
    told = [
        msg("clock.case.moved", step=step, was=datetime.fromisoformat(was), now=datetime.fromisoformat(now))
        for step, was, now in steps
    ]
    return reduce(lambda first, then: msg("clock.why.listed", first=first, then=then), told)


def _grade(kind: str, facts: Mapping[str, Any]) -> Message | None:
    """A visit has its grade; told, and contact, are proven by the way in which they happened."""
    if kind in ("arrived", "claimed"):
        return msg(f"cases.grade.{facts.get('grade')}")
    if kind == "told":
        return msg(f"console.way.{facts.get('way')}")
    return msg("console.way.relay_call") if kind == "contacted" else None


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
