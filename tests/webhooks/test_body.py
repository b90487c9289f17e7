"""Bodies become names and values in bytes, and nothing is lost on the way."""

import json
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webhooks.request.body import Malformed, form_pairs, json_pairs


@given(st.lists(st.tuples(st.text(min_size=1).filter(str.isprintable), st.text().filter(str.isprintable)), max_size=6))
def test_a_form_comes_back_as_it_was_written(pairs: list[tuple[str, str]]) -> None:
    assert form_pairs(urlencode(pairs).encode()) == [(name.encode(), value.encode()) for name, value in pairs]


@given(st.text("ab=&+%4_;1"))
def test_a_form_is_split_as_the_standard_library_does(text: str) -> None:
    expected = parse_qsl(text, keep_blank_values=True, errors="surrogateescape")
    assert form_pairs(text.encode()) == [
        (name.encode(errors="surrogateescape"), value.encode(errors="surrogateescape")) for name, value in expected
    ]


def test_empty_values_repeated_names_and_bytes_that_are_no_utf8_are_kept() -> None:
    assert form_pairs(b"Body=%FF%00&Body=&From=%2B86+1&&lone") == [
        (b"Body", b"\xff\x00"),
        (b"Body", b""),
        (b"From", b"+86 1"),
        (b"lone", b""),
    ]


def test_a_json_object_keeps_repeated_names_and_lone_surrogates() -> None:
    body = b'{"Body": "\\ud83d", "Body": "two", "n": 1, "deep": {"Body": "x"}}'
    assert json_pairs(body) == [(b"Body", b"\xed\xa0\xbd"), (b"Body", b"two")]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'"text"',
        b"{",
        b"\xff",
        b"[" * 60_000,
        b'{"a":' * 20_000,
        b'{"n": ' + b"9" * 60_000 + b"}",
        b"NaN",
    ],
)
def test_what_is_no_json_object_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed, match="body"):
        json_pairs(body)


@given(st.binary(max_size=80))
def test_noise_is_pairs_or_malformed(body: bytes) -> None:
    assert len(form_pairs(body)) == len([part for part in body.split(b"&") if part])
    try:
        json.loads(body)
    except ValueError:
        with pytest.raises(Malformed):
            json_pairs(body)
