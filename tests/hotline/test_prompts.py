import ast
from itertools import product
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.phrasebook import LOCALE, Catalogues, entries, places
from cases.phrases import EN, LANGUAGES, ZH, Message, Name, msg
from cases.report import segments
from hotline import prompts
from hotline.menu import Spoken, Stage, Talk
from hotline.prompts import Rest, accepted, again, language_of

LONGEST_OFFICE = Name(
    "新疆维吾尔自治区乌鲁木齐市经济技术开发区高铁片区街道办事处",
    "Jiangning Economic Zone Sub-district Office",
)
LONGEST = {"office": LONGEST_OFFICE, "number": "20261124-123456789", "count": 10, "code": "123456"}


def texts() -> list[tuple[str, str]]:
    found = entries(LOCALE / ZH / "LC_MESSAGES" / "hotline.po", ZH)
    return [(id_, lang) for id_, lang in product(found, LANGUAGES) if id_.startswith("hotline.text.")]


@pytest.mark.parametrize(("id_", "lang"), texts())
def test_every_text_fits_three_segments_with_the_longest_names(id_: str, lang: str) -> None:
    phrase = Catalogues()
    assert places(phrase.pattern(id_, lang)) <= set(LONGEST)
    text = phrase.say(Message(id_, LONGEST), lang)
    assert 1 <= segments(text) <= 3, f"{len(text)} signs: {text}"
    with_chinese_names = phrase.say(Message(id_, {**LONGEST, "office": Name(LONGEST_OFFICE.zh)}), lang)
    assert segments(with_chinese_names) <= 3, with_chinese_names


def test_every_text_of_the_room_stands_in_the_catalogue() -> None:
    made = [
        prompts.ask_what(LONGEST_OFFICE), prompts.ASK_WHERE, prompts.HELP, prompts.HOW_TO_QUERY,
        prompts.NOTHING_OPEN, prompts.STARTED, prompts.WORKER_DEEDS, prompts.NO_WORDS,
        prompts.urged("1"), prompts.added("1"), prompts.attachments(2),
        prompts.missed_call(LONGEST_OFFICE),
    ]  # fmt: skip
    assert {m.id for m in made} == {id_ for id_, _ in texts()}
    for message, lang in product(made, LANGUAGES):
        assert Catalogues().say(message, lang)


def test_no_sentence_of_the_catalogue_is_unused() -> None:
    root = Path(prompts.__file__).parent
    said = {
        node.value
        for path in root.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    patterns = {"hotline.call.again_1", "hotline.call.again_2"}  # put together in the menu
    known = set(entries(LOCALE / EN / "LC_MESSAGES" / "hotline.po", EN))
    assert known - said == patterns


def spoken(lang: str, *, texted: bool = True, place_known: bool = True) -> list[str]:
    said = accepted("20261124-000123", "098765", lang, texted=texted, place_known=place_known)
    phrase = Catalogues()
    return ["…" if isinstance(s, Rest) else phrase.say(cast(Spoken, s).message, s.lang) for s in said]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_number_and_code_are_spoken_digit_by_digit_with_rests_twice(lang: str) -> None:
    words = spoken(lang)
    once = ["2 0 2 6", "…", "1 1 2 4", "…", "0 0 0", "…", "1 2 3", "…"]
    code = ["0 9 8", "…", "7 6 5", "…"]
    for part in (once, code):
        at = [n for n in range(len(words)) if words[n : n + len(part)] == part]
        assert len(at) == 2


def test_what_follows_is_said() -> None:
    assert "编号和查询码也会发短信给您。" in spoken(ZH)
    assert any("请记好" in words for words in spoken(ZH, texted=False))
    assert any("核实" in words for words in spoken(ZH, place_known=False))
    assert not any("核实" in words for words in spoken(ZH))
    assert spoken(EN)[-1] == "Thank you for calling. Goodbye."


@pytest.mark.parametrize(
    ("stage", "id_"),
    [
        (Stage.RING, "hotline.call.what"),
        (Stage.MATTER, "hotline.call.what"),
        (Stage.PLACE, "hotline.call.where"),
        (Stage.MESSAGE, "hotline.call.leave_message"),
        (Stage.DONE, "hotline.call.bye"),
    ],
)
def test_the_open_question_is_asked_again(stage: Stage, id_: str) -> None:
    assert again(Talk(stage, EN)) == (Spoken(msg(id_), EN),)


@pytest.mark.parametrize(
    ("words", "otherwise", "lang"),
    [
        ("电梯坏了", EN, ZH),
        ("wifi坏了", EN, ZH),
        ("the lift is broken", ZH, EN),
        ("HELP", ZH, EN),
        ("OK", ZH, ZH),
        ("TD", EN, EN),
        ("", EN, EN),
        ("123 😀", ZH, ZH),
        ("no water", ZH, EN),
    ],
)
def test_the_answer_is_in_the_language_of_the_text(words: str, otherwise: str, lang: str) -> None:
    assert language_of(words, otherwise) == lang


@given(st.text(max_size=60), st.sampled_from(LANGUAGES))
def test_a_language_is_always_found(words: str, otherwise: str) -> None:
    assert language_of(words, otherwise) in LANGUAGES


@given(st.from_regex(r"[0-9]{8}-[0-9]{6,9}", fullmatch=True), st.from_regex(r"[0-9]{6}", fullmatch=True))
def test_no_digit_is_lost_on_the_way_to_the_ear(number: str, code: str) -> None:
    said = [s.message.params["digits"] for s in accepted(number, code, ZH, texted=True, place_known=True)
            if isinstance(s, Spoken) and s.message.id == "hotline.call.digits"]  # fmt: skip
    digits = "".join(str(group) for group in said).replace(" ", "")
    assert digits == (number.replace("-", "") + code) * 2
