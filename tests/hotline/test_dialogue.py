from datetime import timedelta

import pytest

from cases.pen import read_content
from cases.report import segments
from hotline import dialogue
from hotline.texting import expiry
from tests.hotline.talking import Talker, all_cases, events, reports
from tests.stage import LINE, Stage

WHOLE = "幸福里小区3号楼2单元电梯坏了"


@pytest.fixture
def resident(stage: Stage) -> Talker:
    return Talker(stage)


def expire_all(stage: Stage) -> int:
    count = 0
    while True:
        with stage.door.transaction("xingfu") as tx:
            if not expiry.expire_next(tx):
                return count
        count += 1


def states(stage: Stage) -> list[str]:
    return [str(row[0]) for row in stage.rows("SELECT state FROM dialogue ORDER BY received_at, id")]


def test_a_whole_text_is_a_case_at_once_and_answered_by_one_message(resident: Talker) -> None:
    (receipt,) = resident.text(WHOLE, "SM1")
    (case,) = all_cases(resident.stage)
    assert case.number in receipt
    assert (case.category, case.estate, case.building, case.state) == (
        "lift",
        "幸福里小区",
        "3",
        "dispatched",
    )
    assert list(reports(resident.stage)) == [("SM1", "matter", case.id)]
    assert states(resident.stage) == []


def test_a_missing_place_is_asked_for_once_and_the_answer_makes_the_case(resident: Talker) -> None:
    (question,) = resident.text("电梯坏了", "SM1")
    assert "在哪里" in question
    assert all_cases(resident.stage) == []
    (receipt,) = resident.text("幸福里3号楼", "SM2")
    (case,) = all_cases(resident.stage)
    assert case.number in receipt
    assert (case.category, case.building) == ("lift", "3")
    assert list(reports(resident.stage)) == [("SM1", "matter", case.id), ("SM2", "place", case.id)]
    assert states(resident.stage) == ["done"]


def test_of_several_places_the_answer_names_one_by_its_number(resident: Talker) -> None:
    (question,) = resident.text("和平新村3号楼下水道堵了", "SM1")
    assert "1. 和平一村；2. 和平二村；" in question
    resident.text("2", "SM2")
    (case,) = all_cases(resident.stage)
    assert (case.estate, case.building) == ("和平二村", "3")


def test_where_only_the_building_is_missing_only_that_is_asked(resident: Talker) -> None:
    (question,) = resident.text("Rubbish in Xingfuli has not been collected for days", "SM1")
    assert "Which building of Xingfuli Estate?" in question
    resident.text("5", "SM2")
    (case,) = all_cases(resident.stage)
    assert (case.estate, case.building) == ("幸福里小区", "5")


def test_an_answer_that_says_no_place_opens_the_case_all_the_same(resident: Talker) -> None:
    resident.text("电梯坏了")
    (receipt,) = resident.text("我也说不清楚，你们来看看")
    (case,) = all_cases(resident.stage)
    assert (case.category, case.estate) == ("lift", None)
    assert case.number in receipt


def test_the_promise_counts_from_the_first_text(resident: Talker) -> None:
    resident.text("楼道灯不亮")
    resident.stage.wind(timedelta(minutes=20))
    resident.text("幸福里3号楼")
    (row,) = resident.stage.rows("SELECT c.received_at = d.received_at FROM cases c, dialogue d")
    assert row[0] is True


def test_unanswered_the_case_opens_within_the_hour(resident: Talker) -> None:
    resident.text("楼道灯不亮", "SM1")
    assert expire_all(resident.stage) == 0
    resident.stage.wind(timedelta(minutes=31))
    assert expire_all(resident.stage) == 1
    (case,) = all_cases(resident.stage)
    assert (case.category, case.estate, case.line) == ("stairwell-light", None, "main")
    assert list(reports(resident.stage)) == [("SM1", "matter", case.id)]
    assert states(resident.stage) == ["expired"]
    assert expire_all(resident.stage) == 0


def test_danger_does_not_wait_for_an_address(resident: Talker) -> None:
    (answer,) = resident.text("电梯困人了快来")
    (case,) = all_cases(resident.stage)
    assert case.level == "L1"
    assert "119" in answer
    resident.stage.wind(timedelta(hours=3))
    assert expire_all(resident.stage) == 1, "nobody told where it is"
    assert len(all_cases(resident.stage)) == 1


def test_who_urges_what_we_do_not_know_of_is_seen_to_by_a_person(resident: Talker) -> None:
    """Their report may come later by another way, and gets what they urged; else somebody at the desk rings them."""
    resident.text("怎么还没来人", "SM1")
    resident.stage.text("幸福里小区3号楼2单元楼道灯坏了")  # taken down by somebody else
    resident.stage.wind(timedelta(minutes=31))
    assert expire_all(resident.stage) == 1
    [case] = all_cases(resident.stage)
    assert {row.case_id for row in resident.stage.rows("SELECT case_id FROM report")} == {case.id}
    assert "urged" in events(resident.stage)
    other = Talker(resident.stage, "+8613800000077")
    other.text("怎么还没来人", "SM2")
    resident.stage.wind(timedelta(minutes=31))
    assert expire_all(resident.stage) == 1
    waits = all_cases(resident.stage)[-1]
    assert (waits.state, waits.triage) == ("to_dispatch", "unclear")


def test_an_answer_after_the_expiry_is_a_word_on_the_case(resident: Talker) -> None:
    resident.text("楼道灯不亮")
    resident.stage.wind(timedelta(minutes=31))
    expire_all(resident.stage)
    resident.news()
    (answer,) = resident.text("在幸福里3号楼1单元", "SM2")
    (case,) = all_cases(resident.stage)
    assert case.number in answer
    assert list(reports(resident.stage))[-1] == ("SM2", "supplement", case.id)


@pytest.mark.parametrize("body", ["", "你好", "在吗？", "😀" * 70 * 67, "。。。", "\x00\u200b"])
def test_what_says_nothing_gets_a_kind_question_and_no_case(resident: Talker, body: str) -> None:
    (question,) = resident.text(body)
    assert "出了什么事" in question
    assert all_cases(resident.stage) == []
    resident.stage.wind(timedelta(hours=1))
    assert expire_all(resident.stage) == 1
    assert all_cases(resident.stage) == []
    assert states(resident.stage) == ["expired"]


def test_a_greeting_then_the_matter_is_one_report(resident: Talker) -> None:
    resident.text("你好", "SM1")
    (receipt,) = resident.text(WHOLE, "SM2")
    (case,) = all_cases(resident.stage)
    assert case.number in receipt
    assert list(reports(resident.stage)) == [("SM1", "matter", case.id), ("SM2", "matter", case.id)]


def test_a_greeting_then_a_matter_without_place_then_the_place(resident: Talker) -> None:
    resident.text("你好", "SM1")
    (question,) = resident.text("楼道灯不亮", "SM2")
    assert "在哪里" in question
    resident.text("幸福里3号楼", "SM3")
    (case,) = all_cases(resident.stage)
    assert [sid for sid, _, id_ in reports(resident.stage) if id_ == case.id] == ["SM1", "SM2", "SM3"]


def test_the_third_text_that_says_nothing_is_looked_at_by_a_person(resident: Talker) -> None:
    assert len(resident.text("你好")) == 1
    assert len(resident.text("")) == 1
    (receipt,) = resident.text("喂")
    (case,) = all_cases(resident.stage)
    assert case.number in receipt
    assert "你好" in case.summary


def test_three_empty_texts_say_so_in_the_case(resident: Talker) -> None:
    for _ in range(3):
        resident.text("")
    (case,) = all_cases(resident.stage)
    assert "未说明内容" in case.summary


def test_a_picture_alone_says_something(resident: Talker) -> None:
    (question,) = resident.text("", "SM1", media=2)
    assert "在哪里" in question
    resident.text("幸福里3号楼", "SM2")
    (case,) = all_cases(resident.stage)
    assert "附件 2 个" in case.summary


def test_the_very_words_lie_in_the_vault(resident: Talker) -> None:
    raw = "  幸福里小区3号楼２单元\x00电梯坏了\u202e "
    resident.text(raw, media=1)
    ((content_id,),) = resident.stage.rows("SELECT content_id FROM report")
    with resident.stage.door.transaction(LINE) as tx:
        assert read_content(tx, content_id) == raw + "\nhttps://media.example/0"
    ((found,),) = resident.stage.rows("SELECT count(*) FROM content WHERE sealed::text LIKE '%电梯%'")
    assert found == 0


def test_a_word_within_the_open_matter_is_added(resident: Talker) -> None:
    resident.text(WHOLE)
    (answer,) = resident.text("师傅说要换零件", "SM2")
    (case,) = all_cases(resident.stage)
    assert f"已补充到 {case.number}" in answer
    assert list(reports(resident.stage))[-1] == ("SM2", "supplement", case.id)
    assert "supplemented" in events(resident.stage)


def test_asking_where_they_are_urges(resident: Talker) -> None:
    resident.text(WHOLE)
    (answer,) = resident.text("怎么还没来人", "SM2")
    (case,) = all_cases(resident.stage)
    assert f"{case.number} 已催办" in answer
    assert list(reports(resident.stage))[-1] == ("SM2", "urge", case.id)
    assert "urged" in events(resident.stage)


def test_the_command_urges_the_newest_or_the_one_named(resident: Talker) -> None:
    resident.text(WHOLE)
    resident.text("幸福里小区5号楼垃圾没人清")
    first, second = all_cases(resident.stage)
    resident.news()
    assert second.number in resident.text("催")[0]
    assert first.number in resident.text(f"催办 {first.number}")[0]
    assert "没有在办" in resident.text("催 20200101-000001")[0]


def test_another_matter_or_another_place_is_another_case(resident: Talker) -> None:
    resident.text(WHOLE)
    resident.text("幸福里小区3号楼2单元楼道灯不亮")
    resident.text("幸福里小区5号楼电梯坏了")
    assert [(case.category, case.building) for case in all_cases(resident.stage)] == [
        ("lift", "3"),
        ("stairwell-light", "3"),
        ("lift", "5"),
    ]


def test_the_same_matter_at_the_same_place_is_added(resident: Talker) -> None:
    resident.text(WHOLE)
    resident.text("幸福里小区3号楼电梯还是坏的")
    assert len(all_cases(resident.stage)) == 1


def test_danger_is_never_swallowed_by_an_open_case(resident: Talker) -> None:
    resident.text(WHOLE)
    resident.text("幸福里小区3号楼2单元电梯困人了")
    assert [case.level for case in all_cases(resident.stage)] == ["L2", "L1"]


def test_an_old_case_does_not_catch_a_new_text(resident: Talker) -> None:
    resident.text(WHOLE)
    resident.stage.wind(timedelta(days=31))
    resident.news()
    (question,) = resident.text("电梯坏了")
    assert "在哪里" in question


def test_an_explicit_supplement_is_always_one(resident: Talker) -> None:
    resident.text(WHOLE)
    resident.text("补充：幸福里小区5号楼也一样")
    assert len(all_cases(resident.stage)) == 1
    assert "supplemented" in events(resident.stage)


def test_a_supplement_to_nothing_is_a_matter(resident: Talker) -> None:
    (question,) = resident.text("补充：楼道灯不亮")
    assert "在哪里" in question


def test_thanks_want_no_answer(resident: Talker) -> None:
    resident.text(WHOLE)
    assert resident.text("好的，谢谢！") == []
    assert len(all_cases(resident.stage)) == 1


def test_progress_is_told_for_number_and_code(resident: Talker) -> None:
    (receipt,) = resident.text(WHOLE)
    (case,) = all_cases(resident.stage)
    code = receipt.split("查询码")[1][:6]
    assert case.number in resident.text(f"查 {case.number} {code}")[0]
    wrong = resident.text(f"查 {case.number} {(int(code) + 1) % 10**6:06}")
    assert wrong == resident.text(f"查 20200101-000001 {code}")
    assert case.number in resident.text("查")[0], "one's own number needs no code"
    assert case.number in resident.text(f"查 {case.number}")[0], "one's own number needs no code"


def test_stop_ends_texts_at_once_and_a_later_text_still_opens_a_case(resident: Talker) -> None:
    assert resident.text("退订") == []
    resident.text("电梯坏了", "SM1")  # cannot be asked where: opened with what is known
    (case,) = all_cases(resident.stage)
    assert case.estate is None
    assert resident.text("帮助") == []
    ((waiting,),) = resident.stage.rows(
        "SELECT count(*) FROM outbox o JOIN party p ON p.id = o.party_id WHERE p.stopped_at IS NOT NULL"
        " AND o.state = 'sent'"
    )
    assert waiting == 0
    assert "已恢复" in resident.text("恢复")[0]


def test_stop_within_a_dialogue_leaves_the_matter_alive(resident: Talker) -> None:
    resident.text("楼道灯不亮")
    assert resident.text("TD") == []
    resident.stage.wind(timedelta(minutes=31))
    assert expire_all(resident.stage) == 1
    assert len(all_cases(resident.stage)) == 1


def test_help_is_given_and_leaves_an_open_question_open(resident: Talker) -> None:
    resident.text("楼道灯不亮")
    assert "撤诉" in resident.text("帮助")[0]
    resident.text("幸福里3号楼")
    assert len(all_cases(resident.stage)) == 1


def test_who_writes_english_is_answered_in_english_from_then_on(resident: Talker) -> None:
    (question,) = resident.text("The lift is out of order again")
    assert question.startswith("Noted. Where is it?")
    (receipt,) = resident.text("Xingfuli, building 3")
    assert receipt.isascii() or "Xingfu" in receipt
    assert resident.text("HELP")[0].startswith("Text us")
    ((lang,),) = resident.stage.rows("SELECT DISTINCT lang FROM party WHERE lang = 'en'")
    assert lang == "en"


def staff_number(stage: Stage) -> str:
    with stage.door.transaction(LINE) as tx:
        from dispatch.people.parties import number_of

        ((party,),) = stage.rows("SELECT party_id FROM staff WHERE party_id IS NOT NULL ORDER BY code LIMIT 1")
        return number_of(tx, party)


def test_a_workers_command_is_no_case(stage: Stage) -> None:
    worker = Talker(stage, staff_number(stage))
    assert "没有待办的单" in worker.text("签收 12")[0]
    assert all_cases(stage) == []
    worker.text(WHOLE)
    assert len(all_cases(stage)) == 1


def test_a_residents_words_in_that_shape_are_ordinary(resident: Talker) -> None:
    assert "在哪里" in resident.text("签收 12")[0]


def test_a_service_number_gets_no_answer_and_loses_nothing(stage: Stage) -> None:
    for body, count in (("你好", 0), (WHOLE, 1)):
        with stage.door.transaction(LINE) as tx:
            dialogue.take_text(tx, dialogue.TextIn(LINE, f"SM{count}", "10086", body, body))
        assert len(all_cases(stage)) == count
    ((to_resident,),) = stage.rows("SELECT count(*) FROM outbox WHERE purpose NOT IN ('order', 'order_call')")
    assert to_resident == 0


def test_hostile_words_are_words(resident: Talker) -> None:
    words = "幸福里小区3号楼 '; DROP TABLE cases; -- <script>alert(1)</script> &amp; {number} %s 电梯坏了"
    resident.text(words)
    (case,) = all_cases(resident.stage)
    assert "<script>" in case.summary


def test_every_answer_fits_three_segments(resident: Talker) -> None:
    for body in (
        "你好",
        "楼道灯不亮",
        "幸福里3号楼",
        "怎么还没来人",
        "师傅说要换零件",
        "帮助",
        "查",
        "恢复",
        "催",
    ):
        for answer in resident.text(body):
            assert segments(answer) <= 3, answer
