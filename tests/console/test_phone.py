"""The telephones' page: what it shows and does, by script and by form; and that it is nowhere else."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from console.phone.captions import side, spoken
from tests.console.house import House, token
from tests.console.telephones import NEIGHBOUR, RESIDENT, WORKER, Desk, with_telephones

JSON = {"Accept": "application/json"}
BOTH = {"a": RESIDENT, "b": WORKER}
CALL: dict[str, Any] = {
    "sid": "CA1", "with": "+862166660000", "began_by": "them", "me": "called", "status": "in-progress", "rings": False,
    "over": False, "typed": "", "asks": {"keys": True, "words": True, "person": True},
    "conversation": [
        {"who": "exchange", "says": "[connected with +8613800000001]"}, {"who": "called", "says": "喂"},
        {"who": "caller", "says": "Hello there"},
    ],
}  # fmt: skip


@pytest.fixture
def desk(house: House) -> Iterator[Desk]:
    with with_telephones(house) as found:
        yield found


@pytest.fixture
def visitor(desk: Desk) -> Iterator[FlaskClient]:
    """Somebody who has not signed in."""
    with desk.house.client() as browser:
        browser.set_cookie("lang", "en")
        yield browser


def post(browser: FlaskClient, path: str, *, script: bool = True, **form: str) -> Any:
    filled = {"csrf_token": token(browser, "/phone"), **form}
    return browser.post(path, data=filled, headers=JSON if script else {"Accept": "text/html"})


def test_there_are_no_telephones_without_a_rehearsal(house: House) -> None:
    with house.signed_in() as browser:
        for path in ("/phone", "/phone/state", "/phone/tour"):
            assert browser.get(path).status_code == 404
        assert 'href="/phone"' not in browser.get("/desk").text
    assert 'href="/phone"' not in house.client().get("/").text


def test_a_visitor_sees_two_telephones_and_their_texts(desk: Desk, visitor: FlaskClient) -> None:
    desk.telephones.received += [(RESIDENT, "您好"), (WORKER, "An order"), (WORKER, "lost on the way")]
    page = visitor.get("/phone").text
    assert "Telephone 1 · Wang Xiuying" in page
    assert "Telephone 2 · Li Hongmei" in page
    assert '<span lang="zh-CN">您好</span>' in page
    assert "did not arrive" in page
    assert "2026-11-24 02:00" in page
    assert "calls need script" in page
    assert desk.telephones.held == set(), "nothing rings where no script can take it"
    assert 'href="/phone"' in visitor.get("/").text, "the start page leads there"


def test_any_number_can_be_chosen(visitor: FlaskClient) -> None:
    page = visitor.get("/phone", query_string={"a": NEIGHBOUR, "b_other": "+86 13812345678"}).text
    assert "Telephone 1 · Li Jianguo" in page
    assert "Telephone 2 · +8613812345678" in page
    assert "Telephone 1 · Wang Xiuying" in visitor.get("/phone?a=nonsense").text


def test_whoever_is_signed_in_has_the_bar(desk: Desk) -> None:
    with desk.house.signed_in() as browser:
        assert 'aria-current="page"' in browser.get("/phone").text
        assert 'href="/phone"' in browser.get("/desk").text


def test_the_script_gets_what_is_new_and_holds_the_telephones(desk: Desk, visitor: FlaskClient) -> None:
    desk.telephones.received += [(RESIDENT, "old"), (RESIDENT, "new")]
    desk.telephones.calls[WORKER] = CALL
    state = visitor.get("/phone/state", query_string={**BOTH, "a_since": "1"}).json
    assert state is not None
    assert [text["text"] for text in state["a"]["texts"]] == ["new"]
    assert desk.telephones.held == {RESIDENT, WORKER}
    call = state["b"]["call"]
    assert (call["stage"], call["told"], call["hint"]) == (
        "talking", "In a call", "The other side listens: say something."
    )  # fmt: skip
    assert [(line["side"], line["text"], line["lang"]) for line in call["lines"]] == [
        ("note", "Connected with the other side.", "en"), ("me", "喂", "zh-CN"), ("them", "Hello there", "en")
    ]  # fmt: skip
    assert visitor.get("/phone/state?a=12&b=13").status_code == 404


@pytest.mark.parametrize(
    ("call", "stage", "hint"),
    [
        ({"rings": True, "status": "ringing", "asks": None}, "rings", "One moment."),
        ({"status": "ringing", "asks": None}, "calling", "One moment."),
        ({"asks": {"keys": True, "words": False}}, "talking", "The hotline waits for keys."),
        ({"asks": {"keys": False, "words": True}}, "talking", "The hotline listens: say something."),
        ({"asks": {"keys": True, "words": True}}, "talking", "The hotline listens: say something or press keys."),
        ({"over": True, "status": "completed", "asks": None}, "over", "One moment."),
        ({"over": True, "status": "busy", "asks": None}, "missed", "One moment."),
    ],
)
def test_what_a_call_is_doing(desk: Desk, visitor: FlaskClient, call: dict[str, Any], stage: str, hint: str) -> None:
    desk.telephones.calls[RESIDENT] = CALL | call
    state = visitor.get("/phone/state", query_string=BOTH).json
    assert state is not None
    assert (state["a"]["call"]["stage"], state["a"]["call"]["hint"]) == (stage, hint)


def test_texts_leave_by_script_and_by_form(desk: Desk, visitor: FlaskClient) -> None:
    assert post(visitor, "/phone/text", number=RESIDENT, body=" 灯坏了 ").json == {}
    answer = post(visitor, "/phone/text", script=False, number=NEIGHBOUR, body="垃圾没人清", **BOTH)
    assert answer.status_code == 303
    assert answer.location == f"/phone?a=%2B{RESIDENT[1:]}&b=%2B{WORKER[1:]}"
    post(visitor, "/phone/text", number=RESIDENT, body="  ")
    assert desk.telephones.texts == [(RESIDENT, "灯坏了"), (NEIGHBOUR, "垃圾没人清")]
    assert post(visitor, "/phone/text", number="nobody", body="x").status_code == 404


def test_what_a_hand_does_in_a_call(desk: Desk, visitor: FlaskClient) -> None:
    for deed, keys, words in (("dial", "", ""), ("press", "1", ""), ("say", "", "灯"), ("hang_up", "", "")):
        answer = post(visitor, "/phone/call", number=RESIDENT, sid="CA1", deed=deed, keys=keys, words=words)
        assert answer.status_code == 200
    assert desk.telephones.acts == [
        (RESIDENT, "", "dial", {}), (RESIDENT, "CA1", "press", {"keys": "1"}),
        (RESIDENT, "CA1", "say", {"words": "灯"}), (RESIDENT, "CA1", "hang_up", {}),
    ]  # fmt: skip
    refused = post(visitor, "/phone/call", number=RESIDENT, sid="CA2", deed="take")
    assert (refused.status_code, refused.json["trouble"]) == (
        409, "The rehearsal exchange does not accept it: this call does not ring any more"
    )  # fmt: skip
    assert post(visitor, "/phone/call", number=RESIDENT, deed="sing").status_code == 400


def test_nothing_is_done_without_the_form_s_token(desk: Desk, visitor: FlaskClient) -> None:
    for path in ("/phone/text", "/phone/call", "/phone/wind", "/phone/tour/report", "/phone/tour/again"):
        assert (
            visitor.post(path, data={"number": RESIDENT, "body": "x", "deed": "dial", "far": "hour"}).status_code == 400
        )
    assert (desk.telephones.texts, desk.telephones.acts, desk.clock.wound) == ([], [], [])


def test_an_exchange_that_is_away_is_told(desk: Desk, visitor: FlaskClient) -> None:
    desk.telephones.away = True
    page = visitor.get("/phone")
    assert page.status_code == 503
    assert "The rehearsal exchange does not answer (connection refused)" in page.text
    state = visitor.get("/phone/state", query_string=BOTH, headers=JSON)
    assert (state.status_code, "does not answer" in state.json["trouble"]) == (503, True)  # type: ignore[index]


def test_the_clock_is_wound_by_script_and_by_form(desk: Desk, visitor: FlaskClient) -> None:
    assert post(visitor, "/phone/wind", far="hour").json == {"told": ""}
    assert post(visitor, "/phone/wind", far="next_due").json["told"].startswith("Nothing falls due ahead")
    assert post(visitor, "/phone/wind", script=False, far="next_due", **BOTH).status_code == 303
    assert "Nothing falls due ahead" in visitor.get("/phone").text
    assert "Nothing falls due ahead" not in visitor.get("/phone").text, "said once"
    assert post(visitor, "/phone/wind", far="for ever").status_code == 400
    assert desk.clock.wound == ["hour", "next_due", "next_due"]


def test_what_fell_due_on_the_way_is_told(desk: Desk, visitor: FlaskClient) -> None:
    desk.clock.counts = {"text": 3, "breached": 1, "moved": 2}
    assert "On the way: 3 texts left, 1 promises broken." in visitor.get("/phone").text
    desk.clock.counts = {}
    assert "Nothing fell due on the way." in visitor.get("/phone").text
    desk.clock.trouble = "somebody winds already"
    assert "It was not wound to the end: somebody winds already" in visitor.get("/phone").text
    desk.clock.can_be_wound = False
    assert "This runs on the real clock" in visitor.get("/phone").text


@pytest.mark.parametrize(
    ("says", "id_"),
    [
        ("[connected with +8613800000001]", "phonepage.note.connected"),
        ("[ringing +8613800000001]", "phonepage.note.ringing"),
        ("[disconnected after 12 s]", "phonepage.note.disconnected"),
        ("[+8613800000001: busy]", "phonepage.note.missed"),
        ("[no-answer]", "phonepage.note.missed"),
        ("[nobody was dialled]", "phonepage.note.nobody"),
        ("[keys 12#]", "phonepage.note.keys"),
        ("[https://hotline.example/hello.wav]", "phonepage.note.sound"),
        ("[灯坏了]", None),
    ],
)
def test_what_the_exchange_notes_is_said_in_our_words(says: str, id_: str | None) -> None:
    found = spoken(says)
    assert found == says if id_ is None else getattr(found, "id", None) == id_


def test_who_says_what_depends_on_who_looks() -> None:
    part = {"who": "called", "says": "喂"}
    assert (side(part, "called"), side(part, "caller")) == ("me", "them")
    assert side({"who": "line", "says": ""}, "caller") == "line"
