"""The visit: what proves it and how well, and what a proof that is not enough leaves as it was."""

from datetime import timedelta

import pytest

from cases.lifecycle import IllegalDeed
from cases.loop.deeds import standing
from dispatch.loop import finding, returns, submitting, telling, visits
from dispatch.loop.verdicts import Answer
from dispatch.loop.visits import TRIES, Proof
from tests.dispatch.looping import (
    HER,
    LAMP,
    anonymous,
    arrive,
    at_desk,
    case,
    does,
    evidence,
    kept,
    kinds,
    running,
    says,
    snapshot,
    sound,
    tell,
    to_asked,
    to_found,
    value,
    visit_code,
)
from tests.dispatch.shifts import fire_all
from tests.stage import LINE, Stage

ROAD = "幸福路5号门口路灯坏了"


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**4:04}"


def test_a_code_is_tried_five_times_and_then_closed(stage: Stage) -> None:
    taken = stage.text(LAMP)
    before = running(stage, taken)
    for n in range(1, TRIES):
        said = arrive(stage, taken, wrong(taken.visit_code))
        assert (said.id, said.params["left"]) == ("desk.work.code_wrong", TRIES - n)
    assert arrive(stage, taken, wrong(taken.visit_code)).id == "desk.work.code_closed"
    assert arrive(stage, taken, taken.visit_code).id == "desk.work.code_closed", "now the right one is of no use"
    assert case(stage, taken).visit_tries == TRIES, "what is closed is counted no further"
    assert kinds(stage, taken).count("code_wrong") == TRIES
    assert "visit" not in kept(stage, taken)
    assert running(stage, taken)["visit"] == before["visit"], "nothing of it stops the clock"
    assert arrive(stage, taken, taken.visit_code, "3号楼2单元").id == "desk.work.arrived", "the place still proves it"
    assert evidence(stage, taken)[-1] == ("place_named", "place", "kept")
    sound(stage)


def test_the_last_try_may_be_right(stage: Stage) -> None:
    taken = stage.text(LAMP)
    for _ in range(TRIES - 1):
        arrive(stage, taken, wrong(taken.visit_code))
    assert arrive(stage, taken, taken.visit_code).id == "desk.work.arrived"
    assert evidence(stage, taken)[-1] == ("visit_code", "met", "kept")


def test_a_wrong_code_beside_the_right_place_is_counted_and_the_place_proves(stage: Stage) -> None:
    taken = stage.text(LAMP)
    said = arrive(stage, taken, wrong(taken.visit_code), "3号楼2单元")
    assert said.id == "desk.work.arrived"
    assert case(stage, taken).visit_tries == 1
    grade = value(stage, "SELECT kept_grade FROM owed WHERE step = 'visit'")
    assert grade == "place"
    assert kinds(stage, taken)[-2:] == ["code_wrong", "arrived"]


def test_the_right_code_beside_a_wrong_place_is_a_meeting(stage: Stage) -> None:
    taken = stage.text(LAMP)
    assert arrive(stage, taken, taken.visit_code, "和平一村1号楼").id == "desk.work.arrived"
    assert evidence(stage, taken) == [("visit_code", "met", "kept")]
    assert case(stage, taken).visit_tries == 0


def test_a_wrong_code_and_a_wrong_place_say_that_the_code_is_wrong(stage: Stage) -> None:
    taken = stage.text(LAMP)
    assert arrive(stage, taken, wrong(taken.visit_code), "3号楼1单元").id == "desk.work.code_wrong"
    assert evidence(stage, taken) == [("claim", "claimed", "kept")]


def test_a_code_is_good_for_one_attempt_and_the_tries_begin_anew(stage: Stage) -> None:
    taken = stage.text(LAMP)
    arrive(stage, taken, wrong(taken.visit_code))
    says(stage, to_asked(stage, taken), Answer.UNSOLVED)
    assert (case(stage, taken).attempt, case(stage, taken).visit_tries) == (2, 0)
    with stage.door.transaction(LINE) as tx:
        new = visit_code(tx, taken.case_id)
    if new == taken.visit_code:  # one in ten thousand
        return
    assert arrive(stage, taken, taken.visit_code).params["left"] == TRIES - 1
    assert "visit" not in kept(stage, taken)
    assert arrive(stage, taken, new).id == "desk.work.arrived"


PLACES = (
    (LAMP, "3号楼2单元", True),
    (LAMP, "幸福里小区3号楼2单元501室", True),
    (LAMP, "3号楼", True),  # the entrance is not asked of who names none
    (LAMP, "3号楼1单元", False),
    (LAMP, "4号楼2单元", False),
    (LAMP, "幸福里小区", False),
    (LAMP, "和平一村3号楼2单元", False),
    (LAMP, "我到了", False),
    ("幸福里小区3号楼楼道灯坏了", "3号楼2单元", True),  # no entrance is known
    ("幸福里小区3号楼楼道灯坏了", "4号楼", False),
    ("幸福里小区里面路灯坏了", "幸福里小区", True),  # only the estate is known
    ("幸福里小区里面路灯坏了", "幸福里小区3号楼", True),
    ("幸福里小区里面路灯坏了", "和平一村", False),
    ("幸福里小区里面路灯坏了", "我到了", False),  # names nothing
    (ROAD, "幸福路5号", True),
    (ROAD, "幸福路6号", False),
    (ROAD, "幸福路", False),  # not as exactly as it is known
    (ROAD, "和平路5号", False),
    (ROAD, "幸福里小区3号楼", False),
    ("幸福路路灯坏了", "幸福路", True),
    ("幸福路路灯坏了", "幸福路5号", True),  # more exactly than it is known
    ("幸福路路灯坏了", "和平路5号", False),
    ("楼道灯坏了", "幸福里小区3号楼", False),  # nobody knows where it is: only the code proves
)


def test_the_place_named_must_be_that_of_the_matter(stage: Stage) -> None:
    wrongly = []
    for report, place, is_there in PLACES:
        taken = stage.text(report)
        said = arrive(stage, taken, place=place)
        lit = {"visit", "first_contact"} <= kept(stage, taken)
        if (said.id == "desk.work.arrived") is not is_there or lit is not is_there:
            wrongly.append((report, place, said.id))
        assert said.id in ("desk.work.arrived", "desk.work.other_place")
    assert wrongly == []


def test_a_photo_is_not_enough_where_the_place_is_owed(stage: Stage) -> None:
    taken = stage.text(LAMP)
    assert arrive(stage, taken, media=("https://media/1",)).id == "desk.work.photo"
    assert "visit" not in kept(stage, taken)
    assert evidence(stage, taken) == [("photo", "photo", "kept")]
    assert kinds(stage, taken)[-1] == "claimed"
    said = arrive(stage, taken, wrong(taken.visit_code), media=("https://media/1",))
    assert said.id == "desk.work.code_wrong", "of what was tried the code comes first"
    assert arrive(stage, taken, place="4号楼", media=("https://media/1",)).id == "desk.work.other_place"
    assert arrive(stage, taken, place="3号楼", media=("https://media/1",)).id == "desk.work.arrived"


def test_a_photo_keeps_the_visit_where_policy_owes_no_more(stage: Stage) -> None:
    taken = stage.text(LAMP)
    stage.plant("UPDATE owed SET grade = 'photo' WHERE step = 'visit'")
    assert arrive(stage, taken).id == "desk.work.claimed", "a bare claim never is enough"
    assert arrive(stage, taken, media=("https://media/1", "https://media/2")).id == "desk.work.arrived"
    grade = value(stage, "SELECT kept_grade FROM owed WHERE step = 'visit'")
    assert grade == "photo"
    words = value(stage, "SELECT content_id IS NOT NULL FROM evidence WHERE way = 'photo'")
    assert words
    sound(stage)


def test_a_meeting_is_owed_where_policy_says_so(stage: Stage) -> None:
    taken = stage.text(LAMP)
    stage.plant("UPDATE owed SET grade = 'met' WHERE step = 'visit'")
    assert arrive(stage, taken, place="3号楼2单元").id == "desk.work.claimed"
    assert kinds(stage, taken)[-1] == "claimed"
    assert arrive(stage, taken, taken.visit_code).id == "desk.work.arrived"


def test_a_bare_claim_is_none_even_where_no_visit_is_owed(stage: Stage) -> None:
    taken = stage.text(LAMP)
    stage.plant("UPDATE owed SET is_owed = false, grade = NULL WHERE step = 'visit'")
    assert arrive(stage, taken).id == "desk.work.claimed"
    assert "arrived" not in kinds(stage, taken)


def test_who_is_there_twice_is_there_once(stage: Stage) -> None:
    taken = stage.text(LAMP)
    arrive(stage, taken, taken.visit_code)
    first = stage.rows("SELECT done_at FROM owed WHERE step = 'visit'")
    stage.wind(timedelta(minutes=5))
    assert arrive(stage, taken, wrong(taken.visit_code)).id == "desk.work.arrived_before"
    assert stage.rows("SELECT done_at FROM owed WHERE step = 'visit'") == first
    assert case(stage, taken).visit_tries == 0
    assert len(evidence(stage, taken)) == 1


def test_who_begins_without_having_signed_signs_with_it(stage: Stage) -> None:
    taken = stage.text(LAMP)
    arrive(stage, taken)
    assert kinds(stage, taken)[-2:] == ["signed", "claimed"]
    assert "sign_for" in kept(stage, taken)
    assert "sign_for" not in running(stage, taken)
    signed = value(stage, "SELECT signed_at IS NOT NULL FROM assignment")
    assert signed


def test_an_impossible_deed_is_refused_and_signs_nothing(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_asked(stage, taken)
    before = snapshot(stage)
    for deed, more in ((visits.arrive, Proof("1234")), (finding.find, "灯泡"), (finding.report, "快好了")):
        with pytest.raises(IllegalDeed) as no:
            does(stage, deed, taken, more)
        assert no.value.why.possible
    with pytest.raises(IllegalDeed):
        does(stage, visits.sign, taken)
    assert snapshot(stage) == before


def test_signing_twice_starts_nothing_twice(stage: Stage) -> None:
    taken = stage.text(LAMP)
    does(stage, visits.sign, taken)
    first = value(stage, "SELECT done_at FROM owed WHERE step = 'sign_for'")
    clocks = running(stage, taken)
    stage.wind(timedelta(minutes=5))
    again = does(stage, visits.sign, taken)
    assert again.state == "in_progress"
    assert stage.rows("SELECT done_at FROM owed WHERE step = 'sign_for'") == [(first,)]
    assert running(stage, taken) == clocks
    sound(stage)


def test_who_signs_after_the_system_is_known_to_have_it(stage: Stage) -> None:
    taken = stage.text(LAMP)
    stage.wind(timedelta(days=2))
    fire_all(stage)
    assert "auto_signed" in kinds(stage, taken)
    assert case(stage, taken).state == "in_progress"
    does(stage, visits.sign, taken)
    actor = value(stage, "SELECT actor FROM event WHERE kind = 'signed'")
    assert actor == f"staff:{HER}"
    sound(stage)


def test_a_return_that_waits_cannot_be_signed_away(stage: Stage) -> None:
    taken = stage.text(LAMP)
    does(stage, returns.request, taken, returns.Reason.UNCLEAR)
    before = snapshot(stage)
    for deed, more in ((visits.sign, ()), (visits.arrive, (Proof(taken.visit_code),)), (finding.find, ("灯泡",))):
        with pytest.raises(IllegalDeed):
            does(stage, deed, taken, *more)
    assert snapshot(stage) == before


def test_a_relay_call_is_contact_once_and_kept_always(stage: Stage) -> None:
    taken = stage.text(LAMP)
    with at_desk(stage) as (tx, who):
        after = visits.contacted(tx, taken.case_id, who.id, 40)
    assert after.state == "in_progress", "whoever speaks to the resident has the order in hand"
    first = value(stage, "SELECT done_at FROM owed WHERE step = 'first_contact'")
    assert "first_contact" not in running(stage, taken)
    stage.wind(timedelta(minutes=5))
    with at_desk(stage) as (tx, who):
        visits.contacted(tx, taken.case_id, who.id, 50)
    assert stage.rows("SELECT done_at FROM owed WHERE step = 'first_contact'") == [(first,)]
    to_found(stage, taken)
    with stage.door.transaction(LINE) as tx:
        telling.delivered(tx, tell(stage, taken))
    does(stage, submitting.submit, taken)
    with stage.door.transaction(LINE) as tx:
        over = visits.contacted(tx, taken.case_id, None, 60)
    assert over.state == "to_call_back"
    assert kinds(stage, taken)[-1] == "contacted"
    assert [row.seconds for row in stage.rows("SELECT seconds FROM evidence WHERE way = 'relay_call' ORDER BY at")] == [
        40, 50, 60,
    ]  # fmt: skip
    sound(stage)


def test_nobody_to_speak_to_owes_no_contact_but_a_visit(stage: Stage) -> None:
    taken = anonymous(stage)
    with stage.door.transaction(LINE) as tx:
        now = standing(tx, taken.case_id)
    assert not {"first_contact", "told", "call_back"} & {str(step) for step in now.owed}
    assert arrive(stage, taken, place="3号楼2单元").id == "desk.work.arrived"
    sound(stage)
