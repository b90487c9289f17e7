"""By telephone, through the whole instance: said, keyed, silent, hung up, left as a message."""

import re
from typing import Any

import pytest

from tests.journeys.instance import LINE, Instance

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def spoken(call: dict[str, Any]) -> str:
    """What the line said."""
    return "\n".join(part["says"] for part in call["conversation"])


def digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def test_said_in_two_breaths_spoken_back_and_texted(instance: Instance) -> None:
    me = "+8613800200001"
    call = instance.call("电梯坏了", "幸福里3号楼", caller=me)
    case = instance.settled(call["sid"])
    assert digits(case["number"]) in digits(spoken(call))
    assert "录音" in spoken(call)
    assert "recorded" in spoken(call)
    assert call["warnings"] == []
    assert any(case["number"] in body for body in instance.inbox(me))


def test_keyed_and_in_english(instance: Instance) -> None:
    call = instance.call("The lift in Xingfuli building 3 is broken", caller="+8613800200002", keys="9")
    assert "Your report has been taken" in spoken(call)
    assert instance.settled(call["sid"])["unit"] == "xingfuli-south"
    keyed = instance.call("幸福里4号楼，来看一下吧", caller="+8613800200003", keys="3")
    assert instance.settled(keyed["sid"])["rule"].startswith("sanitation")


def test_silence_then_a_message_that_is_fetched_and_kept(instance: Instance) -> None:
    call = instance.call("", "", "", "我家水管漏水", caller="+8613800200004")
    case = instance.settled(call["sid"])
    instance.wait_for(
        lambda: "recording" in instance.hotline("case", case["number"]).stdout, 20, "the recording on the case"
    )


def test_silence_to_the_end_makes_no_case(instance: Instance) -> None:
    call = instance.call(caller="+8613800200005")
    assert "没有听到您的留言" in spoken(call)
    assert instance.became(call["sid"])["case"] is None


def test_hung_up_after_the_matter(instance: Instance) -> None:
    body = {"from": "+8613800200006", "to": LINE, "texts": ["楼道灯不亮"], "keys": "", "patience": 1}
    call = instance.session.post(f"{instance.exchange}/calls", json=body, timeout=60).json()
    case = instance.settled(call["sid"])
    assert case["state"] == "dispatched"
    assert any(case["number"] in text for text in instance.inbox("+8613800200006"))


def test_duplicates_and_reordered_callbacks_change_nothing(instance: Instance) -> None:
    wrong = {"duplicate_requests": 2, "duplicate_callbacks": 2, "reorder_callbacks": True, "late_callbacks": 0.5}
    instance.session.post(f"{instance.exchange}/faults", json=wrong, timeout=10)
    try:
        call = instance.call("", "", "电梯坏了", "幸福里5号楼", caller="+8613800200007")
        case = instance.settled(call["sid"])
    finally:
        right = {name: type(value)(0) for name, value in wrong.items()}
        instance.session.post(f"{instance.exchange}/faults", json=right, timeout=10)
    assert [case["number"] in body for body in instance.inbox("+8613800200007")] == [True]


def test_at_the_end_all_invariants_hold(instance: Instance) -> None:
    ran = instance.hotline("check")
    assert ran.returncode == 0, ran.stdout + ran.stderr
