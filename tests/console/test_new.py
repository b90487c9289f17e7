"""A new case by hand: what is understood is shown, corrected, kept once; and who may do it."""

import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from cases.models import cases, event, owed, party
from cases.pen import read_content
from cases.report import clean
from console.desk import intake
from console.desk.intake import Written
from dispatch.models import inbox, outbox
from dispatch.people import parties, reveal
from dispatch.people.accounts import Role
from dispatch.reads import checks
from dispatch.transaction import Tx
from dispatch.understanding import Understood, understand
from tests.console.house import House, token

MATTER = "幸福里3号楼2单元下水道堵了，一楼返水"


def form_of(browser: FlaskClient, **said: str) -> dict[str, str]:
    """The form as the page gives it, with what somebody wrote."""
    page = browser.get("/new").text
    key = re.search(r'name="key" value="([0-9a-f]{32})"', page)
    assert key is not None
    return {"csrf_token": token(browser, "/new"), "key": key[1], "do": "look", **said}


def kept(form: dict[str, str]) -> dict[str, str]:
    """The same form, looked at and sent to be kept."""
    fields = {name: clean(value) for name, value in form.items() if name in Written.__dataclass_fields__}
    return {**form, "seen": Written(**fields).digest, "do": "keep"}


def words_of(text: str) -> str:
    """What a page says, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def all_cases(house: House) -> list[sa.Row[tuple[object, ...]]]:
    with house.owner.connect() as conn:
        return list(conn.execute(sa.select(cases).order_by(cases.c.number)))


def test_a_look_understands_the_text_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def counted(tx: Tx, text: str, **more: Any) -> Understood:
        asked.append(text)
        return understand(tx, text, **more)

    monkeypatch.setattr(intake, "understand", counted)
    with house.signed_in() as browser:
        answer = browser.post("/new", data=form_of(browser, words=MATTER, number="13800000044"))
    assert "drain-blocked" in words_of(answer.text)
    assert asked == [MATTER]


def test_looking_shows_what_is_understood_and_keeps_nothing(house: House) -> None:
    with house.signed_in() as browser:
        form = form_of(browser, words=MATTER, number="13800000044")
        answer = browser.post("/new", data=form)
    assert answer.status_code == 200
    words = words_of(answer.text)
    for sentence in ("Drain", "L3", "Xingfuli Estate, building 3, unit 2", "Li Hongmei", "drain-blocked", "2026-12-01"):
        assert sentence in words, sentence
    assert all_cases(house) == []
    with house.owner.connect() as conn:
        assert conn.execute(sa.select(sa.func.count()).select_from(inbox)).scalar() == 0
    with house.door.transaction("xingfu") as tx:
        assert parties.known(tx, "+8613800000044") is None


def test_other_categories_are_offered_and_one_press_takes_one(house: House) -> None:
    with house.signed_in() as browser:
        form = form_of(browser, words="幸福里3号楼2单元下水道堵了，电梯也停了")
        page = browser.post("/new", data=form).text
        assert offered(page) == ["lift"]
        assert "because of 电梯" in words_of(page)
        page = browser.post("/new", data={**form, "suggested": "lift"}).text
        assert offered(page) == ["drain"]
        assert '<option value="lift" selected>' in page
        browser.post("/new", data=kept({**form, "category": "lift"}))
    [row] = all_cases(house)
    assert row.category == "lift"


def offered(page: str) -> list[str]:
    """The categories that a page offers instead."""
    return re.findall(r'name="suggested" value="([a-z-]+)"', page)


def test_what_is_kept_is_what_was_shown(house: House) -> None:
    with house.signed_in() as browser:
        form = form_of(browser, words=MATTER, number="138 0000 0044", name="王小明")
        answer = browser.post("/new", data=kept(form))
        assert answer.status_code == 303
        assert all_cases(house)[0].number in words_of(browser.get(answer.location).text)
    [row] = all_cases(house)
    assert (row.channel, row.category, row.level, row.rule) == ("hand", "drain", "L3", "drain-blocked")
    with house.owner.connect() as conn:
        first = conn.execute(sa.select(event.c.actor).where(event.c.kind == "registered")).scalar()
        receipt = conn.execute(sa.select(outbox.c.content_id, outbox.c.line).where(outbox.c.purpose == "receipt")).one()
    assert first == "account:dispatcher"
    assert receipt.line == "main"
    with house.door.transaction("xingfu") as tx:
        assert row.number in read_content(tx, receipt.content_id)
        assert [broken for broken in checks.broken(tx) if broken.subject == row.number] == []
        assert parties.number_of(tx, row.party_id) == "+8613800000044"


def test_the_name_is_kept_where_names_are(house: House) -> None:
    with house.signed_in() as browser:
        browser.post("/new", data=kept(form_of(browser, words=MATTER, number="13800000044", name="王小明")))
    [row] = all_cases(house)
    assert "王小明" not in row.summary
    with house.door.transaction("xingfu") as tx:
        sealed = tx.conn.execute(sa.select(party.c.name_sealed).where(party.c.id == row.party_id)).scalar_one()
        assert tx.vault.open(row.party_id, "name", sealed) == "王小明"
        assert list(reveal.looks(tx, row.id)) == []


def test_without_a_number_nobody_is_told(house: House) -> None:
    with house.signed_in() as browser:
        assert browser.post("/new", data=kept(form_of(browser, words=MATTER))).status_code == 303
    [row] = all_cases(house)
    with house.owner.connect() as conn:
        steps = {step for (step,) in conn.execute(sa.select(owed.c.step).where(owed.c.is_owed))}
        assert conn.execute(sa.select(sa.func.count()).where(outbox.c.purpose == "receipt")).scalar() == 0
    assert row.party_id is None
    assert not steps & {"told", "call_back"}


def test_sent_twice_it_is_one_case(house: House) -> None:
    with house.signed_in() as browser:
        form = kept(form_of(browser, words=MATTER, number="13800000044"))
        answers = [browser.post("/new", data=form) for _ in range(3)]
    assert {(answer.status_code, answer.location) for answer in answers} == {(303, answers[0].location)}
    assert len(all_cases(house)) == 1


def test_a_form_that_was_kept_takes_no_other_matter(house: House) -> None:
    with house.signed_in() as browser:
        form = form_of(browser, words=MATTER)
        browser.post("/new", data=kept(form))
        answer = browser.post("/new", data=kept({**form, "words": "和平小区有人唱歌太吵"}))
    assert answer.status_code == 422
    assert "This form was kept already" in answer.text
    assert len(all_cases(house)) == 1


def test_corrections_decide(house: House) -> None:
    with house.signed_in() as browser:
        corrected = {"category": "lift", "level": "L1", "unit": "heping"}
        form = form_of(browser, words=MATTER, number="13800000044", **corrected)
        shown = words_of(browser.post("/new", data=form).text)
        assert browser.post("/new", data=kept(form)).status_code == 303
    for sentence in ("put under “Lift” by hand", "level set by hand: Critical", "Heping Residents"):
        assert sentence in shown, sentence
    [row] = all_cases(house)
    assert (row.category, row.level, row.rule, row.service_line) == ("lift", "L1", "by-hand", "public_safety")
    with house.signed_in() as browser:
        assert "heping" in browser.get("/desk?unit=heping").text
        assert row.number in browser.get("/desk?unit=heping").text


def test_a_change_after_looking_is_looked_at_again(house: House) -> None:
    with house.signed_in() as browser:
        form = kept(form_of(browser, words=MATTER))
        answer = browser.post("/new", data={**form, "level": "L2"})
    assert answer.status_code == 200
    assert "You changed something since you looked" in answer.text
    assert all_cases(house) == []


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"words": ""}, "The matter is missing"),
        ({"words": " \u200b\n"}, "The matter is missing"),
        ({"words": "x" * 1001}, "1001 characters are too many"),
        ({"words": MATTER, "number": "12"}, "This is no telephone number"),
        ({"words": MATTER, "number": "+14155550100"}, "This is no telephone number"),
        ({"words": MATTER, "name": "王小明"}, "A name is kept with a number only"),
        ({"words": MATTER, "key": ""}, "This form is not complete"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(house: House, said: dict[str, str], sentence: str) -> None:
    with house.signed_in() as browser:
        answer = browser.post("/new", data=kept(form_of(browser, **said)))
    assert answer.status_code == 422
    assert sentence in words_of(answer.text)
    assert all_cases(house) == []


@pytest.mark.parametrize("odd", [{"category": "no-such"}, {"level": "L9"}, {"unit": "changle"}, {"category": "\x00"}])
def test_a_correction_to_what_does_not_exist_is_none(house: House, odd: dict[str, str]) -> None:
    with house.signed_in() as browser:
        assert browser.post("/new", data=kept(form_of(browser, words=MATTER, **odd))).status_code == 303
    [row] = all_cases(house)
    assert (row.category, row.level, row.rule) == ("drain", "L3", "drain-blocked")


def test_open_cases_of_the_number_are_shown(house: House) -> None:
    before = house.case("幸福里5号楼电梯停了", number="+8613800000044").number
    with house.signed_in() as browser:
        text = browser.post("/new", data=form_of(browser, words=MATTER, number="13800000044")).text
        other = browser.post("/new", data=form_of(browser, words=MATTER, number="13800000045")).text
    assert f'href="/cases/{before}"' in text
    assert before not in other


@pytest.mark.parametrize(("role", "status"), [(Role.SUPERVISOR, 200), (Role.COMMITTEE, 403), (Role.WORKER, 403)])
def test_who_takes_reports_down(house: House, role: Role, status: int) -> None:
    house.account("somebody", "xingfu", role)
    with house.signed_in("somebody") as browser:
        assert browser.get("/new").status_code == status
        form = kept({"csrf_token": token(browser, "/desk"), "key": "0" * 32, "words": MATTER})
        assert browser.post("/new", data=form).status_code == (303 if status == 200 else 403)
        assert ('href="/new"' in browser.get("/desk").text) is (status == 200)
    assert len(all_cases(house)) == (1 if status == 200 else 0)
