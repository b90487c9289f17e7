"""How far to wind: every form, and a plain word for what is none."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.trouble import Trouble
from app.winding.target import shown, target

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # 10:00 of a Tuesday there


@pytest.mark.parametrize(
    ("words", "then"),
    [
        ("123s", NOW + timedelta(seconds=123)),
        ("45m", NOW + timedelta(minutes=45)),
        ("3d4h", NOW + timedelta(days=3, hours=4)),
        ("1d12h30m", NOW + timedelta(days=1, hours=12, minutes=30)),
        (" 2W ", NOW + timedelta(weeks=2)),
        ("10:01", NOW + timedelta(minutes=1)),
        ("10:00", NOW + timedelta(days=1)),
        ("9:59", NOW + timedelta(hours=23, minutes=59)),
        ("2026-12-01T09:00", datetime(2026, 12, 1, 1, 0, tzinfo=UTC)),
        ("2026-12-01 09:00", datetime(2026, 12, 1, 1, 0, tzinfo=UTC)),
        ("2026-12-01T09:00+00:00", datetime(2026, 12, 1, 9, 0, tzinfo=UTC)),
        ("2026-12-01", datetime(2026, 11, 30, 16, 0, tzinfo=UTC)),
        ("2026-11-01T09:00", datetime(2026, 11, 1, 1, 0, tzinfo=UTC)),  # the past is for the caller to refuse
    ],
)
def test_every_form_is_understood(words: str, then: datetime) -> None:
    assert target(words, NOW, ZONE) == then


@pytest.mark.parametrize(
    ("words", "id_"),
    [
        ("", "app.wind.unread"),
        ("3", "app.wind.unread"),
        ("-3d", "app.wind.unread"),
        ("4h3d", "app.wind.unread"),  # the larger first
        ("3 d", "app.wind.unread"),
        ("25:00", "app.wind.unread"),
        ("10:60", "app.wind.unread"),
        ("tomorrow", "app.wind.unread"),
        ("2026-13-01T09:00", "app.wind.unread"),
        ("0d", "app.wind.nothing"),
        ("999999999w", "app.wind.too_far"),
        ("11w520d4000d", "app.wind.unread"),
        ("4000d", "app.wind.too_far"),
        ("2999-01-01", "app.wind.too_far"),
    ],
)
def test_what_is_no_target_is_told(words: str, id_: str) -> None:
    with pytest.raises(Trouble) as caught:
        target(words, NOW, ZONE)
    [message] = caught.value.messages
    assert message.id == id_
    assert message.params["given"] == words


@given(st.tuples(*(st.integers(0, most) for most in (99, 400, 99, 99, 99))).filter(any))
def test_a_stretch_is_the_sum_of_its_parts(amounts: tuple[int, ...]) -> None:
    said = "".join(f"{amount}{unit}" for amount, unit in zip(amounts, "wdhms", strict=True) if amount)
    weeks, days, hours, minutes, seconds = amounts
    stretch = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    assert target(said, NOW, ZONE) == NOW + stretch


@given(st.text(max_size=30))
def test_whatever_is_written_is_a_moment_or_a_plain_word(words: str) -> None:
    try:
        found: object = target(words, NOW, ZONE).utcoffset()
    except Trouble as trouble:
        found = trouble.messages[0].id if trouble.messages[0].id.startswith("app.wind.") else None
    assert found is not None


def test_a_moment_is_shown_with_its_year() -> None:
    assert shown(NOW, ZONE) == "2026-11-24 10:00"
