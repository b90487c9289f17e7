"""Accounts by hand: for administrators only, rights lost at once, and everybody's own password."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cases.phrases import LANGUAGES
from console.accounts.once import one_time_password
from console.entry import passwords
from dispatch.loop.who import by_id
from dispatch.models import account
from dispatch.people.accounts import Role
from tests.console.house import PASSWORD, House, sign_in, token

NEW = {"login": "zhou.guilan", "name": "周桂兰", "role": "committee", "unit": "xingfuli", "lang": "zh_CN"}
OTHER_PASSWORD = "another long one"


@pytest.fixture
def admin(house: House) -> House:
    """The house with an administrator."""
    house.account("root", role=Role.ADMIN)
    return house


def id_of(house: House, login: str) -> UUID:
    """The id of an account."""
    found: UUID = house.execute(sa.select(account.c.id).where(account.c.login == login)).scalar_one()
    return found


def row_of(house: House, login: str) -> Any:
    """The row of an account."""
    return house.execute(sa.select(account).where(account.c.login == login)).one()


def at(house: House, login: str = "dispatcher") -> FlaskClient:
    """A browser of its own in which this account has signed in; several may be open at a time."""
    browser = house.client()
    browser.set_cookie("lang", "en")
    assert sign_in(browser, login).status_code == 303
    return browser


def send(browser: FlaskClient, address: str, **form: Any) -> TestResponse:
    """A form is sent by whoever is signed in; the answer, or the page that it leads to."""
    answer = browser.post(address, data={"csrf_token": token(browser, "/account"), **form})
    return browser.get(answer.location) if answer.status_code == 303 else answer


def shown_once(text: str) -> str:
    """The password that a page shows."""
    found = re.search(r'id="once">([^<]+)<', text)
    assert found is not None
    return found[1]


def test_an_account_is_added_and_signs_in_with_the_password_shown_once(admin: House) -> None:
    with admin.signed_in("root") as browser:
        answer = send(browser, "/accounts/add", **NEW)
        password = shown_once(answer.text)
        assert answer.headers["Cache-Control"] == "no-store"
        listed = browser.get("/accounts").text
        assert "zhou.guilan" in listed
        assert password not in listed + browser.get(f"/accounts/{id_of(admin, 'zhou.guilan')}").text
    with admin.client() as browser:
        assert sign_in(browser, "zhou.guilan", password).status_code == 303
    row = row_of(admin, "zhou.guilan")
    assert (row.role, row.name, row.lang, row.demo) == ("committee", "周桂兰", "zh_CN", False)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"login": "ROOT"}, "is taken"),
        ({"login": "x"}, "does not fit"),
        ({"role": "king"}, "Role: choose one"),
        ({"unit": "changle"}, "is not in the office"),
        ({"unit": "x\0"}, "is not in the office"),
        ({"lang": "xx"}, "Language: choose one"),
        ({"name": "  "}, "Name: write 1 to 64"),
    ],
)
def test_a_wrong_field_is_named_and_the_others_are_kept(admin: House, change: dict[str, str], told: str) -> None:
    with admin.signed_in("root") as browser:
        answer = send(browser, "/accounts/add", **{**NEW, **change})
    text = unescape(answer.text)
    assert (answer.status_code, told in text) == (422, True)
    if "login" not in change:
        assert 'name="login" value="zhou.guilan"' in text
    if "name" not in change:
        assert 'name="name" value="周桂兰"' in text
    if "role" not in change:
        assert '<option value="committee" selected>' in text
    assert admin.execute(sa.select(sa.func.count()).select_from(account)).scalar_one() == 2


def test_another_role_ends_the_session_at_once_and_another_language_does_not(admin: House) -> None:
    id_ = id_of(admin, "dispatcher")
    same = {"name": "Dispatcher", "role": "dispatcher", "unit": "xingfu"}
    root, theirs = at(admin, "root"), at(admin)
    assert "Saved: dispatcher" in send(root, f"/accounts/{id_}/change", **same, lang="en").text
    assert theirs.get("/desk").status_code == 200
    send(root, f"/accounts/{id_}/change", **{**same, "role": "supervisor"}, lang="en")
    assert theirs.get("/desk").status_code == 303
    assert row_of(admin, "dispatcher").role == "supervisor"


def test_an_account_acts_as_a_member_of_staff(admin: House) -> None:
    id_ = id_of(admin, "dispatcher")
    form = {"name": "陆思远", "role": "dispatcher", "unit": "xingfu", "lang": "zh_CN"}
    root, theirs = at(admin, "root"), at(admin)
    assert "is nobody of the office" in send(root, f"/accounts/{id_}/change", **form, staff="no-such").text
    assert "Saved" in send(root, f"/accounts/{id_}/change", **form, staff="dispatcher-1").text
    assert theirs.get("/desk").status_code == 303
    assert "acts as Lu Siyuan" in root.get("/accounts").text
    with admin.door.transaction("xingfu") as tx:
        assert by_id(tx, row_of(admin, "dispatcher").staff_id).code == "dispatcher-1"
    send(root, f"/accounts/{id_}/change", **form, staff="")
    assert row_of(admin, "dispatcher").staff_id is None


def two_at_once(first: Callable[[], object], second: Callable[[], object]) -> None:
    """Both begin together."""
    gate = Barrier(2)

    def run(deed: Callable[[], object]) -> None:
        gate.wait(10)
        deed()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(run, deed) for deed in (first, second)]:
            done.result(30)


def test_two_administrators_who_close_each_other_leave_one(admin: House) -> None:
    admin.account("second", role=Role.ADMIN)
    first, second = at(admin, "root"), at(admin, "second")
    tokens = [token(browser, "/account") for browser in (first, second)]
    closed = [f"/accounts/{id_of(admin, login)}/close" for login in ("second", "root")]
    two_at_once(
        lambda: first.post(closed[0], data={"csrf_token": tokens[0]}),
        lambda: second.post(closed[1], data={"csrf_token": tokens[1]}),
    )
    left = [login for login in ("root", "second") if row_of(admin, login).disabled_at is None]
    assert len(left) == 1


def test_an_account_is_closed_in_two_steps_and_opened_again(admin: House) -> None:
    id_ = id_of(admin, "dispatcher")
    root, theirs = at(admin, "root"), at(admin)
    assert "Close the account dispatcher?" in root.get(f"/accounts/{id_}/close").text
    assert theirs.get("/desk").status_code == 200
    assert "Closed: dispatcher" in send(root, f"/accounts/{id_}/close").text
    assert theirs.get("/desk").status_code == 303
    again = admin.client()
    assert sign_in(again, "dispatcher").status_code == 401
    assert "Opened again" in send(root, f"/accounts/{id_}/open").text
    assert sign_in(again, "dispatcher").status_code == 303


def test_a_password_is_made_anew(admin: House) -> None:
    id_ = id_of(admin, "dispatcher")
    root, theirs = at(admin, "root"), at(admin)
    password = shown_once(send(root, f"/accounts/{id_}/password").text)
    assert theirs.get("/desk").status_code == 303
    with admin.client() as browser:
        assert sign_in(browser, "dispatcher").status_code == 401
        assert sign_in(browser, "dispatcher", password).status_code == 303


def test_the_last_administrator_stays(admin: House) -> None:
    id_ = id_of(admin, "root")
    with admin.signed_in("root") as root:
        for answer in (
            send(root, f"/accounts/{id_}/close"),
            send(root, f"/accounts/{id_}/change", name="R", role="worker", unit="xingfu", lang="en"),
        ):
            assert (answer.status_code, "last administrator" in answer.text) == (422, True)
        admin.account("second", role=Role.ADMIN)
        assert send(root, f"/accounts/{id_}/close").location.startswith("/login")
    row = row_of(admin, "root")
    assert (row.role, row.disabled_at is None) == ("admin", False)


def test_an_administrator_of_another_office_is_no_other_one(admin: House) -> None:
    admin.account("theirs", "changle", Role.ADMIN, "changle")
    with admin.signed_in("root") as root:
        assert send(root, f"/accounts/{id_of(admin, 'root')}/close").status_code == 422
        other = id_of(admin, "theirs")
        assert "theirs" not in root.get("/accounts").text
        assert root.get(f"/accounts/{other}").status_code == 404
        for deed in ("close", "open", "password", "change"):
            form = {"name": "x", "role": "worker", "unit": "xingfu", "lang": "en"}
            assert send(root, f"/accounts/{other}/{deed}", **form).status_code == 404
    assert row_of(admin, "theirs").epoch == 1


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_it_is_not_there_for_other_roles(house: House, role: Role) -> None:
    house.account("other", role=role)
    id_ = id_of(house, "dispatcher")
    with house.signed_in("other") as browser:
        assert browser.get("/accounts").status_code == 404
        assert browser.get(f"/accounts/{id_}").status_code == 404
        for deed in ("add", f"{id_}/change", f"{id_}/close", f"{id_}/open", f"{id_}/password"):
            assert send(browser, f"/accounts/{deed}", **NEW).status_code == 404
        assert "/accounts" not in browser.get("/desk").text
    assert row_of(house, "dispatcher").epoch == 1


def own(browser: FlaskClient, old: str = PASSWORD, new: str = OTHER_PASSWORD, again: str | None = None) -> TestResponse:
    """The form of one's own password is sent."""
    return send(browser, "/account/password", old=old, new=new, again=new if again is None else again)


def test_one_s_own_password_is_changed_and_other_sessions_end(house: House) -> None:
    here, elsewhere = at(house), at(house)
    assert "10 to 200 characters" in here.get("/account").text, "the rules stand there before"
    assert "Your password is changed." in own(here).text
    assert here.get("/desk").status_code == 200
    assert elsewhere.get("/desk").status_code == 303
    with house.client() as browser:
        assert sign_in(browser, "dispatcher").status_code == 401
        assert sign_in(browser, "dispatcher", OTHER_PASSWORD).status_code == 303


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"old": "not my password"}, "not your present password"),
        ({"new": "short"}, "10"),
        ({"new": "aaaaaaaaaaaa"}, "different"),
        ({"again": "something else"}, "differ"),
    ],
)
def test_a_wrong_password_form_changes_nothing(house: House, form: dict[str, str], told: str) -> None:
    before = row_of(house, "dispatcher")
    with house.signed_in() as browser:
        answer = own(browser, **form)
        assert (answer.status_code, told in answer.text) == (422, True)
        for word in (PASSWORD, OTHER_PASSWORD, *form.values()):
            assert f'value="{word}"' not in answer.text, "no password is written into a page"
        assert browser.get("/desk").status_code == 200
    after = row_of(house, "dispatcher")
    assert (after.password_hash, after.epoch) == (before.password_hash, before.epoch)


def test_an_open_session_is_no_way_to_guess(house: House) -> None:
    with house.signed_in() as browser:
        for _ in range(5):
            assert own(browser, old="a wrong password").status_code == 422
        assert "Too many wrong passwords" in own(browser).text
    assert passwords.is_right(row_of(house, "dispatcher").password_hash, PASSWORD)


def test_without_its_token_nothing_is_done(admin: House) -> None:
    id_ = id_of(admin, "dispatcher")
    with admin.signed_in("root") as browser:
        for address in ("/accounts/add", f"/accounts/{id_}/close", f"/accounts/{id_}/password", "/account/password"):
            assert browser.post(address, data=NEW).status_code == 400
    assert row_of(admin, "dispatcher").epoch == 1


def test_passwords_that_we_make_up_are_fit_and_never_the_same() -> None:
    made = [one_time_password() for _ in range(50)]
    assert len(set(made)) == 50
    assert [passwords.unfit(password) for password in made] == [None] * 50


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_pages_are_whole_in_both_languages(admin: House, lang: str) -> None:
    id_ = id_of(admin, "dispatcher")
    with admin.signed_in("root", lang) as browser:
        pages = [
            browser.get(path).text for path in ("/accounts", f"/accounts/{id_}", f"/accounts/{id_}/close", "/account")
        ]
        pages.append(send(browser, f"/accounts/{id_}/password").text)
    for text in pages:
        assert "accounts." not in re.sub(r'(href|src|action|for|id)="[^"]*"', "", text)
