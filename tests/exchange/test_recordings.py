"""Recordings that are announced, absent or late."""

from pathlib import Path
from typing import Any

import pytest
from twilio.rest import Client

from exchange.testing import Exchange

LINE = "+862166660000"
RESIDENT = "+8613800000001"
EVENTS = "in-progress completed absent"


@pytest.fixture(autouse=True)
def answers(office: Any) -> None:
    office.says(
        "/voice",
        f'<Record action="/recorded" recordingStatusCallback="/recording" recordingStatusCallbackEvent="{EVENTS}"/>',
    )
    office.says("/recorded", "<Say>收到</Say>")
    office.says("/recording", (204, "", b""))


def told(office: Any) -> list[str]:
    return [params["RecordingStatus"] for params in office.params("/recording")]


def test_all_that_is_told_of_a_recording(exchange: Exchange, office: Any) -> None:
    exchange.call(RESIDENT, LINE, ["灯坏了"])
    assert told(office) == ["in-progress", "completed"]
    first, last = office.params("/recording")
    assert first["RecordingSid"] == last["RecordingSid"]
    assert ("RecordingDuration" in first, last["RecordingDuration"]) == (False, "1")
    (entry,) = exchange.ledger("recording")
    assert [step["status"] for step in entry["history"]] == ["in-progress", "completed"]


def test_silence_is_told_as_absent(exchange: Exchange, office: Any) -> None:
    exchange.call(RESIDENT, LINE, [""])
    assert told(office) == ["in-progress", "absent"]
    assert (office.params("/recorded"), exchange.ledger("recording")) == ([], [])


def test_an_announced_recording_turns_out_absent(exchange: Exchange, office: Any, client: Client) -> None:
    exchange.faults(absent_recordings=1)
    exchange.call(RESIDENT, LINE, ["灯坏了"])
    assert told(office) == ["in-progress", "absent"]
    announced = office.params("/recorded")[0]["RecordingUrl"]
    assert exchange.rest("GET", announced)[0] == 404
    (recording,) = client.recordings.list()
    assert (recording.status, recording.duration) == ("absent", "0")
    exchange.call(RESIDENT, LINE, ["水停了"])
    assert told(office)[2:] == ["in-progress", "completed"]


def test_a_late_recording_is_not_there_until_its_moment(exchange: Exchange, office: Any, client: Client) -> None:
    exchange.faults(late_recordings=90)
    exchange.call(RESIDENT, LINE, ["灯坏了"])
    announced = office.params("/recorded")[0]["RecordingUrl"]
    exchange.clock.move(80)
    assert (told(office), exchange.rest("GET", announced)[0]) == (["in-progress"], 404)
    assert client.recordings.list()[0].status == "processing"
    exchange.clock.move(10)
    assert (told(office), exchange.rest("GET", announced)[0]) == (["in-progress", "completed"], 200)
    (entry,) = exchange.ledger("recording")
    assert [step["status"] for step in entry["history"]] == ["in-progress", "processing", "completed"]


def test_a_late_recording_that_is_deleted_before_it_comes(exchange: Exchange, office: Any, client: Client) -> None:
    exchange.faults(late_recordings=90)
    exchange.call(RESIDENT, LINE, ["灯坏了"])
    assert client.recordings.list()[0].delete()
    exchange.clock.move(100)
    assert (told(office), exchange.ledger("recording")) == (["in-progress"], [])


def test_a_late_recording_at_a_crash_comes_after_it(exchange: Exchange, office: Any, tmp_path: Path) -> None:
    exchange.faults(late_recordings=90)
    exchange.call(RESIDENT, LINE, ["灯坏了"])
    exchange.close()
    again = Exchange.start(tmp_path / "exchange", [], office)
    again.clock.move()
    assert told(office) == ["in-progress", "completed"]
    assert again.rest("GET", office.params("/recorded")[0]["RecordingUrl"])[0] == 200
    again.close()
