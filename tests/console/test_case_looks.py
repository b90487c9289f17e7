"""Who looked at who reported a case: recorded before it is shown, shown once, told to everybody who sees the case."""

import re

import pytest

from cases.phrases import LANGUAGES
from dispatch.loop import visits
from dispatch.people.accounts import Role
from tests.console.house import RESIDENT, House
from tests.console.living import DRAIN, HER, does
from tests.console.members import member
from tests.console.test_case_deeds import seen


def looked(browser: object, number: str, why: str) -> tuple[int, str]:
    """The answer to the form, as the page gives it."""
    page = browser.get(f"/cases/{number}").text  # type: ignore[attr-defined]
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    answer = browser.post(f"/cases/{number}/reveal", data={"csrf_token": token[1], "why": why})  # type: ignore[attr-defined]
    return answer.status_code, answer.text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_contact_is_shown_once_and_the_look_stays(house: House, lang: str) -> None:
    taken = house.case(DRAIN)
    with house.signed_in(lang=lang) as browser:
        before = browser.get(f"/cases/{taken.number}").text
        assert {"zh_CN": "还没有人看过。", "en": "Nobody has looked."}[lang] in before
        assert RESIDENT not in before
        status, text = looked(browser, taken.number, "回电13812345678确认楼层")
        assert status == 200
        assert f'href="tel:{RESIDENT}"' in text
        assert "502" in seen(text[text.index('class="contact"') :])
        after = browser.get(f"/cases/{taken.number}").text
    assert RESIDENT not in after
    assert "13812345678" not in after
    looks = seen(after[after.index('id="looks"') :])
    assert "Dispatcher" in looks
    assert "确认楼层" in looks
    assert {"zh_CN": "查看了反映人的联系方式", "en": "Looked at who reported it"}[lang] in after


def test_no_reason_no_look(house: House) -> None:
    taken = house.case(DRAIN)
    with house.signed_in() as browser:
        status, text = looked(browser, taken.number, "  ")
        assert status == 422
        assert 'aria-describedby="reveal-trouble"' in text
        assert RESIDENT not in text
        assert "Nobody has looked." in text


@pytest.mark.parametrize(
    ("code", "role", "may"),
    [(HER, Role.WORKER, False), ("xingfuli-liaison", Role.COMMITTEE, False), ("supervisor", Role.SUPERVISOR, True)],
)
def test_only_who_may_is_offered_it_and_the_server_says_no_to_others(
    house: House, code: str, role: Role, may: bool
) -> None:
    member(house, code, role)
    taken = house.case(DRAIN)
    with house.signed_in(code) as browser:
        assert ("/reveal" in browser.get(f"/cases/{taken.number}").text) == may
        status, text = looked(browser, taken.number, "看看是谁")
        assert (status, RESIDENT in text) == ((200, True) if may else (422, False))
        assert ("Nobody has looked." in text) == (not may)


def test_whoever_signed_may(house: House) -> None:
    member(house, HER)
    taken = house.case(DRAIN)
    does(house, lambda tx, who: visits.sign(tx, who, taken.case_id))
    with house.signed_in(HER) as browser:
        status, text = looked(browser, taken.number, "上门前联系")
    assert (status, RESIDENT in text) == (200, True)
