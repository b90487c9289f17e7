"""Intake and what follows it: whose case it is, what people are told, who may ask."""

from datetime import timedelta

import pytest

from cases.report import Channel, segments
from dispatch import desk, outbox
from dispatch.beside import progress
from dispatch.people.parties import party_of
from dispatch.reports import Report
from tests.stage import LINE, RESIDENT, Stage

LAMP = "幸福里小区3号楼2单元楼道灯坏了"


def test_the_worker_gets_an_order_and_the_resident_a_receipt(stage: Stage) -> None:
    taken = stage.text(LAMP + "，住501室，电话13812345678")
    [receipt] = stage.texts(RESIDENT)
    for part in (taken.number, taken.code, taken.visit_code, taken.unit.zh):
        assert part in receipt
    [(purpose, number)] = [(item.body, item.number) for item in _all(stage) if item.number != RESIDENT]
    assert taken.number in purpose
    assert "3号楼" in purpose
    assert "501" not in purpose
    assert "13812345678" not in purpose
    assert taken.code not in purpose
    assert taken.visit_code not in purpose
    assert number.startswith("+86139")


def _all(stage: Stage) -> list[outbox.Outgoing]:
    found = []
    while True:
        with stage.door.transaction(LINE) as tx:
            item = outbox.take(tx)
        if item is None:
            return found
        found.append(item)


def test_progress_needs_number_and_code_and_gives_one_answer_for_all_that_is_wrong(stage: Stage) -> None:
    taken = stage.text(LAMP)

    def ask(number: str, code: str, who: str = RESIDENT) -> str:
        with stage.door.transaction(LINE) as tx:
            return desk.progress(tx, number, code, party_of(tx, who).id).id

    assert ask(taken.number, taken.code) == "desk.progress.told"
    wrong = [
        ask(taken.number, "000000" if taken.code != "000000" else "1"),
        ask("20200101-000001", taken.code),
    ]
    assert set(wrong) == {"desk.progress.wrong"}
    for _ in range(progress.TRIES):
        ask(taken.number, "x", "+8613800000009")
    assert ask(taken.number, taken.code, "+8613800000009") == "desk.progress.wrong"
    assert ask(taken.number, taken.code, "+8613800000008") == "desk.progress.told", "a stranger shuts nobody out"
    stage.wind(timedelta(hours=1, minutes=1))
    assert ask(taken.number, taken.code, "+8613800000009") == "desk.progress.told"


def test_a_code_that_many_guess_at_is_told_to_its_own_telephone_only(stage: Stage) -> None:
    taken = stage.text(LAMP)
    with stage.door.transaction(LINE) as tx:
        own, another = party_of(tx, RESIDENT).id, party_of(tx, "+8613800000008").id
        for n in range(progress.CASE_TRIES):
            assert desk.admitted(tx, taken.number, "x", f"198.51.100.{n}") is None
        assert desk.progress(tx, taken.number, taken.code, another).id == "desk.progress.wrong"
        assert desk.admitted(tx, taken.number, taken.code, "203.0.113.7") is None
        assert desk.progress(tx, taken.number, taken.code, own).id == "desk.progress.told"


def test_what_a_dialogue_gathered_stands_in_one_report_each(stage: Stage) -> None:
    with stage.door.transaction(LINE) as tx:
        me = party_of(tx, RESIDENT)
        desk.put_report(tx, Channel.TEXT, "SM1", "matter", (me, None, tx.now))
        desk.put_report(tx, Channel.TEXT, "SM2", "place", (me, None, tx.now))
    with stage.door.transaction(LINE) as tx:
        me = party_of(tx, RESIDENT)
        taken = desk.take_report(
            tx,
            Report(
                Channel.TEXT,
                me,
                "楼道灯坏了",
                tx.now,
                place_text="幸福里小区3号楼2单元",
                gathered=("SM1", "SM2"),
            ),
        )
    assert taken.place_known
    assert stage.rows("SELECT sid, role FROM report WHERE case_id = :id ORDER BY sid", id=taken.case_id) == [
        ("SM1", "matter"),
        ("SM2", "place"),
    ]


@pytest.mark.parametrize("words", ["", "喂", "🔥" * 600, "'; DROP TABLE cases; --", "<b>&amp;</b>", "a" * 5000])
def test_whatever_is_said_becomes_a_case_with_an_owner(stage: Stage, words: str) -> None:
    taken = stage.text(words)
    assert stage.rows("SELECT count(*) FROM assignment WHERE until_at IS NULL") == [(1,)]
    assert taken.unit.zh
    assert all(segments(item.body) <= 3 for item in _all(stage))


def test_open_cases_of_a_person(stage: Stage) -> None:
    first, second = stage.text(LAMP), stage.text("和平一村5号楼下水道堵了")
    stage.text(LAMP, "+8613800000002")
    with stage.door.transaction(LINE) as tx:
        mine = desk.open_cases(tx, party_of(tx, RESIDENT).id)
    assert [case.number for case in mine] == [second.number, first.number]


def test_by_hand_without_a_number_nothing_is_owed_that_needs_one(stage: Stage) -> None:
    with stage.door.transaction(LINE) as tx:
        taken = desk.take_report(tx, Report(Channel.HAND, None, LAMP, tx.now, actor="dispatcher"))
    owed = dict(stage.rows("SELECT step, is_owed FROM owed WHERE case_id = :id", id=taken.case_id))
    assert owed["visit"]
    assert not owed["told"]
    assert not owed["call_back"]
    assert stage.rows("SELECT actor FROM event WHERE seq = 1") == [("dispatcher",)]
