"""The tour: each step is ticked by the record, its button does the next thing, and nothing is done twice."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from cases.phrases import EN, LANGUAGES, ZH
from console.phone import tour
from console.phone.tour import STEPS, Kept, Standing
from hotline.commands import Verb, read_deed
from tests.console.house import House, make_app
from tests.console.telephones import CASE, NEIGHBOUR, NOW, RESIDENT, WORKER, Desk, with_telephones
from tests.console.test_phone import post


@pytest.fixture
def desk(house: House) -> Iterator[Desk]:
    with with_telephones(house) as found:
        yield found


@pytest.fixture
def visitor(desk: Desk) -> Iterator[FlaskClient]:
    with desk.house.client() as browser:
        browser.set_cookie("lang", "zh_CN")
        yield browser


def ticked(browser: FlaskClient) -> int:
    return browser.get("/phone/tour").text.count("tour-step tour-done")


def press(browser: FlaskClient, step: str) -> str:
    """Press a step's button; what went wrong."""
    answer = post(browser, f"/phone/tour/{step}")
    assert answer.status_code == 200
    return str(answer.json["trouble"])


def test_five_buttons_and_nothing_typed(desk: Desk, visitor: FlaskClient) -> None:
    assert ticked(visitor) == 0
    desk.telephones.received.append((RESIDENT, "编号20261124-000001，走访码4471。"))
    assert press(visitor, "report") == ""
    assert ticked(visitor) == 1
    opened = post(visitor, "/phone/tour/desk", script=False)
    assert opened.location == "/cases/20261124-000001"
    assert ticked(visitor) == 2
    assert press(visitor, "visit") == ""
    assert desk.telephones.texts[1:] == [(WORKER, "签收 1"), (WORKER, "到 1 4471")]
    assert press(visitor, "verdict") == ""
    assert [who for who, _ in desk.telephones.texts[3:]] == [WORKER, WORKER, WORKER, RESIDENT]
    assert ticked(visitor) == 4
    assert press(visitor, "late") == ""
    assert desk.clock.wound == [NOW + timedelta(days=1)]
    assert desk.telephones.texts[-1][0] == NEIGHBOUR
    page = visitor.get("/phone").text
    assert page.count("tour-step tour-done") == 5
    assert "导览完成" in page


def test_the_desk_is_opened_as_the_demo_dispatcher_and_the_page_s_forms_still_hold(
    desk: Desk, visitor: FlaskClient
) -> None:
    desk.telephones.received.append((RESIDENT, "走访码4471。"))
    press(visitor, "report")
    form = {"csrf_token": visitor.get("/phone").text.split('name="csrf_token" value="')[1].split('"')[0]}
    assert visitor.get("/desk").status_code == 303
    assert visitor.post("/phone/tour/desk", data=form).status_code == 303
    assert visitor.get("/desk").status_code == 200
    assert visitor.post("/phone/tour/visit", data=form, headers={"Accept": "application/json"}).status_code == 200
    assert ticked(visitor) == 3, "signing in keeps the tour"


def test_without_demo_accounts_the_form_to_sign_in_comes_first(desk: Desk) -> None:
    with make_app(replace(desk.house.parts, demo=())).test_client() as browser:
        answer = post(browser, "/phone/tour/desk", script=False)
        assert answer.location == "/desk"
        assert browser.get(answer.location).location.startswith("/login")


def test_a_button_pressed_again_does_nothing_twice(desk: Desk, visitor: FlaskClient) -> None:
    desk.telephones.received.append((RESIDENT, "走访码4471。"))
    for step in ("report", "report", "visit", "visit", "late", "late"):
        press(visitor, step)
    assert len(desk.telephones.texts) == 4


def test_what_an_earlier_visitor_told_is_another_matter(desk: Desk, visitor: FlaskClient) -> None:
    desk.record.told_before = True
    assert (press(visitor, "report"), press(visitor, "late")) == ("", "")
    answered = [who for who, body in desk.telephones.texts if body == "2"]
    assert answered == [RESIDENT, NEIGHBOUR]
    assert ticked(visitor) == 2


def test_what_the_visitor_does_by_hand_counts_too(desk: Desk, visitor: FlaskClient) -> None:
    post(visitor, "/phone/text", number=RESIDENT, body="幸福里3号楼灯坏了")
    assert ticked(visitor) == 1
    for words in ("签收 1", "到 1 4471", "查明 1 灯泡", "反馈 1 已换", "办结 1"):
        post(visitor, "/phone/text", number=WORKER, body=words)
    press(visitor, "verdict")
    assert [body for _, body in desk.telephones.texts][-1] == "1"
    assert ticked(visitor) == 3, "all but the desk and the late one"


def test_a_case_that_a_person_has_to_verify_is_looked_at_on_the_way(desk: Desk, visitor: FlaskClient) -> None:
    desk.telephones.received.append((RESIDENT, "走访码4471。"))
    desk.record.drawn = True
    for step in ("report", "visit", "verdict"):
        assert press(visitor, step) == ""
    assert desk.record.looked == 1
    assert [body for _, body in desk.telephones.texts][-2:] == ["办结 1", "1"]
    assert desk.record.cases[RESIDENT].closed


def test_what_waits_for_the_morning_is_wound_to(desk: Desk, visitor: FlaskClient) -> None:
    desk.record.order_waits_until = NOW + timedelta(hours=9)
    press(visitor, "report")
    assert desk.clock.wound == [NOW + timedelta(hours=9)]


def test_whoever_winds_already_is_waited_for(desk: Desk, visitor: FlaskClient) -> None:
    desk.clock.others = 3
    assert press(visitor, "late") == ""
    assert desk.clock.wound == [NOW + timedelta(days=1)]
    desk.record.cases[NEIGHBOUR] = replace(desk.record.cases[NEIGHBOUR], late=False)
    desk.clock.others = 1000
    assert "还在拨快" in press(visitor, "late")


def test_where_the_record_does_not_follow_the_page_says_so(desk: Desk, visitor: FlaskClient) -> None:
    desk.record.deaf = True
    assert "还没有派到人" in press(visitor, "report")
    assert ticked(visitor) == 0
    answer = post(visitor, "/phone/tour/report", script=False)
    assert answer.status_code == 303
    assert "还没有派到人" in visitor.get("/phone").text
    assert post(visitor, "/phone/tour/dance").status_code == 404


def test_it_can_be_begun_again(visitor: FlaskClient) -> None:
    press(visitor, "report")
    assert post(visitor, "/phone/tour/again", script=False).status_code == 303
    assert ticked(visitor) == 0


def test_the_mark_of_the_state_changes_with_the_tour(visitor: FlaskClient) -> None:
    def mark() -> str:
        state = visitor.get("/phone/state", query_string={"a": RESIDENT, "b": WORKER}).json
        assert state is not None
        return str(state["tour"])

    before = mark()
    assert mark() == before
    press(visitor, "report")
    assert mark() != before


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_the_tour_has_a_worker_text_is_a_command_beyond_doubt(lang: str) -> None:
    words = tour.said(lang)
    texts = (words.sign, words.arrive, words.found, words.told, words.done)
    deeds = [read_deed(text.format(n=3, code="4471")) for text in texts]
    assert [deed and deed.verb for deed in deeds] == [Verb.SIGN, Verb.ARRIVE, Verb.FIND, Verb.TELL, Verb.SUBMIT]
    assert all(deed is not None and deed.sure and deed.order == "3" for deed in deeds)


def test_where_the_order_gave_no_short_number_the_case_is_named_whole() -> None:
    case = replace(CASE, short=None)
    assert tour.next_text(case, tour.said(EN), "") == (WORKER, "s 20261124-000001")
    assert tour.next_text(replace(case, worker=""), tour.said(ZH), "") is None
    assert tour.next_text(replace(case, closed=True), tour.said(ZH), "") is None


def test_steps_are_ticked_by_facts_alone() -> None:
    assert Standing().current == "report"
    assert Standing(replace(CASE, state="to_dispatch")).current == "report"
    assert Standing(CASE).current == "desk"
    assert Standing(CASE, looked=True).current == "visit"
    assert Standing(CASE, replace(CASE, late=True), looked=True).done["late"]
    done = replace(CASE, kept=frozenset({"visit"}), closed=True)
    assert Standing(done, replace(CASE, late=True), looked=True).current is None
    assert tuple(Standing().done) == STEPS


def test_a_session_s_memory_is_read_with_care() -> None:
    kept = Kept().with_first("SM1").with_second("SM2").with_look()
    assert tour.kept(kept.as_json()) == kept
    broken_ones: tuple[object, ...] = (None, [], {"first": [1], "looked": "yes"})
    for broken in broken_ones:
        assert tour.kept(broken) == Kept()
    many = Kept()
    for number in range(20):
        many = many.with_first(f"SM{number}")
    assert many.first[-1] == "SM19"
    assert len(many.first) < 10
