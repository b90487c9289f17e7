"""How many parts a text takes."""

import pytest

from exchange.segments import segments


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("灯" * 70, 1),
        ("灯" * 71, 2),
        ("灯" * 201, 3),
        ("灯" * 202, 4),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("\ud800", 1),
    ],
)
def test_parts(text: str, parts: int) -> None:
    assert segments(text) == parts
