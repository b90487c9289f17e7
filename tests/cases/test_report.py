"""Words at the edge: cleaned once, folded for matching, counted as carriers count."""

import unicodedata
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cases.phrases import msg
from cases.report import (
    GSM7_BASIC,
    GSM7_EXTENSION,
    Channel,
    clean,
    even,
    fit,
    fold,
    is_e164,
    parts,
    segments,
)

# Lone surrogates, controls and non-characters included: what a machine may hand us.
anything = st.text(st.characters(exclude_categories=()), max_size=60)
NASTY = "\x00a\ud83d\ude00\ud800b\ufffe\ufdd0\u202e\x85\u2028\t\r\n c e\u0301 \U0001ffff\x7f"


@given(anything)
@example(NASTY)
def test_clean_words_are_legal_everywhere(raw: str) -> None:
    words = clean(raw)
    assert words.encode().decode() == words
    assert ElementTree.fromstring(f"<a>{escape(words)}</a>").text == (words or None)
    assert not any(unicodedata.category(char) in ("Cc", "Cs") for char in words)
    assert clean(words) == words
    assert unicodedata.is_normalized("NFC", words)


@given(anything)
@example(NASTY)
@example("ſ\u0345")
@example("\u1e9e\u0345\u03d3\u0301")
def test_folding_twice_changes_nothing(raw: str) -> None:
    folded = fold(raw)
    assert fold(folded) == folded
    assert fold(clean(raw)) == folded
    assert folded.encode().decode() == folded


def is_plain(char: str) -> bool:
    """Whether neither cleaning nor folding has anything to do with the character."""
    unmoved = char.casefold() == char and unicodedata.is_normalized("NFKC", char)
    return unmoved and unicodedata.category(char) in ("Lo", "Co", "Cn", "So")


def test_every_character_with_a_story_can_be_cleaned_and_folded() -> None:
    told = [char for char in map(chr, range(0x110000)) if not is_plain(char)]
    assert len(told) > 10_000
    for char in told:
        kept, folded = clean(char), fold(char)
        assert clean(kept) == kept, hex(ord(char))
        assert fold(folded) == folded, hex(ord(char))


def test_common_texts_come_out_as_step_by_step() -> None:
    """A sign that cannot be seen sends a text the long way, and is gone at its end."""
    for code in range(0x10000):
        text = f"中{chr(code)}国 A{chr(code)}"
        for folded in (fold, even):
            assert folded(text) == folded(f"{text}\u200b"), hex(code)


def test_clean_by_hand() -> None:
    assert clean(NASTY) == "a😀b c é"
    assert clean("  三号楼\r\n\r\n漏水\t了 ") == "三号楼 漏水 了"
    assert clean("漏\x00水") == "漏水"
    assert clean("👨\u200d👩\u200d👧") == "👨\u200d👩\u200d👧"
    assert clean("\ufffe\x00 \u2067") == ""
    assert clean("2 < 3 & 'x'") == "2 < 3 & 'x'"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ＴＤ 退订１", "td 退订1"),
        ("STOP", "ｓｔｏｐ"),
        ("漏\u200b水", "漏水"),
        ("Straße", "STRASSE"),
        ("３号楼－２", "3号楼-2"),
        ("\ufeffhelp", "HELP"),
        ("e\u0301", "É"),
        ("星\ufe0f", "星"),
        ("a\U000e0041", "A"),
        ("ㅤx\u034f", "X"),
        ("水\u3000管", "水 管"),
    ],
)
def test_what_looks_alike_folds_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_gsm7_is_the_published_alphabet() -> None:
    # 3GPP TS 23.038, 6.2.1: 128 places, one of them the escape; 6.2.1.1: ten behind the escape.
    assert len(GSM7_BASIC) == 127
    assert len(GSM7_EXTENSION) == 10
    assert not GSM7_BASIC & GSM7_EXTENSION


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("a", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 8, 2),
        ("a" * 152 + "€" + "a" * 152, 3),
        ("[" * 152, 2),
        ("[" * 153, 3),
        ("汉" * 70, 1),
        ("汉" * 71, 2),
        ("汉" * 134, 2),
        ("汉" * 135, 3),
        ("汉" * 201, 3),
        ("汉" * 202, 4),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("汉" * 66 + "😀" + "汉" * 3, 2),
        ("汉" * 66 + "😀" * 35, 3),
        ("`", 1),
        ("`" * 71, 2),
        ("é" * 160, 1),
        ("ê" * 71, 2),
    ],
)
def test_segments_by_hand(text: str, count: int) -> None:
    assert segments(text) == count


def slow_segments(text: str) -> int:
    """Units laid into segments one by one, as a carrier's table says."""
    gsm7 = all(char in GSM7_BASIC | GSM7_EXTENSION for char in text)
    costs = [
        (2 if char in GSM7_EXTENSION else 1) if gsm7 else len(char.encode("utf-16-le", "surrogatepass")) // 2
        for char in text
    ]
    if sum(costs) <= (160 if gsm7 else 70):
        return 1 if costs else 0
    room, count, used = 153 if gsm7 else 67, 1, 0
    for cost in costs:
        used += cost
        if used > room:
            count, used = count + 1, cost
    return count


kinds = st.sampled_from(["ab€[ ", "漏水ab", "😀a汉", "".join(sorted(GSM7_BASIC | GSM7_EXTENSION))])
runs = kinds.flatmap(lambda chars: st.lists(st.tuples(st.sampled_from(chars), st.integers(1, 200)), max_size=6))
texts = runs.map(lambda made: "".join(char * count for char, count in made))


@given(texts)
def test_segments_agree_with_the_slow_count(text: str) -> None:
    assert segments(text) == slow_segments(text)
    made = parts(text)
    assert "".join(part.text for part in made) == text
    assert all(0 < part.units <= 160 for part in made)


@given(texts, st.integers(1, 4))
def test_a_fitted_text_is_the_beginning_in_few_enough_segments(text: str, most: int) -> None:
    fitted = fit(text, most)
    assert segments(fitted) <= most
    if segments(text) > most:
        assert fitted.endswith("…")
        assert text.startswith(fitted[:-1])
        rest = text[len(fitted) - 1 :]
        spaces = len(rest) - len(rest.lstrip())  # none stand before the mark
        assert len(fitted) + spaces > 67 * (most - 1) // 2
    else:
        assert fitted == text


@pytest.mark.parametrize("number", ["+8613800000001", "+862166660000", "+14155550100", "+1234567", "+123456789012345"])
def test_numbers(number: str) -> None:
    assert is_e164(number)


@pytest.mark.parametrize(
    "number",
    [
        "", "+", "+0123456789", "13800000001", "+86 13800000001", "+8613800000001\n", "+123456",
        "+1234567890123456", "+８613800000001", "tel:+8613800000001", "anonymous", "+86138000000a1",
    ],
)  # fmt: skip
def test_what_is_no_number(number: str) -> None:
    assert not is_e164(number)


def test_channels_have_names() -> None:
    assert [channel.label for channel in Channel][:2] == [
        msg("cases.channel.text"),
        msg("cases.channel.call"),
    ]
