"""The knobs."""

import pytest

from exchange.faults import Faults, Knobs, turn


def test_knobs_are_turned_by_name() -> None:
    knobs = turn(Knobs(), {"duplicate_requests": 2, "late_callbacks": 1.5, "reorder_callbacks": True})
    assert (knobs.duplicate_requests, knobs.late_callbacks, knobs.reorder_callbacks) == (2, 1.5, True)
    assert turn(knobs, {}) == knobs
    assert turn(Knobs(), {"shuffle_callbacks": 17, "late_recordings": 30}).late_recordings == 30.0


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"nope": 1}, "nope: no such fault; known are duplicate_requests"),
        ({"rest_busy": True}, "rest_busy: True is not a number from 0 to 3600"),
        ({"rest_busy": "1"}, "rest_busy: '1' is not a number"),
        ({"rest_busy": 3601}, "rest_busy: 3601 is not a number"),
        ({"reorder_callbacks": 1}, "reorder_callbacks: 1 is not true or false"),
    ],
)
def test_wrong_knobs(wanted: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        turn(Knobs(), wanted)


def test_next_faults_are_used_up() -> None:
    faults = Faults()
    assert not faults.take("rest_busy")
    faults.set({"rest_busy": 2})
    assert [faults.take("rest_busy") for _ in range(4)] == [2, 1, 0, 0]
    assert faults.knobs == Knobs()
