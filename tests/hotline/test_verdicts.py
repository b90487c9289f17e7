"""The resident's answer by text, and matters taken up again."""

from datetime import timedelta

import pytest

from cases.report import segments
from tests.hotline.talking import Talker, all_cases, events, reports
from tests.hotline.working import LAMP, Street, street
from tests.people import LI_JIANGUO
from tests.stage import Stage

DRAIN = "幸福里小区3号楼1单元下水道堵了"


@pytest.fixture
def home(stage: Stage) -> Street:
    return street(stage)


def said(home: Street, text: str) -> str:
    (answer,) = home.resident.text(text)
    assert segments(answer) <= 3, answer
    return answer


def verdicts(home: Street) -> list[str]:
    rows = home.stage.rows("SELECT coalesce(answer, state) FROM question ORDER BY asked_at, id")
    return [str(row[0]) for row in rows]


def asked_twice(home: Street) -> tuple[str, str]:
    """Two matters of one resident, both asked about; their numbers."""
    first, codes = home.report(), [home.code]
    second = home.report(DRAIN)
    codes.append(home.code)
    for short, code in enumerate(codes, 1):
        home.code = code
        home.solve(str(short))
    home.resident.news()
    return first, second


@pytest.mark.parametrize(
    ("text", "answer", "state"),
    [
        ("1", "satisfied", "closed"),
        ("满意", "satisfied", "closed"),
        ("2 太慢了", "dissatisfied", "closed"),
        ("解决了，但不满意", "dissatisfied", "closed"),
        ("3 灯还是不亮", "unsolved", "rework"),
        ("没解决", "unsolved", "rework"),
        ("1已解决且满意", "satisfied", "closed"),
        ("2办好了，不满意", "dissatisfied", "closed"),
        ("选3", "unsolved", "rework"),
        ("3️⃣", "unsolved", "rework"),
        ("4", "not_contacted", "in_progress"),
        ("没人联系我", "not_contacted", "in_progress"),
        ("No", "unsolved", "rework"),
        ("重办 灯还是不亮", "unsolved", "rework"),
    ],
)
def test_an_answer_goes_to_the_open_question(home: Street, text: str, answer: str, state: str) -> None:
    number = home.report()
    home.solve()
    assert number in said(home, text)
    assert verdicts(home) == [answer]
    assert home.state(number) == state
    assert [role for _, role, _ in reports(home.stage)] == ["matter", "verdict"]
    assert len(all_cases(home.stage)) == 1


@pytest.mark.parametrize("text", ["1 还没修好", "1、灯还是不亮", "解决了，但是又坏了", "1不满意", "3满意"])
def test_what_contradicts_itself_is_asked_back_and_closes_nothing(home: Street, text: str) -> None:
    number = home.report()
    home.solve()
    asked = said(home, text)
    assert number in asked
    assert "3没办好" in asked
    assert verdicts(home) == ["open"]
    assert home.state(number) == "to_call_back"
    said(home, "3")
    assert verdicts(home) == ["unsolved"]


def test_the_words_behind_the_digit_are_kept(home: Street) -> None:
    home.report()
    home.solve()
    said(home, "3 Lamp 还是不亮")
    ((kept,),) = home.stage.rows("SELECT count(*) FROM event WHERE kind = 'verdict' AND content_id IS NOT NULL")
    assert kept == 1


def test_an_answer_binds_to_its_question(home: Street) -> None:
    first, second = asked_twice(home)
    which = said(home, "3")
    assert first in which
    assert second in which
    assert verdicts(home) == ["open", "open"]
    assert first in said(home, "没解决")
    assert second in said(home, "2-1")
    assert verdicts(home) == ["open", "satisfied"]
    assert first in said(home, "3 灯还是不亮")  # one is left: no number is needed
    assert verdicts(home) == ["unsolved", "satisfied"]


def test_an_answer_to_a_question_that_is_not_open_is_asked_back(home: Street) -> None:
    first, _ = asked_twice(home)
    assert first in said(home, "7 1")
    assert first in said(home, f"{first} 2")
    assert verdicts(home) == ["dissatisfied", "open"]


def test_of_two_questions_the_last_one_has_the_digit(home: Street) -> None:
    number = home.report()
    home.solve()
    (where,) = home.resident.text("有人在楼道堆了杂物，请清理")
    assert "在哪里" in where
    home.resident.text("3")  # the answer to where
    assert verdicts(home) == ["open"]
    assert len(all_cases(home.stage)) == 2
    said(home, "3")
    assert verdicts(home) == ["unsolved"]
    assert home.state(number) == "rework"


def test_words_of_a_verdict_are_never_a_place(home: Street) -> None:
    home.report()
    home.solve()
    home.resident.text("有人在楼道堆了杂物，请清理")
    said(home, "没解决")
    assert verdicts(home) == ["unsolved"]
    assert len(all_cases(home.stage)) == 1


def test_a_question_asked_while_a_place_is_waited_for_has_the_digit(home: Street) -> None:
    home.report()
    (where,) = home.resident.text("有人在楼道堆了杂物，请清理")
    assert "在哪里" in where
    home.solve()
    home.resident.news()
    said(home, "1")
    assert verdicts(home) == ["satisfied"]
    home.resident.text("幸福里小区3号楼")
    assert len(all_cases(home.stage)) == 2


@pytest.mark.parametrize("text", ["3号楼的路灯不亮", "1 楼漏水了", "幸福里小区5号楼停水了"])
def test_a_new_matter_is_no_answer(home: Street, text: str) -> None:
    home.report()
    home.solve()
    home.resident.text(text)
    assert verdicts(home) == ["open"]


@pytest.mark.parametrize(
    "text", ["没解决", "又坏了", "还是没修", "3", "3 灯还是不亮", "1 灯还是不亮", "重办", "REOPEN", "楼道灯又坏了"]
)
def test_what_was_closed_lately_is_taken_up_again(home: Street, text: str) -> None:
    number = home.report()
    home.solve()
    said(home, "1")
    home.stage.wind(timedelta(days=29))
    again = said(home, text)
    assert number in again
    assert "走访码" in again or "visit code" in again
    assert home.state(number) == "rework"
    assert [role for _, role, _ in reports(home.stage)][-1] == "reopen"
    assert len(all_cases(home.stage)) == 1


@pytest.mark.parametrize(
    "text", ["电梯又坏了", "幸福里小区5号楼楼道灯又坏了", "电梯又坏了，有人被困", "楼上漏水没人管", "请问社保卡怎么办"]
)
def test_what_is_doubtful_is_a_new_matter(home: Street, text: str) -> None:
    number = home.report()
    home.solve()
    said(home, "1")
    home.resident.text(text)
    home.resident.text("幸福里小区5号楼")
    assert home.state(number) == "closed"
    assert len(all_cases(home.stage)) == 2


def test_after_thirty_days_it_is_a_new_case_that_knows_the_old_one(home: Street) -> None:
    number = home.report()
    home.solve()
    said(home, "1")
    home.stage.wind(timedelta(days=31))
    receipt = said(home, f"重办 {number} 灯又不亮了")
    first, second = all_cases(home.stage)
    assert second.number in receipt
    assert (first.number, first.state) == (number, "closed")
    assert second.repeat_of == first.id
    assert [of for _, _, of in reports(home.stage)][-1] == second.id


def test_a_late_good_word_changes_nothing(home: Street) -> None:
    number = home.report()
    home.solve()
    said(home, "1")
    before = events(home.stage)
    assert "早已办结" in said(home, "满意")
    assert events(home.stage) == before
    assert home.state(number) == "closed"


def test_of_two_closed_matters_a_bare_word_opens_neither(home: Street) -> None:
    first, second = asked_twice(home)
    said(home, "1 1")
    said(home, "1")
    home.resident.text("没解决")
    assert (home.state(first), home.state(second)) == ("closed", "closed")
    assert first in said(home, f"重办 {first}")
    assert (home.state(first), home.state(second)) == ("rework", "closed")


def test_nothing_to_reopen(home: Street) -> None:
    assert "没有办结" in said(home, "重办")
    assert "在哪里" in said(home, "重办 楼道灯不亮")  # with words it is a matter all the same
    number = home.report(LAMP)
    assert f"{number} 已催办" in said(home, f"重办 {number}")
    assert f"已补充到 {number}" in said(home, f"重办 {number} 灯还闪")


def test_nobody_reopens_what_is_anothers(home: Street) -> None:
    number = home.report()
    home.solve()
    said(home, "1")
    stranger = Talker(home.stage, LI_JIANGUO.number)
    (answer,) = stranger.text(f"重办 {number}")
    assert number not in answer
    assert home.state(number) == "closed"


def test_without_a_question_a_digit_is_no_verdict(home: Street) -> None:
    number = home.report()
    home.resident.text("1")
    assert verdicts(home) == []
    assert home.state(number) == "dispatched"


def test_nothing_is_texted_after_stop_and_the_answer_still_counts(home: Street) -> None:
    number = home.report()
    home.solve()
    assert home.resident.text("退订") == []
    assert home.resident.text("1") == []
    assert home.state(number) == "closed"
