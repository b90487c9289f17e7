"""Honest requests in all the forms a carrier may send: none is refused, and each is answered once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import pytest

from tests.webhooks.carrier import Carrier

ROOT = "/webhooks/twilio"
QUERIES = (
    "",
    "",
    "?step=2&lang=zh",
    "?msg=a+b&z=1&a=2",
    "?x=%2B86138&y=a%26b",
    "?msg=%E6%A5%BC%E9%81%93&x=a%20b",
    "?t=It%27s&u=it's",
    "?a=1&a=1&b=%e6%a5%bc",
    "?q=~*!()',;:@/?",
    "?Body=x&AccountSid=y",
)
BODIES = (
    "三号楼二单元没有电，电梯里有人",
    "Lift in building 3 is stuck & smoking! 50% <b>\"'",
    "",
    "\U0001f600" * 70,
    "a\0b\u202ec\ud7ff\ufffe",
    "line one\r\nline two\ttab",
    "=+-@ '; DROP TABLE cases; --",
    "{named} %s \\u0041 &amp; <?xml?>",
    "楼" * 1600,
)
BASES = ("https://hotline.example", "https://hotline.example:443")
ADDED = (("AddOns", '{"status":"successful"}'), ("NewIn2031", ""), ("SmsExtra", "楼"), ("OptOutType", "STOP"))


def _requests(count: int) -> Iterator[tuple[str, list[tuple[str, str]], Any]]:
    random = Random(4)
    for number in range(count):
        carrier = Carrier(
            token=random.choice(["primary-token-of-the-tests", "secondary-token-of-the-tests"]),
            base=random.choice(BASES),
        )
        path, pairs = _one(carrier, random, number)
        added = [random.choice(ADDED) for _ in range(random.randrange(4))]
        pairs = [*pairs, *added, *added[:1]]
        random.shuffle(pairs)
        line = random.choice(["/main", "/east", ""]) if not path.startswith("voice/") else "/main"
        yield f"{ROOT}{line}/{path}{random.choice(QUERIES)}", pairs, carrier


def _one(carrier: Any, random: Random, number: int) -> tuple[str, list[tuple[str, str]]]:
    turn = {
        "From": random.choice(["+8613800000001", "anonymous", "", "+266696687", "10086", "sip:a@b.example"]),
        "SpeechResult": random.choice(BODIES),
        "Confidence": random.choice(["", "0", "0.8751", "1.0"]),
        "Digits": random.choice(["", "1", "12#", "*"]),
        "StirVerstat": "TN-Validation-Passed-A",
    }
    return random.choice(
        [
            ("sms", carrier.text(number, random.choice(BODIES))),
            ("sms", carrier.text(number, "x", MessagingServiceSid="MG" + "1" * 32, From="1069012345678")),
            (
                "sms",
                carrier.text(number, "", NumMedia="1", MediaUrl0="https://a.example/1", MediaContentType0="image/png"),
            ),
            ("voice", carrier.turn(number)),
            (f"voice/{number % 12}", carrier.turn(number, **turn)),
            (
                "voice/3",
                carrier.turn(number, RecordingSid=f"RE{number:032x}", RecordingDuration="-1", RecordingUrl="https://x"),
            ),
            (
                "status",
                carrier.call_status(number, random.choice(["initiated", "in-progress", "no-answer", "canceled"])),
            ),
            (
                "status",
                carrier.receipt(number, random.choice(["queued", "partially_delivered", "read"]), ErrorCode=""),
            ),
            ("status", carrier.receipt(number, "sent", From="MG", RawDlrDoneDate="2611241200")),
            ("recording", carrier.recording(number, random.choice(["completed", "absent", "in-progress"]))),
            ("recording", carrier.recording(number, "absent", RecordingDuration="-1", RecordingUrl="")),
        ]
    )


def test_a_thousand_honest_requests_and_none_is_refused(doors: Any) -> None:
    for target, pairs, carrier in _requests(1_000):
        answer = doors.post(target, pairs, carrier)
        assert answer.status_code in (200, 204), (target, pairs, doors.notes)
    assert doors.notes == []
    assert doors.door.opened == 1_000
    assert len(doors.floors.taken) == len(doors.floors.inbox.answers)


@pytest.mark.parametrize(
    ("path", "kind"), [("sms", "text"), ("voice", "turn"), ("voice/5", "turn"), ("status", "receipt")]
)
def test_the_same_request_again_gets_the_same_bytes(doors: Any, path: str, kind: str) -> None:
    pairs = getattr(doors.carrier, kind)(5)
    first = doors.post(f"{ROOT}/main/{path}", pairs)
    for other in range(3):
        assert doors.post(f"{ROOT}/main/{path}", getattr(doors.carrier, kind)(100 + other)).status_code < 300
    again = [doors.post(f"{ROOT}/main/{path}", pairs) for _ in range(3)]
    assert {(a.status_code, a.data, a.content_type) for a in again} == {
        (first.status_code, first.data, first.content_type)
    }
    assert len(doors.floors.taken) == 4


def test_the_same_requests_from_sixteen_threads_get_the_same_bytes(doors: Any) -> None:
    def deliver(number: int) -> tuple[int, bytes]:
        answer = doors.post(f"{ROOT}/main/voice/1", doors.carrier.turn(number))
        return number, answer.data

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(deliver, [number for number in range(20) for _ in range(16)]))
    assert len({number for number, _ in answers}) == len(set(answers)) == len(doors.floors.taken) == 20
    assert len(answers) == 320


@pytest.mark.parametrize("count", [60, pytest.param(1_000, marks=pytest.mark.slow)])
def test_honest_requests_to_the_real_house(
    real_doors: Any, row_counts: Callable[[], dict[str, int]], count: int
) -> None:
    for target, pairs, carrier in _requests(count):
        answer = real_doors.post(target, pairs, carrier)
        assert answer.status_code in (200, 204), (target, pairs, real_doors.notes)
    assert real_doors.notes == [], "nobody was refused, and no caller heard the static answer"
    assert row_counts()["inbox"] > count / 2


def test_twice_and_sixteen_at_once_in_the_real_house(real_doors: Any, row_counts: Callable[[], dict[str, int]]) -> None:
    carrier = real_doors.carrier

    def deliver(number: int) -> tuple[int, int, bytes]:
        if number % 2:
            answer = real_doors.post(f"{ROOT}/main/sms", carrier.text(number, "三号楼二单元没有电"))
        else:
            answer = real_doors.post(f"{ROOT}/main/voice", carrier.turn(number, From=f"+86138000000{number:02}"))
        return number, answer.status_code, answer.data

    deliver(98), deliver(99)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(deliver, [number for number in range(6) for _ in range(16)]))
    assert len(set(answers)) == 6
    assert {status for _, status, _ in answers} == {200}
    assert real_doors.notes == []
    assert row_counts()["inbox"] == 8
