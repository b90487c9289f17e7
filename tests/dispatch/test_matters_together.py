"""How many matters a text tells: counted by what was learnt of texts that tell several, each label by itself."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.danger import Danger
from dispatch.matters.counted import as_told, count
from dispatch.matters.learnt.file import of_bytes, to_bytes
from dispatch.matters.learnt.halves import halves
from dispatch.matters.learnt.shipped import together, told
from dispatch.matters.learnt.together import Together, Told, fit_together
from dispatch.matters.learnt.training import Example
from dispatch.matters.several import MOST, Ears, parts
from dispatch.matters.weighing import Shares
from dispatch.reading.script import plain
from tests.dispatch.sample import policy
from tests.dispatch.test_hearing import said

SENTENCES = [
    *(Example(text, "lamps") for text in ("路灯不亮了", "巷子里的路灯坏了", "路灯一闪一闪的", "那排路灯黑着")),
    *(Example(text, "rubbish") for text in ("垃圾没人收", "垃圾桶满得溢出来", "门口堆着垃圾", "垃圾发臭了")),
    *(Example(text, "covers") for text in ("井盖松了", "井盖翘起来一角", "少了一块井盖", "井盖咣当响")),
    Example("你好，在吗", "unclear"), Example("还没人来看", "more"),
]  # fmt: skip
TOLD = [Told("路灯不亮垃圾也没人收", ("lamps", "rubbish")), Told("路灯坏了，黑得踩到垃圾", ("lamps",))]
PLAIN = {"street-light": 0.9, "rubbish-overflow": 0.03, "!fire": 0.01, "unclear": 0.4, "praise": 0.01}


@pytest.fixture(scope="module")
def learnt() -> Together:
    return fit_together(SENTENCES, TOLD)


def test_two_are_likely_where_two_are_told_and_one_where_one_is(learnt: Together) -> None:
    both = learnt.likely("路灯坏了，井盖也松了")
    assert min(both["lamps"], both["covers"]) > 0.5 > both["rubbish"]
    one = learnt.likely("巷子里的路灯不亮了")
    assert one["lamps"] > 0.5 > max(one["covers"], one["rubbish"])


def test_the_same_is_learnt_of_the_same_and_kept_in_a_file(learnt: Together) -> None:
    file = to_bytes(learnt.model)
    assert to_bytes(fit_together(SENTENCES, TOLD).model) == file
    assert Together(of_bytes(file)).likely("路灯坏了") == pytest.approx(learnt.likely("路灯坏了"), abs=1e-6)
    with pytest.raises(ValueError, match="nothing to learn"):
        fit_together([], TOLD)


@given(st.text(max_size=80))
@settings(deadline=None)  # the first reads the file
def test_each_is_a_share_by_itself(text: str) -> None:
    assert all(0 <= share <= 1 for share in together().likely(text).values())


@pytest.mark.parametrize(
    ("second", "begun", "in_pieces", "more"),
    [
        (0.5, False, False, True), (0.3, False, False, False), (0.3, False, True, True), (0.1, False, True, False),
        (0.1, True, False, True), (0.01, True, True, False),
    ],
)  # fmt: skip
def test_how_sure_a_second_must_be(second: float, begun: bool, in_pieces: bool, more: bool) -> None:
    counted = count(PLAIN | {"rubbish-overflow": second}, policy())
    assert counted.tells_more(begun=begun, in_pieces=in_pieces) is more


def test_who_is_told_beside_the_first() -> None:
    counted = count(PLAIN | {"rubbish-overflow": 0.8, "manhole": 0.6}, policy())
    assert list(counted.beside({"street-light"})) == ["rubbish-overflow", "manhole"]
    assert list(counted.beside({"street-light", "manhole"})) == ["rubbish-overflow"]
    assert list(counted.beside({"lift"})) == ["street-light", "rubbish-overflow"], "what was taken for the first is one"
    assert list(count(PLAIN, policy()).beside({"street-light"})) == ["rubbish-overflow"], "the likeliest at least"
    thanks = count({"praise": 0.9, "street-light": 0.8}, policy())
    assert list(thanks.beside({"street-light"})) == [], "thanks are no matter beside another"
    assert list(thanks.beside({"praise"})) == ["street-light"]


def test_dangers_are_one_and_what_the_policy_does_not_know_none() -> None:
    counted = count({"!fire": 0.9, "!gas": 0.8, "noise": 0.1, "unclear": 0.9, "of another office": 0.9}, policy())
    assert [share for _, share in counted.likely] == [0.9, 0.1]
    assert list(counted.beside({"fire"})) == ["noise"]


def test_a_category_that_was_never_learnt_is_found_by_its_words_alone() -> None:
    first = said("楼道灯坏了").matter
    text = "楼道灯坏了半个月没人修。另外楼下垃圾桶满得都溢出来了"
    strange = Ears(_which, lambda _: {}, plain)
    assert [each.category for each in parts(text, first, policy(), strange)] == ["rubbish-overflow"]
    knows = Ears(_which, lambda _: {"rubbish-overflow": 0.01, "stairwell-light": 0.9}, plain)
    assert parts(text, first, policy(), knows) == ()


def _which(text: str) -> Shares:
    return {"rubbish-overflow" if "垃圾" in text else "stairwell-light": 0.9, "noise": 0.1}


def test_what_the_whole_tells_is_a_matter_like_any_other() -> None:
    found = as_told("垃圾也没人收", "rubbish-overflow", 0.73, policy())
    assert (found.category, found.confidence) == ("rubbish-overflow", 0.73)
    assert not found.unsure
    assert found.reasons[0].id == "dispatch.matter.by_learning"


@pytest.mark.parametrize(
    ("text", "matters"),
    [
        ("水龙头流黄汤 单元门吸不上", {"water-supply", "entrance-door"}),
        ("楼道灯坏了 纸箱子堆得过不去", {"stairwell-light", "stairwell-clutter"}),
        ("我的低保怎么停了，我想找个保洁的活干", {"low-income", "job-seeking"}),
        ("广场舞吵死了 狗屎也没人铲", {"noise", "pets"}),
        ("路灯不亮，井盖还缺了一个", {"street-light", "manhole"}),
    ],
)
def test_run_together_without_a_word_they_are_two(text: str, matters: set[str]) -> None:
    both = said(text)
    assert {both.matter.category, *(each.category for each in both.others)} == matters


@pytest.mark.parametrize(
    "text",
    [
        "水管裂了一道口子，水顺着墙往下淌，楼下天花板泡得鼓包，物业来看了一眼说等配件，我家地板都翘了",
        "我家楼上一到半夜就拖椅子，孩子明天要考试，我上去敲门他不开，居委会也来劝过，好两天又这样",
        "Our lift stopped again, my mother sits in a wheelchair and has not left the flat since Monday.",
    ],
)
def test_a_long_story_of_one_matter_is_one(text: str) -> None:
    assert said(text).others == ()


def test_a_danger_stands_before_what_is_told_beside_it() -> None:
    both = said("隔壁厨房窗户蹿火苗了！另外楼道里的路灯早就不亮了")
    assert Danger.FIRE in both.matter.danger
    assert all(not each.danger for each in both.others)


def test_shipped_messages_are_of_the_catalogue() -> None:
    labels = {label for each in told() for label in each.labels}
    assert labels <= {*policy().categories, *(f"!{danger}" for danger in Danger), "unclear", "more"}
    assert sum(len(each.labels) > 1 for each in told()) >= 1000
    assert max(len(each.labels) for each in told()) <= MOST


def test_the_place_where_it_goes_over_is_found_without_a_stop() -> None:
    found = halves("楼道灯坏了快一个月了垃圾也堆成山没人收", _each, {"stairwell-light", "rubbish-overflow"})
    assert found is not None
    assert found.codes == ("stairwell-light", "rubbish-overflow")
    assert "垃圾" in found.texts[1]
    assert found.share == 0.8
    assert halves("楼道灯坏了快一个月了", _each, {"stairwell-light", "rubbish-overflow"}) is None
    assert halves("", _each, {"lift"}) is None


def _each(text: str) -> Shares:
    return {"stairwell-light": 0.9 * ("灯" in text), "rubbish-overflow": 0.8 * ("垃圾" in text), "!fire": 0.0}


@given(st.text(max_size=200))
def test_halves_are_the_words_whatever_they_are(words: str) -> None:
    found = halves(words, lambda text: {"lift": 0.9, "noise": 0.7, "!gas": 0.6} if text else {}, {"lift", "noise"})
    assert found is None or "".join(found.texts) == words
