"""What the driver of many cases looks at and draws from: how a case stands, who may do it, what is likely."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from tests.dispatch.modelled import Case

PARTS = {
    "dispatcher": "dispatcher", "duty": "dispatcher", "duty_desk": "dispatcher", "supervisor": "supervisor",
    "leader": "supervisor", "caller_back": "caller_back", "verifier": "verifier", "agent": "agent",
}  # fmt: skip
LEADS = ("liaison", "committee_head", "duty", "duty_desk", "supervisor", "leader")
DOERS = ("dispatcher-1", "dispatcher-2", "supervisor", "leader", "caller-back", "verifier", "agent-1",
         "xingfuli-liaison", "heping-liaison", "xingfuli-grid-01")  # fmt: skip
UNITS = ("xingfuli-south", "xingfuli-middle", "heping", "heping-one", "binhe", "xingfuli")
OFTEN = {
    "arrive": 6, "find": 6, "tell": 8, "submit": 12, "pass": 8, "send-back": 3, "call-back": 4, "grant": 6,
    "approve": 3, "redo": 3, "reopen": 3, "resume": 2, "uphold": 2, "reject": 4, "return": 2, "object": 6,
    "adjudicate": 6, "unmerge": 3,
}  # fmt: skip
SELDOM = dict.fromkeys(("decline", "hand-over", "confirm-handover", "withdraw", "merge", "deny"), 0.1) | dict.fromkeys(
    ("news", "supplement", "urge", "reroute", "assign", "propose", "sign", "safe"), 0.4
)
FAR = {"life.refused.over_cap", "life.refused.not_later"}  # how far an extension goes is not the model's
WINDOW = {True: timedelta(minutes=14), False: timedelta(hours=16)}  # an order can surely be returned so long
# What of the fields a deed uses, for its story.
USES = {
    "arrive": ("visit_code",), "reroute": ("unit",), "uphold": ("unit",), "adjudicate": ("unit",),
    "assign": ("person",), "merge": ("lead",),
    "call-back": ("answer",), "propose": ("kind",), "grant": ("what",), "deny": ("what",), "except": ("step",),
    "hold": ("hold_reason", "until"), "extend": ("until",), "send-back": ("back_reason",),
}  # fmt: skip
LAST = 10**6  # a form that has seen everything
OBSERVED = sa.text("""
SELECT c.id, c.state, c.attempt, c.awaits IS NOT NULL AS awaits, u.path AS unit, s.code AS person, c.last_seq,
  (SELECT jsonb_object_agg(o.step, o.done_at IS NOT NULL) FROM owed o WHERE o.case_id = c.id AND o.is_owed
    AND o.attempt = c.attempt AND o.step NOT IN ('accept', 'dispatch')) AS owed,
  (SELECT jsonb_object_agg(t.step, t.due_at) FROM timer t WHERE t.case_id = c.id AND t.state IN ('open', 'parked')
    AND t.step NOT IN ('supervise', 'cohandle')) AS running,
  (SELECT jsonb_object_agg(p.kind, p.wanted_at) FROM permission p WHERE p.case_id = c.id AND p.decided_at IS NULL
    AND p.attempt = c.attempt AND p.unit_id = c.unit_id) AS requests,
  (SELECT a.what || ' ' || a.proposed_by FROM approval a WHERE a.case_id = c.id AND a.decided_at IS NULL
    AND a.attempt = c.attempt) AS proposal,
  (SELECT q.state FROM question q WHERE q.case_id = c.id AND q.channel = 'text' AND q.attempt = c.attempt
    ORDER BY q.asked_at DESC, q.id DESC LIMIT 1) AS asked,
  EXISTS (SELECT FROM return_request r WHERE r.case_id = c.id AND r.decided_at IS NULL) AS returning,
  (SELECT jsonb_agg(jsonb_build_array(e.kind, e.canonical::jsonb -> 'facts') ORDER BY e.seq) FROM event e
    WHERE e.case_id = c.id AND e.seq > (CAST(:seen AS jsonb) ->> c.id::text)::int) AS lines
FROM cases c JOIN unit u ON u.id = c.unit_id LEFT JOIN staff s ON s.id = c.worker_id
WHERE c.id = ANY(CAST(:ids AS uuid[])) ORDER BY c.id
""")


def weight(case: Case, deed: str) -> float:
    """How likely a possible deed is: most cases go on, few leave, and what was found is seldom found again."""
    if deed == "find" and not case.owes("finding"):
        return 0.3
    return OFTEN.get(deed, SELDOM.get(deed, 1.0))


class Undone(Exception):
    """Ends a transaction in which all went well."""


@dataclass
class Life:
    """A case, its model, and all that was done to it; `seen` is its last line of history, `due` when its clocks end,
    `ordered` when each unit had it first."""

    id: UUID
    number: str
    case: Case
    ordered: dict[str, datetime] = field(default_factory=dict)
    seen: int = 0
    due: dict[str, datetime] = field(default_factory=dict)
    story: list[str] = field(default_factory=list)

    def given(self, unit: str, person: str | None, at: datetime) -> None:
        """Somebody has it now; another person of the same unit gains no time to return it."""
        self.case.given(unit, person)
        self.ordered.setdefault(unit, at)
