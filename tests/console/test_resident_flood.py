"""Limits by client: counted within a span, for each key alone, and never more kept than a few thousand."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask

from console.resident.flood import Limit, client


@dataclass
class Clock:
    """A clock that is moved by hand, in seconds."""

    at: float = 0.0

    def __call__(self) -> float:
        return self.at


def test_so_many_within_the_span_and_again_after_it() -> None:
    clock = Clock()
    limit = Limit(2, timedelta(seconds=10), clock)
    assert [limit.passes("a") for _ in range(3)] == [True, True, False]
    assert limit.passes("b")
    clock.at = 9.9
    assert limit.is_full("a")
    clock.at = 10.0
    assert [limit.passes("a") for _ in range(3)] == [True, True, False]


def test_the_longest_silent_is_forgotten_first() -> None:
    limit = Limit(1, timedelta(hours=1), Clock(), keys=3)
    for key in ("a", "b", "c", "d"):
        limit.count(key)
    assert [limit.is_full(key) for key in ("a", "b", "c", "d")] == [False, True, True, True]


@pytest.mark.parametrize(
    ("peer", "told", "key"),
    [
        ("203.0.113.5", "", "203.0.113.5"),
        ("203.0.113.5", "198.51.100.7", "203.0.113.5"),
        ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "192.0.2.9, 198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "nonsense", "nonsense"),
        ("2001:db8:1:2:3:4:5:6", "", "2001:0db8:0001:0002"),
        ("2001:db8:1:2:ffff::1", "", "2001:0db8:0001:0002"),
        ("::ffff:203.0.113.5", "", "203.0.113.5"),
        ("", "", ""),
    ],
)
def test_who_a_client_is(peer: str, told: str, key: str) -> None:
    headers = {"X-Forwarded-For": told} if told else {}
    with Flask("clients").test_request_context("/", environ_base={"REMOTE_ADDR": peer}, headers=headers):
        assert client({"10.0.0.1"}) == key
