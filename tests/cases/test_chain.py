"""The chain: one spelling, nothing changed unseen, no alarm without cause (INV-CHAIN)."""

import hashlib
import hmac
import json
import random
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.seal.chain import (
    NO_LINE,
    Break,
    BreakKind,
    Checkpoint,
    Head,
    Line,
    canonical,
    checkpoint_line,
    commitment,
    genesis,
    line_hash,
    link,
    read_checkpoint,
    verify,
    verify_case,
)
from cases.steps import Step

KEY = b"k" * 32
NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
ONE, TWO, THREE = UUID(int=1), UUID(int=2), UUID(int=3)
History = dict[UUID, list[Line]]


def sign(data: bytes) -> str:
    return hmac.new(KEY, data, hashlib.sha256).hexdigest()


def holds(data: bytes, signature: str) -> bool:
    return hmac.compare_digest(sign(data), signature)


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


def grow(history: History, case_id: UUID, count: int) -> None:
    lines = history.setdefault(case_id, [])
    for _ in range(count):
        seq = len(lines) + 1
        text = canonical({"case": case_id, "seq": seq, "kind": "supplemented"})
        lines.append(Line(seq, text, link(lines[-1].hash if lines else genesis(case_id), text)))


def checkpoint(file: list[str], history: History, before: dict[UUID, int]) -> None:
    """One more line, over the cases that grew since `before`, which is brought up to date."""
    grown = [case for case, lines in history.items() if lines and len(lines) > before.get(case, 0)]
    heads = tuple(Head(case, history[case][-1].seq, history[case][-1].hash) for case in grown)
    prev = line_hash(file[-1]) if file else NO_LINE
    file.append(checkpoint_line(Checkpoint(len(file) + 1, prev, NOW, NOW, heads), sign))
    before.update((case, len(history[case])) for case in grown)


def world(chance: random.Random) -> tuple[History, list[str], dict[UUID, int]]:
    """Cases that grew between checkpoints, some of them on beyond the last one."""
    history: History = {}
    file: list[str] = []
    covered: dict[UUID, int] = {}
    for _ in range(chance.randint(2, 5)):
        for _ in range(chance.randint(1, 4)):
            grow(history, UUID(int=chance.randint(1, 6)), chance.randint(1, 4))
        checkpoint(file, history, covered)
    for case in list(history):
        grow(history, case, chance.choice((0, 0, 1, 3)))
    if chance.random() < 0.5:
        grow(history, UUID(int=9), 2)
    return history, file, covered


def check(history: History, file: list[str]) -> list[Break]:
    return verify(file, history.items(), holds)


def rehash(case: UUID, lines: list[Line]) -> list[Line]:
    """What someone does who can write the table and has not the key: every hash anew, numbers in order."""
    made: list[Line] = []
    for seq, line in enumerate(lines, 1):
        made.append(Line(seq, line.canonical, link(made[-1].hash if made else genesis(case), line.canonical)))
    return made


def changed(line: Line) -> Line:
    return Line(line.seq, line.canonical.replace("supplemented", "urged"), line.hash)


def tamper(chance: random.Random, history: History, file: list[str], covered: dict[UUID, int]) -> str:
    """One wrong done to a line older than the last checkpoint; what it was."""
    case = chance.choice(sorted(covered))
    lines = history[case]
    at = chance.randrange(covered[case])
    what = chance.choice(("edit", "delete", "swap", "cut", "gone", "graft", "insert", "file edit", "file delete"))
    if what == "edit":
        lines[at] = changed(lines[at])
    elif what == "delete":
        del lines[at]
    elif what == "swap":
        other = chance.randrange(len(lines))
        other = other if other != at else (at + 1) % len(lines)
        lines[at], lines[other] = lines[other], lines[at]
        if other == at:
            del lines[at]
    elif what == "cut":
        del lines[at:]
    elif what == "gone":
        del history[case]
        return what
    elif what == "graft":
        history[UUID(int=99)] = history.pop(case)
        return what
    elif what == "insert":
        lines.insert(at, changed(lines[at]))
    elif what == "file edit":
        line = chance.randrange(len(file))
        file[line] = file[line].replace("0", "1", 1)
        return what
    else:
        if len(file) > 1:
            del file[chance.randrange(len(file) - 1)]
        else:
            file[0] = "torn"
        return what
    if chance.random() < 0.5 and what != "swap":
        history[case] = rehash(case, lines)
        return f"{what}, hashed anew"
    return what


@pytest.mark.parametrize("seed", range(300))
def test_every_tampering_is_found_and_nothing_else(seed: int) -> None:
    chance = random.Random(seed)
    history, file, covered = world(chance)
    assert check(history, file) == []
    what = tamper(chance, history, file, covered)
    assert check(history, file), what


def kinds(breaks: list[Break]) -> list[tuple[BreakKind, UUID | None, int]]:
    return [(one.kind, one.case_id, one.seq) for one in breaks]


def small() -> tuple[History, list[str]]:
    history: History = {}
    file: list[str] = []
    covered: dict[UUID, int] = {}
    grow(history, ONE, 3)
    grow(history, TWO, 2)
    checkpoint(file, history, covered)
    grow(history, ONE, 2)
    checkpoint(file, history, covered)
    grow(history, ONE, 1)
    return history, file


def test_a_break_names_the_case_and_the_line() -> None:
    history, file = small()
    history[ONE][1] = changed(history[ONE][1])
    breaks = check(history, file)
    assert kinds(breaks) == [(BreakKind.CHANGED, ONE, 2)]
    assert breaks[0].text.id == "cases.chain.changed"
    assert breaks[0].text.params == {"case": str(ONE), "seq": 2}


def test_a_missing_line_and_a_line_out_of_place() -> None:
    history, file = small()
    del history[ONE][1]
    assert kinds(check(history, file)) == [(BreakKind.MISSING, ONE, 3)]
    history, file = small()
    history[ONE][2] = history[ONE][1]
    assert (BreakKind.MOVED, ONE, 2) in kinds(check(history, file))


def test_a_tail_that_is_gone_a_case_that_is_gone_and_a_history_written_anew() -> None:
    history, file = small()
    del history[ONE][4:]
    del history[TWO]
    assert kinds(check(history, file)) == [(BreakKind.TRUNCATED, ONE, 5), (BreakKind.GONE, TWO, 2)]
    history, file = small()
    history[ONE][0] = changed(history[ONE][0])
    history[ONE] = rehash(ONE, history[ONE])
    assert kinds(check(history, file)) == [(BreakKind.REWRITTEN, ONE, 5)]


def test_what_no_checkpoint_has_seen_may_still_go() -> None:
    history, file = small()
    del history[ONE][5:]
    assert check(history, file) == []
    assert verify([], history.items(), holds) == []
    assert verify_case(THREE, [], None) == []


def test_a_case_without_its_lines_is_cut_off() -> None:
    history, file = small()
    history[TWO] = []
    assert kinds(check(history, file)) == [(BreakKind.TRUNCATED, TWO, 2)]


def test_the_file_is_a_chain_too() -> None:
    history, file = small()
    assert kinds(check(history, file[1:])) == [(BreakKind.LINE_MISSING, None, 1)]
    assert kinds(check(history, [*file, file[-1]])) == [(BreakKind.LINE_MISSING, None, 3)]
    assert kinds(check(history, [*file, file[-1][:40]])) == [(BreakKind.LINE_UNREADABLE, None, 3)]
    forged = file[1].replace("02:00", "03:00")
    assert kinds(check(history, [file[0], forged])) == [(BreakKind.LINE_FORGED, None, 2)]
    assert Break(BreakKind.LINE_FORGED, None, 2).text.params == {"case": "", "seq": 2}


def test_a_head_that_goes_back_is_told() -> None:
    history, file = small()
    back = Head(ONE, 1, history[ONE][0].hash)
    file.append(checkpoint_line(Checkpoint(3, line_hash(file[-1]), NOW, NOW, (back,)), sign))
    assert kinds(check(history, file)) == [(BreakKind.HEAD_WENT_BACK, ONE, 1)]


def test_a_line_says_what_it_was_given() -> None:
    made = Checkpoint(7, NO_LINE, NOW, NOW - timedelta(seconds=5), (Head(TWO, 1, "b"), Head(ONE, 2, "a")))
    line = checkpoint_line(made, sign)
    assert "\n" not in line
    read = read_checkpoint(line, holds)
    assert read == Checkpoint(7, NO_LINE, NOW, NOW - timedelta(seconds=5), (Head(ONE, 2, "a"), Head(TWO, 1, "b")))
    assert line_hash(line) == line_hash(line + "\n")


@pytest.mark.parametrize("line", ["", "{", "[]", "3", "{}", '{"body": 3, "sig": ""}', '{"body": "", "sig": 3}'])
def test_a_torn_line_is_no_line(line: str) -> None:
    with pytest.raises(ValueError, match="this is no checkpoint line: it is torn or was written over"):
        read_checkpoint(line, holds)


def test_a_signed_line_of_something_else_is_no_line() -> None:
    line = canonical({"body": "{}", "sig": sign(b"{}")})
    with pytest.raises(ValueError, match="no checkpoint line"):
        read_checkpoint(line, holds)
