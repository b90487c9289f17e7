"""INV-SCOPE: the place and the words of a confidential case are for a few; who sees them is written down before."""

import re

import sqlalchemy as sa

from cases.loop.deeds import standing
from cases.models import cases, event, timer
from dispatch.loop.who import Who
from dispatch.people.accounts import Role
from dispatch.side import confiding
from dispatch.transaction import Tx
from tests.console.house import House
from tests.console.living import DRAIN, HER, does, visited
from tests.console.members import member

WORDS, PLACE = "下水道堵", "3号楼"
SHE, HEAD, LEAD = "supervisor", "xingfuli-head", "xingfuli-liaison"


def looks(house: House) -> list[str]:
    wanted = sa.select(event.c.actor).where(event.c.kind == "looked").order_by(event.c.seq)
    return [str(actor) for actor in house.execute(wanted).scalars()]


def page(house: House, login: str, path: str) -> str:
    with house.signed_in(login) as browser:
        answer = browser.get(path)
        assert answer.status_code == 200
        return str(answer.text)


def shows(text: str) -> bool:
    """Whether a page says what it is about, or where."""
    main = re.sub(r"<(script|style).*?</\1>", "", text, flags=re.DOTALL)
    return WORDS in main or PLACE in main


def test_place_and_words_are_for_a_few_and_every_look_is_written_down(house: House) -> None:
    for login, role in ((SHE, Role.SUPERVISOR), (HEAD, Role.COMMITTEE), (LEAD, Role.COMMITTEE), (HER, Role.WORKER)):
        member(house, login, role)
    taken = house.case(DRAIN)
    visited(house, taken)
    here = f"/cases/{taken.number}"
    assert shows(page(house, "dispatcher", here))
    assert looks(house) == [], "what everybody may see is nobody's look"

    def confide(tx: Tx, who: Who) -> None:
        confiding.confide(tx, who, standing(tx, taken.case_id, lock=True), "举报人要求保密")

    does(house, confide, "dispatcher-1")
    late = {"fired": 2, "warn_at": timer.c.started_at, "due_at": timer.c.started_at}
    house.execute(sa.update(timer).where(timer.c.state == "open").values(late))
    assert taken.number in page(house, "dispatcher", "/overdue")
    for login in ("dispatcher", LEAD):
        for path in (here, f"{here}/order", "/desk", f"/desk?open={taken.number}", "/overdue"):
            text = page(house, login, path)
            assert not shows(text), f"{login} {path}"
        text = page(house, login, here)
        assert taken.number in text
        assert "Confidential" in text
    narrowed = page(house, "dispatcher", f"/desk?words={WORDS}")
    assert f"case-{taken.number}" not in narrowed, "nor found by its words"
    assert not shows(page(house, "dispatcher", "/desk.csv"))
    assert looks(house) == []

    for login in (SHE, SHE, HEAD, HER):
        assert shows(page(house, login, here)), login
        assert not shows(page(house, login, "/desk")), "lists veil it for all"
    assert looks(house) == [f"staff:{SHE}", f"staff:{HEAD}"], "once an hour each; who holds it works on it"
    text = page(house, SHE, here)
    assert "Looked at the confidential part." in text


def test_who_reported_it_is_for_the_same_few(house: House) -> None:
    member(house, SHE, Role.SUPERVISOR)
    taken = house.case(DRAIN)
    house.execute(sa.update(cases).values(confidential=True))
    for login, may in (("dispatcher", False), (SHE, True)):
        with house.signed_in(login) as browser:
            form = browser.get(f"/cases/{taken.number}").text
            token = re.search(r'name="csrf_token" value="([^"]+)"', form)
            sent = {"csrf_token": token[1] if token else "", "why": "回访"}
            answer = browser.post(f"/cases/{taken.number}/reveal", data=sent)
            assert (answer.status_code == 200) is may, login
            assert ("13800000001" in answer.text) is may, login
