"""The queue: order, paging, filters, figures, odd addresses."""

import re

import pytest
import sqlalchemy as sa

from cases.models import cases
from cases.queries import case_list
from dispatch.loop.verdicts import Answer
from dispatch.reads import queue
from dispatch.reads.queue import PAGE, Filter
from tests.console.house import House
from tests.console.living import DRAIN, answered


def numbers(text: str) -> list[str]:
    """The case numbers of a queue page, in order."""
    return re.findall(r'id="case-([0-9-]+)"', text)


def filled(house: House, count: int) -> list[str]:
    """Cases with many equal due moments, and a few without one; the numbers as the queue must show them."""
    for n in range(count):
        house.case(f"幸福里{n % 9 + 1}号楼下水道堵了")
    apart = "(right(number, 3)::int % 5) * interval '1 h'"
    house.execute(sa.text(f"UPDATE cases SET next_due_at = date_trunc('hour', next_due_at) + {apart}"))
    house.execute(sa.text("UPDATE cases SET next_due_at = NULL WHERE right(number, 3)::int % 10 = 7"))
    rows = house.execute(sa.text("SELECT number FROM cases ORDER BY next_due_at ASC NULLS LAST, id")).scalars()
    return list(rows)


def test_pages_follow_each_other_without_gap_or_repeat(house: House) -> None:
    wanted = filled(house, 2 * PAGE + 7)
    found: list[str] = []
    address: str | None = "/desk"
    with house.signed_in() as browser:
        while address:
            text = browser.get(address).text
            found += numbers(text)
            link = re.search(r'rel="next" href="([^"]+)"', text)
            address = link[1].replace("&amp;", "&") if link else None
    assert found == wanted


def test_a_case_that_comes_between_moves_no_page(house: House) -> None:
    filled(house, PAGE + 5)
    with house.door.transaction("xingfu") as tx:
        first = queue.queue(tx, "xingfu", Filter())
        assert first.after is not None
        second = queue.queue(tx, "xingfu", Filter(), first.after)
    house.case("幸福里5号楼电梯停了")
    with house.door.transaction("xingfu") as tx:
        again = queue.queue(tx, "xingfu", Filter(), first.after)
    assert [row.number for row in again.rows] == [row.number for row in second.rows]


def test_exactly_one_full_page_has_no_next(house: House) -> None:
    filled(house, PAGE)
    with house.door.transaction("xingfu") as tx:
        page = queue.queue(tx, "xingfu", Filter())
    assert (len(page.rows), page.after) == (PAGE, None)


def test_filters_stand_in_the_address(house: House) -> None:
    lift = house.case("幸福里5号楼电梯停了").number
    drain = house.case("幸福里3号楼2单元下水道堵了").number
    other = house.case("和平小区有人唱歌太吵").number
    house.execute(sa.update(cases).where(cases.c.number == other).values(state="in_progress"))
    house.move_clock(minutes=10)  # the lift is to be signed for within half an hour
    expected = {
        "/desk": {lift, drain, other},
        "/desk?category=drain": {drain},
        "/desk?words=下水道": {drain},
        "/desk?words=下水%25": set(),
        "/desk?level=L2": {lift},
        "/desk?service_line=sanitation": {drain},
        "/desk?state=in_progress": {other},
        "/desk?unit=xingfuli": {lift, drain},
        "/desk?unit=xingfuli-south": {drain},
        "/desk?level=L3&unit=xingfuli": {drain},
        "/desk?time=soon": {lift},
        "/desk?time=over": set(),
    }
    with house.signed_in() as browser:
        for address, wanted in expected.items():
            assert set(numbers(browser.get(address).text)) == wanted, address
        house.move_clock(minutes=40)
        assert set(numbers(browser.get("/desk?time=over").text)) == {lift}


def test_every_figure_counts_the_list_that_it_links_to(house: House) -> None:
    filled(house, 12)
    house.case("幸福里5号楼电梯停了")
    house.execute(sa.text("UPDATE cases SET state = 'in_progress' WHERE right(number, 3)::int % 3 = 0"))
    house.execute(sa.text("UPDATE cases SET state = 'closed' WHERE right(number, 3)::int = 4"))
    house.move_clock(minutes=10)
    with house.signed_in() as browser:
        links = re.findall(r'<a[^>]*href="(/desk[^"]*)"[^>]*><b>(\d+)</b>', browser.get("/desk/rows").text)
        assert len(links) == 5
        for address, count in links:
            assert len(numbers(browser.get(address).text)) == int(count), address


def test_ended_cases_are_not_in_the_queue(house: House) -> None:
    taken = house.case(DRAIN)
    answered(house, taken, Answer.SATISFIED)
    with house.signed_in() as browser:
        assert "There are no open cases now." in browser.get("/desk").text
        assert browser.get(f"/cases/{taken.number}").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "level=L9",
        "state=closed",
        "state=%00",
        "unit=%00",
        "unit=%27%3B--",
        "unit=no-such",
        "time=never",
        "service_line=x",
        "category=no-such",
        "words=%00",
        "open=no-such",
        "open=%00",
        "level=L1&level=L2",
        "x=%FF%FE",
    ],
)
def test_odd_filters_are_no_error(house: House, query: str) -> None:
    with house.signed_in() as browser:
        assert browser.get(f"/desk?{query}").status_code == 200
        assert browser.get(f"/desk/rows?{query}").status_code == 200


@pytest.mark.parametrize(
    "after",
    ["x", "~", "~x", "2026-11-24~x", "2026-11-24T10:00:00~0190a6b6-0000-7000-8000-000000000000", "%00~%00"],
)
def test_a_page_that_cannot_be_is_not_found(house: House, after: str) -> None:
    with house.signed_in() as browser:
        assert browser.get(f"/desk?after={after}").status_code == 404


def test_words_of_residents_are_shown_as_words(house: House) -> None:
    house.case('幸福里5号楼电梯停了<script>alert(1)</script>" onmouseover="x')
    with house.signed_in() as browser:
        text = browser.get("/desk").text
    assert "<script>alert" not in text
    assert '" onmouseover' not in text


def test_case_list_has_every_sid_in_one_report(house: House) -> None:
    sids = ["SM" + "1" * 32, "SM" + "2" * 32]
    first = house.case("幸福里5号楼电梯停了", sid=sids[0])
    second = house.case("幸福里3号楼下水道堵了", sid=sids[1])
    with house.door.transaction("xingfu") as tx:
        listed = case_list(tx.conn, tx.office_id)
    assert [entry["number"] for entry in listed] == [first.number, second.number]
    assert [[report["sid"] for report in entry["reports"]] for entry in listed] == [[sid] for sid in sids]
    assert set(listed[0]) == {"number", "state", "reports", "master", "repeat_of", "merge_proposals", "flags"}
    assert listed[0]["state"] == "dispatched"
    assert listed[0]["reports"][0]["received_at"].endswith("+00:00")
