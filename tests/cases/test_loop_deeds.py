"""Deeds on a case: what one keeps, opens, ends and starts; an impossible one changes nothing."""

from datetime import timedelta
from uuid import uuid4

import pytest

from cases.lifecycle import IllegalDeed
from cases.loop.deeds import Act, Standing, do, standing
from cases.states import Deed, State, possible
from cases.steps import Grade, Step
from dispatch.reports import Taken
from tests.dispatch.looping import DANGER, LAMP, anonymous, case, kept, kinds, one, running, snapshot, sound
from tests.dispatch.shifts import holder
from tests.stage import LINE, Stage

HER = "staff:xingfuli-grid-02"


def done(stage: Stage, taken: Taken, act: Act) -> Standing:
    with stage.door.transaction(LINE) as tx:
        return do(tx, taken.case_id, act)


def stands(stage: Stage, taken: Taken) -> Standing:
    with stage.door.transaction(LINE) as tx:
        return standing(tx, taken.case_id)


def test_where_a_new_case_stands(stage: Stage) -> None:
    taken = stage.text(LAMP)
    now = stands(stage, taken)
    assert (now.id, now.state, str(now.level), now.attempt) == (taken.case_id, State.DISPATCHED, "L3", 1)
    assert now.kept(Step.ACCEPT)
    assert now.owes(Step.VISIT)
    assert not now.kept(Step.VISIT)
    assert not now.owes(Step.INTERIM), "not owed at L3"
    assert not now.kept(Step.INTERIM)
    assert now.grades[Step.VISIT] is Grade.PLACE
    assert now.grades[Step.FINDING] is None


def test_a_case_that_is_not_there_or_of_another_office_is_not_found(stage: Stage) -> None:
    taken = stage.text(LAMP)
    stage.plant(
        "INSERT INTO office (id, code, name_zh, name_en, zone, created_at) "
        "VALUES (gen_random_uuid(), 'linshui', '临水街道', 'Linshui', 'Asia/Shanghai', now())"
    )
    with stage.door.transaction(LINE) as tx, pytest.raises(LookupError):
        standing(tx, uuid4())
    before = snapshot(stage)
    with stage.door.transaction("linshui") as tx:
        for lock in (True, False):
            with pytest.raises(LookupError):
                standing(tx, taken.case_id, lock=lock)
        with pytest.raises(LookupError):
            do(tx, taken.case_id, Act(Deed.SIGN, HER, "signed"))
    assert snapshot(stage) == before


def test_an_impossible_deed_says_what_is_possible_and_changes_nothing(stage: Stage) -> None:
    taken = stage.text(LAMP)
    before = snapshot(stage)
    for deed in set(Deed) - set(possible(State.DISPATCHED)):
        act = Act(deed, HER, "signed", words="x", keeps=(Step.VISIT,), opens=(Step.ACCEPT,), columns={"awaits": "x"})
        with pytest.raises(IllegalDeed) as no, stage.door.transaction(LINE) as tx:
            do(tx, taken.case_id, act)
        assert no.value.why.possible == possible(State.DISPATCHED)
    assert snapshot(stage) == before


def test_a_step_is_kept_once_with_its_first_grade_and_opened_whole(stage: Stage) -> None:
    taken = stage.text(LAMP)
    visit = "SELECT done_at, kept_grade FROM owed WHERE step = 'visit'"
    done(stage, taken, Act(Deed.VISIT, HER, "arrived", keeps=(Step.VISIT,), grade=Grade.PLACE))
    first = one(stage, visit)
    assert (first.done_at, first.kept_grade) == (case(stage, taken).last_at, "place")
    stage.wind(timedelta(minutes=5))
    done(stage, taken, Act(Deed.VISIT, HER, "arrived", keeps=(Step.VISIT,), grade=Grade.MET))
    assert stage.rows(visit) == [first], "the first time counts"
    after = done(stage, taken, Act(Deed.CONTACT, HER, "contacted", opens=(Step.VISIT,)))
    assert after.owes(Step.VISIT)
    assert tuple(one(stage, visit)) == (None, None)


def test_another_attempts_steps_are_left_alone(stage: Stage) -> None:
    taken = stage.text(LAMP)
    stage.plant("UPDATE owed SET attempt = 2")
    done(stage, taken, Act(Deed.VISIT, HER, "arrived", keeps=(Step.VISIT,), opens=(Step.ACCEPT,)))
    rows = stage.rows("SELECT step FROM owed WHERE done_at IS NOT NULL ORDER BY step")
    assert [row.step for row in rows] == ["accept", "dispatch"]


def test_the_words_are_sealed_and_the_line_names_who(stage: Stage) -> None:
    taken = stage.text(LAMP)
    done(stage, taken, Act(Deed.CONTACT, HER, "contacted", {"seconds": 40}, "门口等您"))
    line = one(stage, "SELECT actor, canonical, content_id FROM event WHERE kind = 'contacted'")
    assert line.actor == HER
    assert line.content_id is not None
    assert "门口等您" not in str(line.canonical)
    assert '"seconds":40' in str(line.canonical).replace(" ", "")


def test_a_waiting_timer_begins_with_its_deed_and_its_own_limit(stage: Stage) -> None:
    taken = stage.text(LAMP)
    stage.wind(timedelta(hours=2))
    done(stage, taken, Act(Deed.VISIT, HER, "arrived", keeps=(Step.VISIT,)))
    with stage.door.transaction(LINE) as tx:
        wanted = tx.calendar.end_of_working_day(tx.now, 1)
    assert running(stage, taken)["finding"] == wanted, "1 wd, as the case was opened with"
    assert len(stage.rows("SELECT 1 FROM timer WHERE step = 'finding'")) == 1
    started = stage.rows("SELECT started_at FROM timer WHERE step = 'finding'")
    stage.wind(timedelta(hours=1))
    done(stage, taken, Act(Deed.VISIT, HER, "arrived", opens=(Step.VISIT,)))
    assert stage.rows("SELECT started_at FROM timer WHERE step = 'finding'") == started, "what runs goes on"


def test_a_window_that_was_used_opens_again(stage: Stage) -> None:
    taken = stage.text(LAMP)
    for _ in range(2):
        assert "return_review" not in running(stage, taken)
        done(stage, taken, Act(Deed.REQUEST_RETURN, HER, "return_asked"))
        assert "return_review" in running(stage, taken)
        done(stage, taken, Act(Deed.REJECT_RETURN, HER, "return_rejected"))


def test_a_step_that_was_kept_starts_no_timer_again(stage: Stage) -> None:
    taken = stage.text(DANGER)
    assert "interim" in running(stage, taken)
    done(stage, taken, Act(Deed.REPORT_PROGRESS, HER, "progress"))
    assert "interim" in running(stage, taken), "news is owed again and again"
    done(stage, taken, Act(Deed.MARK_SAFE, HER, "safe", keeps=(Step.INTERIM,)))
    assert "interim" not in running(stage, taken)
    done(stage, taken, Act(Deed.REPORT_PROGRESS, HER, "progress"))
    assert "interim" not in running(stage, taken)


def test_closing_ends_every_timer_and_the_assignment_and_the_first_time_stays(stage: Stage) -> None:
    taken = anonymous(stage)
    stage.plant("UPDATE cases SET state = 'to_call_back', awaits = 'supervisor'")
    after = done(stage, taken, Act(Deed.CLOSE, "system", "closed", columns={"closing_kind": "solved"}))
    row = case(stage, taken)
    assert (after.state, row.closing_kind, row.awaits) == (State.CLOSED, "solved", None)
    assert row.closed_at == row.first_closed_at == row.last_at
    assert stage.rows("SELECT 1 FROM timer WHERE state IN ('open', 'waiting', 'parked')") == []
    assert stage.rows("SELECT until_at FROM assignment") == [(row.closed_at,)]
    stage.wind(timedelta(days=1))
    done(stage, taken, Act(Deed.ARCHIVE, "system", "archived"))
    archived = case(stage, taken)
    assert (archived.state, archived.closed_at) == ("archived", row.closed_at), "putting away is no second closing"
    stage.plant("UPDATE cases SET state = 'to_call_back'")
    done(stage, taken, Act(Deed.CLOSE, "system", "closed", columns={"closing_kind": "solved"}))
    again = case(stage, taken)
    assert again.closed_at > again.first_closed_at == row.closed_at


def test_a_clock_ends_with_its_deed_whether_that_keeps_the_step_or_not(stage: Stage) -> None:
    taken = stage.text(LAMP)
    done(stage, taken, Act(Deed.CONTACT, HER, "contacted"))
    assert kinds(stage, taken)[-1] == "contacted"
    assert "first_contact" not in running(stage, taken)
    assert "first_contact" not in kept(stage, taken)


def test_who_holds_a_case_stays_through_its_deeds(stage: Stage) -> None:
    taken = stage.text(LAMP)
    done(stage, taken, Act(Deed.SIGN, HER, "signed", keeps=(Step.SIGN_FOR,)))
    assert holder(stage, taken.number) == "xingfuli-grid-02"
    sound(stage)
