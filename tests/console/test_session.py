"""Signing in and out: who gets in, who waits, what a session survives."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from console.entry import passwords
from console.entry.face import local_path
from console.parts import ConsoleParts
from dispatch.models import account
from dispatch.people import accounts
from dispatch.people.accounts import (
    FIRST_WAIT,
    FREE_FAILURES,
    LONGEST_WAIT,
    AccountTrouble,
    NewAccount,
    Role,
    wait_after,
)
from tests.console.house import PASSWORD, House, make_app, sign_in, token

WRONG = "not this password"


def failures(house: House, login: str = "dispatcher") -> int:
    """How many failures are counted against a login."""
    row = house.execute(sa.select(account.c.failures).where(account.c.login == login))
    counted: int = row.scalar_one()
    return counted


def test_the_right_password_leads_to_the_desk(house: House) -> None:
    with house.client() as browser:
        answer = sign_in(browser, "dispatcher")
        assert (answer.status_code, answer.location) == (303, "/")
        assert browser.get("/").location == "/desk"
        assert browser.get("/desk").status_code == 200


@pytest.mark.parametrize("typed", ["Dispatcher", "  dispatcher ", "ｄｉｓｐａｔｃｈｅｒ"])
def test_a_login_is_one_however_it_is_typed(house: House, typed: str) -> None:
    with house.client() as browser:
        assert sign_in(browser, typed).status_code == 303


def test_unknown_login_and_wrong_password_get_the_same_answer(house: House) -> None:
    texts = []
    for login in ("dispatcher", "nobody_at_all"):
        with house.client() as browser:
            answer = sign_in(browser, login, WRONG)
            assert answer.status_code == 401
            text = answer.text.replace(f'value="{login}"', "LOGIN")
            texts.append(re.sub(r'name="csrf_token" value="[^"]+"', "TOKEN", text))
    assert texts[0] == texts[1]
    assert "登录名或密码不对" in texts[0]


def test_a_guesser_waits_longer_each_time(house: House) -> None:
    with house.client() as browser:
        for _ in range(FREE_FAILURES + 1):
            assert sign_in(browser, "dispatcher", WRONG).status_code == 401
        assert sign_in(browser, "dispatcher").status_code == 401, "the right password must wait too"
        house.move_clock(seconds=31)
        assert sign_in(browser, "dispatcher", WRONG).status_code == 401
        house.move_clock(seconds=62)
        assert sign_in(browser, "dispatcher").status_code == 401, "the second wait is twice as long"
        house.move_clock(seconds=95)
        assert sign_in(browser, "dispatcher").status_code == 303
    assert failures(house) == 0


def test_a_try_counts_before_the_password_is_checked(house: House) -> None:
    for _ in range(FREE_FAILURES + 1):
        with house.door.transaction("xingfu") as tx:
            assert accounts.attempt(tx, "dispatcher") is not None
    with house.door.transaction("xingfu") as tx:
        assert accounts.attempt(tx, "dispatcher") is None


@given(st.integers(min_value=0, max_value=10_000))
def test_waits_grow_and_end(count: int) -> None:
    wait = wait_after(count)
    assert wait <= wait_after(count + 1) <= LONGEST_WAIT
    assert (wait == timedelta(0)) == (count <= FREE_FAILURES)
    assert wait == timedelta(0) or wait >= FIRST_WAIT


def test_nothing_from_before_signing_in_is_taken_over(house: House) -> None:
    with house.client() as browser:
        before = token(browser)
        with browser.session_transaction() as session:
            session["planted"] = "by somebody else"
        sign_in(browser, "dispatcher")
        with browser.session_transaction() as session:
            assert "planted" not in session
        assert token(browser, "/desk") != before


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(house: House) -> None:
    with house.client() as browser:
        cookie = sign_in(browser, "dispatcher").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    parts = ConsoleParts(house.door, house.parts.phrasebook, house.parts.lines, rehearsal=False, secure=True)
    with make_app(parts).test_client() as browser:
        answer = browser.get("/login", base_url="https://localhost")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert answer.headers["Strict-Transport-Security"]


def test_a_new_password_ends_open_sessions(house: House) -> None:
    with house.signed_in() as browser:
        with house.door.transaction("xingfu") as tx:
            accounts.set_password(tx, "dispatcher", passwords.hash_password("another password"))
        assert browser.get("/desk").status_code == 303
    with house.client() as browser:
        assert sign_in(browser, "dispatcher", "another password").status_code == 303


def test_a_disabled_account_is_out_at_once(house: House) -> None:
    with house.signed_in() as browser:
        house.execute(sa.update(account).values(disabled_at=house.now()))
        assert browser.get("/desk").status_code == 303
        assert sign_in(browser, "dispatcher").status_code == 401


@pytest.mark.parametrize(
    "kept",
    [
        "",
        "xingfu",
        "xingfu not-an-id 1",
        "nowhere 0190a6b6-0000-7000-8000-000000000000 1",
        "xingfu 0190a6b6-0000-7000-8000-000000000000 one",
        "xingfu 0190a6b6-0000-7000-8000-000000000000 1",
    ],
)
def test_a_strange_session_is_nobody(house: House, kept: str) -> None:
    with house.client() as browser:
        with browser.session_transaction() as session:
            session["_user_id"] = kept
        assert browser.get("/desk").status_code == 303


def test_signing_out_ends_it(house: House) -> None:
    with house.signed_in() as browser:
        answer = browser.post("/logout", data={"csrf_token": token(browser, "/desk")})
        assert (answer.status_code, answer.location) == (303, "/")
        assert browser.get("/desk").status_code == 303


def test_a_form_without_its_token_is_refused(house: House) -> None:
    with house.client() as browser:
        answer = browser.post("/login", data={"login": "dispatcher", "password": PASSWORD})
    assert answer.status_code == 400
    assert "页面放得太久了" in answer.text
    assert failures(house) == 0


def test_whoever_was_on_the_way_somewhere_gets_there(house: House) -> None:
    with house.client() as browser:
        asked = browser.get("/desk?level=L1")
        assert asked.location == "/login?next=/desk?level%3DL1"
        assert sign_in(browser, "dispatcher", next_="/desk?level=L1").location == "/desk?level=L1"
        assert browser.get("/login?next=/desk").location == "/desk"


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "desk",
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/a\nb",
    ],
)
def test_nobody_is_sent_elsewhere(address: str | None) -> None:
    assert local_path(address) == "/"


def new(login: str, unit: str = "xingfu") -> NewAccount:
    """An account to be made."""
    return NewAccount(login, "a hash", Role.WORKER, "", "zh_CN", unit)


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        (new("x"), "dispatch.account.unfit_login"),
        (new("two words"), "dispatch.account.unfit_login"),
        (new("a\u200bb"), "dispatch.account.unfit_login"),
        (new("DISPATCHER"), "dispatch.account.login_taken"),
        (new("somebody", "no-such-unit"), "dispatch.account.no_unit"),
        (new("somebody", "changle"), "dispatch.account.no_unit"),
    ],
)
def test_an_unfit_account_is_refused_with_its_reason(house: House, wanted: NewAccount, told: str) -> None:
    with pytest.raises(AccountTrouble, match=told), house.door.transaction("xingfu") as tx:
        accounts.create(tx, wanted)


def test_a_password_for_nobody_is_refused(house: House) -> None:
    with pytest.raises(AccountTrouble, match=r"dispatch\.account\.no_login"), house.door.transaction("xingfu") as tx:
        accounts.set_password(tx, "nobody", "a hash")


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("short", "console.password.short"),
        ("x" * 500, "console.password.long"),
        ("aaaaaaaaaaaa", "console.password.simple"),
        ("good enough it is", None),
    ],
)
def test_new_passwords_are_judged(password: str, told: str | None) -> None:
    found = passwords.unfit(password)
    assert (found.id if found else None) == told


def test_a_hash_that_is_none_lets_nobody_in() -> None:
    assert not passwords.is_right("not a hash", PASSWORD)
    assert not passwords.is_right(None, PASSWORD)


def test_an_old_hash_is_renewed_at_sign_in(house: House) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    house.execute(sa.update(account).values(password_hash=weak))
    with house.client() as browser:
        assert sign_in(browser, "dispatcher").status_code == 303
    assert house.execute(sa.select(account.c.password_hash)).scalar_one() != weak
    with house.client() as browser:
        assert sign_in(browser, "dispatcher").status_code == 303
