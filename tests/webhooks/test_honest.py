"""Honest requests in all the forms a carrier may send: none is refused, and each is answered once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.webhooks.honest import ROOT, requests


def test_a_thousand_honest_requests_and_none_is_refused(doors: Any) -> None:
    for target, pairs, carrier in requests(1_000):
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
