"""Lines of history as the clock sees them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from cases.clock.happened import Change, Happened, HoldReason
from cases.clock.lines import DEEDS, KINDS, Line, happened, versions
from cases.clock.replay import Replay
from cases.clock.sla import Limit, Measure
from cases.states import TRANSITIONS, Deed
from cases.steps import BESIDE, END_DEED, START_DEED, Step
from console.standing.telling import KINDS as TOLD
from tests.cases.test_reckoning import AGAIN, EAST, FIRST, OFFICE, WEST, at, gaps, limit, lives, told

EXCEPTED = {Deed.WAIVE_FINDING: "finding", Deed.WAIVE_TOLD: "told", Deed.WAIVE_VERDICT: "call_back"}
# What moves no clock of the loop: what stands beside a case has clocks of its own (`dispatch.side`).
SILENT = set(Deed) - set(DEEDS.values()) - set(EXCEPTED) - {Deed.ROUTE}
MONDAY = at("10-12T09:00")


def one(kind: str, actor: str = "system", **facts: Any) -> Happened:
    [found] = happened([Line(kind, MONDAY, actor, facts)], OFFICE)
    return found


def test_an_opening_is_received_accepted_and_dispatched_and_counts_from_receipt() -> None:
    received = MONDAY - timedelta(minutes=5)
    lines = [
        Line("registered", MONDAY, "resident", {"received_at": received.isoformat()}),
        Line("accepted", MONDAY, "system", {"policy": 3}),
        Line("dispatched", MONDAY, "system", {"unit": EAST, "worker": "W1"}),
        Line("urged", MONDAY, "resident"), Line("warned", MONDAY, "system", {"step": "visit"}),
    ]  # fmt: skip
    assert happened(lines, OFFICE) == [
        Happened(Deed.REGISTER, received), Happened(Deed.ACCEPT, MONDAY), Happened(Deed.DISPATCH, MONDAY, unit=EAST),
    ]  # fmt: skip
    assert versions(lines, 9) == [3]


def test_what_the_carrier_took_in_the_future_was_received_when_it_was_written_down() -> None:
    assert one("registered", received_at=MONDAY + timedelta(hours=1)).at == MONDAY.astimezone(OFFICE.zone)


def test_a_new_attempt_has_its_order_and_the_policy_of_its_own() -> None:
    lines = [
        Line("accepted", MONDAY), Line("redone", MONDAY, "system", {"attempt": 2, "policy": 5}),
        Line("dispatched", MONDAY, "system", {"unit": WEST}),
        Line("verdict", MONDAY, "resident", {"answer": "unsolved"}), Line("closed", MONDAY),
        Line("reopened", MONDAY), Line("dispatched", MONDAY, "system", {"unit": EAST}),
    ]  # fmt: skip
    accepted, redone, verdict, closed, reopened = happened(lines, OFFICE)
    assert accepted == Happened(Deed.ACCEPT, MONDAY)
    assert redone == Happened(Deed.REDO, MONDAY, unit=WEST)
    assert verdict == Happened(Deed.VERDICT, MONDAY, opens=frozenset({Step.ADJUDICATION})), "the second no"
    assert (closed.deed, reopened) == (Deed.CLOSE, Happened(Deed.REOPEN, MONDAY, unit=EAST))
    assert versions(lines, 9) == [9, 5, 9]


def test_a_first_no_leaves_nothing_to_a_supervisor() -> None:
    assert one("verdict", answer="unsolved").opens == frozenset()


def test_a_hold_lasts_to_its_date_and_an_extension_as_long_as_was_granted() -> None:
    held = one("held", "staff:W1", code="weather", review_at="2026-10-16T09:30:00Z", asked_by="staff:W2")
    assert held.hold is HoldReason.WEATHER
    assert (held.by, held.approver) == (Limit(4, Measure.WORKING_DAYS), "staff:W1")
    extended = one("extended", "staff:W3", step="told", amount="3 wd", code="material")
    assert extended == Happened(Change.EXTEND, MONDAY, by=limit("3 wd"), step=Step.TOLD, approver="staff:W3")


@pytest.mark.parametrize(
    ("kind", "facts", "deed", "opens"),
    [
        ("sent_back", {"reason": "not_done", "step": "finding"}, Deed.SEND_BACK, {Step.FINDING}),
        ("sent_back", {"reason": "visit_unproven"}, Deed.SEND_BACK, {Step.VISIT}),
        ("sent_back", {"reason": "told_failed", "error": "30005"}, Deed.SEND_BACK, set()),
        ("step_excepted", {"step": "finding"}, Deed.WAIVE_FINDING, set()),
        ("step_excepted", {"step": "told"}, Deed.WAIVE_TOLD, set()),
        ("step_excepted", {"step": "call_back"}, Deed.WAIVE_VERDICT, set()),
        ("unmerged", {"lead": "x"}, Deed.UNMERGE, set()),
    ],
)
def test_what_is_owed_again_or_left_out(kind: str, facts: Mapping[str, Any], deed: Deed, opens: set[Step]) -> None:
    assert one(kind, **facts) == Happened(deed, MONDAY, opens=frozenset(opens))


def test_being_handed_on_names_the_unit() -> None:
    assert one("moved", unit=WEST, worker=None, reason="leave") == Happened(Change.MOVE, MONDAY, unit=WEST)
    assert one("rerouted", unit=WEST) == Happened(Deed.REROUTE, MONDAY, unit=WEST)


def test_every_kind_is_one_that_is_written() -> None:
    assert set(TOLD) >= KINDS


def test_what_has_no_line_of_its_own_moves_no_clock() -> None:
    assert {row.deed for row in TRANSITIONS if row.after is not None}.isdisjoint(SILENT)
    loop = set(Step) - BESIDE
    assert {deed for step in loop for deed in (*START_DEED[step], *END_DEED[step])}.isdisjoint(SILENT)
    assert {Deed.SUPPLEMENT, Deed.URGE} <= SILENT


def test_days_to_a_date_are_the_office_s() -> None:
    assert OFFICE.working_days_between(date(2026, 10, 9), date(2026, 10, 10)) == 1
    assert one("held", code="court", review_at=datetime.fromisoformat("2026-10-12T01:30:00+00:00")).by == limit("1 wd")


# The kinds by which deeds are written, for lives that are drawn.
_KINDS = {deed: kind for kind, deed in DEEDS.items()}
REVIEW = 5  # working days to the date on which a hold is looked at


def spelled(event: Happened) -> list[Line]:
    """The lines of history that a deed leaves, by the use cases of the loop."""
    if event.deed is Change.EXTEND:
        return [Line("extended", event.at, "", {"step": str(event.step), "amount": str(event.by)})]
    if event.deed is Change.MOVE:
        return [Line("moved", event.at, "", {"unit": event.unit, "worker": None, "reason": "leave"})]
    assert isinstance(event.deed, Deed)
    if event.deed in EXCEPTED:
        return [Line("step_excepted", event.at, "", {"step": EXCEPTED[event.deed]})]
    facts: dict[str, object] = {"received_at": event.at.isoformat()} if event.deed is Deed.REGISTER else {}
    if event.hold is not None:
        facts = {"code": str(event.hold), "review_at": OFFICE.end_of_working_day(event.at, REVIEW).isoformat()}
    facts |= {"unit": event.unit} if event.unit else {}
    if event.about is not None:
        facts |= {"category": event.about.category, "kind": event.about.kind, "level": str(event.about.level)}
    facts |= {"step": str(next(iter(event.opens)))} if event.opens else {}
    line = Line(_KINDS[event.deed], event.at, "", facts)
    again = event.deed in (Deed.REDO, Deed.REOPEN)
    return [line, Line("dispatched", event.at, "", {"unit": event.unit})] if again else [line]


@settings(max_examples=60, deadline=None)
@given(lives())
def test_a_life_written_down_is_read_as_it_was(events: list[Happened]) -> None:
    """Whatever happens to a case: its history alone has all that its clocks need."""
    by = Limit(REVIEW, Measure.WORKING_DAYS)
    loop = [event for event in events if event.deed not in SILENT]
    meant = [replace(event, by=by) if event.deed is Deed.HOLD else event for event in loop]
    read = happened([line for event in loop for line in spelled(event)], OFFICE)
    assert read == meant
    assert told(read) == told(meant)


@settings(max_examples=60, deadline=None)
@given(lives(), gaps)
def test_what_no_table_allows_is_taken_as_it_is_told(events: list[Happened], later: timedelta) -> None:
    """An older version allowed it: what stands in a history happened."""
    life = Replay([FIRST, AGAIN], strict=False)
    for event in (*events, replace(events[-1], at=events[-1].at - later)):
        life.take(event)
    assert life.at == events[-1].at, "what lies in the past happened now"
