"""The carrier's word on a text, and what follows from it in the loop."""

from datetime import timedelta
from uuid import UUID

import pytest

from cases.loop.deeds import standing
from dispatch import outbox
from dispatch.loop import telling, verdicts, who
from dispatch.people import parties
from dispatch.ringing import outcomes
from tests.stage import LINE, RESIDENT, Stage

LAMP = "幸福里小区3号楼2单元楼道灯坏了"


def leave(stage: Stage, purpose: str) -> outbox.Outgoing:
    """Everything that waits is taken; the one of this purpose."""
    found = None
    [(id_,)] = stage.rows("SELECT id FROM outbox WHERE purpose = :purpose", purpose=purpose)
    while True:
        with stage.door.transaction(LINE) as tx:
            item = outbox.take(tx)
        if item is None:
            break
        found = item if item.id == UUID(str(id_)) else found
    assert found is not None
    return found


@pytest.fixture
def telling_stage(stage: Stage) -> Stage:
    """A worker has told the resident; the text waits."""
    case_id = stage.text(LAMP).case_id
    stage.plant("UPDATE cases SET state = 'in_progress'")
    stage.plant("UPDATE owed SET done_at = now() WHERE step IN ('sign_for', 'first_contact', 'visit', 'finding')")
    with stage.door.transaction(LINE) as tx:
        [(code,)] = stage.rows("SELECT s.code FROM cases c JOIN staff s ON s.id = c.worker_id")
        telling.tell(tx, who.by_code(tx, str(code)), case_id, "灯已换好，请放心。")
    return stage


def told(stage: Stage) -> list[str]:
    [(evidence,)] = stage.rows("SELECT state FROM evidence WHERE way = 'text'")
    rows = stage.rows("SELECT kind FROM event WHERE kind IN ('told', 'text_failed')")
    return [str(evidence), *(str(row[0]) for row in rows)]


def test_told_is_what_the_carrier_says_arrived(telling_stage: Stage) -> None:
    item = leave(telling_stage, "told")
    with telling_stage.door.transaction(LINE) as tx:
        outcomes.sent(tx, item, "SM1")
    assert told(telling_stage) == ["pending"]
    for status in ("sent", "delivered", "delivered"):
        with telling_stage.door.transaction(LINE) as tx:
            outcomes.take_receipt(tx, "SM1", status)
    assert told(telling_stage) == ["kept", "told"]


def test_a_word_that_came_before_we_knew_the_sid_counts_too(telling_stage: Stage) -> None:
    item = leave(telling_stage, "told")
    with telling_stage.door.transaction(LINE) as tx:
        outcomes.take_receipt(tx, "SM1", "delivered")
    with telling_stage.door.transaction(LINE) as tx:
        outcomes.sent(tx, item, "SM1")
    assert told(telling_stage) == ["kept", "told"]


def test_what_did_not_arrive_was_not_told(telling_stage: Stage) -> None:
    item = leave(telling_stage, "told")
    with telling_stage.door.transaction(LINE) as tx:
        outcomes.sent(tx, item, "SM1")
    with telling_stage.door.transaction(LINE) as tx:
        outcomes.take_receipt(tx, "SM1", "undelivered", error="30003")
    assert told(telling_stage) == ["failed", "text_failed"]


def test_what_is_refused_or_never_leaves_was_not_told(telling_stage: Stage) -> None:
    item = leave(telling_stage, "told")
    with telling_stage.door.transaction(LINE) as tx:
        outcomes.refused(tx, item, "21211 bad_number")
    assert told(telling_stage) == ["failed", "text_failed"]


def test_only_what_waited_too_long_is_given_up(telling_stage: Stage) -> None:
    item = leave(telling_stage, "told")
    with telling_stage.door.transaction(LINE) as tx:
        outcomes.later(tx, item, "the carrier is away")
    assert told(telling_stage) == ["pending"]
    telling_stage.wind(outbox.MAY_WAIT)
    with telling_stage.door.transaction(LINE) as tx:
        outcomes.later(tx, item, "the carrier is away")
    assert told(telling_stage) == ["failed", "text_failed"]


def test_who_stopped_texts_is_not_told_by_one(telling_stage: Stage) -> None:
    with telling_stage.door.transaction(LINE) as tx:
        parties.stop(tx, parties.party_of(tx, RESIDENT).id)
    with telling_stage.door.transaction(LINE) as tx:
        outcomes.call_off(tx)
    assert told(telling_stage)[0] == "failed"


def test_a_question_that_does_not_arrive_is_asked_by_a_call(stage: Stage) -> None:
    case_id = stage.text(LAMP).case_id
    stage.plant("UPDATE cases SET state = 'to_call_back'")
    with stage.door.transaction(LINE) as tx:
        verdicts.ask(tx, standing(tx, case_id, lock=True))
    item = leave(stage, "question")
    with stage.door.transaction(LINE) as tx:
        outcomes.sent(tx, item, "SM1")
    with stage.door.transaction(LINE) as tx:
        outcomes.unknown(tx, item, "nothing is known")  # too late to matter
        outcomes.take_receipt(tx, "SM1", "failed", error="30006")
    assert stage.rows("SELECT channel, state FROM question ORDER BY asked_at, id") == [
        ("text", "unanswered"),
        ("call", "open"),
    ]
    stage.wind(timedelta(seconds=1))
    with stage.door.transaction(LINE) as tx:
        ring = outbox.take(tx)
    assert ring is not None
    assert (ring.channel, ring.number) == ("call", RESIDENT)
