"""The rota on its page: now, next, this week, gaps; shifts and leaves by hand."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from cases.loop.deeds import standing
from cases.phrases import LANGUAGES
from dispatch.due import errands
from dispatch.duty import shifts
from dispatch.duty.handlers import HANDLERS
from dispatch.duty.shifts import Shift
from dispatch.loop.who import by_id
from dispatch.models import absence, district_version
from dispatch.people.accounts import Role
from tests.console.house import House, token
from tests.console.living import DRAIN

HEAD = {"unit": "xingfuli", "worker": "xingfuli-head", "from": "08:00", "to": "20:00"}


def post(house: House, address: str, login: str = "dispatcher", **form: Any) -> TestResponse:
    """A form is sent; the answer, or the page that it leads to."""
    with house.signed_in(login) as browser:
        form = {"csrf_token": token(browser, "/desk"), **form}
        answer = browser.post(address, data=form)
        return browser.get(answer.location) if answer.status_code == 303 else answer


def seen(house: House, address: str = "/duty", login: str = "dispatcher") -> str:
    """A page's words in one line."""
    with house.signed_in(login) as browser:
        text = browser.get(address).text
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", unescape(text)))


def versions(house: House) -> int:
    """How many pictures of the district there are."""
    count: int = house.execute(sa.select(sa.func.count()).select_from(district_version)).scalar_one()
    return count


def run_errands(house: House) -> None:
    """What `timers` does that is due now."""
    doing = True
    while doing:
        with house.door.transaction("xingfu") as tx:
            doing = errands.do_next(tx, HANDLERS)


def test_who_is_there_now_and_who_comes_next(house: House) -> None:
    text = seen(house, "/duty?unit=xingfuli")
    assert "Zheng Dayong until 20:00" in text
    assert "Feng Yuxia Zhou Guilan 2026-11-24 20:00" in text
    house.move_clock(hours=12)
    assert "Feng Yuxia until 08:00" in seen(house, "/duty?unit=xingfuli")


def test_a_shift_is_put_in_and_is_in_force_at_once(house: House) -> None:
    before = versions(house)
    answer = post(house, "/duty/shifts", **HEAD, days=["1", "3"])
    assert "The shift is in the rota." in answer.text
    assert "Zhou Guilan until 08:00" in seen(house, "/duty?unit=xingfuli"), "her night follows at once"
    assert versions(house) == before + 1
    with house.door.transaction("xingfu") as tx:
        rows = [row for row in tx.district.duty if row.worker == "xingfuli-head" and row.starts.hour == 8]
        assert [row.weekday for row in rows] == [1, 3]
    with house.door.transaction("changle") as tx:
        assert tx.district.units[0].code == "changle", "another office keeps its own"


def test_two_who_change_the_rota_at_once_both_have_it(house: House) -> None:
    def put(day: int) -> None:
        with house.door.transaction("xingfu") as tx:
            shifts.add(tx, Shift("xingfuli", "xingfuli-head", (day,), time(8), time(20)))

    before = versions(house)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(put, range(4)))
    assert versions(house) == before + 4
    with house.door.transaction("xingfu") as tx:
        rows = [row.weekday for row in tx.district.duty if row.worker == "xingfuli-head" and row.starts.hour == 8]
    assert sorted(rows) == [0, 1, 2, 3]


def test_who_is_taken_off_duty_hands_on_what_presses(house: House) -> None:
    """A shift that is taken out ends at once: at night what is urgent goes to whoever is there."""
    house.move_clock(hours=12)
    taken = house.case("幸福里3号楼电梯停了")
    with house.door.transaction("xingfu") as tx:
        holder = by_id(tx, standing(tx, taken.case_id).row.worker_id)
    run_errands(house)
    form = {"unit": holder.unit, "worker": holder.code, "from": "20:00", "to": "08:00"}
    post(house, "/duty/shifts/remove", **form, days=[str(day) for day in range(7)])
    run_errands(house)
    with house.door.transaction("xingfu") as tx:
        assert by_id(tx, standing(tx, taken.case_id).row.worker_id).code != holder.code


def test_who_comes_next_is_not_on_leave(house: House) -> None:
    assert "Li Hongmei 2026-11-24 20:00" in seen(house, "/duty?unit=xingfuli-south")
    leave(house, "xingfuli-grid-02", "2026-11-24T18:00", "2026-11-26T17:30")
    assert "Zhang Aimin 2026-11-25 08:00" in seen(house, "/duty?unit=xingfuli-south")


def test_a_shift_is_taken_out_for_one_day(house: House) -> None:
    form = {"unit": "xingfuli", "worker": "xingfuli-duty-1", "from": "08:00", "to": "20:00", "days": "1"}
    answer = post(house, "/duty/shifts/remove", **form)
    assert "The shift is out of the rota." in answer.text
    with house.door.transaction("xingfu") as tx:
        rows = [row.weekday for row in tx.district.duty if row.worker == "xingfuli-duty-1"]
    assert rows == [0, 2, 3, 4, 5, 6]
    gone = post(house, "/duty/shifts/remove", **form)
    assert gone.status_code == 422
    assert "not in the rota any more" in gone.text


def test_hours_without_anybody_are_told_with_who_takes_over(house: House) -> None:
    for worker in ("xingfuli-duty-2", "xingfuli-head"):
        form = {"unit": "xingfuli", "worker": worker, "from": "20:00", "to": "08:00", "days": "1"}
        post(house, "/duty/shifts/remove", **form)
    text = seen(house, "/duty?unit=xingfuli")
    assert "2026-11-24 20:00 – 2026-11-25 08:00 (12:00) → what is urgent goes up to Xingfu Sub-district Office" in text
    house.move_clock(hours=12)
    assert "Nobody: what is urgent goes up to Xingfu Sub-district Office" in seen(house, "/duty?unit=xingfuli")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"days": []}, "choose at least one day"),
        ({"worker": "nobody"}, "choose somebody of the list"),
        ({"from": "25:99"}, "From: write hours and minutes"),
        ({"to": ""}, "To: write hours and minutes"),
        ({"worker": "xingfuli-duty-1"}, "has these hours on these days already"),
    ],
)
def test_a_wrong_shift_is_refused_and_the_form_keeps_what_was_written(
    house: House, change: dict[str, Any], told: str
) -> None:
    before = versions(house)
    answer = post(house, "/duty/shifts", **{**HEAD, "days": ["1"], **change})
    assert answer.status_code == 422
    assert told in unescape(answer.text)
    if change.get("from") != "25:99":
        assert 'name="from" type="time" required value="08:00"' in answer.text
    if "days" not in change:
        assert 'name="days" value="1" checked' in answer.text
    assert versions(house) == before


def leave(house: House, worker: str, start: str, end: str, login: str = "dispatcher") -> TestResponse:
    """A leave is recorded by the form."""
    form = {"unit": "xingfuli", "worker": worker, "kind": "sick", "start": start, "end": end}
    return post(house, "/duty/leaves", login, **form)


def test_a_leave_moves_what_has_not_begun_and_shows_where_it_went(house: House) -> None:
    taken = house.case(DRAIN)
    assert "The leave is recorded." in leave(house, "xingfuli-grid-02", "", "2026-11-27T17:30").text
    text = seen(house, "/duty?unit=xingfuli-south")
    assert f"Still in hand: 1 {taken.number}" in text
    run_errands(house)
    text = seen(house, "/duty?unit=xingfuli-south")
    assert f"Went to others: 1 {taken.number} →" in text
    assert "Still in hand" not in text
    row = house.execute(sa.select(absence)).one()
    assert row.recorded_by == "account:dispatcher"
    assert row.until_at == datetime(2026, 11, 27, 9, 30, tzinfo=UTC), "the hours of the form are the office's"


def test_a_leave_is_taken_back(house: House) -> None:
    leave(house, "xingfuli-grid-02", "2026-11-25T09:00", "2026-11-27T17:30")
    id_ = house.execute(sa.select(absence.c.id)).scalar_one()
    assert "The leave is taken back." in post(house, f"/duty/leaves/{id_}/cancel", unit="xingfuli").text
    assert house.execute(sa.select(absence.c.cancelled_at)).scalar_one() is not None
    assert post(house, f"/duty/leaves/{id_}/cancel", unit="xingfuli").status_code == 404


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [
        ("", "", "Leave ends: write day and hour"),
        ("yesterday", "2026-11-27T17:30", "Leave begins: write day and hour"),
        ("0001-01-01T00:00", "2026-11-27T17:30", "Leave begins: write day and hour"),
        ("2026-11-27T17:30", "2026-11-26T17:30", "give a later moment"),
    ],
)
def test_a_wrong_leave_is_refused(house: House, start: str, end: str, told: str) -> None:
    answer = leave(house, "xingfuli-grid-02", start, end)
    assert (answer.status_code, told in unescape(answer.text)) == (422, True)
    assert f'value="{end}"' in answer.text
    assert house.execute(sa.select(sa.func.count()).select_from(absence)).scalar_one() == 0


def test_a_committee_plans_its_own_units_only(house: House) -> None:
    house.account("committee", "xingfuli", Role.COMMITTEE)
    assert post(house, "/duty/shifts", "committee", **HEAD, days=["1"]).status_code == 200
    other = {**HEAD, "unit": "heping", "days": ["1"]}
    assert post(house, "/duty/shifts", "committee", **other).status_code == 404
    foreign = {**HEAD, "worker": "heping-head", "days": ["1"]}
    assert post(house, "/duty/shifts", "committee", **foreign).status_code == 422
    assert leave(house, "heping-head", "", "2026-11-27T17:30", "committee").status_code == 422
    text = seen(house, "/duty", "committee")
    assert "Xingfuli South Courtyard" in text
    assert "Heping" not in text
    with house.signed_in("committee") as browser:
        assert browser.get("/duty?unit=heping").status_code == 404
    leave(house, "heping-head", "", "2026-11-27T17:30")
    id_ = house.execute(sa.select(absence.c.id)).scalar_one()
    assert post(house, f"/duty/leaves/{id_}/cancel", "committee", unit="xingfuli").status_code == 404


def test_a_worker_looks_and_plans_nothing(house: House) -> None:
    house.account("worker", "xingfuli-south", Role.WORKER)
    with house.signed_in("worker") as browser:
        text = browser.get("/duty").text
    assert "Li Hongmei" in text
    assert "/duty/shifts" not in text
    form = {**HEAD, "unit": "xingfuli-south", "worker": "xingfuli-grid-01", "days": ["1"]}
    for address in ("/duty/shifts", "/duty/shifts/remove", "/duty/leaves"):
        assert post(house, address, "worker", **form).status_code == 404


def test_without_its_token_nothing_is_done(house: House) -> None:
    before = versions(house)
    with house.signed_in() as browser:
        assert browser.post("/duty/shifts", data={**HEAD, "days": ["1"]}).status_code == 400
    assert versions(house) == before


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_is_whole_in_both_languages(house: House, lang: str) -> None:
    leave(house, "xingfuli-grid-02", "", "2026-11-27T17:30")
    with house.signed_in(lang=lang) as browser:
        text = re.sub(r'(href|src|action|for|id)="[^"]*"', "", browser.get("/duty").text)
    assert "supervise." not in text
    assert "dispatch." not in text


def test_what_people_have_in_hand_stands_against_what_they_can_have(house: House) -> None:
    number = house.case(DRAIN).number
    text = seen(house, "/duty?unit=xingfuli-south")
    assert "In hand: Xingfuli South Courtyard" in text
    assert f"Li Hongmei grid worker 1 of 40 {number} 2026-11-24 10:00 –" in text
    assert "Zhang Aimin grid worker 0 of 40 – –" in text
    assert "Nobody of this unit goes out." not in text
