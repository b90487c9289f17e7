"""How high a promise has climbed: as far as the carrier says that a text arrived, above the office too."""

from datetime import timedelta
from uuid import UUID

import pytest

from cases.firing import Firing
from cases.steps import Step
from dispatch.outbox import ABOVE_CALL, CALL, climbed
from dispatch.reads.overdue import overdue
from dispatch.reads.pressing import Narrowed, Pressing, pressing
from dispatch.reports import Taken
from dispatch.rounds import plans
from dispatch.rounds import pressing as round_pressing
from dispatch.rounds.plans import Wanted
from tests.dispatch.climbing import ABOVE, HOUR, fire, leave, put_above, to
from tests.dispatch.shifts import LAMP, WATER, at, fire_all, waiting, wind_to
from tests.hotline.ringing import Ringer
from tests.people import ZHOU_GUILAN
from tests.stage import LINE, Stage

LATE = "UPDATE timer SET due_at = '2026-11-23T02:00Z', warn_at = '2026-11-23T01:00Z'"


def seen(stage: Stage) -> Pressing:
    """The visit of the only case, as the page of what is late shows it."""
    with stage.door.transaction(LINE) as tx:
        [row] = pressing(tx, "xingfu", Narrowed(step=str(Step.VISIT))).rows
    return row


def rungs(stage: Stage) -> tuple[int, str, int]:
    """The rung of the visit that was told, who stands there, and the one that is being told."""
    with stage.door.transaction(LINE) as tx:
        [late] = [each for each in overdue(tx) if each.step is Step.VISIT]
    return late.rung, late.rung_name, late.underway


def reported(stage: Stage, taken: Taken) -> bool:
    [(id_,)] = stage.rows("SELECT id FROM timer WHERE case_id = :id AND step = 'visit'", id=taken.case_id)
    with stage.door.transaction(LINE) as tx:
        return climbed.is_reported(tx, UUID(str(id_)))


@pytest.fixture
def above(stage: Stage) -> None:
    """Before anything happens: a policy in force is remembered."""
    put_above(stage)


@pytest.fixture
def dead(stage: Stage) -> Taken:
    """An urgent case that nobody touches."""
    taken = stage.text(WATER)
    leave(stage)
    stage.plant(
        "UPDATE timer SET due_at = '2026-11-23T02:00Z', warn_at = '2026-11-23T01:00Z' WHERE case_id = :id",
        id=taken.case_id,
    )
    return taken


def test_a_rung_is_climbed_once_the_carrier_says_so(stage: Stage, dead: Taken) -> None:
    fire(stage, dead, Firing.BREACHED)
    leave(stage)
    fire(stage, dead, Firing.ESCALATED, 2)
    assert rungs(stage) == (0, "", 2)
    assert (seen(stage).reached.who, str(seen(stage).underway.who)) == ("holder", "committee")  # type: ignore[union-attr]
    assert not reported(stage, dead)
    leave(stage)
    assert rungs(stage) == (2, "committee", 0)
    row = seen(stage)
    assert (row.reached.who, row.underway) == ("committee", None)
    assert row.reached.name is not None
    assert row.reached.name == ZHOU_GUILAN.name, "who was told, not the unit that should have been"
    assert reported(stage, dead)


def test_a_text_that_was_lost_is_no_rung(stage: Stage, dead: Taken) -> None:
    fire(stage, dead, Firing.ESCALATED, 2)
    leave(stage)
    fire(stage, dead, Firing.ESCALATED, 3)
    [item] = leave(stage, lost=lambda item: item.purpose == "escalated")
    assert item.purpose == "escalated"
    assert rungs(stage) == (2, "committee", 3)
    assert seen(stage).reached.who == "committee"


def test_what_was_told_of_the_holder_alone_is_not_reported(stage: Stage, dead: Taken) -> None:
    fire(stage, dead, Firing.WARNED)
    fire(stage, dead, Firing.BREACHED)
    leave(stage)
    assert not reported(stage, dead)
    assert seen(stage).reached.who == "holder"


def test_what_can_wait_is_told_once_its_digest_arrived(stage: Stage) -> None:
    taken = stage.text(LAMP)
    stage.plant(
        "UPDATE timer SET due_at = '2026-11-23T02:00Z', warn_at = '2026-11-23T01:00Z' WHERE case_id = :id",
        id=taken.case_id,
    )
    fire(stage, taken, Firing.ESCALATED, 3)
    leave(stage)
    assert rungs(stage) == (0, "", 3)
    wind_to(stage, at(24, 11))
    fire_all(stage)
    leave(stage)
    assert rungs(stage)[0] == 3
    assert reported(stage, taken)


def test_another_attempt_has_told_nobody_yet(stage: Stage, dead: Taken) -> None:
    fire(stage, dead, Firing.ESCALATED, 3)
    leave(stage)
    stage.plant("UPDATE timer SET attempt = 2")
    assert not reported(stage, dead)
    assert rungs(stage) == (0, "", 3)


def test_without_a_number_above_the_leader_hears_it_and_pages_say_so(stage: Stage, dead: Taken) -> None:
    fire(stage, dead, Firing.ESCALATED, 4)
    leave(stage)
    assert rungs(stage) == (4, "leader", 0)
    assert seen(stage).reached.who == "leader"
    assert stage.rows("SELECT id FROM outbox WHERE purpose = :call", call=ABOVE_CALL) == []


def test_the_contact_above_is_texted_and_rung_beside_the_leader(stage: Stage, above: None, dead: Taken) -> None:
    fire(stage, dead, Firing.ESCALATED, 3)
    assert stage.texts(ABOVE) == []
    fire(stage, dead, Firing.ESCALATED, 4)
    assert [code for code, _ in waiting(stage, "escalated")] == ["supervisor", "leader"]
    left = leave(stage, lost=to({ABOVE}))
    assert sorted(item.channel for item in left if item.number == ABOVE) == [CALL, "text"]
    [words, _] = stage.texts(ABOVE)
    assert dead.number in words


def test_a_key_of_the_contact_above_says_that_they_know(stage: Stage, above: None, dead: Taken) -> None:
    fire(stage, dead, Firing.ESCALATED, 4)
    # The leader's text is lost too: so only the call says that anybody was reached.
    [call] = [item for item in leave(stage, lost=lambda item: True) if item.channel == CALL]
    assert rungs(stage) == (0, "", 4)
    ringer = Ringer(stage)
    said = ringer.turn(call.id)
    assert "超期仍未办结" in said
    assert "请按 1" in said
    assert "再听一遍" in ringer.turn(call.id, 1, "3")
    assert "已记录您知悉" in ringer.turn(call.id, 2, "1")
    ringer.status(call.id, "completed")
    ringer.pass_time(timedelta(minutes=1))
    assert rungs(stage) == (4, "district", 0)
    row = seen(stage)
    assert row.reached.who == "district"
    assert reported(stage, dead)


def test_a_call_to_those_above_that_nobody_answers_moves_nothing(stage: Stage, above: None, dead: Taken) -> None:
    fire(stage, dead, Firing.ESCALATED, 4)
    [call] = [item for item in leave(stage, lost=lambda item: True) if item.channel == CALL]
    ringer = Ringer(stage)
    for turn in range(3):
        said = ringer.turn(call.id, turn)
    assert "没有听到按键" in said
    ringer.status(call.id, "no-answer")
    ringer.pass_time(timedelta(seconds=11))
    assert rungs(stage) == (0, "", 4)
    assert stage.rows("SELECT state FROM errand WHERE ref = :id", id=call.id) == [("done",)]


def test_those_above_are_not_rung_for_what_is_closed(stage: Stage, above: None, dead: Taken) -> None:
    fire(stage, dead, Firing.ESCALATED, 4)
    [call] = [item for item in leave(stage) if item.channel == CALL]
    stage.plant("UPDATE cases SET state = 'withdrawn'")
    assert "已经办结" in Ringer(stage).turn(call.id)


def test_those_above_are_rung_at_most_once_an_hour(stage: Stage, above: None, dead: Taken) -> None:
    calls = "SELECT count(*) FROM outbox WHERE purpose = 'above_call'"
    for _ in range(3):
        fire(stage, dead, Firing.ESCALATED, 4)
    assert stage.rows(calls) == [(1,)]
    assert len(stage.texts(ABOVE)) == 4, "three texts and a call"
    stage.wind(HOUR + timedelta(minutes=1))
    fire(stage, dead, Firing.ESCALATED, 4)
    assert stage.rows(calls) == [(2,)]


def test_what_can_wait_is_in_the_digest_of_the_contact_above(stage: Stage, above: None) -> None:
    taken = stage.text(LAMP)
    fire(stage, taken, Firing.ESCALATED, 4)
    assert stage.texts(ABOVE) == []
    wind_to(stage, at(24, 11))
    fire_all(stage)
    [words] = stage.texts(ABOVE)
    assert f"{taken.number}(L3)" in words
    assert stage.rows("SELECT id FROM outbox WHERE purpose = 'above_call'") == []


def test_a_missed_round_climbs_above_the_office_too(stage: Stage, above: None) -> None:
    with stage.door.transaction(LINE) as tx:
        [draft] = plans.draft(tx, Wanted("weekly-round", "xingfuli-02", "FREQ=WEEKLY;BYDAY=MO"))
        plans.make(tx, draft, "command")
    wind_to(stage, at(30, 9))
    fire_all(stage)
    [row] = stage.rows(
        "SELECT r.*, p.template FROM round r JOIN round_plan p ON p.id = r.plan_id WHERE r.state = 'open'"
    )
    with stage.door.transaction(LINE) as tx:
        round_pressing._tell(tx, row, "xingfuli", 6)
    told = "SELECT count(*) FROM notice n JOIN party p ON p.id = n.party_id WHERE n.round_id = :id AND n.fired = 6"
    assert stage.rows(told, id=row.id) == [(2,)]
    wind_to(stage, at(30, 10))
    fire_all(stage)
    assert len(stage.texts(ABOVE)) == 1
