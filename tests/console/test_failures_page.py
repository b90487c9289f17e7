"""What failed, on its page: grouped, with what to do, and done by the same use cases as the command."""

import re
from html import unescape
from uuid import UUID

import pytest
import sqlalchemy as sa

from cases.models import timer
from cases.phrases import LANGUAGES
from dispatch import quarantine
from dispatch.models import clock_jump, outbox
from dispatch.models import quarantine as quarantine_table
from dispatch.people.accounts import Role
from dispatch.quarantine import Suspect
from tests.console.house import House, token
from tests.console.living import DRAIN

LIFT = "幸福里5号楼电梯停了"


def park(house: House, number: str) -> UUID:
    """The visit's timer of a case stands still; its id."""
    mine = "case_id = (SELECT id FROM cases WHERE number = :number) AND step = 'visit'"
    change = f"UPDATE timer SET state = 'parked', trouble = 'broke at 13800000001' WHERE {mine} RETURNING id"
    found: UUID = house.execute(sa.text(change).bindparams(number=number)).scalar_one()
    return found


def suspect(house: House) -> UUID:
    """A request is set aside; its id."""
    with house.door.transaction("xingfu") as tx:
        quarantine.put(tx, Suspect("text", "SM" + "7" * 32, "unknown_place", "{}"))
    found: UUID = house.execute(sa.select(quarantine_table.c.id)).scalar_one()
    return found


def press(house: House, address: str, login: str = "dispatcher") -> tuple[int, str]:
    """A button is pressed; the answer's status and the page it leads to."""
    with house.signed_in(login) as browser:
        answer = browser.post(address, data={"csrf_token": token(browser, "/desk")})
        text = browser.get(answer.location).text if answer.status_code == 303 else answer.text
        return answer.status_code, unescape(text)


def test_each_kind_says_what_it_means_and_what_to_do(house: House) -> None:
    number = house.case(LIFT).number
    park(house, number)
    suspect(house)
    house.execute(sa.update(outbox).values(state="failed", trouble="30003"))
    with house.signed_in() as browser:
        text = unescape(browser.get("/failures").text)
    for said in ("Deadlines that did not fire", "Quarantined requests", "Texts", "nobody is told that it is late"):
        assert said in text
    assert f"/cases/{number}" in text
    assert "13800000001" not in text, "what was noted may name somebody"
    groups = re.findall(r'<a href="#([a-z]+)"><b>(\d+)</b>', text)
    for kind, count in groups:
        assert len(re.findall(rf'<tr role="row" id="{kind}-', text)) == int(count)


def test_one_is_tried_again(house: House) -> None:
    id_ = park(house, house.case(LIFT).number)
    status, text = press(house, f"/failures/timer/{id_}/retry")
    assert (status, "Tried again: 1" in text) == (303, True)
    assert house.execute(sa.select(timer.c.state).where(timer.c.id == id_)).scalar_one() == "open"
    with house.signed_in() as browser:
        assert "Tried again" not in browser.get("/failures").text, "it is said once"
    assert press(house, f"/failures/timer/{id_}/retry")[0] == 404


def test_a_clock_that_jumped_stands_first_and_is_let_go_on_by_name(house: House) -> None:
    planted = """INSERT INTO clock_jump (id, expected_at, noticed_at, state)
        VALUES (gen_random_uuid(), now() - interval '2 days', now(), 'open') RETURNING id"""
    id_ = house.execute(sa.text(planted)).scalar_one()
    suspect(house)
    with house.signed_in() as browser:
        text = unescape(browser.get("/failures").text)
    assert re.findall(r'<a href="#([a-z]+)"><b>', text) == ["clock", "request"]
    assert "The clock is right: go on" in text
    assert press(house, f"/failures/clock/{id_}/retry")[0] == 303
    row = house.execute(sa.select(clock_jump)).one()
    assert (row.state, row.settled_by) == ("resumed", "account:dispatcher")


def test_a_look_for_the_same_matter_is_taken_up_again(house: House) -> None:
    number = house.case(LIFT).number
    poison = "UPDATE likeness SET tries = 3, trouble = 'poison' RETURNING case_id"
    id_ = house.execute(sa.text(poison)).scalar_one()
    with house.signed_in() as browser:
        text = unescape(browser.get("/failures").text)
    assert "Not looked at for the same matter" in text
    assert f"/cases/{number}" in text
    status, text = press(house, f"/failures/likeness/{id_}/retry")
    assert (status, "Tried again: 1" in text) == (303, True)
    assert house.execute(sa.text("SELECT tries FROM likeness")).scalar_one() == 0


def test_all_of_a_kind_are_tried_again(house: House) -> None:
    ids = [park(house, house.case(words).number) for words in (LIFT, DRAIN)]
    suspect(house)
    status, text = press(house, "/failures/timer/retry")
    assert (status, "Tried again: 2" in text) == (303, True)
    states = house.execute(sa.select(timer.c.state).where(timer.c.id.in_(ids))).scalars().all()
    assert list(states) == ["open", "open"]


def test_a_request_is_dismissed_in_two_steps(house: House) -> None:
    id_ = suspect(house)
    with house.signed_in() as browser:
        asked = browser.get(f"/failures/request/{id_}/dismiss")
        assert "This cannot be undone." in unescape(asked.text)
        assert house.execute(sa.select(quarantine_table.c.state)).scalar_one() == "open"
    status, text = press(house, f"/failures/request/{id_}/dismiss")
    assert (status, "Dismissed: 1" in text) == (303, True)
    row = house.execute(sa.select(quarantine_table)).one()
    assert (row.state, row.settled_by) == ("dismissed", "account:dispatcher")


def test_what_is_no_request_is_not_dismissed(house: House) -> None:
    id_ = park(house, house.case(LIFT).number)
    with house.signed_in() as browser:
        assert browser.get(f"/failures/timer/{id_}/dismiss").status_code == 404
    assert "cannot be done now" in press(house, f"/failures/timer/{id_}/dismiss")[1]
    assert house.execute(sa.select(timer.c.state).where(timer.c.id == id_)).scalar_one() == "parked"


@pytest.mark.parametrize("role", [Role.COMMITTEE, Role.WORKER])
def test_it_is_not_there_for_other_roles(house: House, role: Role) -> None:
    house.account("other", "xingfu", role)
    id_ = suspect(house)
    with house.signed_in("other") as browser:
        assert browser.get("/failures").status_code == 404
        assert "/failures" not in browser.get("/desk").text
    for address in (f"/failures/request/{id_}/retry", f"/failures/request/{id_}/dismiss", "/failures/request/retry"):
        assert press(house, address, "other")[0] == 404
    assert house.execute(sa.select(quarantine_table.c.state)).scalar_one() == "open"


def test_a_smaller_scope_sees_failures_of_its_cases_only(house: House) -> None:
    house.account("south", "xingfuli-south", Role.SUPERVISOR)
    mine, other = house.case(DRAIN).number, house.case(LIFT).number
    seen, hidden = park(house, mine), park(house, other)
    suspect(house)
    with house.signed_in("south") as browser:
        text = browser.get("/failures").text
    assert str(seen) in text
    assert str(hidden) not in text
    assert "request-" not in text
    assert press(house, f"/failures/timer/{hidden}/retry", "south")[0] == 404


def test_another_office_sees_nothing(house: House) -> None:
    house.account("elsewhere", "changle", office="changle")
    id_ = suspect(house)
    assert press(house, f"/failures/request/{id_}/dismiss", "elsewhere")[0] == 404


def test_without_its_token_nothing_is_done(house: House) -> None:
    id_ = suspect(house)
    with house.signed_in() as browser:
        assert browser.post(f"/failures/request/{id_}/dismiss").status_code == 400
    assert house.execute(sa.select(quarantine_table.c.state)).scalar_one() == "open"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_is_whole_in_both_languages(house: House, lang: str) -> None:
    with house.signed_in(lang=lang) as browser:
        empty = browser.get("/failures").text
        park(house, house.case(LIFT).number)
        suspect(house)
        house.execute(sa.text("UPDATE likeness SET tries = 3, trouble = 'poison'"))
        house.execute(sa.update(outbox).values(state="failed", trouble="30003"))
        text = empty + browser.get("/failures").text
    assert "supervise." not in re.sub(r'(href|src|action)="[^"]*"', "", text)
