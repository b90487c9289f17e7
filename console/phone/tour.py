"""The tour in five steps: what is done, seen from the record, and what the next button does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cases.phrases import EN
from cases.steps import Step
from console.phone.parts import Seen

STEPS = ("report", "desk", "visit", "verdict", "late")
_BEFORE_DISPATCH = frozenset({"registered", "accepted", "to_dispatch"})
_KEPT = 6  # texts and calls of a visitor of which one may have become the tour's case


@dataclass(frozen=True, slots=True)
class Kept:
    """What the session keeps: SIDs that may be the first case, those of the second, whether the desk was opened."""

    first: tuple[str, ...] = ()
    second: tuple[str, ...] = ()
    looked: bool = False

    def as_json(self) -> dict[str, Any]:
        """For the session."""
        return {"first": list(self.first), "second": list(self.second), "looked": self.looked}

    def with_first(self, sid: str) -> "Kept":
        """One more text or call of the visitor."""
        return Kept((*self.first, sid)[-_KEPT:], self.second, self.looked)

    def with_second(self, sid: str) -> "Kept":
        """The report that is left to go late."""
        return Kept(self.first, (*self.second, sid)[-_KEPT:], self.looked)

    def with_look(self) -> "Kept":
        """The desk was opened."""
        return Kept(self.first, self.second, looked=True)


def kept(raw: object) -> Kept:
    """What a session holds; anything else is a tour that has not begun."""
    if not isinstance(raw, Mapping):
        return Kept()
    first, second = (
        tuple(str(sid) for sid in raw.get(name, ()) if isinstance(sid, str)) for name in ("first", "second")
    )
    return Kept(first, second, raw.get("looked") is True)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the tour stands: the case, the one that goes late, and whether the desk was opened."""

    first: Seen | None = None
    second: Seen | None = None
    looked: bool = False

    @property
    def done(self) -> Mapping[str, bool]:
        """Each step, and whether its fact is in the record."""
        first = self.first
        dispatched = first is not None and first.state not in _BEFORE_DISPATCH
        return {
            "report": dispatched,
            "desk": dispatched and self.looked,
            "visit": first is not None and Step.VISIT in first.kept,
            "verdict": first is not None and first.closed,
            "late": self.second is not None and self.second.late,
        }

    @property
    def current(self) -> str | None:
        """The first step that is still to be done; None at the end."""
        done = self.done
        return next((step for step in STEPS if not done[step]), None)


@dataclass(frozen=True, slots=True)
class Said:
    """What the visitor says in a language: two residents' texts, and a worker's."""

    resident: str
    matter: str
    neighbour: str
    other_matter: str
    sign: str
    arrive: str
    found: str
    told: str
    done: str
    satisfied: str = "1"


_ZH = Said(
    "+8613800000001",
    "幸福里小区3号楼2单元楼道灯坏了，老人上下楼看不见",
    "+8613800000002",
    "幸福里小区7号楼1单元门口垃圾没人清运，味道很大",
    "签收 {n}",
    "到 {n} {code}",
    "查明 {n} 灯泡烧坏，线路完好，属物业维修",
    "反馈 {n} 灯泡已换新，物业每月检查一次",
    "办结 {n}",
)
_EN = Said(
    "+8613800000003",
    "The stairwell light of Xingfuli Estate building 3 unit 2 is broken, my mother cannot see the steps",
    "+8613800000004",
    "Nobody collects the rubbish in front of Xingfuli Estate building 7 unit 1, it smells",
    "s {n}",
    "a {n} {code}",
    "found {n}: the bulb is dead, the wiring is sound; the property company repairs it",
    "told {n}: a new bulb is in, the property company looks at it every month",
    "done {n}",
)


def said(lang: str) -> Said:
    """What is said in this language."""
    return _EN if lang == EN else _ZH


def next_text(case: Seen, words: Said, code: str) -> tuple[str, str] | None:
    """Who texts what next, to bring a case to its end: sign, visit, finding, told, done, the resident's answer.

    None where nothing is to be texted: it is closed, or its order has not gone to anybody yet.
    """
    if case.closed or not case.worker:
        return None
    if case.state == "to_call_back":
        return case.resident, words.satisfied
    plan: Sequence[tuple[bool, str]] = (
        (case.signed, words.sign),
        (Step.VISIT in case.kept, words.arrive),
        (Step.FINDING in case.kept, words.found),
        (Step.TOLD in case.kept, words.told),
    )
    body = next((text for is_done, text in plan if not is_done), words.done)
    return case.worker, body.format(n=case.short or case.number, code=code)
