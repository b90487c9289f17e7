"""The table of states and deeds, as a whole and in its stories."""

import pytest

from cases.phrases import msg
from cases.states import (
    CLOSED,
    OPEN,
    TRANSITIONS,
    ClosingKind,
    Deed,
    Illegal,
    Role,
    State,
    after,
    may,
    possible,
)

S, D, R = State, Deed, Role

STORIES = {
    "text to the worker": ("accept route dispatch", S.DISPATCHED),
    "the whole loop": (
        "accept route dispatch sign contact visit find tell submit pass verdict close archive",
        S.ARCHIVED,
    ),
    "not signed for": ("accept route dispatch auto_sign", S.IN_PROGRESS),
    "answered at once": ("accept answer verdict close", S.CLOSED),
    "upheld return": ("accept route dispatch request_return uphold_return dispatch", S.DISPATCHED),
    "rejected return, disputed": (
        "accept route dispatch request_return reject_return dispute adjudicate sign",
        S.IN_PROGRESS,
    ),
    "held": ("accept route dispatch sign hold resume", S.IN_PROGRESS),
    "not solved": (
        "accept route dispatch sign submit send_back submit pass redo sign reroute auto_sign",
        S.REWORK,
    ),
    "not contacted": ("accept route dispatch sign submit pass annul_told", S.IN_PROGRESS),
    "back after closing": ("answer unreachable close reopen submit", S.TO_VERIFY),
    "merged and not": ("merge unmerge reroute reroute", S.DISPATCHED),
    "not ours": ("supplement urge hand_over confirm_handover", S.HANDED_OVER),
    "declined": ("accept decline", S.DECLINED),
    "taken back": ("withdraw", S.WITHDRAWN),
    "made by mistake": ("accept void archive", S.ARCHIVED),
}


@pytest.mark.parametrize(("deeds", "end"), STORIES.values(), ids=STORIES.keys())
def test_stories(deeds: str, end: State) -> None:
    state = S.REGISTERED
    for deed in deeds.split():
        then = after(state, Deed(deed))
        assert isinstance(then, State), (state, deed)
        state = then
    assert state is end


def test_there_are_nineteen_states_open_or_closed() -> None:
    assert len(State) == 19
    assert set(State) == OPEN | CLOSED
    assert not OPEN & CLOSED
    assert S.DISPATCHED.is_open
    assert not S.MERGED.is_open


def test_the_table_names_each_pair_once_and_each_deed_somewhere() -> None:
    pairs = [(state, row.deed) for row in TRANSITIONS for state in row.before]
    assert len(pairs) == len(set(pairs))
    assert {row.deed for row in TRANSITIONS} == set(Deed)
    assert all(row.who for row in TRANSITIONS)


def test_every_state_can_be_reached_and_every_open_one_can_be_closed() -> None:
    reached = {S.REGISTERED}
    for _ in State:
        reached |= {row.after for row in TRANSITIONS if row.after and row.before & reached}
    assert reached == set(State)
    ending = {S.CLOSED}
    for _ in State:
        ending |= {state for row in TRANSITIONS if row.after in ending for state in row.before}
    assert ending >= OPEN


def test_nothing_leads_out_of_the_archive() -> None:
    assert possible(S.ARCHIVED) == ()


@pytest.mark.parametrize("state", State)
def test_what_is_possible_is_exactly_what_goes(state: State) -> None:
    for deed in Deed:
        then = after(state, deed)
        if deed in possible(state):
            assert isinstance(then, State), deed
        else:
            assert isinstance(then, Illegal), deed
            assert then.possible == possible(state)
            assert then.reason.id == "cases.illegal.state"
            assert then.reason.params == {"state": state.label, "deed": deed.label}


def test_a_deed_is_for_its_roles_only() -> None:
    assert may(S.DISPATCHED, D.SIGN, R.WORKER) is S.IN_PROGRESS
    refused = may(S.TO_VERIFY, D.PASS, R.WORKER)
    assert isinstance(refused, Illegal)
    assert refused.reason.id == "cases.illegal.role"
    assert refused.possible == possible(S.TO_VERIFY, R.WORKER) == (D.TELL, D.COME, D.ANSWER_URGE)
    assert isinstance(may(S.CLOSED, D.SIGN, R.WORKER), Illegal)
    assert possible(S.DISPATCHED, R.SYSTEM) == (D.AUTO_SIGN, D.CONTACT, D.TELL, D.SUPPLEMENT, D.SUPERVISE)


def test_who_handles_never_verifies_nor_asks() -> None:
    handlers = {R.WORKER, R.UNIT}
    for row in TRANSITIONS:
        if row.deed in (
            D.PASS,
            D.SEND_BACK,
            D.VERDICT,
            D.UNREACHABLE,
            D.CLOSE,
            D.UPHOLD_RETURN,
            D.ADJUDICATE,
        ):
            assert not row.who & handlers, row.deed


def test_codes_have_words() -> None:
    assert S.IN_PROGRESS.label == msg("cases.state.in_progress")
    assert ClosingKind.PARTLY_SOLVED.label == msg("cases.closing_kind.partly_solved")
    assert R.CALLER_BACK.label == msg("cases.role.caller_back")
