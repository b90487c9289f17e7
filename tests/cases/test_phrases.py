"""Messages: values that can be kept and read again, and that the catalogue has words for."""

from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from cases.clock.explain import Off
from cases.clock.happened import Change, HoldReason
from cases.clock.sla import Measure, TargetSet
from cases.danger import Danger
from cases.phrases import EN, LANGUAGES, ZH, Message, Name, msg, recalled, stored
from cases.report import Channel
from cases.seal.breaks import BreakKind
from cases.states import ClosingKind, Coded, Deed, Role, State
from cases.steps import LAMPS, Grade, LampStatus, Level, Payer, Step, Verification
from dispatch.duty.leaves import LeaveKind
from dispatch.duty.moves import MoveReason
from dispatch.loop.returns import Reason
from dispatch.loop.verdicts import Answer

LOCALE = Path(__file__).resolve().parents[2] / "app" / "locale"

plain = st.integers() | st.text() | st.builds(Name, st.text(min_size=1), st.text())
names = st.text("abcdefgh_", min_size=1)
messages = st.recursive(
    st.builds(Message, st.text(), st.dictionaries(names, plain, max_size=3)),
    lambda inner: st.builds(Message, st.text(), st.dictionaries(names, plain | inner, max_size=3)),
    max_leaves=6,
)


def catalogue(lang: str) -> dict[str, str]:
    with (LOCALE / lang / "LC_MESSAGES" / "cases.po").open("rb") as text:
        return {str(entry.id): str(entry.string) for entry in read_po(text, abort_invalid=True) if entry.id}


def same(one: object, other: object) -> bool:
    """Messages compare by their params too, which equality alone would leave to the mapping's type."""
    if isinstance(one, Message) and isinstance(other, Message):
        return one.id == other.id and all(same(one.params[name], other.params[name]) for name in one.params)
    return one == other


@given(st.lists(messages, max_size=4))
def test_what_is_stored_is_recalled(made: list[Message]) -> None:
    again = recalled(stored(made))
    assert len(again) == len(made)
    assert all(same(one, other) for one, other in zip(made, again, strict=True))
    assert stored(again) == stored(made)


@pytest.mark.parametrize("text", ["", "{", "3", "null", '[{"say": "a"}]', '[{"zh": "a"}]', '[{"say": "a", "with": 3}]'])
def test_what_was_never_stored_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a stored list|Expecting"):
        recalled(text)


def test_other_values_are_stored_as_their_words() -> None:
    (again,) = recalled(stored([msg("a.b", level=Level.L1, ratio=0.5)]))
    assert again.params == {"level": "L1", "ratio": 0.5}


def test_a_name_is_said_in_the_language_that_there_is() -> None:
    both, only_zh, only_en = Name("幸福里", "Xingfuli"), Name("幸福里"), Name("", "Xingfuli")
    assert [both.in_language(lang) for lang in LANGUAGES] == ["幸福里", "Xingfuli"]
    assert only_zh.in_language(EN) == "幸福里"
    assert only_en.in_language(ZH) == "Xingfuli"


def test_a_message_is_a_value() -> None:
    assert msg("a.b", n=1) == Message("a.b", {"n": 1})
    assert msg("a.b", n=1) != msg("a.b", n=2)
    assert hash(msg("a.b", n=1)) == hash(msg("a.b", n=2))
    assert msg("a.b").params == Message("a.b").params == {}


CODES: tuple[type[Coded], ...] = (
    State, Deed, Role, ClosingKind, Step, Level, Grade, Payer, Verification, LampStatus, TargetSet,
    Answer, Reason, LeaveKind, MoveReason, Off, Change, HoldReason,
)  # fmt: skip


def test_the_catalogue_has_words_for_every_code_in_both_languages() -> None:
    ids = {code.label.id for codes in CODES for code in codes} | {channel.label.id for channel in Channel}
    ids |= {f"cases.chain.{kind}" for kind in BreakKind} | {f"cases.limit.{measure}" for measure in Measure}
    ids |= {f"cases.lamp.{step}" for step in LAMPS} | {"cases.illegal.state", "cases.illegal.role"}
    ids |= {"cases.chain.since", "cases.chain.unsigned"} | {danger.label.id for danger in Danger}
    for lang in LANGUAGES:
        words = catalogue(lang)
        assert ids <= words.keys()
        assert all(words[id_].strip() for id_ in words)
        extra = {id_ for id_ in words if not id_.startswith("cases.event.")} - ids
        assert not extra, "words that nothing says"


def test_both_languages_say_the_same_things() -> None:
    chinese, english = catalogue(ZH), catalogue(EN)
    assert chinese.keys() == english.keys()
    places = {"case": "", "seq": 0, "n": 1, "state": "", "deed": "", "role": ""}
    places |= {"first": 1, "span": "", "what": "", "number": 1, "at": ""}
    for id_ in chinese:
        used = [{name for name in places if f"{{{name}}}" in words[id_]} for words in (chinese, english)]
        assert used[0] == used[1], id_
        assert chinese[id_].format(**places)
        assert english[id_].format(**places)


def test_the_states_are_called_as_the_design_calls_them() -> None:
    words = catalogue(ZH)
    design = (
        "待受理 已受理 直接答复 待派遣 待签收 退单待审 争议协调 办理中 挂账 待核查 "
        "待回访 重办 已办结 已归档 不予受理 已并单 已转接 撤诉 作废"
    )
    assert [words[state.label.id] for state in State] == design.split()
