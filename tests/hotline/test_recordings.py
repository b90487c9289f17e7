from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from dispatch.transaction import Tx
from hotline import recordings
from hotline.carriers.port import Carrier, Later, Missing, Sound
from tests.hotline.shelf import Shelf
from tests.hotline.talking import Caller, events
from tests.stage import LINE, Stage

REC = "RE" + "c" * 32


@pytest.fixture
def caller(stage: Stage) -> Caller:
    """Somebody who left a message; the case is open."""
    caller = Caller(stage)
    caller.ring()
    caller.key("0")
    caller.record(REC, 12)
    return caller


def fetch(stage: Stage, carrier: Shelf) -> bool:
    def opened() -> AbstractContextManager[Tx]:
        return stage.door.transaction("xingfu")

    of: Callable[[str], Carrier] = lambda line: carrier  # noqa: E731
    return recordings.fetch_next(opened, of)


def state(stage: Stage) -> tuple[object, ...]:
    ((*found,),) = stage.rows("SELECT state, tries, trouble FROM recording")
    return tuple(found)


def test_the_carriers_word_makes_it_due_and_it_is_kept_sealed(caller: Caller) -> None:
    shelf = Shelf(Sound(b"RIFF sound", "audio/x-wav"))
    assert fetch(caller.stage, shelf) is False  # the carrier has not said yet that it is ready
    caller.recording(REC, "completed")
    assert fetch(caller.stage, shelf) is True
    assert state(caller.stage) == ("kept", 1, None)
    ((content_id, sealed),) = caller.stage.rows(
        "SELECT c.id, c.sealed FROM recording r JOIN content c ON c.id = r.content_id"
    )
    assert b"RIFF" not in bytes(sealed)
    assert caller.stage.vault.open_bytes(content_id, "content", sealed) == b"RIFF sound"
    assert "recording_kept" in events(caller.stage)
    assert fetch(caller.stage, shelf) is False
    assert shelf.asked == [REC]


def test_without_any_word_it_is_fetched_all_the_same(caller: Caller) -> None:
    caller.stage.wind(timedelta(seconds=61))
    assert fetch(caller.stage, Shelf(Sound(b"x", "audio/x-wav"))) is True
    assert state(caller.stage)[0] == "kept"


@pytest.mark.parametrize("status", ["absent", "failed"])
def test_one_that_never_was_is_a_fact_on_the_case(caller: Caller, status: str) -> None:
    caller.recording(REC, status)
    assert state(caller.stage) == (status, 0, status)
    assert f"recording_{status}" in events(caller.stage)
    assert fetch(caller.stage, Shelf(Missing("404"))) is False
    caller.recording(REC, status)
    assert events(caller.stage).count(f"recording_{status}") == 1
    caller.recording(REC, "completed")  # late: nothing moves back
    assert state(caller.stage)[0] == status


def test_other_words_change_nothing(caller: Caller) -> None:
    caller.recording(REC, "in-progress")
    assert state(caller.stage) == ("to_fetch", 0, None)


def test_a_word_on_a_call_that_we_never_heard_of_is_kept(stage: Stage) -> None:
    Caller(stage).recording(REC, "completed")
    assert state(stage) == ("to_fetch", 0, None)
    assert fetch(stage, Shelf(Sound(b"x", "audio/x-wav"))) is True


@pytest.mark.parametrize("found", [Missing("HTTP 404"), Later("HTTP 503")])
def test_it_is_tried_again_with_growing_waits_and_at_last_failed(caller: Caller, found: Missing | Later) -> None:
    caller.recording(REC, "completed")
    shelf = Shelf(found)
    for tries in range(1, recordings.TRIES):
        assert fetch(caller.stage, shelf) is True
        assert state(caller.stage) == ("to_fetch", tries, found.trouble)
        assert fetch(caller.stage, shelf) is False
        caller.stage.wind(timedelta(minutes=11))
    assert fetch(caller.stage, shelf) is True
    assert state(caller.stage) == ("failed", recordings.TRIES, found.trouble)
    assert "recording_failed" in events(caller.stage)


def test_a_fetch_that_comes_too_late_changes_nothing(caller: Caller) -> None:
    caller.recording(REC, "completed")
    fetch(caller.stage, Shelf(Sound(b"first", "audio/x-wav")))
    with caller.stage.door.transaction(LINE) as tx:
        recordings.keep_recording(tx, REC, b"second")
        recordings.miss_recording(tx, REC, "late")
    assert state(caller.stage) == ("kept", 1, None)
    assert events(caller.stage).count("recording_kept") == 1


def test_what_was_fetched_before_the_case_was_open_is_said_on_it(stage: Stage) -> None:
    """The carrier is quick: the sound is kept before the call's own turn opens the case."""
    caller = Caller(stage)
    caller.ring()
    caller.key("0")
    caller.recording(REC, "completed")
    assert fetch(stage, Shelf(Sound(b"RIFF sound", "audio/x-wav"))) is True
    caller.record(REC, 12)
    assert events(stage).count("recording_kept") == 1
