from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.phrasebook import Catalogues
from cases.phrases import EN, ZH, Name
from dispatch.places import Question
from hotline import menu
from hotline.menu import HOLDS, Heard, Move, Script, Stage, Talk, Then, advance, is_nonsense

OFFICE = Name("幸福街道", "Xingfu")
KEYS = {"1": Name("自治", "self-government"), "3": Name("环境卫生", "sanitation")}
SCRIPT = Script(OFFICE, KEYS)
SILENCE = Heard()
ASKED = Talk(Stage.MATTER)
PLACED = Heard(speech="幸福里3号楼电梯坏了", place_known=True, confidence=0.9)
UNPLACED = Heard(speech="电梯坏了", confidence=0.9)

talks = st.builds(
    Talk,
    st.sampled_from(Stage),
    st.sampled_from((ZH, EN)),
    st.sampled_from(("", "1", "3")),
    st.integers(0, 2),
    st.booleans(),
    st.booleans(),
)
hears = st.builds(
    Heard,
    st.text("0123456789*#", max_size=3),
    st.sampled_from(("", "喂", "电梯坏了", "the lift is broken", "😀")),
    st.booleans(),
    st.none() | st.floats(0, 1),
    st.booleans(),
)


def ids(move: Move) -> list[str]:
    return [said.message.id for said in move.says]


def test_a_call_begins_with_both_languages_the_notice_and_the_keys() -> None:
    move = advance(Talk(), SILENCE, SCRIPT)
    assert ids(move) == [
        "hotline.call.greeting",
        "hotline.call.greeting",
        "hotline.call.or_keys",
        "hotline.call.key",
        "hotline.call.key",
        "hotline.call.last_keys",
    ]
    assert [said.lang for said in move.says] == [ZH, EN, ZH, ZH, ZH, ZH]
    assert (move.then, move.talk.stage) == (Then.LISTEN, Stage.MATTER)
    phrase = Catalogues()
    spoken = [phrase.say(said.message, said.lang) for said in move.says]
    assert "录音" in spoken[0]
    assert "幸福街道" in spoken[0]
    assert spoken[4] == "环境卫生请按 3。"
    assert "recorded" in spoken[1]
    assert "press 9" in spoken[1]


def test_a_first_turn_that_was_missed_loses_no_words() -> None:
    assert advance(Talk(), PLACED, SCRIPT).then is Then.OPEN
    assert advance(Talk(), Heard(digits="3"), SCRIPT).talk.choice == "3"


def test_matter_and_place_in_one_breath_open_the_case() -> None:
    move = advance(ASKED, PLACED, SCRIPT)
    assert (move.then, move.talk.stage, move.talk.said) == (Then.OPEN, Stage.DONE, True)


def test_an_unclear_place_is_asked_for_once() -> None:
    asked = advance(ASKED, UNPLACED, SCRIPT)
    assert (ids(asked), asked.then, asked.talk.stage) == (["hotline.call.where"], Then.LISTEN, Stage.PLACE)
    for answer in (
        Heard(speech="三号楼", place_known=True),
        Heard(speech="不知道"),
        SILENCE,
        Heard(digits="5"),
    ):
        assert advance(asked.talk, answer, SCRIPT).then is Then.OPEN


def test_what_is_asked_follows_from_what_is_missing() -> None:
    two = Question((Name("和平一村", "Heping 1"), Name("和平二村", "Heping 2")))
    which = advance(ASKED, replace(UNPLACED, asks=two), SCRIPT)
    keys = ["hotline.call.choice", "hotline.call.choice"]
    assert ids(which) == ["hotline.call.which_place", *keys, "hotline.call.or_say"]
    building = advance(ASKED, replace(UNPLACED, asks=Question(estate=Name("幸福里"))), SCRIPT)
    assert (ids(building), building.talk.stage) == (["hotline.call.which_building"], Stage.PLACE)


def test_a_place_told_before_is_not_asked_for() -> None:
    assert advance(replace(ASKED, place_known=True), UNPLACED, SCRIPT).then is Then.OPEN


def test_english_can_be_chosen_at_either_question() -> None:
    first = advance(ASKED, Heard(digits="9"), SCRIPT)
    assert (first.talk.lang, ids(first)[0], first.then) == (EN, "hotline.call.what", Then.LISTEN)
    assert {said.lang for said in first.says} == {EN}
    later = advance(Talk(Stage.PLACE, said=True), Heard(digits="9"), SCRIPT)
    assert (later.talk.lang, ids(later), later.then) == (EN, ["hotline.call.where"], Then.LISTEN)
    assert advance(later.talk, Heard(digits="9"), SCRIPT).then is Then.OPEN


def test_a_key_chooses_its_service_line() -> None:
    move = advance(ASKED, Heard(digits="3"), SCRIPT)
    assert (move.talk.choice, move.then, ids(move)) == ("3", Then.LISTEN, ["hotline.call.what_in_line"])
    assert Catalogues().say(move.says[0].message, ZH).startswith("环境卫生。")


def test_zero_leaves_a_message_unless_the_policy_gives_it_away() -> None:
    assert advance(ASKED, Heard(digits="0"), SCRIPT).then is Then.RECORD
    own = Script(OFFICE, {"0": Name("值班台")})
    assert advance(ASKED, Heard(digits="0"), own).talk.choice == "0"


@pytest.mark.parametrize("heard", [SILENCE, Heard(speech="喂？"), Heard(digits="#"), Heard(digits="7")])
def test_silence_and_nonsense_are_met_kindly_three_times_then_a_message_is_taken(heard: Heard) -> None:
    first = advance(ASKED, heard, SCRIPT)
    second = advance(first.talk, heard, SCRIPT)
    third = advance(second.talk, heard, SCRIPT)
    assert ids(first) == ["hotline.call.again_1"]
    assert ids(second) == ["hotline.call.again_2"]
    assert ids(third) == ["hotline.call.message_instead"]
    assert [move.then for move in (first, second, third)] == [Then.LISTEN, Then.LISTEN, Then.RECORD]
    assert advance(third.talk, Heard(recorded=True), SCRIPT).then is Then.OPEN


def test_doubtful_words_are_asked_for_again_and_kept() -> None:
    move = advance(ASKED, Heard(speech="电梯坏了", confidence=0.1), SCRIPT)
    assert (ids(move), move.talk.said) == (["hotline.call.again_1"], True)


def test_a_message_becomes_the_case_whatever_it_holds() -> None:
    left = Talk(Stage.MESSAGE)
    assert advance(left, Heard(recorded=True), SCRIPT).then is Then.OPEN
    assert advance(left, Heard(speech="水管漏了"), SCRIPT).then is Then.OPEN
    assert advance(replace(left, said=True), SILENCE, SCRIPT).then is Then.OPEN


def test_whoever_says_nothing_at_all_makes_no_case() -> None:
    move = advance(Talk(Stage.MESSAGE), SILENCE, SCRIPT)
    assert (move.then, ids(move), move.talk.stage) == (
        Then.HANG_UP,
        ["hotline.call.nothing_heard"],
        Stage.DONE,
    )


def test_after_the_end_the_line_is_closed_politely() -> None:
    assert ids(advance(Talk(Stage.DONE), PLACED, SCRIPT)) == ["hotline.call.bye"]
    assert advance(Talk(Stage.DONE), PLACED, SCRIPT).then is Then.HANG_UP


@pytest.mark.parametrize(
    "words", ["", "  ", "喂", "喂喂，你好", "嗯…那个", "hello?", "😀😀", "...", "ＨＥＬＬＯ", "在吗"]
)
def test_these_say_nothing(words: str) -> None:
    assert is_nonsense(words)


@pytest.mark.parametrize("words", ["火", "停水了", "喂，电梯坏了", "help me", "你好，楼道灯不亮", "a", "救命"])
def test_these_say_something(words: str) -> None:
    assert not is_nonsense(words)


@given(talks, hears)
def test_every_turn_leads_on_and_can_be_said_in_both_languages(talk: Talk, heard: Heard) -> None:
    move = advance(talk, heard, SCRIPT)
    phrase = Catalogues()
    for said in move.says:
        assert phrase.say(said.message, ZH)
        assert phrase.say(said.message, EN)
    assert (move.then in (Then.OPEN, Then.SAME)) == (not move.says), "what it became is said by whoever opens it"
    assert move.talk.said or not talk.said


@given(talks, st.lists(hears, min_size=9 + HOLDS, max_size=9 + HOLDS))
def test_a_call_always_comes_to_its_end(talk: Talk, heard: list[Heard]) -> None:
    """Misses are counted, the place is asked once, whoever is in danger is connected so many times: only the choice of
    keys may go round."""
    stages = []
    for each in heard:
        move = advance(talk, replace(each, digits=""), SCRIPT)
        talk = move.talk
        stages.append(talk.stage)
    assert stages[-1] is Stage.DONE


@given(st.lists(hears, max_size=12))
def test_what_was_said_is_never_forgotten(heard: list[Heard]) -> None:
    talk, spoken = Talk(), False
    for each in heard:
        before = talk.stage
        move = advance(talk, each, SCRIPT)
        talk = move.talk
        fit = before in (Stage.RING, Stage.MATTER) and not each.digits and not is_nonsense(each.speech)
        spoken = spoken or fit
        if move.then is Then.HANG_UP and before is not Stage.DONE:
            assert not spoken
    assert talk.said or not spoken


def test_the_room_knows_how_often_it_is_patient() -> None:
    assert menu.MISSES == 3
