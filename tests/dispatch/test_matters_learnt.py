"""Learning which matter it is: word lists, folds, the model and its file, and how good it is on real messages."""

import csv
import tomllib
import zlib
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.matters import classify, rank
from dispatch.matters.learnt.file import BadModel, of_bytes, to_bytes
from dispatch.matters.learnt.folds import deal, twins
from dispatch.matters.learnt.model import Model, by_words_alone
from dispatch.matters.learnt.training import Example, fit
from dispatch.matters.learnt.trial import trial
from dispatch.matters.learnt.wordlist import Word, WordList, of_departments, of_policy
from tests.conftest import ROOT
from tests.dispatch.sample import policy

WORDS = WordList(
    (Word("路灯", "lamps", 3.0), Word("灯", "lamps", 1.0), Word("垃圾", "rubbish", 3.0), Word("味", "x", 1.0))
)
KNOWN = [
    Example("东街晚上走路看不清，路灯两周没亮", "lamps", "路灯坏了"),
    Example("老人夜里摔了一跤，因为路灯不亮", "lamps"),
    Example("公园边上那排路灯一闪一闪", "lamps", "请修灯"),
    Example("什么时候能给巷子装路灯", "lamps"),
    Example("垃圾桶满得盖不上", "rubbish", "垃圾没人管"),
    Example("楼下堆的垃圾发臭了", "rubbish"),
    Example("保洁三天没来收垃圾", "rubbish"),
    Example("有人半夜把垃圾倒在花坛", "rubbish", "乱倒垃圾"),
    Example("车一过井盖就咣当响", "covers"),
    Example("井盖翘起来一角，绊了好几个人", "covers", "井盖松了"),
    Example("我家窗外的井盖整夜响得睡不着", "covers"),
    Example("学校门前少了一块井盖", "covers"),
]


def departments() -> WordList:
    return of_departments(tomllib.loads((ROOT / "app" / "shipped" / "departments.toml").read_text("utf-8")))


@pytest.fixture(scope="module")
def model() -> Model:
    return learnt_once()


def test_the_longer_word_is_said_and_the_lead_counts_more() -> None:
    votes = WORDS.votes("路灯坏了" + "，请来人看看" * 10)
    assert votes == {"lamps": {"路灯": pytest.approx(3 * 1.3863, abs=1e-3)}}  # 3 times, as ln(1 + 3)
    late = WORDS.votes("请来人看看，" * 10 + "路灯坏了")
    assert 0 < late["lamps"]["路灯"] < votes["lamps"]["路灯"]


def test_a_word_of_two_labels_says_half_for_each() -> None:
    both = WordList((Word("老板", "a", 1.0), Word("老板", "b", 1.0), Word("店", "b", 1.0)))
    votes = both.votes("老板的店")
    assert votes["a"]["老板"] == votes["b"]["老板"] < votes["b"]["店"]


def test_it_learns_what_no_word_said(model: Model) -> None:
    best = model.suggest("西门的井盖又响了")[0]
    assert best.label == "covers"
    assert any("井盖" in word or word in "井盖响了" for word in best.why)
    assert model.labels == ("covers", "lamps", "rubbish")  # x is nobody's: its words are left out
    assert {word.label for word in model.words.words} == {"lamps", "rubbish"}


def test_it_says_the_same_again_and_after_the_file(model: Model) -> None:
    raw = to_bytes(model)
    assert to_bytes(fit(KNOWN, WORDS)) == raw
    again = of_bytes(raw)
    assert to_bytes(again) == raw
    assert all(again.suggest(each.whole) == model.suggest(each.whole) for each in KNOWN)


@given(st.text(max_size=60), st.text(max_size=10))
@settings(max_examples=60, deadline=None)
def test_scores_of_any_text_add_up_to_one(text: str, title: str) -> None:
    found = learnt_once().suggest(text, title, most=3)
    assert sum(each.score for each in found) == pytest.approx(1, abs=1e-3)
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)


@cache
def learnt_once() -> Model:
    """A model for many examples of hypothesis."""
    return fit(KNOWN, WORDS)


def test_nothing_can_be_learnt_from_nothing() -> None:
    with pytest.raises(ValueError, match="nothing to learn"):
        fit([], WORDS)


def resealed(raw: bytes, old: bytes, new: bytes) -> bytes:
    """A model file with other contents and the right sum."""
    form, _, packed = raw.split(b"\n", 2)
    packed = zlib.compress(zlib.decompress(packed).replace(old, new, 1))
    return b"\n".join((form, sha256(packed).hexdigest().encode(), packed))


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda raw: b"", "no_model"),
        (lambda raw: b"\x80\x04pickle", "no_model"),
        (lambda raw: raw.replace(b"model 1", b"model 2", 1), "other_version"),
        (lambda raw: raw[:-1], "damaged"),
        (lambda raw: raw[:-9] + b"x" * 9, "damaged"),
        (lambda raw: resealed(raw, b'"labels":["covers",', b'"labels":['), "damaged"),
        (lambda raw: resealed(raw, b'"temperature":', b'"temperature":9e9,"t":'), "damaged"),
        (lambda raw: resealed(raw, b'"temperature"', b'"x"'), "damaged"),
        (lambda raw: resealed(raw, b"{", b"[] {"), "damaged"),
    ],
)
def test_other_bytes_are_refused(model: Model, spoil: Callable[[bytes], bytes], why: str) -> None:
    with pytest.raises(BadModel) as refused:
        of_bytes(spoil(to_bytes(model)))
    assert refused.value.why.id == f"matter.model.{why}"


@given(st.binary(max_size=80))
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_a_bad_model_and_nothing_worse(raw: bytes) -> None:
    with pytest.raises(BadModel):
        of_bytes(b"hotline matter model 1\n" + raw)


def test_texts_nearly_the_same_stay_together() -> None:
    long = "我们小区门口的路灯已经坏了两个多星期了，晚上老人和孩子进出都看不清路，请尽快派人来修"
    texts = [long, "垃圾没人收", long + "，谢谢！", "垃圾没人收", "井盖响"]
    assert twins(texts) == [0, 1, 0, 1, 4]
    dealt = deal([Example(text, "one") for text in texts], 3, seed=1)
    assert dealt[0] == dealt[2]
    assert dealt[1] == dealt[3]


@given(st.integers(2, 5), st.integers(0, 9))
@settings(max_examples=20, deadline=None)
def test_folds_have_a_fair_share_of_every_label(folds: int, seed: int) -> None:
    dealt = deal(KNOWN, folds, seed)
    assert dealt == deal(KNOWN, folds, seed)
    for label in ("lamps", "rubbish", "covers"):
        own = [one for one, each in zip(dealt, KNOWN, strict=True) if each.label == label]
        shares = [own.count(fold) for fold in range(folds)]
        assert max(shares) - min(shares) <= 1


def test_a_trial_counts_everything_once() -> None:
    came = trial(KNOWN, WORDS, 4, 1)
    assert (came.learnt.all.texts, came.words.all.texts, came.twins) == (12, 12, 0)
    assert came.learnt.all.first == sum(row[label] for label, row in came.learnt.taken_for.items())
    assert sum(sum(row.values()) for row in came.learnt.taken_for.values()) == 12
    assert sum(band.texts for band in came.learnt.bands) == 12
    assert came.learnt.all.three == 12  # there are no more than three


def test_words_alone_leave_open_what_no_word_says() -> None:
    found = by_words_alone(WORDS, ("lamps", "rubbish")).suggest("你好")
    assert [each.score for each in found] == [0.5, 0.5]


def test_the_catalogue_ranks_as_it_decides() -> None:
    for text in ("楼道灯不亮了，垃圾也没人清", "电梯坏了", "老鼠和场地", "今天天气不错"):
        found = rank(text, policy())
        assert found[0].label == classify(text, policy()).category
        assert sum(each.score for each in found) < 1
    assert rank("今天天气不错", policy())[0] == rank("", policy())[0]
    assert rank("", policy())[0].score == 0
    assert rank("楼道灯不亮了，垃圾也没人清", policy())[0].why == ("楼道灯", "灯不亮")


def test_the_office_s_own_words_speak_for_its_categories() -> None:
    assert of_policy(policy()).votes("楼道灯不亮了").keys() == {"stairwell-light"}


def test_departments_are_seven_and_each_has_words_of_its_own() -> None:
    words = departments()
    assert len(words.labels) == 7
    own = {label: sum(word.label == label for word in words.words) for label in words.labels}
    assert min(own.values()) > 100, own


@pytest.mark.slow
def test_real_messages_in_five_folds(samples: Path) -> None:
    with (samples / "messages.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [Example(row["text"], row["category_l1"], row["title"]) for row in csv.DictReader(file)]
    came = trial(rows, departments(), 5, 1)
    assert (came.words.all.top1, came.words.all.top3) >= (0.85, 0.97), came.words.all
    assert came.learnt.all.top1 >= 0.87, came.learnt.all
    assert came.learnt.all.top3 >= 0.98, came.learnt.all
