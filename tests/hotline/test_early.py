"""A turn that comes before its predecessor waits, and what was said in it takes effect in its own time."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest

from cases.report import clean
from exchange.twiml.checks import remarks_on
from exchange.twiml.document import Kind, read
from hotline import calls
from hotline.calls import MOST_WAITS, Early
from hotline.events import CallStatusIn, RecordingIn, TurnIn
from tests.hotline.talking import Caller, all_cases, events
from tests.stage import LINE, RESIDENT, Stage

WAITS = """
SELECT 1 FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT l.granted AND a.datname = current_database()
"""
SID = "CA" + "e" * 32
REC = "RE" + "c" * 32


def turn(number: int, speech: str = "", sid: str = SID, caller: str = RESIDENT, **more: Any) -> TurnIn:
    return TurnIn(LINE, sid, number, caller, "", clean(speech), speech, 0.9 if speech else None, **more)


def take(stage: Stage, said: TurnIn) -> str:
    with stage.door.transaction(LINE) as tx:
        return calls.take_turn(tx, said)


def early(stage: Stage, said: TurnIn) -> str:
    """As the door does it."""
    with pytest.raises(Early):
        take(stage, said)
    with stage.door.transaction(LINE) as tx:
        return calls.take_early(tx, said)


def end(stage: Stage, status: str = "completed") -> None:
    with stage.door.transaction(LINE) as tx:
        calls.take_status(tx, CallStatusIn(LINE, SID, status, ""))


def told(stage: Stage, sid: str = SID) -> tuple[Any, ...]:
    """What came of a call, without what differs between any two."""
    ((case_id, *stands),) = stage.rows(
        "SELECT case_id, stage, turn, misses, choice, status FROM call WHERE sid = :s", s=sid
    )
    (case,) = (case for case in all_cases(stage) if case.id == case_id)
    kinds = stage.rows("SELECT kind FROM event WHERE case_id = :c ORDER BY seq", c=case_id)
    return (case.category, case.building, case.channel, case.summary), [tuple(kind) for kind in kinds], stands


def test_it_gets_a_document_that_asks_for_it_again(stage: Stage) -> None:
    for waited in range(MOST_WAITS):
        document = early(stage, turn(2, "电梯坏了", waited=waited))
        assert f"/webhooks/twilio/main/voice/2/again/{waited + 1}<" in document
        assert [verb.name for verb in read(document.encode(), "text/xml", Kind.VOICE).verbs] == ["Pause", "Redirect"]
        assert remarks_on(read(document.encode(), "text/xml", Kind.VOICE), Kind.VOICE) == ()
    assert all_cases(stage) == []


def test_what_was_said_takes_effect_when_it_is_its_turn(stage: Stage) -> None:
    early(stage, turn(2, "幸福里3号楼"))
    take(stage, turn(0))
    take(stage, turn(1, "电梯坏了"))
    take(stage, turn(2, waited=1))  # comes again, without the words
    assert told(stage)[0][:2] == ("lift", "3")


def test_the_order_of_coming_makes_no_difference(stage: Stage) -> None:
    other, somebody = "CA" + "f" * 32, "+8613800000099"  # the same caller would be asked whether it is the same
    take(stage, turn(0, sid=other, caller=somebody))
    take(stage, turn(1, "电梯坏了", other, somebody))
    take(stage, turn(2, "幸福里3号楼", other, somebody))
    take(stage, turn(0))
    early(stage, turn(2, "幸福里3号楼"))
    take(stage, turn(1, "电梯坏了"))
    take(stage, turn(2, waited=1))
    assert told(stage) == told(stage, other)


def test_a_turn_that_has_waited_enough_is_taken_as_it_is(stage: Stage) -> None:
    early(stage, turn(3, "幸福里3号楼电梯坏了"))
    take(stage, turn(3, waited=MOST_WAITS))
    (case,) = all_cases(stage)
    assert (case.category, case.building) == ("lift", "3")
    assert stage.rows("SELECT turn, stage FROM call") == [(3, "done")]


def test_delivered_again_it_is_heard_once(stage: Stage) -> None:
    take(stage, turn(0))
    early(stage, turn(2, "楼道灯不亮"))
    early(stage, turn(2, "楼道灯不亮"))
    take(stage, turn(1))
    take(stage, turn(2, "楼道灯不亮"))
    end(stage)
    (case,) = all_cases(stage)
    assert case.summary.count("楼道灯") == 1


def test_who_hangs_up_while_waiting_has_made_a_report(stage: Stage) -> None:
    early(stage, turn(10, "幸福里3号楼"))
    early(stage, turn(2, "电梯坏了"))
    end(stage)
    (case,) = all_cases(stage)
    assert (case.category, case.building) == ("lift", "3")
    end(stage, "failed")
    assert len(all_cases(stage)) == 1


def test_a_turn_after_the_end_waits_for_nobody(stage: Stage) -> None:
    take(stage, turn(0))
    end(stage)
    take(stage, turn(5, "楼道灯不亮"))
    assert len(all_cases(stage)) == 1


def test_words_that_waited_are_added_to_a_case_that_stands(stage: Stage) -> None:
    caller = Caller(stage, sid=SID)
    caller.ring()
    caller.say("幸福里小区3号楼2单元电梯坏了")
    early(stage, turn(5, "里面还有人"))
    before = events(stage).count("supplemented")
    assert before == 0, "nothing is said about words whose turn it is not"
    end(stage)
    assert events(stage).count("supplemented") == 1


def test_a_recording_that_came_too_soon_is_fetched(stage: Stage) -> None:
    early(stage, turn(2, recording_sid=REC, recording_seconds=7))
    with stage.door.transaction(LINE) as tx:
        calls.take_recording(tx, RecordingIn(LINE, REC, SID, "completed", 7))
    end(stage)
    assert len(all_cases(stage)) == 1


def test_two_first_turns_at_once_make_one_call(stage: Stage) -> None:
    """The ring is at work when the next turn comes: that one waits for it and loses nothing."""
    inside, may_end = Event(), Event()

    def ring() -> None:
        with stage.door.transaction(LINE) as tx:
            calls.take_turn(tx, turn(0))
            inside.set()
            assert may_end.wait(10)

    with ThreadPoolExecutor(2) as pool:
        ringing = pool.submit(ring)
        assert inside.wait(10)
        waiting = pool.submit(early, stage, turn(1, "楼道灯不亮"))
        while not stage.rows(WAITS):
            assert not waiting.done()
        may_end.set()
        ringing.result(10)
        assert "/again/1" in waiting.result(10)
    take(stage, turn(1, waited=1))
    end(stage)
    (case,) = all_cases(stage)
    assert case.category == "stairwell-light"
