"""What is set aside at the doors: how it is answered, what is kept of it, and what the log says."""

import json
from typing import Any

import pytest

from hotline.twiml import disturbed, fallback
from tests.webhooks import cuts
from tests.webhooks.attacker import Attack, Attacker
from tests.webhooks.doors import Doors
from webhooks.answers import NOTHING_TO_SAY

ROOT = "/webhooks/twilio"
REF = "0123456789abcdef" * 2


def swallowing(name: str, pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The pairs with one of them in the value before it, in order."""
    ordered = sorted(pairs)
    at = next(n for n, pair in enumerate(ordered) if pair[0] == name)
    before, value = ordered[at - 1]
    return [*ordered[: at - 1], (before, value + "".join(ordered[at])), *ordered[at + 1 :]]


@pytest.mark.parametrize(
    ("path", "kind", "name", "door", "neutral"),
    [
        ("sms", "text", "From", "text", NOTHING_TO_SAY.body),
        ("sms", "text", "MessageSid", "text", NOTHING_TO_SAY.body),
        ("fallback", "text", "To", "text", NOTHING_TO_SAY.body),
        ("voice", "turn", "From", "voice", fallback().encode()),
        ("voice/3", "turn", "To", "voice", fallback().encode()),
        ("voice/3/again/1", "turn", "CallSid", "voice", fallback().encode()),
        (f"out/{REF}", "turn", "CallStatus", "voice", disturbed().encode()),
        (f"out/{REF}/2", "turn", "Direction", "voice", disturbed().encode()),
        (f"outstatus/{REF}", "call_status", "CallStatus", "status", NOTHING_TO_SAY.body),
        ("status", "call_status", "CallStatus", "status", NOTHING_TO_SAY.body),
        ("status", "receipt", "MessageSid", "status", NOTHING_TO_SAY.body),
        ("status", "receipt", "MessageStatus", "status", NOTHING_TO_SAY.body),
        ("recording", "recording", "RecordingStatus", "recording", NOTHING_TO_SAY.body),
    ],
)
def test_set_aside_with_its_sid_and_answered_neutrally(
    doors: Doors, path: str, kind: str, name: str, door: str, neutral: bytes
) -> None:
    pairs = getattr(doors.carrier, kind)(17)
    sid = {"text": "SM", "receipt": "SM", "recording": "RE"}.get(kind, "CA")
    answer = doors.post(f"{ROOT}/main/{path}", swallowing(name, pairs))
    assert (answer.status_code, answer.data, answer.content_type) == (200, neutral, "text/xml; charset=utf-8")
    [suspect] = doors.floors.set_aside
    assert (suspect.door, suspect.sid, suspect.reason) == (door, doors.carrier.sid(sid, 17), "swallowed")
    said = json.loads(suspect.said)
    assert "".join(map("".join, said["body"])) == "".join(map("".join, sorted(pairs))), "all of it is kept"
    assert (doors.floors.taken, doors.floors.inbox.answers) == ([], {})
    assert [facts["reason"] for facts in doors.noted("webhooks.quarantined")] == ["swallowed"]
    assert "+86138" not in str(doors.notes)


def test_connecting_a_call(doors: Doors) -> None:
    pairs = doors.carrier.turn(17, DialCallStatus="completed", DialCallSid=doors.carrier.sid("CA", 1))
    for name in ("DialCallStatus", "From"):
        answer = doors.post(f"{ROOT}/main/dialed/{REF}", swallowing(name, pairs))
        assert (answer.status_code, answer.data) == (200, disturbed().encode())
    assert len(doors.floors.set_aside) == 2


@pytest.mark.parametrize("kind", [cuts.moved_to_query, cuts.sender_in_the_text, cuts.text_in_the_text])
def test_the_sid_and_all_that_was_said_are_kept(doors: Doors, kind: Any) -> None:
    attacker = Attacker(3)
    for number in range(60):
        attack: Attack = kind(attacker)
        assert doors.send(attack.target, attack.body, attack.headers).status_code == 200
        suspect = doors.floors.set_aside[number]
        assert len(suspect.sid) == 34, attack
        assert suspect.reason in {"moved", "odd_name", "embedded"}


def test_with_the_database_away_a_text_comes_again_and_a_caller_hears_the_same(doors: Doors) -> None:
    doors.door.away = True
    assert doors.post(f"{ROOT}/main/sms", swallowing("From", doors.carrier.text())).status_code == 503
    for _ in range(4):
        answer = doors.post(f"{ROOT}/main/voice", swallowing("From", doors.carrier.turn()))
        assert (answer.status_code, answer.data) == (200, fallback().encode())
    doors.door.away = False
    assert doors.post(f"{ROOT}/main/sms", swallowing("From", doors.carrier.text())).status_code == 200
    assert len(doors.floors.set_aside) == 1


def test_the_true_one_is_still_accepted(doors: Doors) -> None:
    pairs = doors.carrier.text(5)
    doors.post(f"{ROOT}/main/sms", swallowing("From", pairs))
    assert doors.post(f"{ROOT}/main/sms", pairs).status_code == 200
    assert len(doors.floors.taken) == len(doors.floors.set_aside) == 1


def test_the_same_sid_with_other_facts_gets_the_first_answer_and_is_noted(doors: Doors) -> None:
    first = doors.post(f"{ROOT}/main/sms", doors.carrier.text(5, "电梯坏了"))
    for changes in ({"Body": "别的"}, {"From": "+8613900000009"}, {"To": "+862166660001"}):
        again = doors.post(f"{ROOT}/main/sms", doors.carrier.text(5, **{"Body": "电梯坏了", **changes}))
        assert (again.status_code, again.data) == (first.status_code, first.data)
    assert doors.post(f"{ROOT}/main/sms", doors.carrier.text(5, "电梯坏了", SmsStatus="x")).data == first.data
    ring = doors.post(f"{ROOT}/main/voice", doors.carrier.turn(6))
    again = doors.post(f"{ROOT}/main/voice", doors.carrier.turn(6, From="+8613900000009", CallStatus="in-progress"))
    assert again.data == ring.data
    text, call = (
        {"kind": "text", "key": doors.carrier.sid("SM", 5)},
        {"kind": "voice", "key": doors.carrier.sid("CA", 6) + "/0"},
    )
    assert doors.noted("webhooks.replay_differs") == [{**each, "line": "main"} for each in (text, text, text, call)]
    assert len(doors.floors.taken) == 2


def test_the_same_sid_with_other_facts_in_the_real_house(real_doors: Doors, row_counts: Any) -> None:
    first = real_doors.post(f"{ROOT}/main/voice", real_doors.carrier.turn(5))
    real_doors.post(f"{ROOT}/main/sms", real_doors.carrier.text(5, "电梯坏了"))
    before = row_counts()
    again = real_doors.post(f"{ROOT}/main/voice", real_doors.carrier.turn(5, From="+8613900000009"))
    assert again.data == first.data
    assert real_doors.post(f"{ROOT}/main/voice", real_doors.carrier.turn(5)).data == first.data
    real_doors.post(f"{ROOT}/main/sms", real_doors.carrier.text(5, "别的"))
    assert row_counts() == before
    assert [event for event, _ in real_doors.notes] == ["webhooks.replay_differs"] * 2
