"""The chain: one spelling of an event, and a hash over it that fits one place alone."""

import hashlib
import hmac
import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.seal.chain import canonical, commitment, genesis, link, spelled
from cases.steps import Step

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
ONE, TWO = UUID(int=1), UUID(int=2)


plain = st.none() | st.booleans() | st.integers() | st.text() | st.uuids() | st.datetimes(timezones=st.just(UTC))
values = st.recursive(plain, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)
events = st.dictionaries(st.text(), values, max_size=6)


@given(events)
def test_an_event_has_one_spelling(event: dict[str, Any]) -> None:
    text = canonical(event)
    shuffled = dict(sorted(event.items(), key=lambda item: str(item[0])[::-1], reverse=True))
    assert canonical(shuffled) == text
    assert canonical(json.loads(text)) == text
    assert text.encode().decode() == text
    assert "\n" not in text


def test_the_spelling_by_hand() -> None:
    made = {
        "b": 1, "a": "漏水", "at": NOW.astimezone(timezone(timedelta(hours=8))), "day": date(2026, 11, 24),
        "id": ONE, "step": Step.VISIT, "list": (True, None),
    }  # fmt: skip
    assert canonical(made) == (
        '{"a":"漏水","at":"2026-11-24T02:00:00.000000Z","b":1,"day":"2026-11-24",'
        '"id":"00000000-0000-0000-0000-000000000001","list":[true,null],"step":"visit"}'
    )


@pytest.mark.parametrize(
    ("event", "trouble"),
    [
        ({"a": 1.0}, r"event\.a is a float, which has no one spelling: use a whole number or text"),
        ({"a": [{"b": float("nan")}]}, r"event\.a\[0\]\.b is a float"),
        ({"at": datetime(2026, 11, 24)}, r"event\.at is a naive moment: pass one with a zone"),  # noqa: DTZ001
        ({1: "x"}, "event has the key 1, which is not text: use text keys"),
        ({"a": "\ud800"}, r"event\.a has a lone surrogate: clean the text at the edge"),
        ({"\ud800": 1}, "event has a lone surrogate"),
        ({"a": b"x"}, r"event\.a is a bytes, which has no one spelling: turn it into text"),
        ({"a": {1, 2}}, r"event\.a is a set"),
    ],
)
def test_what_has_no_one_spelling_is_refused(event: dict[str, Any], trouble: str) -> None:
    with pytest.raises(ValueError, match=trouble):
        canonical(event)


def test_a_link_is_the_hash_of_the_line_before_and_the_spelling() -> None:
    assert link("00", "{}") == hashlib.sha256(b"00\n{}").hexdigest()
    assert genesis(ONE) != genesis(TWO)


def test_a_commitment_needs_its_salt() -> None:
    salt = bytes(16)
    assert commitment(salt, "漏水") == hmac.new(salt, "漏水".encode(), hashlib.sha256).hexdigest()
    assert commitment(salt, "漏水") != commitment(b"1" * 16, "漏水")
    with pytest.raises(ValueError, match="salt has 15 bytes: pass at least 16 random ones"):
        commitment(bytes(15), "漏水")


def test_a_moment_has_one_spelling_in_every_zone() -> None:
    assert spelled(NOW.astimezone(timezone(timedelta(hours=8)))) == spelled(NOW) == "2026-11-24T02:00:00.000000Z"
