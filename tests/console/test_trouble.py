"""When something is away or wrong: plain pages, and a start page that needs nothing."""

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.phrasebook import Catalogues
from cases.seal.vault import Keys, Vault
from console.parts import ConsoleParts, DemoLogin
from dispatch.transaction import Door
from tests.console.house import LINE, House, make_app, sign_in, token

DEMO = (DemoLogin("dispatcher", "rehearsal only", "dispatcher"),)


def without_database(rehearsal: bool = True) -> Flask:
    """The pages over a database that nobody answers for."""
    book = Catalogues()
    nowhere = "postgresql+psycopg://nobody@127.0.0.1:1/none"
    engine = sa.create_engine(nowhere, connect_args={"connect_timeout": 1})
    door = Door(engine, Vault(Keys(b"s" * 32, b"i" * 32)), book.in_zone, lambda wakes, at: None)
    return make_app(ConsoleParts(door, book, {"main": LINE}, rehearsal, demo=DEMO))


@pytest.fixture
def alone() -> FlaskClient:
    """A browser before pages without a database."""
    return without_database().test_client()


def test_the_start_page_needs_no_database(alone: FlaskClient) -> None:
    answer = alone.get("/")
    assert answer.status_code == 200
    for words in ("演示账号", "rehearsal only", "不会离开这台机器", "hotline text", "+862166660000"):
        assert words in answer.text, words


def test_outside_rehearsal_nothing_is_said_of_demo_accounts() -> None:
    text = without_database(rehearsal=False).test_client().get("/").text
    for words in ("演示账号", "rehearsal only", "hotline text", "演练"):
        assert words not in text, words


def test_signing_in_without_the_database_says_so(alone: FlaskClient) -> None:
    answer = sign_in(alone, "dispatcher")
    assert answer.status_code == 503
    assert "数据库暂时连不上" in answer.text


def test_a_signed_in_page_without_the_database_says_so(alone: FlaskClient) -> None:
    with alone.session_transaction() as session:
        session["_user_id"] = "xingfu 0190a6b6-0000-7000-8000-000000000000 1"
    for path in ("/", "/desk", "/cases/20261124-000001"):
        assert alone.get(path).status_code == 503, path


def test_wrong_ways_get_plain_pages(house: House) -> None:
    with house.signed_in() as browser:
        assert "Not found" in browser.get("/no/such").text
        assert browser.post("/desk", data={"csrf_token": token(browser, "/desk")}).status_code == 405
        big = {"csrf_token": token(browser, "/desk"), "lang": "x" * 70_000}
        assert browser.post("/language", data=big).status_code == 413


def test_a_fault_of_ours_is_a_plain_page(house: House) -> None:
    app = make_app(house.parts)
    app.config["PROPAGATE_EXCEPTIONS"] = False

    @app.get("/broken")
    def broken() -> str:
        raise RuntimeError("planted")

    with app.test_client() as browser:
        sign_in(browser, "dispatcher")
        answer = browser.get("/broken")
    assert answer.status_code == 500
    assert "出错了" in answer.text
    assert "planted" not in answer.text
