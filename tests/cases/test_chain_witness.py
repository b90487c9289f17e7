"""Checkpoint lines: they say what they were given, and their totals fit one set of ends alone."""

import hashlib
import hmac
import json
import random
from datetime import UTC, datetime
from uuid import UUID

import pytest

from cases.seal.chain import canonical
from cases.seal.witness import NO_LINE, Checkpoint, Ends, Head, Totals, checkpoint_line, line_hash, read_checkpoint

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
ONE, TWO = UUID(int=1), UUID(int=2)


def sign(data: bytes) -> str:
    return hmac.new(b"k" * 32, data, hashlib.sha256).hexdigest()


def holds(data: bytes, signature: str) -> bool:
    return hmac.compare_digest(sign(data), signature)


def test_a_line_says_what_it_was_given() -> None:
    heads = (Head(ONE, 2, "a"), Head(TWO, 1, "b"))
    made = Checkpoint(7, NO_LINE, NOW, heads, Totals(2, 3, "r"), 12)
    line = checkpoint_line(made, sign)
    assert "\n" not in line
    assert read_checkpoint(line, holds) == made
    assert line_hash(line) == line_hash(line + "\n")
    assert checkpoint_line(Checkpoint(7, NO_LINE, NOW, heads[::-1], Totals(2, 3, "r"), 12), sign) == line


def test_lines_of_the_version_before_are_read_and_that_version_reads_ours() -> None:
    old = {"n": 1, "prev": NO_LINE, "at": NOW, "horizon": NOW, "heads": [[str(ONE), 2, "a"]]}
    body = canonical(old)
    line = canonical({"body": body, "sig": sign(body.encode())})
    assert read_checkpoint(line, holds) == Checkpoint(1, NO_LINE, NOW, (Head(ONE, 2, "a"),))
    ours = checkpoint_line(Checkpoint(1, NO_LINE, NOW, (), Totals(0, 0, "r"), 1), sign)
    assert set(old) <= set(json.loads(json.loads(ours)["body"]))


@pytest.mark.parametrize(
    "line", ["", "{", "[]", "3", "{}", '{"body": 3, "sig": ""}', '{"body": "", "sig": 3}', "[" * 100_000]
)
def test_a_torn_line_is_no_line(line: str) -> None:
    with pytest.raises(ValueError, match="this is no checkpoint line: it is torn or was written over"):
        read_checkpoint(line, holds)


def test_a_signed_line_of_something_else_is_no_line() -> None:
    with pytest.raises(ValueError, match="no checkpoint line"):
        read_checkpoint(canonical({"body": "{}", "sig": sign(b"{}")}), holds)
    assert read_checkpoint(canonical({"body": "{}", "sig": sign(b"[]")}), holds) is None


def test_totals_do_not_depend_on_the_way() -> None:
    chance = random.Random(1)
    last = [Head(UUID(int=case), chance.randint(2, 9), f"{case:064x}") for case in range(20)]
    at_once, step_by_step = Ends(), Ends()
    totals = at_once.take(last)
    early = [Head(head.case_id, head.seq - 1, "e" * 64) for head in last]
    for head in chance.sample(early + last, 40):
        step_by_step.take([head])
    assert step_by_step.take(()) == totals
    assert (totals.cases, totals.lines) == (20, sum(head.seq for head in last))


@pytest.mark.parametrize("other", [Head(ONE, 3, "a" * 64), Head(ONE, 2, "b" * 64), Head(TWO, 2, "a" * 64)])
def test_another_end_is_another_root(other: Head) -> None:
    assert Ends().take([other]).root != Ends().take([Head(ONE, 2, "a" * 64)]).root


def test_what_goes_back_is_not_followed() -> None:
    ends = Ends()
    totals = ends.take([Head(ONE, 5, "a" * 64)])
    back = [Head(ONE, 4, "b" * 64), Head(ONE, 5, "c" * 64), Head(TWO, 1, "d" * 64)]
    assert ends.beyond(back) == (back[2],)
    assert ends.take(back[:2]) == totals
