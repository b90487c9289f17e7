"""The worker by text: every answer says what was done, what comes next and until when, or what is possible."""

import pytest

from cases.pen import read_content
from cases.report import segments
from dispatch.loop import closing, returns
from dispatch.loop.disputes import deciding
from dispatch.loop.who import by_code
from tests.hotline.talking import Talker, all_cases, events
from tests.hotline.working import LAMP, Street, done, leave, street
from tests.people import (
    ANNA_SMITH,
    LI_JIANGUO,
    LU_SIYUAN,
    MENG_HAITAO,
    SHEN_YUEHUA,
    STRANGER_NUMBER,
    WU_CHUNMEI,
)
from tests.stage import LINE, Stage


@pytest.fixture
def home(stage: Stage) -> Street:
    return street(stage)


def said(home: Street, text: str) -> str:
    (answer,) = home.worker.text(text)
    assert segments(answer) <= 3, answer
    return answer


def test_the_whole_way_by_text(home: Street) -> None:
    number = home.report()
    signed = said(home, "签收 1")
    assert "已签收1号" in signed
    assert "501室" in signed  # the door is told to whoever signed
    assert "11月27日 17:30前上门" in signed
    assert "revealed" in events(home.stage)
    assert "11月25日 17:30前发“查明 1 情况”" in said(home, f"到1 {home.code}")
    assert "12月1日 17:30前发“反馈 1" in said(home, "查明 1 灯管烧坏")
    assert "已发给居民" in said(home, "反馈 1 灯已换好")
    assert "送达后自动通过" in said(home, "办结 1")
    home.delivered()
    assert home.state(number) == "to_call_back"
    told, question = home.resident.news()
    assert "灯已换好" in told
    assert "1办好了，满意" in question


def test_a_flat_by_its_side_is_told_as_it_is_called(home: Street) -> None:
    home.report("幸福里小区3号楼2单元5楼东户楼道灯坏了")
    assert "，东户" in said(home, "签收 1")


def test_with_one_order_its_number_may_be_left_out(home: Street) -> None:
    number = home.report()
    assert "已签收1号" in said(home, "签收")
    assert "已记到场" in said(home, f"到 {home.code}")
    assert "情况已记下" in said(home, "查明 灯管烧坏")
    assert "已发给居民" in said(home, "反馈：灯已换好")
    assert "已提交" in said(home, "办结")
    assert home.state(number) == "to_verify"


def test_with_several_the_number_is_asked_for(home: Street) -> None:
    home.report()
    home.resident.text("幸福里小区3号楼1单元下水道堵了")
    leave(home.stage)
    home.worker.news()
    which = said(home, "签收")
    assert "2张单" in which
    assert "楼道照明" in which
    assert "下水道" in which
    assert [kind for kind in events(home.stage) if kind == "signed"] == []
    listed = said(home, "列")
    assert "1 一般·楼道照明" in listed
    assert "2 一般·下水道" in listed
    unknown = said(home, "签收 7")
    assert "没有7号单" in unknown
    assert "下水道" in unknown


def two(home: Street) -> list[str]:
    """Two orders of hers, 1 and 2; their case numbers."""
    numbers = [home.report(), home.report("幸福里小区3号楼1单元下水道堵了")]
    return numbers


@pytest.mark.parametrize("text", ["签收 1、2", "签收 1,2", "签收 1 2", "签收1和2", "签收 1号、2号", "sign 1 and 2"])
def test_several_orders_are_signed_at_once(home: Street, text: str) -> None:
    two(home)
    answer = said(home, text)
    assert "已签收1号" in answer
    assert "已签收2号" in answer
    assert [kind for kind in events(home.stage) if kind == "signed"] == ["signed"] * 2


def test_of_several_orders_none_is_passed_over_in_silence(home: Street) -> None:
    two(home)
    answer = said(home, "签收 1、7、2")
    assert "已签收1号" in answer or "已照办：1/2号" in answer
    assert "没有7号单" in answer or "没办成：7号" in answer
    again = said(home, "签收 1、2")
    assert "1" in again
    assert [kind for kind in events(home.stage) if kind == "signed"] == ["signed"] * 2


def test_more_than_a_text_holds_is_told_by_its_numbers(home: Street) -> None:
    for matter in (
        LAMP,
        *(f"幸福里小区3号楼1单元{matter}" for matter in ("下水道堵了", "垃圾没人清运", "单元门坏了", "楼道堆满杂物")),
    ):
        home.report(matter)
    answer = said(home, "签收 1、2、3、4、5、9")
    assert "已照办：1/2/3/4/5号" in answer
    assert "没办成：9号" in answer
    assert [kind for kind in events(home.stage) if kind == "signed"] == ["signed"] * 5
    said(home, "办结 " + "、".join(f"20261124-{number:06}" for number in range(991, 999)))  # the most that is read


def test_a_finding_of_two_orders_is_kept_with_both(home: Street) -> None:
    first, second = two(home)
    home.worker.text(f"到 1 {home.code}")
    home.worker.text("到 2 幸福里小区3号楼1单元")
    home.worker.text("到 1 幸福里小区3号楼2单元")
    said(home, "查明 1、2 灯管烧坏，管道老化")
    kept = home.stage.rows(
        "SELECT c.number FROM event e JOIN cases c ON c.id = e.case_id WHERE e.kind = 'found' ORDER BY 1"
    )
    assert [number for (number,) in kept] == sorted((first, second))


def test_arrivals_are_told_one_by_one(home: Street) -> None:
    two(home)
    assert "一单一单地发" in said(home, "到 1、2")
    assert "arrived" not in events(home.stage)


def test_a_worker_with_several_orders_is_asked_which(home: Street) -> None:
    """What could be about one of theirs is no report of a resident's."""
    two(home)
    before = all_cases(home.stage)
    for text in ("反馈 已经修好了", "查明：灯管烧坏"):
        assert "2张单" in said(home, text)
    assert all_cases(home.stage) == before


def test_a_whole_case_number_stands_for_the_short_one(home: Street) -> None:
    number = home.report()
    assert "已签收" in said(home, f"签收 {number}")
    assert "已记到场" in said(home, f"到 {number} 3号楼2单元")


def test_nothing_in_hand_is_said(home: Street) -> None:
    for text in ("列", "签收 1", "办结", "到 1 4471"):
        assert "没有待办的单" in said(home, text)
    assert all_cases(home.stage) == []


@pytest.mark.parametrize(
    ("proof", "answer"),
    [
        ("到 1", "还要凭证"),
        ("到 1 0000x", "不是该单的地点"),
        ("到 1 5号楼1单元", "不是该单的地点"),
        ("到 1，3号楼2单元", "已记到场"),
        ("到 1 幸福里小区3号楼", "已记到场"),
    ],
)
def test_a_visit_is_proven_or_what_is_lacking_is_said(home: Street, proof: str, answer: str) -> None:
    home.report()
    assert answer in said(home, proof)


def test_a_wrong_code_leaves_tries_and_a_place_helps_out(home: Street) -> None:
    home.report()
    wrong = f"{(int(home.code) + 1) % 10000:04}"
    assert "还可试4次" in said(home, f"到 1 {wrong}")
    for _ in range(4):
        last = said(home, f"到 1 {wrong}")
    assert "不能再用" in last
    assert "不能再用" in said(home, f"到 1 {home.code}")
    assert "已记到场" in said(home, "到 1 3号楼2单元")


def test_a_photo_by_mms_is_kept_as_proof(home: Street) -> None:
    home.report()
    (answer,) = home.worker.text("到 1", media=2)
    assert "照片已收到" in answer
    ((content,),) = home.stage.rows("SELECT content_id FROM evidence WHERE way = 'photo'")
    with home.stage.door.transaction(LINE) as tx:
        assert read_content(tx, content) == "https://media.example/0\nhttps://media.example/1"


def test_missing_words_are_asked_for(home: Street) -> None:
    home.report()
    said(home, f"到 1 {home.code}")
    assert "查明 1 灯管" in said(home, "查明 1")
    assert "进展 1" in said(home, "进展")
    said(home, "查明 1 灯管烧坏")
    assert "反馈 1 灯已换好" in said(home, "反馈 1")
    assert "最多" in said(home, "反馈 1 " + "长" * 300)


def test_what_is_not_possible_now_says_what_is(home: Street) -> None:
    home.report()
    assert "请先上门" in said(home, "反馈 1 好了")
    assert "缺上门凭证" in said(home, "办结 1")
    home.solve()
    answer = said(home, "查明 1 又看了")
    assert "待回访" in answer
    assert "等居民评价" in answer


@pytest.mark.parametrize("why", ["1 属物业", "不归我管", "1"])
def test_an_order_is_given_back_with_its_reason(home: Street, why: str) -> None:
    number = home.report()
    assert "1非本单位" in said(home, "退单 1")
    assert "1非本单位" in said(home, "退单 1 我没空")
    assert home.state(number) == "in_progress" or home.state(number) == "dispatched"
    assert "不属于本单位" in said(home, f"退单 1 {why}")
    assert home.state(number) == "return_pending"
    assert "退单正在审核" in said(home, "查明 1 灯坏了")


def test_a_rejected_return_is_objected_to_by_text(home: Street) -> None:
    number = home.report()
    assert "没有被驳回的退单" in said(home, "异议 1 属物业公司")
    assert "不属于本单位" in said(home, "退单 1 1")
    with home.stage.door.transaction(LINE) as tx:
        returns.reject(tx, number, "归楼院", by_code(tx, LU_SIYUAN.worker))
    leave(home.stage)
    [told] = [words for words in home.worker.news() if "退单驳回" in words]
    assert "不服可发“异议" in told
    assert "异议 1 理由" in said(home, "退单 1 1")
    assert "写明异议的理由" in said(home, "异议 1")
    assert "已提交终审" in said(home, "异议 1 属物业公司")
    assert home.state(number) == "in_dispute"
    assert "正在终审" in said(home, "查明 1 灯坏了")
    with home.stage.door.transaction(LINE) as tx:
        case = closing.by_number(tx, number)
        deciding.adjudicate(tx, by_code(tx, SHEN_YUEHUA.worker), case, "xingfuli-south", "楼道灯归楼院")
    leave(home.stage)
    assert any("派单" in words for words in home.worker.news())
    answer = said(home, "退单 1 1")
    assert "终审，归属已定，不能再退单" in answer
    assert "不能再提异议" in said(home, "异议 1 还是不服")
    assert home.state(number) == "in_progress", "whoever begins signs with it"


def test_a_liaison_objects_for_the_unit_by_the_whole_number(home: Street) -> None:
    number = home.report()
    said(home, "退单 1 1")
    with home.stage.door.transaction(LINE) as tx:
        returns.reject(tx, number, "归楼院", by_code(tx, LU_SIYUAN.worker))
    (answer,) = Talker(home.stage, WU_CHUNMEI.number).text(f"异议 {number} 居委会认为属物业")
    assert "已提交终审" in answer
    assert home.state(number) == "in_dispute"


def test_whoever_has_orders_is_not_stopped_by_the_first_sign_of_a_return(home: Street) -> None:
    number = home.report()
    assert "1非本单位" in said(home, "退")
    assert home.stage.rows("SELECT count(*) FROM party WHERE stopped_at IS NOT NULL") == [(0,)]
    assert home.state(number) == "dispatched"
    assert home.worker.text("TD") == []
    assert home.stage.rows("SELECT count(*) FROM party WHERE stopped_at IS NOT NULL") == [(1,)]


def test_who_has_no_orders_is_stopped_by_one_sign(home: Street) -> None:
    assert home.worker.text("退") == []
    assert home.stage.rows("SELECT count(*) FROM party WHERE stopped_at IS NOT NULL") == [(1,)]


def test_a_code_in_digits_of_another_script_is_no_code(home: Street) -> None:
    number = home.report()
    home.worker.text("到 1 ٤٤٧١")
    home.worker.text("到 ٤٤٧١")
    home.resident.text(f"查 {number} ١٢٣٤٥٦")
    assert home.stage.rows("SELECT visit_tries FROM cases") == [(0,)]


def test_a_relay_call_is_placed(home: Street) -> None:
    home.report()
    assert any("热线马上给您来电" in text for text in home.worker.text("电 1"))
    assert home.stage.rows("SELECT count(*) FROM outbox WHERE channel = 'call' AND purpose = 'relay_call'") == [(1,)]


def test_safe_is_said_by_who_leads_the_unit(home: Street) -> None:
    (receipt,) = home.resident.text("幸福里小区3号楼2单元电梯困人了，快来")
    number = receipt.split("编号")[1][:15]
    for text in home.worker.text(f"安全 {number} 人已救出"):
        assert "已记为解除" not in text
    liaison = Talker(home.stage, WU_CHUNMEI.number)
    liaison.news()
    (how,) = liaison.text(f"安全 {number}")
    assert f"安全 {number}" in how
    (done,) = liaison.text(f"安全 {number} 人已救出")
    assert "已记为解除" in done
    assert "safe" in events(home.stage)


def test_nobody_says_safe_for_a_unit_of_others(home: Street) -> None:
    (receipt,) = home.resident.text("和平一村5号楼电梯困人了，快来")
    number = receipt.split("编号")[1][:15]
    liaison = Talker(home.stage, WU_CHUNMEI.number)
    liaison.news()
    (answer,) = liaison.text(f"安全 {number} 人已救出")
    (absent,) = liaison.text("安全 20200101-000001 人已救出")
    assert answer.replace(number, "N") == absent.replace("20200101-000001", "N")
    assert "safe" not in events(home.stage)
    duty = Talker(home.stage, MENG_HAITAO.number)
    duty.news()
    (done,) = duty.text(f"安全 {number} 人已救出")
    assert "已记为解除" in done


def test_help_for_workers_is_theirs(home: Street) -> None:
    assert "【工作短信】" in said(home, "帮助")
    assert "【工作短信】" not in home.resident.text("帮助")[0]


def test_a_strangers_command_is_an_ordinary_text(stage: Stage) -> None:
    home = street(stage)
    home.report()
    for number in (STRANGER_NUMBER, LI_JIANGUO.number):
        (question,) = Talker(stage, number).text("签收 1")
        assert "在哪里" in question
    assert "signed" not in events(stage)
    (question,) = Talker(stage, ANNA_SMITH.number).text("found 1: the valve")
    assert "Where is it" in question


@pytest.mark.parametrize(
    "words",
    [
        "到处都是垃圾，幸福里小区5号楼",
        "反馈 幸福里小区5号楼垃圾没人清",
        "反馈：小区路灯不亮，幸福里小区7号楼",
        "found 1 dead cat, Xingfuli Estate building 5, rubbish everywhere",
    ],
)
def test_a_worker_can_report_a_matter_like_anybody(home: Street, words: str) -> None:
    home.report()
    home.worker.text(words)
    assert len(all_cases(home.stage)) == 2
    assert home.stage.rows("SELECT count(*) FROM outbox WHERE purpose = 'told'") == [(0,)]
    assert "found" not in events(home.stage)


def test_where_a_workers_own_matter_is_they_answer_with_a_place(home: Street) -> None:
    home.report()
    (question,) = home.worker.text("楼道灯不亮，没人修")
    assert "在哪里" in question
    home.worker.text("到 5号楼1单元")
    assert len(all_cases(home.stage)) == 2
    assert "arrived" not in events(home.stage)


def test_the_list_names_as_many_as_fit(home: Street) -> None:
    for neighbour in range(12):
        Talker(home.stage, f"+86138000001{neighbour:02}").text(LAMP)
    home.worker.news()
    listed = said(home, "列")
    assert "12张单" in listed
    assert "另有" in listed


def test_a_worker_who_stops_hears_nothing_more_and_the_work_moves(home: Street) -> None:
    number = home.report()
    assert home.worker.text("退订") == []
    done(home.stage)
    ((holder,),) = home.stage.rows(
        "SELECT s.code FROM cases c JOIN staff s ON s.id = c.worker_id WHERE c.number = :number", number=number
    )
    assert holder != "xingfuli-grid-02"
    assert home.worker.text("列") == []
