"""Ids: of the right form, and in the order of their moments."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.ids import new_id

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
moments = st.timedeltas(timedelta(0), timedelta(days=365_000)).map(lambda since: EPOCH + since)
ten = st.binary(min_size=10, max_size=10)


@given(moments, ten)
def test_an_id_is_a_uuid_of_version_7_and_tells_its_moment(now: datetime, randomness: bytes) -> None:
    made = new_id(now, randomness)
    assert (made.int >> 76) & 0xF == 7
    assert (made.int >> 62) & 0x3 == 2
    assert abs((made.int >> 80) / 1000 - now.timestamp()) <= 0.001


@given(moments, moments, ten, ten)
def test_ids_sort_by_their_moments(one: datetime, other: datetime, first: bytes, second: bytes) -> None:
    early, late = sorted((one, other))
    if (late - early).total_seconds() >= 0.002:
        assert new_id(early, first) < new_id(late, second)


@given(moments, ten, ten)
def test_the_randomness_tells_them_apart(now: datetime, first: bytes, second: bytes) -> None:
    kept = 2**80 - 1 ^ (0xF << 76) ^ (0x3 << 62)
    differ = (int.from_bytes(first) ^ int.from_bytes(second)) & kept
    assert (new_id(now, first) != new_id(now, second)) == bool(differ)


def test_what_cannot_make_an_id_is_refused() -> None:
    with pytest.raises(ValueError, match="now has no zone: pass an aware moment"):
        new_id(datetime(2026, 11, 24), bytes(10))  # noqa: DTZ001
    with pytest.raises(ValueError, match="randomness has 9 bytes: pass 10"):
        new_id(datetime(2026, 11, 24, tzinfo=UTC), bytes(9))
