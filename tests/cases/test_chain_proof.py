"""The proof of history: nothing changed unseen, no alarm without cause, and where it broke (INV-CHAIN)."""

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cases.seal.breaks import ERASED, BreakKind, Columns, Line, Mark
from cases.seal.chain import genesis, link, spelled
from cases.seal.proof import LATE, SLOWEST, Judge
from cases.seal.signed import Signed, copy_breaks, table_breaks
from cases.seal.witness import Checkpoint, Ends, Head, checkpoint_line, line_hash
from tests.cases.chained import (
    MINUTE,
    NOW,
    ONE,
    THREE,
    TWO,
    Office,
    changed,
    holds,
    random_office,
    rehash,
    sign,
    small,
    tamper,
)  # fmt: skip


@pytest.mark.parametrize("seed", range(0, 300, 30))
def test_every_tampering_is_found_and_nothing_else(seed: int) -> None:
    for each in range(seed, seed + 30):
        chance = random.Random(each)
        office = random_office(chance)
        assert office.breaks() == [], each
        what = tamper(chance, office)
        assert office.breaks(), (each, what)


def test_a_break_names_the_case_the_line_and_the_checkpoint() -> None:
    office = small()
    office.history[ONE][1] = changed(office.history[ONE][1])
    [found] = office.breaks()
    assert (found.kind, found.case_id, found.seq) == (BreakKind.CHANGED, ONE, 2)
    assert found.text.id == "cases.chain.since"
    assert {**found.text.params, "what": ""} == {"what": "", "number": 1, "at": NOW + MINUTE}
    assert replace(found, name="20261124-000001").text.params["what"].params["case"] == "20261124-000001"  # type: ignore[union-attr]


def test_a_younger_line_that_was_changed_carelessly_is_found_and_no_checkpoint_named() -> None:
    office = small()
    office.history[ONE][5] = changed(office.history[ONE][5])
    [found] = office.breaks()
    assert (found.kind, found.seq, found.text.id) == (BreakKind.CHANGED, 6, "cases.chain.unsigned")


def test_missing_lines_and_a_line_out_of_place() -> None:
    office = small()
    del office.history[ONE][1:3]
    [found] = [one for one in office.breaks() if one.kind is BreakKind.MISSING]
    assert (found.first, found.seq) == (2, 4)
    office = small()
    office.history[ONE][2] = office.history[ONE][1]
    assert (BreakKind.MOVED, ONE, 2) in office.kinds()


def test_a_tail_and_a_case_that_are_gone() -> None:
    office = small()
    del office.history[ONE][3:]
    del office.history[TWO]
    cut, gone = office.breaks()
    assert (cut.kind, cut.first, cut.seq, cut.since and cut.since.number) == (BreakKind.TRUNCATED, 4, 5, 2)
    assert (gone.kind, gone.case_id, gone.seq, gone.since and gone.since.number) == (BreakKind.GONE, TWO, 2, 1)
    office.history[TWO] = []
    assert office.kinds()[1] == (BreakKind.TRUNCATED, TWO, 2)


def test_a_history_written_anew_differs_from_what_was_signed_first() -> None:
    for at, first, seq, checkpoint in ((0, 1, 3, 1), (3, 4, 5, 2)):
        office = small()
        office.history[ONE][at] = changed(office.history[ONE][at])
        office.history[ONE] = [
            replace(line, columns=replace(line.columns, actor=json.loads(line.canonical)["actor"]))  # type: ignore[type-var]
            for line in rehash(ONE, office.history[ONE])
        ]
        [found] = office.breaks()
        assert (found.kind, found.first, found.seq) == (BreakKind.REWRITTEN, first, seq)
        assert found.since is not None
        assert found.since.number == checkpoint


def test_a_later_checkpoint_does_not_whitewash_what_an_earlier_one_signed() -> None:
    """Whoever writes a case anew and adds a line has its new end signed; the old end is still known."""
    office = small()
    office.history[ONE] = rehash(ONE, [changed(office.history[ONE][0]), *office.history[ONE][1:]])
    office.grow(ONE, 1)
    office.sign()
    assert BreakKind.REWRITTEN in {kind for kind, _, _ in office.kinds()}


def test_what_no_checkpoint_has_seen_may_still_go_and_is_counted() -> None:
    office = small()
    judge = office.judge()
    judge.hear(ONE, office.history[ONE])
    assert (judge.counts.lines, judge.counts.signed, judge.counts.younger) == (6, 5, 1)
    del office.history[ONE][5:]
    assert office.breaks() == []
    assert Judge(Signed(holds), 0).hear(THREE, []) == []


def test_a_line_put_in_afterwards_claims_to_be_older_than_it_is() -> None:
    old = NOW - timedelta(days=90)
    for columns in ({"at": old}, {"xid": 1}):  # an old moment; a recent one with an old transaction's number
        office = small()
        office.grow(THREE, 2, **columns)
        [found] = office.breaks()
        assert (found.kind, found.case_id, found.seq) == (BreakKind.BACKDATED, THREE, 1)
        assert found.since is not None
        assert found.since.number == 2
    office = small()
    office.grow(THREE, 1, at=old)
    office.sign()  # signed in good faith, and found all the same
    assert office.kinds() == [(BreakKind.BACKDATED, THREE, 1)]


def test_a_slow_transaction_and_a_restored_database_are_no_alarm() -> None:
    office = small()
    office.grow(THREE, 1, at=office.now - SLOWEST)
    assert office.breaks() == []
    office.grow(THREE, 1, xid=0)
    judge = office.judge(horizon=1)  # this server has not come to the last checkpoint's transaction
    assert judge.hear(THREE, office.history[THREE]) == []


def test_what_was_signed_late_is_counted() -> None:
    office = Office()
    office.grow(ONE, 1, at=NOW - LATE)
    office.grow(ONE, 1)
    office.sign()
    judge = office.judge()
    assert judge.hear(ONE, office.history[ONE]) == []
    assert judge.counts.late == 1


@pytest.mark.parametrize(
    "columns",
    [{"kind": "x"}, {"actor": "x"}, {"at": NOW + MINUTE}, {"at_home": False}],
    ids=lambda columns: next(iter(columns)),
)
def test_columns_say_what_the_line_says(columns: dict[str, Any]) -> None:
    office = small()
    line = office.history[TWO][0]
    assert line.columns is not None
    office.history[TWO][0] = replace(line, columns=replace(line.columns, **columns))
    assert office.kinds() == [(BreakKind.COLUMN, TWO, 1)]


def test_lines_without_their_columns_are_held_against_the_chain_alone() -> None:
    office = small()
    bare = [replace(line, columns=None) for line in office.history[ONE]]
    assert office.judge().hear(ONE, bare) == []
    assert [each.kind for each in office.judge().hear(ONE, [changed(bare[0]), *bare[1:]])] == [BreakKind.CHANGED]


@pytest.mark.parametrize("text", ["", "[]", "{}", "[" * 100_000, '{"kind":"urged"}'])
def test_a_line_that_says_nothing_is_found(text: str) -> None:
    office = Office()
    line = Line(1, text, link(genesis(ONE), text), Columns("urged", NOW, "w1", 1))
    assert [each.kind for each in office.judge().hear(ONE, [line])] == [BreakKind.COLUMN]


def test_words_fit_their_commitment_or_were_erased() -> None:
    for commitment, kinds in (("c" * 64, []), (ERASED, []), ("d" * 64, [BreakKind.WORDS]), (None, [BreakKind.WORDS])):
        office = Office()
        office.grow(ONE, 1, commitment="c" * 64)
        line = office.history[ONE][0]
        line = replace(line, columns=replace(line.columns, commitment=commitment))  # type: ignore[type-var]
        judge = office.judge()
        assert [each.kind for each in judge.hear(ONE, [line])] == kinds
        assert judge.counts.erased == (commitment == ERASED)
    bare = Office()
    bare.grow(ONE, 1)
    line = replace(bare.history[ONE][0], columns=Columns("urged", NOW, "w1", 0, ERASED))
    assert [each.kind for each in bare.judge().hear(ONE, [line])] == [BreakKind.WORDS]  # there were none to erase


def test_the_file_is_a_chain_too() -> None:
    first, second = small().file
    for file, kind, number in (
        ([second], BreakKind.LINE_MISSING, 1),
        ([first, second, second], BreakKind.LINE_MISSING, 3),
        ([first, second, second[:40]], BreakKind.LINE_UNREADABLE, 3),
        ([first, second.replace("02:0", "03:0")], BreakKind.LINE_FORGED, 2),
    ):
        signed = Signed(holds)
        for line in file:
            signed.read(line)
        assert [(each.kind, each.case_id, each.seq) for each in signed.breaks] == [(kind, None, number)]
        assert signed.breaks[0].text.params == {"case": "", "seq": number, "first": number, "span": str(number)}


def test_a_head_that_goes_back_and_sums_that_do_not_fit_are_told() -> None:
    office = small()
    back = Head(ONE, 1, office.history[ONE][0].hash)
    totals = Ends().take([back])
    made = Checkpoint(3, line_hash(office.file[-1]), office.now, (back,), totals)
    office.file.append(checkpoint_line(replace(made, totals=None), sign))
    assert office.kinds() == [(BreakKind.HEAD_WENT_BACK, ONE, 1)]
    office.file[-1] = checkpoint_line(replace(made, heads=(), xid=2), sign)
    assert office.kinds() == [(BreakKind.LINE_MISCOUNTED, None, 3)]


def test_the_table_says_what_the_file_says() -> None:
    office = small()
    for rows, kinds in (
        (office.rows[:1], []),  # a crash between file and commit
        (office.rows[1:], [BreakKind.ROW_MISSING, BreakKind.ROW_MISSING]),  # by its number, and by the line
        ([replace(office.rows[0], at=NOW), office.rows[1]], [BreakKind.ROW_CHANGED]),
        ([replace(office.rows[0], horizon=9), office.rows[1]], [BreakKind.ROW_CHANGED]),
        ([replace(office.rows[0], line_hash="x"), office.rows[1]], [BreakKind.ROW_UNKNOWN, BreakKind.ROW_MISSING]),
        ([office.rows[0], replace(office.rows[1], number=3)], [BreakKind.ROW_MISSING]),
    ):
        assert [each.kind for each in table_breaks(office.signed().marks, rows)] == kinds


def test_a_file_or_key_that_is_lost_is_said_once() -> None:
    office = small()
    office.grow(ONE, 1)
    office.sign()
    [found] = table_breaks([], office.rows)
    assert (found.kind, found.first, found.seq, found.text.params["span"]) == (BreakKind.ROW_UNKNOWN, 1, 3, "1–3")
    signed = Signed(lambda _body, _signature: False)
    for line in office.file:
        signed.read(line)
    assert [(each.kind, each.first, each.seq) for each in signed.breaks] == [(BreakKind.LINE_FORGED, 1, 3)]


def test_a_copy_elsewhere_shows_a_file_that_was_cut_or_written_anew() -> None:
    office = small()
    marks: Sequence[Mark] = office.signed().marks
    assert copy_breaks(marks, office.file) == copy_breaks(marks, office.file[1:]) == []
    [found] = copy_breaks(marks[:1], office.file)
    assert (found.kind, found.seq) == (BreakKind.COPY_DIFFERS, 2)


def test_moments_of_lines_are_spelled_as_the_chain_spells_them() -> None:
    office = small()
    assert json.loads(office.history[ONE][0].canonical)["at"] == spelled(NOW)
