"""How much it presses: words of danger, how they are meant, who is named, how many are affected."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.clock.sla import Level
from cases.phrases import EN, ZH
from dispatch.matters import classify
from dispatch.matters.affected import Affected, affected
from dispatch.matters.tone import Tone, tone
from dispatch.policy import parse
from tests.dispatch.sample import phrasebook, policy, raw_policy


@pytest.mark.parametrize(
    "text",
    [
        "有人昏迷了",
        "墙塌了压到人",
        "围墙塌了，把一个行人压住了",
        "牆塌了壓到人",
        "老人昏倒在楼道里，叫不醒",
        "邻居家好像着火了，冒浓烟",
        "可能是煤气泄漏，满屋都是味道",
        "孩子掉进没盖的井里了",
        "电线漏电，电到人了",
        "老太太摔在家里起不来",
        "一个人住的大爷没反应了",
        "再不解决我就从楼上跳楼",
        "他说要跟物业同归于尽",
        "我担心他想不开",
        "邻居天天打孩子，孩子哭得厉害",
        "小孩一个人被反锁在家里",
        "三十多个工人堵在售楼处讨薪",
        "上百人围住了居委会要说法",
        "去年着火过，现在又着火了",
        "没有灭火器，着火了",
        "不知道有没有人被困",
        "Somebody is unconscious in the lift",
        "about 40 people gathered at the gate to protest",
    ],
)
def test_it_presses_most(text: str) -> None:
    finding = classify(text, policy())
    assert finding.level is Level.L1, finding


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("电梯停了，没有人被困，请来修", "denied"),
        ("楼上漏水，没有人触电", "denied"),
        ("闻了闻，没有闻到煤气味，就是打不着火", "denied"),
        ("The lift stopped, nobody is trapped", "denied"),
        ("去年楼里着火了，消防栓到现在都没修", "past"),
        ("上个月有人触电，之后一直没整改", "past"),
        ("楼道里充电瓶车，万一着火了怎么办", "feared"),
        ("电线老化，容易触电", "feared"),
        ("飞线充电有爆炸隐患", "feared"),
    ],
)
def test_what_is_denied_past_or_feared_is_no_alarm(text: str, reason: str) -> None:
    finding = classify(text, policy())
    assert finding.level is not Level.L1
    assert f"dispatch.matter.{reason}" in [each.id for each in finding.reasons]


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("楼道灯坏了，老人晚上看不见", Level.L3),
        ("两个人吵架", Level.L3),
        ("三个工人讨薪", Level.L4),
        ("孩子们在广场踢球太吵", Level.L3),
        ("地面塌了，没有人管", Level.L2),
        ("独居老人好几天没见出来了", Level.L2),
        ("网格员好几天没见了", Level.L3),
        ("我爬不起来这么早，垃圾几点收", Level.L2),
    ],
)
def test_other_levels(text: str, level: Level) -> None:
    assert classify(text, policy()).level is level


def test_reasons_name_words_people_and_numbers() -> None:
    finding = classify("全楼二十多户停水，老人摔在家里起不来，没有人触电", policy())
    said = [phrasebook().say(reason, ZH) for reason in finding.reasons]
    assert said[1:] == [
        "“起不来”属“无法自救”，紧急程度不低于特急",
        "提到老人",
        "涉及“二十多户、全楼”",
        "“触电”为否定说法，不计",
    ]
    assert phrasebook().say(finding.reasons[-1], EN) == "“触电” is said not to be"
    assert (finding.vulnerable, finding.affected.least, finding.affected.all) == (("elderly",), 20, True)
    [*_, heard] = classify("老板拖欠工资", policy()).reasons
    assert phrasebook().say(heard, EN) == "“拖欠工资” is “unpaid wages”"


@pytest.mark.parametrize(
    ("text", "persons", "households", "all_"),
    [
        ("二十多户停水", 0, 20, False),
        ("三百人在门口", 300, 0, False),
        ("几十个居民", 20, 0, False),
        ("好几十户", 0, 30, False),
        ("一百二十户人家没电", 0, 120, False),
        ("两千三百人", 2300, 0, False),
        ("十几名工人", 11, 0, False),
        ("上百人", 100, 0, False),
        ("我们50多个业主，12户没水", 50, 12, False),
        ("整栋楼都没电", 0, 0, True),
        ("about 40 people, 12 families", 40, 12, False),
        ("一个人住", 0, 0, False),
        ("第三人民医院", 0, 0, False),
        ("3号楼2单元501室", 0, 0, False),
        ("三楼住户", 0, 0, False),
        ("2单元501户", 0, 0, False),
        ("3号楼12户没水", 0, 12, False),
        ("五人次", 0, 0, False),
        ("2026年居民大会", 0, 0, False),
        ("12345热线", 0, 0, False),
        ("几家店占道", 0, 0, False),
    ],
)
def test_how_many_are_affected(text: str, persons: int, households: int, all_: bool) -> None:
    found = affected(text)
    assert (found.persons, found.households, found.all) == (persons, households, all_)
    assert found.least == max(persons, households)
    assert all(word in text for word in found.words)


def test_parts_of_a_word_follow_each_other_in_one_sentence() -> None:
    raw = raw_policy()
    raw["risks"] = {"odd": {"level": "L1", "name": {"zh": "怪", "en": "odd"}, "words": ["孔雀…咬…邮差", "孔雀…飞"]}}
    raw["same"]["group_risks"] = ["odd"]
    odd = parse(raw)
    assert classify("院里的孔雀，把咬人当好玩，咬了邮差", odd).risk == ("odd",)
    assert classify("孔雀飞了", odd).risk == ("odd",)
    for calm in ("孔雀来了。咬了邮差", "邮差咬了孔雀", "孔雀" + "很" * 20 + "咬邮差", "孔雀咬人"):
        assert classify(calm, odd).risk == ()


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("没有人受伤", Tone.DENIED), ("没人受伤", Tone.DENIED), ("未造成人员受伤", Tone.DENIED),
        ("有没有人受伤", Tone.SAID), ("是不是受伤", Tone.SAID), ("没有人管，他受伤", Tone.SAID),
        ("去年有人受伤", Tone.PAST), ("去年没修，昨天又受伤", Tone.SAID), ("2023年，一个人受伤", Tone.PAST),
        ("怕孩子受伤", Tone.FEARED), ("恐怕他受伤", Tone.SAID), ("受伤的隐患", Tone.FEARED), ("受伤隐患", Tone.FEARED),
    ],
)  # fmt: skip
def test_how_a_word_is_meant(text: str, how: Tone) -> None:
    start = text.index("受伤")
    assert tone(text, start, start + 2) is how


@given(
    st.lists(
        st.sampled_from(
            [w for r in policy().risks for w in r.words] + ["没有", "去年", "，", "。", "三百人", "老人", "x"]
        ),
        max_size=8,
    ).map("".join)
)
@settings(max_examples=100, deadline=None)
def test_danger_only_ever_raises(text: str) -> None:
    finding = classify(text, policy())
    levels = list(Level)
    assert levels.index(finding.level) <= levels.index(policy().category(finding.category).level)
    raised = {risk.id for risk in policy().risks if risk.level is Level.L1} & set(finding.risk)
    assert not raised or finding.level is Level.L1
    assert isinstance(finding.affected, Affected)
