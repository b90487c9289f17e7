"""What failed is shown with what can be done, and once more it is as if it had never been tried."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from dispatch import quarantine
from dispatch.due import retrying
from dispatch.quarantine import Suspect
from dispatch.reads.failures import Can, Failure, failures
from tests.stage import LINE, Stage

LAMP = "幸福里小区3号楼2单元楼道灯坏了"
RETRY = (Can.RETRY,)
DIALOGUE = """INSERT INTO dialogue (id, office_id, party_id, line, state, received_at, expires_at, tries, trouble)
    SELECT gen_random_uuid(), office_id, id, 'main', 'parked', now(), now(), 6, 'poison' FROM party LIMIT 1"""
RECORDING = """INSERT INTO recording (sid, office_id, call_sid, status, state, tries, trouble, received_at)
    SELECT 'RE1', o.id, 'CA1', 'completed', 'failed', 8, '404', now() + k.ahead FROM office o, clock k"""
ERRAND = """INSERT INTO errand (id, office_id, kind, ref, fires_at, state, tries, trouble)
    SELECT gen_random_uuid(), id, 'digest', id, now(), 'parked', 3, 'poison' FROM office"""
TEXT = "UPDATE outbox SET state = 'failed', next_at = NULL, trouble = '30007' WHERE purpose = 'receipt'"

CLOCK = """INSERT INTO clock_jump (id, expected_at, noticed_at, state)
    VALUES (gen_random_uuid(), '2026-11-24T02:00:00Z', '2026-11-26T02:00:00Z', 'open')"""

LIKENESS = "UPDATE likeness SET tries = 3, trouble = 'poison'"

PLANTED = {
    "clock": (CLOCK, "", RETRY),
    "timer": ("UPDATE timer SET state = 'parked', tries = 3, trouble = 'poison' WHERE step = 'visit'", "visit", RETRY),
    "errand": (ERRAND, "digest", RETRY),
    "likeness": (LIKENESS, "", RETRY),
    "dialogue": (DIALOGUE, "", RETRY),
    "text": (TEXT, "receipt", RETRY),
    "recording": (RECORDING, "", RETRY),
}


def listed(stage: Stage) -> list[Failure]:
    with stage.door.transaction(LINE) as tx:
        return failures(tx)


def again(stage: Stage, failure: Failure, deed: Callable[..., bool] = retrying.retry, *more: str) -> bool:
    by = more or ("command",)
    with stage.door.transaction(LINE) as tx:
        return deed(tx, failure, *by)


@pytest.fixture
def number(stage: Stage) -> str:
    return stage.text(LAMP).number


@pytest.mark.parametrize("kind", PLANTED)
def test_each_kind_is_shown_and_tried_once_more(stage: Stage, number: str, kind: str) -> None:
    assert listed(stage) == []
    statement, what, can = PLANTED[kind]
    stage.plant(statement)
    [found] = listed(stage)
    assert (found.kind, found.what, found.can) == (kind, what, can)
    assert found.about == (number if kind in ("timer", "text", "likeness") else "")
    assert found.why in ("poison", "30007", "404", "2026-11-26 02:00:00Z ≠ 2026-11-24 02:00:00Z")
    assert again(stage, found)
    assert listed(stage) == []
    assert not again(stage, found), "what is no failure any longer is not tried again"


@pytest.mark.parametrize(
    ("kind", "query"),
    [
        ("timer", "SELECT state, tries, fires_at <= now() + ahead FROM timer, clock WHERE step = 'visit'"),
        ("errand", "SELECT state, tries, fires_at <= now() + ahead FROM errand, clock WHERE kind = 'digest'"),
        ("likeness", "SELECT 'waits', tries, due_at <= now() + ahead FROM likeness, clock WHERE looked_at IS NULL"),
        ("dialogue", "SELECT state, tries, expires_at <= now() + ahead FROM dialogue, clock"),
        ("text", "SELECT state, tries, next_at <= now() + ahead FROM outbox, clock WHERE purpose = 'receipt'"),
        ("recording", "SELECT state, tries, next_at <= now() + ahead FROM recording, clock"),
    ],
)
def test_it_is_due_now_with_all_its_tries(stage: Stage, number: str, kind: str, query: str) -> None:
    stage.plant(PLANTED[kind][0])
    [found] = listed(stage)
    again(stage, found)
    states = {
        "timer": "open",
        "errand": "open",
        "likeness": "waits",
        "dialogue": "matter_asked",
        "text": "pending",
        "recording": "to_fetch",
    }
    assert stage.rows(query) == [(states[kind], 0, True)]


def test_nothing_is_sent_to_who_stopped_texts(stage: Stage, number: str) -> None:
    stage.plant(TEXT)
    [before] = listed(stage)
    stage.plant("UPDATE party SET stopped_at = now() WHERE id = (SELECT party_id FROM cases)")
    [found] = listed(stage)
    assert found.can == ()
    assert not again(stage, found)
    assert not again(stage, before), "whoever stopped in the meantime is left alone too"


def test_a_message_in_doubt_is_looked_up_and_a_call_is_not_placed_again(stage: Stage, number: str) -> None:
    stage.plant("UPDATE outbox SET state = 'unknown', trouble = 'no answer', next_at = now() + interval '9 days'")
    doubtful = listed(stage)
    assert {failure.can for failure in doubtful} == {RETRY}
    assert again(stage, doubtful[0])
    with stage.door.transaction(LINE) as tx:
        row = stage.rows("SELECT state, next_at FROM outbox WHERE id = :id", id=UUID(doubtful[0].id))[0]
        assert (row[0], row[1] <= tx.now) == ("unknown", True)
    stage.plant("UPDATE outbox SET state = 'failed', channel = 'call', trouble = '21211'")
    assert {failure.can for failure in listed(stage)} == {()}


def test_what_did_not_arrive_is_shown_as_long_as_its_case_is_open(stage: Stage, number: str) -> None:
    stage.plant(
        "UPDATE outbox SET state = 'sent', sid = 'SM' || id, delivery = 'undelivered' WHERE purpose = 'receipt'"
    )
    [found] = listed(stage)
    assert (found.kind, found.why, found.can) == ("text", "undelivered", ())
    stage.wind(timedelta(days=40))
    assert len(listed(stage)) == 1
    stage.plant("UPDATE cases SET state = 'closed'")
    assert listed(stage) == []


def test_an_errand_that_was_made_anew_is_not_done_twice(stage: Stage, number: str) -> None:
    stage.plant(ERRAND)
    stage.plant(ERRAND.replace("'parked', 3, 'poison'", "'open', 0, NULL"))
    [found] = listed(stage)
    assert again(stage, found)
    assert sorted(stage.rows("SELECT state FROM errand WHERE kind = 'digest'")) == [("done",), ("open",)]


def test_a_dialogue_waits_until_the_other_one_has_ended(stage: Stage, number: str) -> None:
    stage.plant(DIALOGUE)
    stage.plant(DIALOGUE.replace("'parked'", "'matter_asked'"))
    [found] = listed(stage)
    assert not again(stage, found)
    stage.plant("UPDATE dialogue SET state = 'done' WHERE state = 'matter_asked'")
    assert again(stage, found)


def test_a_quarantined_request_is_asked_about_again_or_dismissed(stage: Stage, number: str) -> None:
    with stage.door.transaction(LINE) as tx:
        quarantine.put(tx, Suspect("text", "SM" + "1" * 32, "recut", "{}"))
        tx.flush()
        [held] = quarantine.open_items(tx)
        quarantine.doubt(tx, held.id, "not with the carrier")
    [found] = listed(stage)
    assert (found.kind, found.what, found.why) == ("request", "text", "not with the carrier")
    assert found.can == (Can.RETRY, Can.DISMISS)
    assert again(stage, found)
    assert listed(stage)[0].why == "recut"
    assert again(stage, found, retrying.dismiss, "command")
    assert listed(stage) == []
    assert stage.rows("SELECT state, settled_by FROM quarantine") == [("dismissed", "command")]


def test_only_a_request_is_dismissed(stage: Stage, number: str) -> None:
    stage.plant(PLANTED["timer"][0])
    [found] = listed(stage)
    assert not again(stage, found, retrying.dismiss, "command")


def test_what_was_overtaken_is_no_failure(stage: Stage, number: str) -> None:
    stage.plant("UPDATE outbox SET state = 'failed', next_at = NULL, trouble = 'overtaken' WHERE purpose = 'order'")
    assert listed(stage) == []
