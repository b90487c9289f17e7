"""Dates as people write them."""

from datetime import UTC, datetime

import pytest

from cases.clock.workdays import Calendar
from dispatch.reading.dates import cut_date, read_moment

CALENDAR = Calendar()
NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "local"),
    [
        ("2026-12-03", "2026-12-03 17:30"),
        ("12-3", "2026-12-03 17:30"),
        ("12/03", "2026-12-03 17:30"),
        (" 12月3日 ", "2026-12-03 17:30"),
        ("2026年12月3号", "2026-12-03 17:30"),
        ("2026-12-05", "2026-12-07 17:30"),  # a Saturday
        ("2026-12-03 14:15", "2026-12-03 14:15"),
        ("2026-12-03T09:00:00", "2026-12-03 09:00"),
        ("1-4", "2027-01-04 17:30"),  # the next to come
        ("11-24", "2026-11-24 17:30"),
        ("2020-01-02", "2020-01-02 17:30"),
        ("12-31", "2026-12-31 17:30"),
        ("31-12", None),
        ("2026-02-30", None),
        ("下周三", None),
        ("", None),
        ("12", None),
    ],
)
def test_a_date_is_read(said: str, local: str | None) -> None:
    found = read_moment(said, CALENDAR, NOW)
    assert (f"{found.astimezone(CALENDAR.zone):%Y-%m-%d %H:%M}" if found else None) == local


@pytest.mark.parametrize(
    ("said", "date", "rest"),
    [
        ("12-03 等居民回来", "12-03", "等居民回来"),
        ("至12月3日，等居民", "12月3日", "等居民"),
        ("until 2026-12-03, parts", "2026-12-03", "parts"),
        ("等居民 12/3", "12/3", "等居民"),
        ("等配件，12月3日 到货", "12月3日", "等配件 到货"),
        ("等居民回来", "", "等居民回来"),
        ("要3-5天", "", "要3-5天"),
        ("电话1380-0000", "", "电话1380-0000"),
        ("缺1.5米的管子，等到货", "", "缺1.5米的管子，等到货"),
        ("缺1.5米的管子，12月20日到货", "12月20日", "缺1.5米的管子 到货"),
        ("3/4的住户不同意 12/20", "12/20", "3/4的住户不同意"),
        ("面积 2.5 平方米，至12-20", "12-20", "面积 2.5 平方米"),
        ("管径1.2寸", "", "管径1.2寸"),
        ("pipe of 1.5 m, until 12/20", "12/20", "pipe of 1.5 m"),
        ("12/3的配件", "12/3", "的配件"),
        ("12.3 到货", "12.3", "到货"),
    ],
)
def test_a_date_among_words(said: str, date: str, rest: str) -> None:
    assert cut_date(said) == (date, rest)
