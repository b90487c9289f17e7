"""Whom a text complains of: names, misheard names, surnames with a title, what somebody does, units; and who is not."""

import time
from dataclasses import replace
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.phrases import Name
from dispatch.accused import accused, is_aside
from dispatch.district import parse_district
from dispatch.district.model import District
from dispatch.places import find
from tests.stage import sample_district

DISTRICT = parse_district(sample_district())

COMPLAINTS = {
    "我要投诉李红梅，走访本上的签字不是我签的": {"xingfuli-grid-02"},
    "李宏梅从来没来过我家 表上倒是写着来了三回": {"xingfuli-grid-02"},
    "我要投诉网格员李红梅，她收了我的钱": {"xingfuli-grid-02"},
    "周主任收了人家的红包才给办": {"xingfuli-head"},
    "邹主任当着大家面骂我 幸福里的": {"xingfuli-head"},
    "姓王的网格员跟我要两条烟": {"xingfuli-grid-03"},
    "我们那个网格员从来不露面，幸福里小区3号楼": {"xingfuli-grid-02"},
    "和平居委会就会踢皮球，跑了三趟没人理": {"heping"},
    "居委会选举有人代填选票 我住幸福里小区3号楼": {"xingfuli"},
    "你们街道收钱办事": {"xingfu"},
    "韩主任把低保给了自己亲戚": {"leader"},
    "幸福里小区3号楼2单元楼道灯坏了，顺便说一句，刘佳佳上班时间睡觉": {"xingfuli-grid-04"},
    "The grid worker Li Hongmei shouted at my mother": {"xingfuli-grid-02"},
    "侬帮我讲讲 董秋菊每趟电话勿接 微信也拉黑脱了": {"binhe-grid-05"},
    "幸福里居委会值班的天天睡觉": {"xingfuli"},
    "春风苑的马援朝把我家的事到处讲": {"xingfuli-grid-07"},
    "滨河的沈主任把活动室租给他同学": {"binhe-head"},
    "幸福里南院管事的把公共储物间锁起来自己放东西": {"xingfuli-grid-01", "xingfuli-grid-02", "xingfuli"},
    "和平一村的网格员和居委会互相推，跑了三趟没人管": {"heping"},
    "李红梅跟社区两头推，谁都不管": {"xingfuli-grid-02", "xingfuli"},
    "幸福里居委会的李红梅收了我的钱": {"xingfuli-grid-02"},
    "幸福里居位会的人上班睡觉": {"xingfuli"},
    "望格员从来没来过 表上倒是写着来了三回 幸福里小区3号楼": {"xingfuli-grid-02"},
    "这热线就是摆设，从来没人来": {"xingfu"},
}
MENTIONS = (
    "李红梅让我打电话，幸福里小区3号楼楼道灯不亮",
    "居委会门口的路灯坏了",
    "谢谢周主任帮我办好了居住证",
    "幸福里居委会旁边垃圾桶满了没人收",
    "物业态度差 收了钱不办事 网格员李红梅让我找你们",
    "楼上天天半夜吼 你们管管",
    "居委会什么时候换届选举 我想参选",
    "王师傅修电梯修了三天没修好",
    "小李你好我想问一下低保怎么办",
    "街道上垃圾没人扫 好几天了",
    "物业保安骂人态度恶劣 幸福里小区",
    "这个热线是几点上班",
    "新园小区南院管事的是谁 电话多少",
    "我找居委会开个证明要带什么材料",
    "请转告马援朝，他落在我家的雨伞我收着呢",
    "周主任你好，楼道灯坏了",
    "业委会选举有人买票",
    "李红梅态度很好 从不收东西",
)


def of(text: str, district: District = DISTRICT) -> set[str]:
    return set(accused(text, district, find(text, district).place))


@pytest.mark.parametrize("text", COMPLAINTS)
def test_whom_it_complains_of(text: str) -> None:
    assert of(text) == COMPLAINTS[text]


@pytest.mark.parametrize("text", MENTIONS)
def test_a_mention_is_no_complaint(text: str) -> None:
    assert of(text) == set()


def test_all_whom_a_surname_fits_are_named() -> None:
    [one, *_] = (worker for worker in DISTRICT.workers if worker.code == "xingfuli-grid-03")
    other = replace(one, id=uuid4(), code="binhe-grid-99", unit="binhe-west", name=Name("王建军"))
    both = replace(DISTRICT, workers=(*DISTRICT.workers, other))
    assert of("姓王的网格员收了我两百块钱", both) == {"xingfuli-grid-03", "binhe-grid-99"}
    assert of("幸福里中院姓王的网格员收了我两百块钱", both) == {"xingfuli-grid-03"}, "the place tells which"


def test_a_complaint_beside_another_matter() -> None:
    assert is_aside("楼道灯坏了，顺便说一句，刘佳佳上班时间睡觉")
    assert not is_aside("刘佳佳上班时间睡觉")


def test_five_thousand_names_cost_less_than_a_millisecond() -> None:
    chars = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英华玉萍红建国文辉力永健世广志义兴良海山仁波宁贵福生龙元全"
    names = [Name(f"{surname}{a}{b}") for surname in "赵钱孙李周" for a in chars for b in chars][:5000]
    like = DISTRICT.workers[-1]
    more = tuple(replace(like, id=uuid4(), code=f"more-{n}", name=name) for n, name in enumerate(names))
    big = replace(DISTRICT, workers=(*DISTRICT.workers, *more))
    assert of("周主任收了人家的红包才给办", big), "the index is made with the first text"
    texts = [*COMPLAINTS, *MENTIONS] * 5
    began = time.process_time()
    for text in texts:
        accused(text, big)
    assert (time.process_time() - began) / len(texts) < 0.001


@given(st.text(max_size=400) | st.text("周主任李红梅网格员居委会街道你们收钱骂睡，。 姓的小", max_size=200))
def test_whatever_is_said_the_answer_is_of_the_district(text: str) -> None:
    for code in accused(text, DISTRICT):
        assert DISTRICT.worker(code) or DISTRICT.unit(code)


def test_a_huge_text_is_read_at_its_ends() -> None:
    filler = "今天天气真好我去买菜" * 3500
    assert of(f"{filler}。我要投诉李红梅，她收了我的钱") == {"xingfuli-grid-02"}
