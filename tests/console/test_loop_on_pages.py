"""Cases that went through the loop, on their page and in the queue."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
import sqlalchemy as sa

from cases.models import cases
from cases.phrases import LANGUAGES
from cases.report import Channel
from cases.states import ClosingKind
from console.case.shown import shown_last
from dispatch import desk
from dispatch.loop import closing, returns, verdicts, visits
from dispatch.loop.closing import REOPEN_FOR
from dispatch.loop.reopening import reopen
from dispatch.loop.returns import Reason
from dispatch.loop.verdicts import Answer
from dispatch.loop.who import by_code
from dispatch.people import parties
from dispatch.reports import Report, Taken
from tests.console.house import LINE, RESIDENT, House
from tests.console.living import DRAIN, answered, asked, does, told, visited
from tests.console.test_case import lamp_states
from tests.console.test_desk import numbers
from tests.people import LI_HONGMEI, LU_SIYUAN, SHEN_YUEHUA

SHE, LEADER = SHEN_YUEHUA.worker, "leader"


def page(house: House, taken: Taken, lang: str = "en") -> str:
    """A case's page as people read it: without tags, but for the marks of the lamps."""
    with house.signed_in(lang=lang) as browser:
        answer = browser.get(f"/cases/{taken.number}")
    assert answer.status_code == 200
    return unescape(answer.text)


def seen(text: str) -> str:
    """A page's words in one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def again_asked(house: House, taken: Taken) -> None:
    answered(house, taken, Answer.UNSOLVED)
    asked(house, taken)


def twice_no(house: House, taken: Taken) -> None:
    answered(house, taken, Answer.UNSOLVED)
    answered(house, taken, Answer.UNSOLVED)


def test_a_visit_is_shown_with_the_grade_at_which_it_was_kept(house: House) -> None:
    taken = house.case(DRAIN)
    visited(house, taken)
    text = page(house, taken)
    assert lamp_states(text) == ["lit", "lit", "waiting", "waiting", "waiting"]
    words = seen(text)
    for sentence in (
        "kept: Met the resident", "Signed for the order.", "the clock of the visit runs on",
        "Was there: Met the resident (visit code).", "· signed for",
    ):  # fmt: skip
        assert sentence in words, sentence


def test_once_told_the_promise_runs_no_more(house: House) -> None:
    taken = house.case(DRAIN)
    told(house, taken)
    house.move_clock(days=20)
    assert "✓ told in time" in seen(page(house, taken))
    with house.signed_in() as browser:
        assert numbers(browser.get("/desk?time=over").text) == []
        assert "✓ told in time" in seen(browser.get("/desk/rows").text)
        assert re.search(r"<b>0</b> overdue", browser.get("/desk/rows").text)


def test_told_too_late_stays_late(house: House) -> None:
    taken = house.case(DRAIN)
    house.move_clock(days=20)
    told(house, taken)
    words = seen(page(house, taken))
    assert "told late" in words.replace("✓ told late", ""), "late, and no tick"
    assert "done late" in words


def test_a_closed_case_has_no_clock(house: House) -> None:
    taken = house.case(DRAIN)
    answered(house, taken, Answer.SATISFIED)
    house.move_clock(days=40)
    text = page(house, taken)
    assert lamp_states(text) == ["lit"] * 5
    words = seen(text)
    assert re.search(r"Closed 24 Nov \d\d:\d\d: Solved\.", words)
    for sentence in ("solved and satisfied", "Closed: Solved.", "Last handled by Li Hongmei"):
        assert sentence in words, sentence
    assert "re-opened" not in words
    assert 'class="case-left"' not in text
    assert " left<" not in text
    assert " over<" not in text
    assert 'aria-current="step"' not in text
    with house.signed_in() as browser:
        assert numbers(browser.get("/desk").text) == []


def test_what_was_never_obtained_is_said_when_all_is_over(house: House) -> None:
    taken = house.case(DRAIN)
    asked(house, taken)
    with house.door.transaction("xingfu") as tx:
        closing.close(tx, taken.case_id, ClosingKind.UNREACHABLE, "system")
    text = page(house, taken)
    assert lamp_states(text) == ["lit", "lit", "lit", "lit", "grey"]
    assert "Never obtained" in seen(text)
    assert "To come" not in seen(text)


def test_a_second_attempt_is_marked(house: House) -> None:
    taken = house.case(DRAIN)
    answered(house, taken, Answer.UNSOLVED)
    words = seen(page(house, taken))
    for sentence in ("Rework", "attempt 2", "This is attempt 2", "Rework: attempt 2 begins.", "order for rework"):
        assert sentence in words, sentence
    assert "Sign-for · attempt 1" in words, "the timers of the first attempt stay to be seen"
    with house.signed_in() as browser:
        assert "attempt 2" in seen(browser.get("/desk/rows").text)


def test_a_re_opened_case_says_when_it_was_first_closed(house: House) -> None:
    taken = house.case(DRAIN)
    answered(house, taken, Answer.SATISFIED)
    house.move_clock(days=2)
    with house.door.transaction("xingfu") as tx:
        assert reopen(tx, parties.party_of(tx, RESIDENT).id, words="又堵了") is not None
    words = seen(page(house, taken))
    assert re.search(r"Re-opened, now attempt 2; first closed 24 Nov \d\d:\d\d\.", words)
    assert "Re-opened by the resident: attempt 2 begins: “又堵了”" in words
    with house.signed_in() as browser:
        assert "re-opened" in seen(browser.get("/desk/rows").text)
    answered(house, taken, Answer.SATISFIED)
    words = seen(page(house, taken))
    for sentence in ("Closed 26 Nov", "It took 2 attempts.", "First closed 24 Nov"):
        assert sentence in words, sentence


def test_what_a_supervisor_must_decide_is_seen_and_counted(house: House) -> None:
    taken, other = house.case(DRAIN), house.case("幸福里5号楼电梯停了", number="+8613800000002")
    twice_no(house, taken)
    words = seen(page(house, taken))
    assert "The resident said a second time that it is not solved" in words
    assert "waits for a supervisor" in words
    assert lamp_states(page(house, taken))[-1] == "no", "a verdict that says no is no success"
    with house.signed_in() as browser:
        rows = browser.get("/desk/rows").text
        assert re.search(r'href="/desk\?awaits=supervisor"[^>]*><b>1</b>', rows)
        assert numbers(browser.get("/desk?awaits=supervisor").text) == [taken.number]
        assert set(numbers(browser.get("/desk").text)) == {taken.number, other.number}
    does(house, lambda tx, who: closing.propose(tx, taken.number, ClosingKind.EXPLAINED, "属业主产权", who), SHE)
    words = seen(page(house, taken))
    assert re.search(
        r"proposed 24 Nov \d\d:\d\d to close it as “Explained”: “属业主产权”\. A second person decides\.", words
    )
    assert "Proposed to close it as Explained: “属业主产权”" in words
    does(house, lambda tx, who: closing.approve(tx, taken.number, who), LEADER)
    words = seen(page(house, taken))
    assert re.search(r"Closed 24 Nov \d\d:\d\d: Explained\.", words)
    assert "waits for a supervisor" not in words


def test_a_return_that_is_asked_shows_who_why_and_since_when(house: House) -> None:
    taken = house.case(DRAIN)
    does(house, lambda tx, who: visits.sign(tx, who, taken.case_id))
    does(house, lambda tx, who: returns.request(tx, who, taken.case_id, Reason.NOT_OURS, "物业的事"))
    words = seen(page(house, taken))
    why = r"\(not ours: “物业的事”\): a dispatcher decides"
    assert re.search(rf"Li Hongmei asked to return the order 24 Nov \d\d:\d\d {why}", words)
    assert "Asked to return the order: not ours: “物业的事”" in words
    does(house, lambda tx, who: returns.reject(tx, taken.number, "是你们的楼道", who), LU_SIYUAN.worker)
    words = seen(page(house, taken))
    assert "a dispatcher decides" not in words
    assert "Rejected the return: “是你们的楼道”" in words


def test_which_question_is_under_way_and_how_many_calls_reached_nobody(house: House) -> None:
    taken = house.case(DRAIN)
    question = asked(house, taken)
    words = seen(page(house, taken))
    assert re.search(r"Asked for the verdict since 24 Nov \d\d:\d\d \(text\)", words)
    with house.door.transaction("xingfu") as tx:
        verdicts.unanswered(tx, question, "silence")
    assert "(call with keys); the answer is awaited." in seen(page(house, taken))
    with house.door.transaction("xingfu") as tx:
        verdicts.attempt(tx, taken.number, by_code(tx, "caller-back"), None)
    words = seen(page(house, taken))
    assert "On the call-back list: a person rings the resident. Calls that reached nobody: 1." in words
    assert "The resident gave no verdict (a person's call: nobody answered)." in words


def test_a_question_of_the_night_waits_for_the_morning(house: House) -> None:
    taken = house.case(DRAIN)
    house.move_clock(hours=13)
    asked(house, taken)
    words = seen(page(house, taken))
    assert "The resident will be asked 25 Nov 08:00 (text)." in words
    assert "waits until 25 Nov 08:00" in words


def test_what_is_overtaken_need_not_be_sent(house: House) -> None:
    taken = house.case(DRAIN)
    asked(house, taken)
    with house.door.transaction("xingfu") as tx:
        closing.close(tx, taken.case_id, ClosingKind.EXPLAINED, "system")
    words = seen(page(house, taken))
    assert "no longer needed" in words
    assert "question for the verdict Text → resident 138****0001 no longer needed" in words


def test_what_is_told_again_is_linked_both_ways(house: House) -> None:
    first = house.case(DRAIN)
    answered(house, first, Answer.SATISFIED)
    house.move_clock(days=REOPEN_FOR.days + 1)
    with house.door.transaction(LINE) as tx:
        party = parties.party_of(tx, RESIDENT)
        report = Report(Channel.TEXT, party, DRAIN, tx.now, repeat_of=first.case_id)
        second = desk.take_report(tx, report)
    assert f'Told before, see <a href="/cases/{first.number}">' in page(house, second)
    assert f'Told again later, see <a href="/cases/{second.number}">' in page(house, first)
    with house.signed_in() as browser:
        assert "told again" in seen(browser.get("/desk/rows").text)
    house.account("heping", unit="heping")
    with house.door.transaction("xingfu") as tx:
        desk.reroute(tx, second.number, "heping", "楼栋不对", "dispatcher")
    with house.signed_in("heping") as browser:
        assert first.number not in browser.get(f"/cases/{second.number}").text, "out of scope is not named"


def test_only_states_that_occur_can_be_chosen(house: House) -> None:
    house.case(DRAIN)
    taken = house.case("幸福里5号楼电梯停了", number="+8613800000002")
    does(house, lambda tx, who: visits.sign(tx, who, taken.case_id))

    def states(address: str) -> list[str]:
        with house.signed_in() as browser:
            box = re.search(r'<select[^>]*name="state">(.*?)</select>', browser.get(address).text, re.DOTALL)
        assert box is not None
        return re.findall(r'value="([a-z_]+)"', box[1])

    assert states("/desk") == ["dispatched", "in_progress"]
    assert states("/desk?state=rework") == ["dispatched", "in_progress", "rework"]


LIVES: dict[str, Callable[[House, Taken], object]] = {
    "visited": visited,
    "told": told,
    "asked": asked,
    "again": again_asked,
    "twice": twice_no,
}


@pytest.mark.parametrize("life", LIVES)
def test_every_life_is_whole_in_both_languages_and_names_nobody_s_number(house: House, life: str) -> None:
    taken = house.case(DRAIN)
    LIVES[life](house, taken)
    codes = house.execute(sa.select(cases.c.visit_code_sealed, cases.c.id)).all()
    with house.door.transaction("xingfu") as tx:
        secret = [tx.vault.open(row.id, "visit_code", row.visit_code_sealed) for row in codes]
    for lang in LANGUAGES:
        words = seen(page(house, taken, lang))
        assert not re.search(r"\b(console|cases|desk|dispatch)\.[a-z_]+\.", words)
        assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", words), "a telephone number in plain"
        assert "502" not in re.sub(r"SM[0-9a-f]{32}", "", words)
        for code in secret:
            assert not re.search(rf"(?<![\d-]){code}(?!\d)", words), "a visit code"
        assert LI_HONGMEI.name.in_language(lang) in words


def test_the_time_since_closing_is_that_of_the_office(house: House) -> None:
    taken = house.case(DRAIN)
    answered(house, taken, Answer.SATISFIED)
    row = house.execute(sa.select(cases.c.closed_at)).one()
    local = row.closed_at + timedelta(hours=8)
    assert f"{local:%m}月{local:%d}日 {local:%H:%M} 办结：实际解决。" in seen(page(house, taken, "zh_CN"))


def test_long_lists_are_folded_but_whole() -> None:
    assert shown_last([1, 2], 2) == [([1, 2], False)]
    assert shown_last([1, 2, 3], 2) == [([1], True), ([2, 3], False)]
    assert shown_last([], 2) == [([], False)]
