"""Residents' browsers in the tests: forms filled in and sent as a browser does it, without any script."""

import re
from html import unescape
from uuid import UUID

import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cases.models import cases
from tests.console.house import House


def fields(page: str, action: str = "/report") -> dict[str, str]:
    """The hidden fields of the form with this address."""
    found = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', page, re.S)
    assert found is not None, action
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', found[0])
    return {name: unescape(value) for name, value in hidden}


def send(browser: FlaskClient, REMOTE_ADDR: str = "127.0.0.1", **filled: str) -> TestResponse:
    """The form to report filled in and sent, from this client."""
    where = {"REMOTE_ADDR": REMOTE_ADDR}
    return browser.post("/report", data={**fields(browser.get("/report").text), **filled}, environ_base=where)


def sent(browser: FlaskClient, **filled: str) -> str:
    """The form filled in and sent: the page with the receipt."""
    answer = send(browser, **filled)
    assert answer.status_code == 303, answer.text
    return browser.get(answer.location).text


def receipt(page: str) -> tuple[str, ...]:
    """Number, code and visit code on a receipt."""
    return tuple(re.findall(r'class="code">([^<]+)<', page))


def codes(house: House, case_id: object) -> str:
    """The query code of a case."""
    assert isinstance(case_id, UUID)
    sealed = house.execute(sa.select(cases.c.code_sealed).where(cases.c.id == case_id)).scalar_one()
    with house.door.transaction("xingfu") as tx:
        return tx.vault.open(case_id, "code", sealed)


def ask(browser: FlaskClient, number: str, code: str, REMOTE_ADDR: str = "127.0.0.1") -> TestResponse:
    """Number and code given on /status."""
    form = {**fields(browser.get("/status").text, "/status"), "number": number, "code": code}
    return browser.post("/status", data=form, environ_base={"REMOTE_ADDR": REMOTE_ADDR})


def opened(browser: FlaskClient, number: str, code: str) -> str:
    """The page of a case, opened with its code."""
    answer = ask(browser, number, code)
    assert answer.status_code == 303, answer.text
    return browser.get(answer.location).text


def done(browser: FlaskClient, number: str, deed: str, **filled: str) -> str:
    """Something done on the page of a case: the page that follows."""
    at = f"/status/{number}/{deed}"
    answer = browser.post(at, data={**fields(browser.get(f"/status/{number}").text, at), **filled})
    assert answer.status_code == 303, answer.text
    return browser.get(answer.location).text
