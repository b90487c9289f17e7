"""Steps: what is owed, what starts and ends a timer, who pays, and how the lamps burn."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.report import Channel
from cases.states import CLOSED, TRANSITIONS, Deed, State
from cases.steps import (
    BESIDE,
    END_DEED,
    LAMPS,
    PAYER,
    START_DEED,
    WINDOWS,
    Grade,
    LampStatus,
    Level,
    Owed,
    Owes,
    Payer,
    Step,
    StepFact,
    Verification,
    ended_by,
    lamps,
    owed_steps,
    started_by,
    verification_for,
)

D = Deed
NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
ALL = frozenset(Step) - WINDOWS
NEXT_TO_US = Owes(), Channel.TEXT, Level.L3

owes = st.builds(Owes, st.booleans(), st.booleans(), st.booleans(), st.booleans(), st.booleans())
grades = st.sampled_from(Grade)


def steps(owed: tuple[Owed, ...]) -> set[Step]:
    return {one.step for one in owed}


def test_grades_are_ordered_by_proof() -> None:
    assert sorted(Grade, reverse=True) == [Grade.MET, Grade.PLACE, Grade.PHOTO, Grade.CLAIMED]
    assert max(Grade.MET, Grade.PHOTO) is Grade.MET


@given(grades, grades)
def test_grades_compare_as_their_ranks(one: Grade, other: Grade) -> None:
    assert (one < other, one <= other, one > other, one >= other) == (
        one.rank < other.rank,
        one.rank <= other.rank,
        one.rank > other.rank,
        one.rank >= other.rank,
    )


@given(grades, grades)
def test_a_bare_claim_keeps_no_visit(owed: Grade, shown: Grade) -> None:
    visit = Owed(Step.VISIT, owed)
    assert visit.is_kept_by(shown) == (shown >= owed and shown is not Grade.CLAIMED)
    assert not visit.is_kept_by(None)


def test_a_step_without_a_grade_needs_none() -> None:
    assert Owed(Step.FINDING).is_kept_by(None)


def test_an_ordinary_text_owes_the_whole_loop() -> None:
    owed = owed_steps(*NEXT_TO_US)
    assert [one.step for one in owed] == [
        Step.ACCEPT, Step.DISPATCH, Step.SIGN_FOR, Step.FIRST_CONTACT, Step.VISIT, Step.FINDING,
        Step.TOLD, Step.VERIFY, Step.CALL_BACK,
    ]  # fmt: skip
    assert [one.grade for one in owed if one.grade] == [Grade.PLACE]


@given(owes, st.sampled_from(Channel), st.sampled_from(Level), st.booleans())
def test_what_is_owed(made: Owes, channel: Channel, level: Level, reachable: bool) -> None:
    owed = owed_steps(made, channel, level, reachable=reachable)
    there = reachable and channel not in (Channel.ROUND, Channel.INSPECTION, Channel.MACHINE)
    expected = {Step.ACCEPT, Step.DISPATCH, Step.SIGN_FOR}
    expected |= {Step.VISIT} if made.visit else set()
    expected |= {Step.FINDING} if made.finding else set()
    expected |= {Step.VERIFY} if made.verify else set()
    expected |= {Step.FIRST_CONTACT} if there else set()
    expected |= {Step.TOLD} if there and made.told else set()
    expected |= {Step.CALL_BACK} if there and made.verdict else set()
    expected |= {Step.INTERIM} if level in (Level.L1, Level.L4) else set()
    assert steps(owed) == expected
    assert len(owed) == len(expected)


def test_a_category_may_ask_for_better_proof() -> None:
    owed = owed_steps(Owes(visit_grade=Grade.MET), Channel.CALL, Level.L2)
    assert Owed(Step.VISIT, Grade.MET) in owed


@pytest.mark.parametrize(("level", "rework", "way"), [
    (Level.L1, False, Verification.PERSON), (Level.L2, False, Verification.PERSON),
    (Level.L3, False, Verification.EVIDENCE), (Level.L4, False, Verification.EVIDENCE),
    (Level.L3, True, Verification.PERSON),
])  # fmt: skip
def test_who_verifies_by_default(level: Level, rework: bool, way: Verification) -> None:
    assert verification_for(level, rework=rework) is way


def test_the_tables_speak_of_every_step() -> None:
    assert set(START_DEED) == set(END_DEED) == set(PAYER) == set(Step)
    assert all(START_DEED.values())
    assert all(END_DEED.values())


def test_who_pays() -> None:
    assert {step for step, payer in PAYER.items() if payer is not Payer.UNIT} == {
        Step.ACCEPT, Step.DISPATCH, Step.RETURN_REVIEW, Step.ADJUDICATION, Step.VERIFY, Step.CALL_BACK,
    }  # fmt: skip
    assert PAYER[Step.RETURN_REVIEW] is Payer.DISPATCHER


@pytest.mark.parametrize(
    ("deed", "started"),
    [
        (D.REGISTER, {Step.ACCEPT}),
        (D.ACCEPT, {Step.DISPATCH}),
        (
            D.DISPATCH,
            {Step.SIGN_FOR, Step.FIRST_CONTACT, Step.VISIT, Step.TOLD, Step.RETURN_REQUEST, Step.INTERIM},
        ),
        (D.SIGN, set()),
        (D.VISIT, {Step.FINDING}),
        (D.WAIVE_VISIT, {Step.FINDING}),
        (D.REQUEST_RETURN, {Step.RETURN_REVIEW}),
        (D.UPHOLD_RETURN, {Step.DISPATCH}),
        (D.ADJUDICATE, {Step.SIGN_FOR, Step.FIRST_CONTACT, Step.VISIT, Step.TOLD, Step.INTERIM}),
        (D.SUBMIT, {Step.VERIFY}),
        (D.PASS, {Step.CALL_BACK}),
        (D.ANSWER, {Step.CALL_BACK}),
        (D.HOLD, {Step.HOLD_REVIEW}),
        (D.REPORT_PROGRESS, {Step.INTERIM}),
        (D.ANNUL_TOLD, {Step.TOLD}),
        (D.REGRADE, {Step.SUPERVISE}),
    ],
)
def test_what_a_deed_starts(deed: Deed, started: set[Step]) -> None:
    assert set(started_by(deed, ALL)) == started
    assert list(started_by(deed, ALL)) == [step for step in Step if step in started]


def test_what_is_not_owed_is_not_started() -> None:
    assert set(started_by(D.DISPATCH, {Step.SIGN_FOR})) == {Step.SIGN_FOR, Step.RETURN_REQUEST}
    assert started_by(D.VISIT, {Step.VISIT}) == ()


def test_without_a_visit_the_finding_starts_with_the_order() -> None:
    assert Step.FINDING in started_by(D.DISPATCH, {Step.FINDING})
    assert started_by(D.VISIT, {Step.FINDING}) == ()
    assert Step.FINDING not in started_by(D.DISPATCH, {Step.TOLD})


@pytest.mark.parametrize(
    ("deed", "ended"),
    [
        (D.ACCEPT, {Step.ACCEPT}),
        (D.DISPATCH, {Step.DISPATCH}),
        (D.SIGN, {Step.SIGN_FOR}),
        (D.AUTO_SIGN, {Step.SIGN_FOR}),
        (D.CONTACT, {Step.FIRST_CONTACT}),
        (D.VISIT, {Step.FIRST_CONTACT, Step.VISIT}),
        (D.FIND, {Step.FINDING}),
        (D.TELL, {Step.TOLD, Step.INTERIM}),
        (D.REQUEST_RETURN, {Step.SIGN_FOR, Step.RETURN_REQUEST}),
        (D.REJECT_RETURN, {Step.RETURN_REVIEW}),
        (D.DISPUTE, {Step.RETURN_REVIEW}),
        (D.SEND_BACK, {Step.VERIFY}),
        (D.VERDICT, {Step.CALL_BACK}),
        (D.RESUME, {Step.HOLD_REVIEW}),
        (D.SUPPLEMENT, set()),
        (D.ACCOUNT, {Step.SUPERVISE}),
    ],
)
def test_what_a_deed_ends(deed: Deed, ended: set[Step]) -> None:
    assert ended_by(deed, State.IN_PROGRESS) == ended


@pytest.mark.parametrize("deed", [D.REROUTE, D.UPHOLD_RETURN, D.ADJUDICATE])
def test_a_unit_that_loses_a_case_owes_nothing_on_it(deed: Deed) -> None:
    own = {step for step, payer in PAYER.items() if payer is Payer.UNIT} - BESIDE
    assert ended_by(deed, State.DISPATCHED) >= own
    assert not ended_by(deed, State.DISPATCHED) & BESIDE, "what is owed beside the loop goes along"


def test_answering_needs_no_unit() -> None:
    assert {Step.ACCEPT, Step.DISPATCH} <= ended_by(D.ANSWER, State.ANSWERED)
    assert Step.CALL_BACK not in ended_by(D.ANSWER, State.ANSWERED)


@pytest.mark.parametrize("state", sorted(CLOSED))
def test_closing_ends_everything(state: State) -> None:
    assert ended_by(D.CLOSE, state) == set(Step)


def test_deeds_that_start_and_end_are_deeds_of_the_table() -> None:
    known = {row.deed for row in TRANSITIONS}
    for deeds in (*START_DEED.values(), *END_DEED.values()):
        assert deeds <= known


def test_the_five_lamps() -> None:
    hour = timedelta(hours=1)
    burning = lamps(
        {
            Step.ACCEPT: StepFact(NOW - hour, NOW - 2 * hour),
            Step.VISIT: StepFact(NOW - hour, NOW, left_out=True),
            Step.FINDING: StepFact(NOW),
            Step.TOLD: StepFact(NOW + hour),
            Step.CALL_BACK: StepFact(),
            Step.DISPATCH: StepFact(NOW - hour),
        },
        NOW,
    )
    assert tuple(lamp.step for lamp in burning) == LAMPS
    assert [lamp.status for lamp in burning] == ["lit", "left_out", "late", "waiting", "waiting"]
    assert burning[0].fact == StepFact(NOW - hour, NOW - 2 * hour)
    assert burning[0].label.id == "cases.lamp.accept"
    assert LampStatus.LATE.label.id == "cases.lamp_status.late"
