"""What residents wish of their own matters, by text: ended, asked for without codes, hurried, put right, a person."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.report import segments
from dispatch.beside import ringbacks
from hotline.commands import Correct, Person, Progress, Withdraw, is_nudge, is_of
from hotline.commands.wishes import read_wish
from tests.hotline.talking import Talker, all_cases, events, reports
from tests.stage import LINE, Stage

WHOLE = "幸福里小区3号楼2单元电梯坏了"
LAMP = "幸福里小区5号楼楼道灯不亮"

WITHDRAWN = [
    "撤诉", "我要撤诉", "不用来了", "你们不用来了，谢谢", "已经修好了，不用来了", "水来了不用来了",
    "电梯修好了，你们不用来了",    "不追究了",
    "算了不追究了", "麻烦取消我的报修", "把昨天报的那个单子撤了吧", "我自己解决了，不用管了", "不投诉了",
    "withdraw my complaint", "No need to come any more", "please cancel my report", "never mind",
]  # fmt: skip
PERSONS = [
    "人工", "转人工", "我要人工服务", "请转人工客服", "找个人跟我说话", "给我回个电话", "打给我",
    "I want to talk to a person", "call me back please", "operator",
]  # fmt: skip
ASKED = [
    "查一下我的事办得怎么样了", "我上次反映的事办得怎么样了", "查一下我的单子", "我想查一下进度", "办得怎么样了",
    "那件事处理得怎么样了", "what is the status of my case", "check my case",
]  # fmt: skip
NUDGES = [
    "我要催一下", "我上次那个怎么还没人来", "上次报的怎么还没人来", "到现在还没人来", "什么时候来人",
    "都三天了怎么还没人管",
    "昨天反映的事怎么还没处理", "帮我催一下昨天那件事", "why has nobody come yet?",
]  # fmt: skip
ORDINARY = [
    "撤诉是什么意思", "电梯不用修了吗", "他们说不用来了，可是水还在漏", "怎么不用来了", "不用管我，你们去救孩子",
    "人工湖水很臭",
    "查一下楼下是谁放的鞭炮", "请查一下3号楼的违建", "取消了我的低保", "打电话没人接",
    "小区里有人打给我骚扰电话",
    "居委会给我回电话态度差", "谁来管管", "这里漏水三天了", "物业不管了", "投诉物业不处理",
    "nobody came to collect rubbish",
    "更正一下你们的通知，水费不对吗", "垃圾没人管",
    "correct the sign on the gate",
    "上次那个空调外机又响了",
]  # fmt: skip


@pytest.mark.parametrize("said", WITHDRAWN)
def test_withdrawals_as_people_say_them(said: str) -> None:
    assert read_wish(said) == Withdraw()


@pytest.mark.parametrize(
    ("said", "number"),
    [("撤诉 20261202-000123", "20261202-000123"), ("撤诉 123", "123"), ("撤诉000123", "123"), ("Withdraw 123", "123")],
)
def test_the_matter_may_be_named(said: str, number: str) -> None:
    assert read_wish(said) == Withdraw(number)
    assert is_of("20261202-000123", number)
    assert not is_of("20261202-000124", number)


@pytest.mark.parametrize("said", PERSONS)
def test_somebody_to_speak_with(said: str) -> None:
    assert read_wish(said) == Person()


@pytest.mark.parametrize("said", ASKED)
def test_how_far_it_is(said: str) -> None:
    assert read_wish(said) == Progress()


@pytest.mark.parametrize("said", NUDGES)
def test_haste_without_a_matter(said: str) -> None:
    assert is_nudge(said)
    assert read_wish(said) is None


def test_a_correction_keeps_its_very_words() -> None:
    assert read_wish("更正：是5号楼 B座") == Correct("是5号楼 B座")
    assert read_wish("我要更正") == Correct()
    assert read_wish("Correct: building 5") == Correct("building 5")


@pytest.mark.parametrize("said", ORDINARY)
def test_an_ordinary_sentence_is_none(said: str) -> None:
    assert read_wish(said) is None
    assert not is_nudge(said)


@given(st.text(st.sampled_from("不用来了人工撤诉查催麻烦谢谢我们上次报的1 ，。\u200bab"), max_size=200))
def test_reading_never_fails_and_never_takes_long(said: str) -> None:
    begun = time.perf_counter()
    read_wish(said)
    is_nudge(said)
    assert time.perf_counter() - begun < 0.5


@pytest.fixture
def resident(stage: Stage) -> Talker:
    return Talker(stage)


def state(resident: Talker) -> list[str]:
    return [str(row.state) for row in all_cases(resident.stage)]


def test_the_only_open_matter_is_withdrawn_and_its_holder_told(resident: Talker) -> None:
    resident.text(WHOLE)
    [told] = resident.text("已经修好了，不用来了", "SM2")
    [case] = all_cases(resident.stage)
    assert (case.state, case.next_due_at) == ("withdrawn", None)
    assert case.number in told
    assert "撤" in told
    assert ("SM2", "withdraw", case.id) in list(reports(resident.stage))
    assert "withdrawn" in events(resident.stage)
    [left] = resident.stage.rows("SELECT count(*) FROM outbox WHERE purpose = 'left'")
    assert left[0] == 1


def test_of_several_it_is_asked_which_and_the_last_digits_say_it(resident: Talker) -> None:
    resident.text(WHOLE)
    resident.text(LAMP)
    first, second = all_cases(resident.stage)
    [asked] = resident.text("撤诉")
    tails = [str(case.number).rpartition("-")[2].lstrip("0") for case in (first, second)]
    assert all(f"{tail} " in asked for tail in tails)
    assert state(resident) == ["dispatched", "dispatched"]
    resident.text(f"撤诉 {tails[0]}")
    assert state(resident) == ["withdrawn", "dispatched"]


def test_what_told_of_danger_is_withdrawn_by_a_person_only(resident: Talker) -> None:
    resident.text("幸福里小区3号楼我不想活了")
    resident.news()
    [told] = resident.text("不用来了")
    assert state(resident) == ["dispatched"]
    assert "核实" in told
    assert "supplemented" in events(resident.stage)


def test_with_nothing_open_it_is_said_so(resident: Talker) -> None:
    for said in ("撤诉", "更正 是5号楼", "我上次那个怎么还没人来"):
        [told] = resident.text(said)
        assert "没有在办" in told
    assert all_cases(resident.stage) == []
    [kept] = resident.stage.rows("SELECT role FROM report")
    assert kept.role == "matter", (
        "what somebody urges may still be on its way: those words are kept, and it is asked for"
    )
    assert [row.state for row in resident.stage.rows("SELECT state FROM dialogue")] == ["matter_asked"]


def test_all_open_matters_are_told_without_codes(resident: Talker) -> None:
    resident.text(WHOLE)
    resident.text(LAMP)
    told = "".join(resident.text("查"))
    for case in all_cases(resident.stage):
        assert case.number in told
    assert "居委会" in told or "楼" in told
    assert "前给您答复" in told
    assert "3号楼" not in told
    assert not re.search(r"(?<![0-9-])[0-9]{6}(?![0-9])", told), "no code"


def test_many_matters_go_into_few_texts(resident: Talker) -> None:
    for building in (1, 2, 3, 5, 7):
        resident.text(f"幸福里小区{building}号楼楼道灯不亮")
    assert len(all_cases(resident.stage)) == 5
    resident.news()
    texts = resident.text("查进度")
    assert 1 < len(texts) <= 3
    assert all(segments(text) <= 3 for text in texts)


def test_one_named_matter_of_ones_own_needs_no_code_and_anothers_does(resident: Talker) -> None:
    resident.text(WHOLE)
    [case] = all_cases(resident.stage)
    [told] = resident.text(f"查 {case.number}")
    assert case.number in told
    other = Talker(resident.stage, "+8613800000002")
    [refused] = other.text(f"查 {case.number}")
    assert "查询码" in refused
    assert "居委会" not in refused


def test_what_is_confidential_is_not_told_without_its_code(resident: Talker) -> None:
    resident.text(WHOLE)
    with resident.stage.owner.begin() as conn:
        conn.exec_driver_sql("UPDATE cases SET confidential = true")
    [told] = resident.text("查")
    assert all_cases(resident.stage)[0].number not in told


@pytest.mark.parametrize("said", ["我要催一下", "我上次那个怎么还没人来"])
def test_haste_opens_no_second_case(resident: Talker, said: str) -> None:
    resident.text(WHOLE)
    texts = resident.text(said)
    assert len(texts) == 1, texts
    [told] = texts
    assert len(all_cases(resident.stage)) == 1, texts
    [case] = all_cases(resident.stage)
    assert case.number in told
    assert "催办" in told
    assert "urged" in events(resident.stage)


def test_of_several_the_newest_is_hurried_and_the_other_can_be(resident: Talker) -> None:
    resident.text(WHOLE)
    resident.text(LAMP)
    first, second = all_cases(resident.stage)
    [told] = resident.text("催")
    assert second.number in told
    tail = str(first.number).rpartition("-")[2].lstrip("0")
    assert f"催 {tail}" in told
    [told] = resident.text(f"催 {tail}")
    assert first.number in told


def test_a_correction_stands_on_the_case_and_a_dispatcher_hears_of_it(resident: Talker) -> None:
    resident.text(WHOLE)
    [how] = resident.text("更正")
    assert "更正 是" in how
    [told] = resident.text("更正 是5号楼不是3号楼")
    assert "核对" in told
    assert "supplemented" in events(resident.stage)
    [row] = resident.stage.rows("SELECT count(*) FROM outbox WHERE purpose = 'correction'")
    assert row[0] == 1


def test_who_wants_a_person_is_rung_and_the_duty_desk_hears_of_it_once(resident: Talker) -> None:
    for said in ("转人工", "人工", "给我回个电话"):
        [told] = resident.text(said)
        assert "打电话" in told
    with resident.stage.door.transaction(LINE) as tx:
        [entry] = ringbacks.waiting(tx)
    assert (entry.reason, entry.times) == (ringbacks.Reason.ASKED, 3)
    assert all_cases(resident.stage) == []
    [row] = resident.stage.rows("SELECT count(*) FROM outbox WHERE purpose = 'ring_back'")
    assert row[0] == 3
