"""By text, through the whole instance: what and where, more on it, progress, stop; and a carrier that errs."""

import re

import pytest

from tests.journeys.instance import Instance

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def received(instance: Instance, number: str, count: int) -> list[str]:
    """The texts on a telephone, once there are so many."""
    instance.wait_for(lambda: len(instance.inbox(number)) >= count, 20, f"{count} texts at {number}")
    return instance.inbox(number)


def faults(instance: Instance, **knobs: object) -> None:
    answer = instance.session.post(f"{instance.exchange}/faults", json=knobs, timeout=10)
    assert answer.status_code == 200, answer.text


def test_from_a_greeting_to_the_answer_on_progress(instance: Instance) -> None:
    me = "+8613800100001"
    first = instance.text("你好", me)
    assert "出了什么事" in received(instance, me, 1)[-1]
    second = instance.text("楼道灯不亮", me)
    assert "在哪里" in received(instance, me, 2)[-1]
    third = instance.text("幸福里3号楼1单元", me)
    receipt = received(instance, me, 3)[-1]
    case = instance.settled(third)
    assert case["number"] in receipt
    assert {instance.became(sid)["case"]["number"] for sid in (first, second, third)} == {case["number"]}

    code = re.search(r"查询码(\d{6})", receipt)
    assert code is not None
    instance.text(f"查 {case['number']} {code[1]}", me)
    assert case["number"] in received(instance, me, 4)[-1]
    urge = instance.text("怎么还没来人", me)
    assert f"{case['number']} 已催办" in received(instance, me, 5)[-1]
    more = instance.text("一楼到二楼都不亮", me)
    assert re.search("已补充到|您刚才的话已转给经办人", received(instance, me, 6)[-1])
    assert instance.settled(urge)["number"] == instance.settled(more)["number"] == case["number"]


def test_after_stop_no_text_leaves_and_a_matter_still_opens_its_case(instance: Instance) -> None:
    me = "+8613800100002"
    instance.text("幸福里3号楼2单元电梯坏了", me)
    received(instance, me, 1)
    instance.text("退订", me)
    case = instance.settled(instance.text("幸福里5号楼垃圾没人清", me))
    assert case["state"] == "dispatched"
    assert len(instance.inbox(me)) == 1
    instance.text("恢复", me)
    assert "已恢复" in received(instance, me, 2)[-1]


@pytest.mark.parametrize(
    ("last", "knobs"),
    [
        (3, {"rest_busy": 3}),
        (4, {"rest_lost": 2}),
        (5, {"rest_broken": 2}),
        (6, {"duplicate_requests": 2, "duplicate_callbacks": 2, "reorder_callbacks": True}),
    ],
)
def test_whatever_the_carrier_does_one_text_is_one_case_and_one_receipt(
    instance: Instance, last: int, knobs: dict[str, object]
) -> None:
    me = f"+861380010000{last}"
    faults(instance, **knobs)
    try:
        case = instance.settled(instance.text("幸福里3号楼2单元电梯坏了", me), 60)
    finally:
        faults(instance, duplicate_requests=0, duplicate_callbacks=0, reorder_callbacks=False)
    assert [case["number"] in body for body in instance.inbox(me)] == [True]
    orders = [m for m in instance.ledger("messages") if "【派单】" in m["body"]]
    assert sum(case["number"] in m["body"] for m in orders) == 1


def test_at_the_end_all_invariants_hold(instance: Instance) -> None:
    ran = instance.hotline("check")
    assert ran.returncode == 0, ran.stdout + ran.stderr
