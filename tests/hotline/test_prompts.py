import ast
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.days import with_day_table
from app.phrasebook import LOCALE, Catalogues, entries, places
from cases.phrases import EN, LANGUAGES, ZH, Message, Name, msg
from cases.report import segments
from dispatch.district import UnitKind, parse_district
from dispatch.duty.moves import MoveReason
from dispatch.duty.telling import fitted
from dispatch.orders import SHORT, WHY
from dispatch.places import Place, Question, shown
from dispatch.policy import parse
from dispatch.transaction import Tx
from hotline import prompts
from hotline.menu import Spoken, Stage, Talk
from hotline.prompts import Rest, accepted, again, language_of
from tests.stage import sample_district, sample_policy

LONGEST_OFFICE = Name(
    "新疆维吾尔自治区乌鲁木齐市经济技术开发区高铁片区街道办事处",
    "Jiangning Economic Zone Sub-district Office",
)
# Three of them can be offered at once; of the district's own ones the longest is half as long.
PLACE = Name("乌鲁木齐高铁片区幸福里小区", "Wangjiang New Village East Extension")
PLACES_ASKED = [prompts.ask_where(asked) for asked in (Question(), Question((PLACE, PLACE)), Question(estate=PLACE))]
# What begins so is texted to somebody as it is, or a part of what is.
TEXTED = ("hotline.text.", "desk.text.", "desk.work.", "desk.verdict.", "desk.progress.", "desk.ring.no_")
DISTRICT, POLICY = parse_district(sample_district()), parse(with_day_table(sample_policy()))
# Parts of a sentence that are sentences themselves: what their ids begin with.
PARTS = {
    "next": "desk.work.next.", "until": "desk.until.", "now": "desk.work.now.", "promise": "desk.receipt.",
    "visit": "desk.receipt.visit", "danger": "desk.receipt.danger", "holder": "desk.holder", "door": "desk.work.door",
    "reason": "cases.reason.", "grade": "cases.grade.", "level": "cases.level.", "step": "cases.step.",
    "state": "cases.state.", "deed": "cases.deed.", "kind": "cases.closing_kind.",
    "done": "desk.work.several_done", "undone": "desk.work.several_undone",
}  # fmt: skip
VALUES: dict[str, list[object]] = {
    "office": [each.name for each in DISTRICT.units if each.kind is UnitKind.OFFICE],
    "unit": [each.name for each in DISTRICT.units],
    "worker": [each.name for each in DISTRICT.workers],
    "who": [each.name for each in DISTRICT.workers],
    "name": [each.name for each in DISTRICT.workers],
    "head": [each.name for each in DISTRICT.workers],
    "category": [each.name for each in POLICY.categories.values()],
    "place": [
        shown(Place(estate=estate.name.zh, building=building.number, unit="12"), DISTRICT)
        for estate in DISTRICT.estates
        for building in estate.buildings
    ],
    "notice": [rule.outcome.notice for rule in POLICY.rules if rule.outcome.notice] or [""],
    "number": ["20261124-000123"], "code": ["123456"], "room": ["1203"], "short": ["12"], "n": ["12"],
    "count": [99], "left": [4], "length": [9999], "most": [399], "attempt": [2], "rung": [5],
    "due": [datetime(2026, 12, 31, 15, 30, tzinfo=UTC)], "at": [datetime(2026, 12, 31, 15, 30, tzinfo=UTC)],
    "summary": ["长" * SHORT, "w" * SHORT],
    # These are cut to what fits by whoever fills them in, with tests of their own.
    "words": [""], "orders": [""], "more": [""], "lines": [""], "first": [""], "rest": [""], "asked": [""],
    "choices": [""], "estate": [each.name for each in DISTRICT.estates],
}  # fmt: skip
WHYS: dict[str, list[object]] = {"desk.work.impossible": [], "desk.text.rework": ["长" * WHY, "w" * WHY]}
WHYS["desk.text.moved"] = [each.label for each in MoveReason]


def texts() -> list[tuple[str, str]]:
    """Every sentence that is texted, of every catalogue, in both languages."""
    domains = sorted({path.stem for path in LOCALE.glob("*/LC_MESSAGES/*.po")})
    found = [id_ for domain in domains for id_ in entries(LOCALE / ZH / "LC_MESSAGES" / f"{domain}.po", ZH)]
    return [(id_, lang) for id_, lang in product(found, LANGUAGES) if id_.startswith(TEXTED)]


def filled(id_: str, lang: str) -> Message:
    """A sentence with the longest values that its places can have in the sample district."""
    phrase = Catalogues()
    places_ = places(phrase.pattern(id_, lang))
    return Message(id_, {place: longest(place, id_, lang) for place in places_})


def longest(place: str, of: str, lang: str) -> object:
    phrase = Catalogues()
    return max(
        candidates(place, of, lang), key=lambda each: len(phrase.say(msg("hotline.call.digits", digits=each), lang))
    )


def candidates(place: str, of: str, lang: str) -> list[object]:
    if place == "until" and of == "desk.work.return_late":
        return VALUES["due"]
    if place == "summary" and of == "desk.text.closed_so":
        return ["长" * 20]  # cut to what fits (dispatch.duty.telling.fitted); so much does whatever the names
    if place == "why":
        return WHYS[of] or [filled("cases.illegal.state", lang)]
    if place == "code" and of == "desk.receipt.visit":
        return ["4471"]
    if place not in PARTS:
        return VALUES[place]
    ids = entries(LOCALE / ZH / "LC_MESSAGES" / f"{PARTS[place].split('.')[0]}.po", ZH)
    return [filled(id_, lang) for id_ in ids if id_.startswith(PARTS[place])]


@pytest.mark.parametrize(("id_", "lang"), texts())
def test_every_text_fits_three_segments_with_the_longest_names(id_: str, lang: str) -> None:
    """As it leaves: a resident's words in it are cut to what fits, by the room that tells staff."""
    book = cast(Tx, Catalogues())  # of a transaction its phrasebook is asked, nothing else
    text = Catalogues().say(fitted(book, filled(id_, lang), lang), lang)
    assert segments(text) <= 3, f"{len(text)} signs: {text}"


@pytest.mark.parametrize(("id_", "lang"), [each for each in texts() if each[0].startswith("hotline.text.")])
def test_the_texts_of_the_line_fit_with_an_office_of_any_name(id_: str, lang: str) -> None:
    values = {"office": LONGEST_OFFICE, "number": "20261124-123456789", "count": 10, "n": 9, "asked": "", "rest": ""}
    values |= {"place": PLACE, "estate": PLACE, "choices": ""}
    for office in (LONGEST_OFFICE, Name(LONGEST_OFFICE.zh)):
        text = Catalogues().say(Message(id_, {**values, "office": office}), lang)
        assert segments(text) <= 3, text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_all_the_questions_that_are_named_again_fit(lang: str) -> None:
    asked = [(number, f"20261124-0001{number:02}") for number in range(1, prompts.MOST_ASKED + 1)]
    assert segments(Catalogues().say(prompts.which(asked), lang)) <= 3


def test_the_search_for_texts_finds_what_is_known() -> None:
    found = {id_ for id_, _ in texts()}
    assert {"desk.text.order", "desk.work.signed", "desk.verdict.redone", "hotline.text.where"} <= found


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_question_with_three_long_places_fits(lang: str) -> None:
    asked = Question((PLACE,) * 3)
    assert segments(Catalogues().say(prompts.ask_where(asked), lang)) <= 3


def test_every_text_of_the_room_stands_in_the_catalogue() -> None:
    made = [
        prompts.ask_what(LONGEST_OFFICE), *PLACES_ASKED, prompts.HELP, prompts.HOW_TO_QUERY,
        prompts.NOTHING_OPEN, prompts.NOTHING_CLOSED, prompts.STARTED, prompts.NO_WORDS,
        prompts.urged("1"), prompts.added("1"), prompts.attachments(2), prompts.late("1"),
        prompts.missed_call(LONGEST_OFFICE), prompts.which([(1, "1")]), prompts.doubtful("1"),
        msg("hotline.text.asked", n=1, number=1, rest=""), msg("hotline.text.choice", n=1, place=PLACE, rest=""),
    ]  # fmt: skip
    assert {m.id for m in made} == {id_ for id_, _ in texts() if id_.startswith("hotline.text.")}
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
    patterns = {  # put together in the menu and in calls of ours
        "hotline.call.again_1", "hotline.call.again_2", "hotline.call.order_cannot", "hotline.call.order_not_answered",
    }  # fmt: skip
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
