"""Telephone numbers as people write them."""

import pytest

from dispatch.people.numbers import read_number, shown_number

LINE = "+862166660000"


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("13800000001", "+8613800000001"),
        ("138 0000 0001", "+8613800000001"),
        ("138-0000-0001", "+8613800000001"),
        ("１３８０００００００１", "+8613800000001"),
        ("+86 138 0000 0001", "+8613800000001"),
        ("021-66660000", "+862166660000"),
        ("66660000", None),  # without its area code nobody can ring it
        ("110", None),
        ("12345", None),
        ("+1 202 555 0123", None),  # abroad, at our cost
        ("0044 20 7946 0018", None),
        ("", None),
        ("电话", None),
        ("1" * 300, None),
    ],
)
def test_numbers_are_read(said: str, number: str | None) -> None:
    assert read_number(said, LINE) == number


def test_a_number_is_shown_as_people_dial_it() -> None:
    assert shown_number(LINE) == "021 6666 0000"
    assert shown_number("+8613800000001") == "138 0000 0001"
