"""Does a step of the tour for the visitor: sends the texts from the telephones on the page, and waits for what the
record says to them."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from cases.steps import Step
from console.phone import tour
from console.phone.parts import PhoneParts, Seen
from console.phone.tour import Kept, Said, Standing

_ANOTHER = "2"  # the answer to "the same matter?", as the line takes it in every language
_VISIT_CODE = re.compile(r"(?:走访码|visit code)\D{0,8}(\d{4})")
_LOOK = 0.15  # seconds between looks at the record
_LOOKS = 60
_TEXTS = 8  # more than the steps from an order to an answer need


class Stuck(Exception):
    """The record does not show what was waited for; `what` is the word for it in the catalogue."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@dataclass(slots=True)
class Guide:
    """A visitor's tour. `wait` pauses for so many seconds; `line` is the number that is texted."""

    parts: PhoneParts
    line: str
    kept: Kept
    said: Said
    wait: Callable[[float], None] = field(repr=False)

    def standing(self) -> Standing:
        """Where the tour stands."""
        record = self.parts.record
        first = record.case_of(self.kept.first) if self.kept.first else None
        second = record.case_of(self.kept.second) if self.kept.second else None
        return Standing(first, second, self.kept.looked)

    def do(self, step: str) -> None:
        """Do what a step asks for. Raises Stuck, PhoneTrouble."""
        if step == "report":
            self._report()
        elif step == "visit":
            self._text_until(lambda case: "visit" in case.kept)
        elif step == "verdict":
            self._text_until(lambda case: case.closed)
        elif step == "late":
            self._go_late()

    def _report(self) -> None:
        if self.standing().done["report"]:
            return
        self.kept = self.kept.with_first(self._told(self.said.resident, self.said.matter))
        self._until(lambda at: at.first is not None and bool(at.first.worker), "dispatched")
        self._until_it_left()

    def _told(self, resident: str, matter: str) -> str:
        """The SID of a resident's report. Whoever took the tour before told the same: it is another matter."""
        record, sid = self.parts.record, self.parts.telephones.text(resident, self.line, matter)
        for _ in range(_LOOKS):
            if record.case_of((sid,)) is not None:
                break
            if record.asks(sid):
                self.parts.telephones.text(resident, self.line, _ANOTHER)
                break
            self.wait(_LOOK)
        return sid

    def _text_until(self, reached: Callable[[Seen], bool]) -> None:
        """Text what comes next until the case is that far."""
        for _ in range(_TEXTS):
            case = self._case()
            if reached(case):
                return
            self._until_it_left()
            case = self._looked_over()
            if reached(case):
                return
            following = tour.next_text(case, self.said, self._code(case))
            if following is None:
                raise Stuck("dispatched")
            self.parts.telephones.text(following[0], self.line, following[1])
            self._until(lambda at, before=case: _has_moved(before, at.first), "moved")  # type: ignore[misc]
        raise Stuck("moved")

    def _go_late(self) -> None:
        if not self.kept.second:
            self.kept = self.kept.with_second(self._told(self.said.neighbour, self.said.other_matter))
        at = self._until(lambda at: at.second is not None and at.second.breaks_at is not None, "dispatched")
        if at.second is not None and at.second.breaks_at is not None and not at.second.late:
            self._wind_to(at.second.breaks_at)

    def _until_it_left(self) -> None:
        """Where a text waits for the morning, wind to it."""
        until = self._case().waits_until
        if until is not None:
            self._wind_to(until)
            self._until(lambda at: at.first is not None and at.first.waits_until is None, "wound")
        self._until(lambda at: at.first is not None and at.first.settled, "sent")

    def _wind_to(self, moment: datetime) -> None:
        """Wind to a moment, once nobody else winds; nothing where it is past."""
        clock = self.parts.clock
        for _ in range(_LOOKS):
            if not clock.face().winding:
                clock.wind_to(moment)
                return
            self.wait(_LOOK)
        raise Stuck("wound")

    def _code(self, case: Seen) -> str:
        """The newest visit code in the resident's inbox; empty where there is none."""
        if not case.resident:
            return ""
        texts = self.parts.telephones.look(case.resident, 0)["texts"]
        found = [match[1] for text in texts if not text["mine"] and (match := _VISIT_CODE.search(text["body"]))]
        return found[-1] if found else ""

    def _looked_over(self) -> Seen:
        """The case; where it waits for a person to verify it, as one drawn by lot does, that person has seen to it."""
        case = self._case()
        if case.state == "to_verify" and Step.TOLD in case.kept:
            self.parts.record.look_over(self.kept.first)
            self._until(lambda at: at.first is not None and at.first.state != "to_verify", "moved")
            self._until_it_left()
        return self._case()

    def _case(self) -> Seen:
        case = self.standing().first
        if case is None:
            raise Stuck("dispatched")
        return case

    def _until(self, reached: Callable[[Standing], bool], what: str) -> Standing:
        for _ in range(_LOOKS):
            at = self.standing()
            if reached(at):
                return at
            self.wait(_LOOK)
        raise Stuck(what)


def _has_moved(before: Seen, after: Seen | None) -> bool:
    return after is not None and (after.state, after.signed, after.kept) != (before.state, before.signed, before.kept)
