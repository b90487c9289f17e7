"""What it is: the words people use, the fallback, and risk that only ever raises."""

# ruff: noqa: E501 - tables are read by the line

import csv
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.clock.sla import Level
from cases.phrases import EN, ZH
from dispatch.matters import classify
from dispatch.policy import Kind, parse
from tests.dispatch.sample import phrasebook, policy, raw_policy


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("楼道灯不亮了", "stairwell-light"),
        ("樓道燈壞了", "stairwell-light"),
        ("垃圾没人清，臭气熏天", "rubbish-overflow"),
        ("垃圾分类做得不好", "sorting"),
        ("装修垃圾堆在门口", "rubble"),
        ("ＮＯ　ＷＡＴＥＲ since morning", "water-supply"),
        ("The lift is broken", "lift"),
        ("it uplifts me", "other"),
        ("消防通道堵了", "fire-lane"),
        ("楼下路灯坏了", "street-light"),
        ("今天天气不错", "other"),
        ("", "other"),
    ],
)
def test_category(text: str, category: str) -> None:
    assert classify(text, policy()).category == category


def test_fallback_has_no_confidence() -> None:
    finding = classify("晚上一起吃饭吧", policy())
    assert (finding.category, finding.confidence, finding.keywords, finding.risk) == ("other", 0.0, (), ())
    assert [reason.id for reason in finding.reasons] == ["dispatch.matter.fallback"]


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("楼到灯坏掉", "stairwell-light"),
        ("下税道赌住了", "sewer-blocked"),
        ("消房通到被占了", "fire-lane"),
        ("低八老人的事", "other"),  # words of two characters sound like too much
        ("今天天气不错", "other"),
    ],
)
def test_what_a_machine_heard_counts_by_its_sound(text: str, category: str) -> None:
    spoken = classify(text, policy(), spoken=True)
    assert spoken.category == category
    assert classify(text, policy()).category == "other", "what was written is taken as it stands"
    assert (spoken.reasons[0].id == "dispatch.matter.by_sound") is (category != "other")


def test_what_was_heard_rightly_needs_no_sound() -> None:
    assert classify("楼道灯不亮了", policy(), spoken=True) == classify("楼道灯不亮了", policy())


def test_long_words_say_more_than_short_ones() -> None:
    clear, mixed = classify("楼道堆放杂物", policy()), classify("垃圾和老鼠", policy())
    assert clear.confidence == 1.0
    assert clear.confidence > mixed.confidence > 0
    assert mixed.category == "rubbish-overflow"  # among equals the policy's order


def test_a_word_within_a_longer_one_counts_once() -> None:
    raw = raw_policy()
    raw["categories"]["pets"]["keywords"] = ["孔雀开屏"]
    raw["categories"]["noise"]["keywords"] = ["坏灯", "坏灯泡", "灯泡"]
    assert classify("坏灯泡，孔雀开屏", parse(raw)).category == "pets"


def test_risk_raises_and_never_lowers() -> None:
    calm, danger = classify("电梯坏了", policy()), classify("电梯坏了，孩子困在电梯里出不来了", policy())
    assert (calm.level, danger.level) == (Level.L2, Level.L1)
    assert danger.risk == ("trapped",)
    assert [reason.id for reason in danger.reasons[1:]] == ["dispatch.matter.danger", "dispatch.matter.vulnerable"]
    fire = classify("着火了，有人摔伤", policy())
    assert (fire.level, set(fire.risk)) == (Level.L1, {"fire", "danger"})


def test_kind_may_be_said_but_never_becomes_an_enquiry() -> None:
    assert classify("楼道灯坏了", policy()).kind is Kind.REQUEST
    assert classify("我要投诉，楼道灯坏了", policy()).kind is Kind.COMPLAINT
    assert classify("举报有人私搭违建", policy()).kind is Kind.REPORT
    assert classify("请问怎么办，垃圾没人清", policy()).kind is Kind.COMPLAINT
    assert classify("我要投诉：老年大学怎么报名", policy()).kind is Kind.ENQUIRY


def test_a_menu_key_counts_for_its_branch() -> None:
    assert classify("你好", policy(), "sanitation").category == "sanitation"
    assert classify("你好", policy(), "sanitation").reasons[0].id == "dispatch.matter.by_key"
    assert classify("老鼠和场地", policy(), "learning_culture").category == "venue"
    assert classify("老鼠和场地", policy(), "sanitation").category == "pests"
    assert classify("楼道堆放杂物", policy(), "learning_culture").category == "stairwell-clutter"
    assert classify("你好", policy(), "no-such").category == "other"


def test_words_of_rules_are_found_too() -> None:
    raw = raw_policy()
    raw["rules"].append({"id": "odd", "when": {"category": "other", "keywords": ["孔雀"]}, "send": {"to": "office"}})
    assert classify("院子里有只孔雀", parse(raw)).keywords == ("孔雀",)


def test_reasons_can_be_said_in_both_languages() -> None:
    finding = classify("电梯坏了，孩子困在电梯里", policy())
    assert phrasebook().say(finding.reasons[0], ZH) == "按“电梯、电梯坏了、困在电梯”归入“电梯”"
    assert phrasebook().say(finding.reasons[1], EN) == "“困在电梯” is “somebody trapped”: at least Critical"


@given(st.text(max_size=80) | st.lists(st.sampled_from([w for c in policy().categories.values() for w in c.keywords])).map("".join))  # fmt: skip
@settings(deadline=None)
def test_classify_never_raises(text: str) -> None:
    finding = classify(text, policy())
    assert finding.category in policy().categories
    assert 0 <= finding.confidence <= 1
    assert bool(finding.confidence) == (finding.category != "other")
    levels = list(Level)
    assert levels.index(finding.level) <= levels.index(policy().category(finding.category).level)


def test_chatter_is_not_taken_for_cases(samples: Path) -> None:
    lines = (samples / "texts.txt").read_text("utf-8").splitlines()[::5]
    sure = [line for line in lines if classify(line, policy()).confidence >= 0.5]
    assert len(lines) > 1500
    assert len(sure) < len(lines) * 0.01, sure[:20]


def test_real_messages_are_understood(samples: Path) -> None:
    with (samples / "messages.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = Counter(classify(row["title"] + row["text"], policy()).category for row in rows)
    assert found.total() == len(rows) > 200
    # They are letters to city leaders, many about matters of no sub-district: a third of them is ours.
    assert found["other"] < len(rows) * 2 / 3, found.most_common(8)
