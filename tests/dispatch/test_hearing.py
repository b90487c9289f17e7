"""What words say: danger whatever stands around it, doubt, several matters, and whatever people may send."""

import random
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.clock.sla import Level
from cases.danger import Danger
from dispatch.hearing import Known, Understood, Words, hear
from dispatch.matters import classify
from dispatch.matters.learnt.shipped import SENTENCES, sentences, shipped
from dispatch.policy import Kind, parse
from dispatch.ruling.lint import lint
from tests.dispatch.sample import district, policy, raw_policy


@cache
def known() -> Known:
    return Known(policy(), district())


def said(text: str, place: str = "", *, spoken: bool = False) -> Understood:
    return hear(Words(text, place, spoken=spoken), known())


@pytest.mark.parametrize(
    ("text", "danger"),
    [
        ("厨房里一股臭鸡蛋味，头晕得厉害", Danger.GAS),
        ("对门门缝里往外冒黑烟，呛得睁不开眼", Danger.FIRE),
        ("我把东西都收拾好了，不想再拖累你们了，再见", Danger.CRISIS),
        ("孩子走丢了，已经找了两个钟头", Danger.MISSING),
        ("前面着火刚才就扑灭了，现在又烧起来了", Danger.FIRE),
        ("我爸坐在地上嘴歪了话也说不清", Danger.MEDICAL),
        ("隔壁男的又在打她，一直喊救命", Danger.VIOLENCE),
        ("电梯卡在三楼半，里面有人喊出不来", Danger.TRAPPED),
        ("my father is on the floor and not breathing", Danger.MEDICAL),
    ],
)
def test_danger_is_heard(text: str, danger: Danger) -> None:
    found = said(text)
    assert danger in found.matter.danger
    assert found.matter.level is Level.L1
    assert not found.matter.unsure


@pytest.mark.parametrize(
    "text",
    [
        "去年三楼着过火，早就扑灭了，墙到现在还没刷",
        "天太热了，热死人了，小区能不能装个凉亭",
        "门口那家店跳楼价大甩卖，喇叭从早喊到晚",
        "我就是担心楼道里电瓶车以后出事，现在没事",
        "消防演习是哪天，几点开始",
        "楼上三百户停水了，什么时候来",
        "上礼拜我爸走丢过一回 傍晚就找到了 想问防走失手环哪里领",
    ],
)
def test_what_is_over_feared_or_a_figure_of_speech_is_no_alarm(text: str) -> None:
    assert said(text).matter.level is not Level.L1


def test_danger_in_the_answer_where_counts_and_nothing_else_replaces_the_matter() -> None:
    assert said("楼道灯不亮", "幸福里3号楼，哎呀隔壁着火了").matter.danger
    for matter, category in (("楼下饭店油烟天天往家里灌", "fumes"), ("楼顶有人搭违建", "illegal-building")):
        assert said(matter, "幸福里3号楼2单元").matter.category == category, "an L4 matter stays what it is"
    assert said("老板拖欠工资三个月了", "和平路18号").matter.category == "wages"


def test_a_bare_place_is_no_matter() -> None:
    for text in ("在幸福里3号楼1单元", "3号楼2单元", "和平一村5栋"):
        assert said(text).matter.confidence == 0


def test_what_several_know_equally_is_for_a_person() -> None:
    equal = {"noise": 0.38, "pipe-leak": 0.36, "pets": 0.2, "unclear": 0.06}
    found = classify("楼上一直有动静往下来", policy(), shares=equal)
    assert found.unsure
    assert found.confidence == 0
    assert [each.label for each in found.best] == ["noise", "pipe-leak", "pets"]
    assert not classify("楼上一直有动静往下来", policy(), shares={"noise": 0.8, "pets": 0.2}).unsure


@pytest.mark.parametrize("text", ["你好", "谢谢", "打错了", "喂喂听得到吗", "测试一下", "hello"])
def test_what_one_cannot_act_on_is_unclear(text: str) -> None:
    found = said(text)
    assert found.matter.unclear or found.matter.confidence == 0


@pytest.mark.parametrize(
    ("text", "matters"),
    [
        ("电梯坏了下水也堵", {"lift", "sewer-blocked"}),
        ("没气做不了饭水也停了", {"gas-supply", "water-supply"}),
        ("昨天停水今天停电日子没法过了", {"water-supply", "power-supply"}),
        ("我家车位老被占。另外门口垃圾桶满了没人收", {"parking", "rubbish-overflow"}),
        ("How do I renew my residence permit? And somebody parks in my spot every day.", {"certificate", "parking"}),
    ],
)
def test_two_matters_in_one_breath_are_two(text: str, matters: set[str]) -> None:
    two = said(text)
    assert {two.matter.category, *(each.category for each in two.others)} == matters


def test_several_matters_are_told_apart_and_a_consequence_is_none() -> None:
    two = said("楼道灯坏了半个月没人修。另外楼下垃圾桶满得都溢出来了")
    assert {two.matter.category, *(each.category for each in two.others)} == {"stairwell-light", "rubbish-overflow"}
    assert said("楼道灯坏了，老人晚上下楼看不见，怕绊倒").others == ()
    assert len(said("。另外".join(each.text for each in sentences()[2000:2400:40])).others) <= 4


def test_a_complaint_of_ours_names_what_else_it_tells() -> None:
    heard = said("这样的人能当主任吗？新园的何美娟，自己弟弟包了小区停车费，一分账不公布。")
    assert heard.complains_of == ("xinyuan-head",)
    assert [each.category for each in heard.others] == ["parking"]
    assert "coi.matter.beside" in {reason.id for reason in heard.matter.reasons}


def test_suggestions_and_enquiries_are_their_kind_and_irony_is_no_praise() -> None:
    assert said("请问老年大学什么时候报名").matter.kind is Kind.ENQUIRY
    assert said("我建议在广场多放几把椅子").matter.kind is Kind.SUGGESTION
    assert said("你们可真行，路灯坏了一个月都没人修，太棒了").matter.kind is not Kind.PRAISE


@given(st.text(max_size=300), st.text(max_size=60), st.booleans())
@settings(max_examples=400)
def test_whatever_is_sent_is_understood(text: str, place: str, spoken: bool) -> None:
    found = said(text, place, spoken=spoken)
    assert found.matter.category in policy().categories
    assert 0 <= found.matter.confidence <= 1
    assert (found.matter.level is Level.L1) or not found.matter.danger


def test_ten_thousand_odd_texts() -> None:
    lots = random.Random(12)
    signs = "火灯味晕着的了不没人\u200b\u202e😀🔥é漢ａＡ1。，\n\x00煤气gas 3号楼"
    for _ in range(10_000):
        found = said("".join(lots.choices(signs, k=lots.randrange(0, 40))))
        assert found.matter.category in policy().categories


@pytest.mark.timed
@pytest.mark.parametrize(
    "text", ["火" * 35_000, "味头晕" * 11_666, "1号楼" * 11_666, "😀" * 35_000, "周桂兰收红包" * 5_833]
)
def test_a_text_of_35000_signs_takes_no_time(text: str) -> None:
    import time

    said("楼道灯坏了")
    best = min(_spent(time.perf_counter, f"{text}{turn}") for turn in range(3))
    assert best < 0.25, best


def _spent(clock: object, text: str) -> float:
    began = clock()  # type: ignore[operator]
    said(text)
    return float(clock() - began)  # type: ignore[operator]


def test_the_end_of_a_long_text_is_heard() -> None:
    assert said("楼道里的事情说来话长。" * 400 + "快来人，家里着火了").matter.danger == (Danger.FIRE,)


def test_shipped_sentences_are_of_the_catalogue_and_none_twice() -> None:
    labels = {each.label for each in sentences()}
    dangers = {f"!{danger}" for danger in Danger}
    assert labels <= {*policy().categories, *dangers, "unclear", "more"}
    assert dangers <= labels
    assert len(SENTENCES) == 5
    texts = [each.text for each in sentences()]
    assert len(texts) == len(set(texts)) or len(texts) - len(set(texts)) < 20
    assert len([each for each in sentences() if not each.label.startswith("!")]) >= 3000
    assert shipped().labels


def test_a_word_that_everybody_says_is_found_by_the_lint() -> None:
    raw = raw_policy()
    raw["risks"]["fire"]["words"] = ["火", "我们…没有", "着火了"]
    raw["categories"]["pets"]["keywords"] = ["小区", "遛狗"]
    found = [each.fault.path for each in lint(parse(raw), district()) if each.kind == "everywhere"]
    assert found == ["policy.categories.pets.keywords", "policy.risks.fire.words", "policy.risks.fire.words"]
    assert not [each for each in lint(policy(), district()) if each.kind == "everywhere"]
