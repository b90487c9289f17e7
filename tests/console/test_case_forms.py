"""The forms of the case page: refusals beside their fields, forms of before, and who may send none."""

import re

import pytest

from cases.phrases import LANGUAGES
from dispatch import desk
from dispatch.acts.table import ACTIONS
from dispatch.people.accounts import Role
from tests.console.house import House
from tests.console.living import DRAIN, HER, _code
from tests.console.members import member
from tests.console.test_case_deeds import closed, seen, send, state


def test_what_was_refused_stands_beside_its_field_and_nothing_written_is_lost(house: House) -> None:
    taken = house.case(DRAIN)
    with house.signed_in() as browser:
        answer = send(browser, taken, "reroute", why="是隔壁院的")
        assert answer.status_code == 422
        box = re.search(r'<div class="deed-field">.*?name="unit".*?</div>', answer.text, re.DOTALL)
        assert box is not None
        assert 'aria-invalid="true" aria-describedby="reroute-unit-trouble"' in box[0]
        assert '<p class="field-trouble" id="reroute-unit-trouble" role="alert">Choose a unit.</p>' in box[0]
        assert "是隔壁院的</textarea>" in answer.text
        assert re.search(r'<details class="deed" open>\s*<summary>Send to another unit', answer.text)
    assert state(house, taken) == "dispatched"


def test_a_wrong_visit_code_says_how_many_tries_are_left(house: House) -> None:
    member(house, HER)
    taken = house.case(DRAIN)
    with house.door.transaction("xingfu") as tx:
        wrong = f"{(int(_code(tx, taken)) + 1) % 10**4:04}"
    with house.signed_in(HER) as browser:
        answer = send(browser, taken, "arrive", visit_code=wrong)
        assert answer.status_code == 422
        assert "Wrong visit code, 4 tries left." in seen(answer.text)
        again = send(browser, taken, "arrive", visit_code=wrong)
        assert "3 tries left" in seen(again.text), "the try was counted"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_form_of_before_is_told_what_happened_meanwhile(house: House, lang: str) -> None:
    taken = house.case(DRAIN)
    with house.signed_in(lang=lang) as browser:
        page = browser.get(f"/cases/{taken.number}").text
        with house.door.transaction("xingfu") as tx:
            desk.supplement(tx, taken.case_id, "现在漫到走廊了")
        hidden = dict(re.findall(r'<input type="hidden" name="(csrf_token|seen)" value="([^"]*)"', page))
        form = {**hidden, "unit": "heping", "why": "是隔壁院的"}
        answer = browser.post(f"/cases/{taken.number}/act/reroute", data=form)
        assert answer.status_code == 409
        words = seen(answer.text)
        moved = {"zh_CN": "您打开页面后，案件有了新的进展", "en": "The case has moved on since you opened the page"}
        assert moved[lang] in words
        assert "现在漫到走廊了" in words
        assert "是隔壁院的</textarea>" in answer.text
        assert '<option value="heping" selected>' in answer.text
        assert state(house, taken) == "dispatched"
        fresh = dict(re.findall(r'<input type="hidden" name="(csrf_token|seen)" value="([^"]*)"', answer.text))
        assert browser.post(f"/cases/{taken.number}/act/reroute", data={**form, **fresh}).status_code == 303


def test_what_is_no_longer_possible_keeps_what_was_written_in_sight(house: House) -> None:
    taken = house.case(DRAIN)
    with house.signed_in() as browser:
        page = browser.get(f"/cases/{taken.number}").text
        closed(house, taken)
        hidden = dict(re.findall(r'<input type="hidden" name="(csrf_token|seen)" value="([^"]*)"', page))
        form = {**hidden, "unit": "heping", "why": "是隔壁院的"}
        answer = browser.post(f"/cases/{taken.number}/act/reroute", data=form)
        assert answer.status_code == 409
        assert "It is no longer possible to “Send to another unit”." in seen(answer.text)
        assert "<blockquote>是隔壁院的</blockquote>" in answer.text
        late = browser.post(f"/cases/{taken.number}/act/reroute", data={**form, "seen": "999999"})
        assert late.status_code == 422
        assert "The case does not allow this now" in seen(late.text)


@pytest.mark.parametrize("seen_", ["", "x", "-1", "9" * 30])
def test_a_form_that_names_no_line_has_seen_nothing(house: House, seen_: str) -> None:
    taken = house.case(DRAIN)
    with house.signed_in() as browser:
        page = browser.get(f"/cases/{taken.number}").text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token is not None
        answer = browser.post(f"/cases/{taken.number}/act/urge", data={"csrf_token": token[1], "seen": seen_})
        assert answer.status_code == 409


def test_nobody_acts_outside_their_part_of_the_tree(house: House) -> None:
    house.account("heping", "heping", Role.SUPERVISOR)
    taken = house.case(DRAIN)
    with house.signed_in("heping") as browser:
        token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/desk").text)
        assert token is not None
        form = {"csrf_token": token[1], "seen": "99", "unit": "heping", "why": "给我们", "words": "x"}
        for path in (*(f"act/{name}" for name in ACTIONS), "reveal", "order"):
            assert browser.post(f"/cases/{taken.number}/{path}", data=form).status_code == 404, path
        assert browser.post("/cases/20200101-000001/act/urge", data=form).status_code == 404
    assert state(house, taken) == "dispatched"


def test_nobody_sends_a_case_beyond_their_part_of_the_tree(house: House) -> None:
    house.account("lead", "xingfuli", Role.SUPERVISOR)
    taken = house.case(DRAIN)
    with house.signed_in("lead") as browser:
        text = browser.get(f"/cases/{taken.number}").text
        form = re.search(r'/act/reroute["#].*?</form>', text, re.DOTALL)
        assert form is not None
        assert '<option value="xingfuli-north">' in form[0]
        assert '<option value="heping">' not in form[0]
        assert send(browser, taken, "reroute", unit="heping", why="给他们").status_code == 422
        assert send(browser, taken, "reroute", unit="xingfuli-north", why="在北院").status_code == 303
    assert state(house, taken) == "dispatched"


def test_a_form_without_its_token_does_nothing(house: House) -> None:
    taken = house.case(DRAIN)
    with house.signed_in() as browser:
        for path in ("act/urge", "act/reroute", "reveal", "order"):
            assert browser.post(f"/cases/{taken.number}/{path}", data={"seen": "99"}).status_code == 400, path
        assert "urged it on" not in seen(browser.get(f"/cases/{taken.number}").text)


def test_an_unknown_deed_is_not_found(house: House) -> None:
    taken = house.case(DRAIN)
    with house.signed_in() as browser:
        page = browser.get(f"/cases/{taken.number}").text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token is not None
        assert browser.post(f"/cases/{taken.number}/act/eat", data={"csrf_token": token[1]}).status_code == 404
        assert browser.get(f"/cases/{taken.number}/act/urge").status_code == 405
