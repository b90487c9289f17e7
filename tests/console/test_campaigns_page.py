"""Campaigns: cases join one plan with a shared deadline; their unit is told before and at its end."""

import pytest
import sqlalchemy as sa

from cases.models import cases
from dispatch.reads import checks
from tests.console.house import House
from tests.console.living import DRAIN
from tests.console.test_rounds_page import column, happens, send, words

WANTED = {"name": "下水道整治", "plan": "逐楼疏通，一周内完成。", "due": "2026-11-27T17:30", "unit": "xingfuli"}


def test_a_campaign_from_its_plan_to_its_end(house: House) -> None:
    numbers = [house.case(DRAIN).number, house.case("幸福里5号楼下水道堵了", number="+8613800000002").number]
    with house.signed_in() as browser:
        status, text = send(browser, "/campaigns", **WANTED)
        assert (status, "No case has joined yet." in text) == (303, True)
        [id_] = column(house, "SELECT id FROM campaign")
        there = f"/campaigns/{id_}/cases"
        assert "20260101-000001 is no open case" in send(browser, there, numbers=f"{numbers[0]} 20260101-000001")[1]
        assert column(house, "SELECT count(*) FROM campaign_case") == [0]
        assert "2 cases joined." in send(browser, there, numbers="，".join(numbers))[1]
        assert "0 cases joined." in send(browser, there, numbers=numbers[1])[1]
        assert "Joined to a campaign" in words(browser.get(f"/cases/{numbers[0]}").text)
        assert "Open 2/2" in words(browser.get(f"/campaigns/{id_}").text)
        house.execute(sa.update(cases).where(cases.c.number == numbers[1]).values(confidential=True))
        text = words(browser.get(f"/campaigns/{id_}").text)
        assert ("3号楼" in text, "5号楼" in text) == (True, False), "what is confidential is veiled here too"
    for hours in (72, 80):  # three quarters of its working time; its end
        house.move_clock(hours=hours)
        happens(house)
    assert column(house, "SELECT count(*) FROM outbox WHERE purpose = 'campaign'") == [2]
    with house.door.transaction("xingfu") as tx:
        assert [row for row in checks.broken(tx) if row.name == "ROUND"] == []
    with house.signed_in() as browser:
        assert "The campaign has ended." in send(browser, f"/campaigns/{id_}/end")[1]
        assert "takes no more cases" in send(browser, there, numbers=numbers[0])[1]
        assert "ended" in words(browser.get("/campaigns").text)


@pytest.mark.parametrize(
    ("spoilt", "says"),
    [
        ({"name": " "}, "The name is empty"),
        ({"plan": ""}, "The plan is empty"),
        ({"due": "soon"}, "The deadline is not understood"),
        ({"due": "2026-01-01T00:00"}, "The deadline has passed"),
    ],
)
def test_what_lacks_something_is_asked_for_again(house: House, spoilt: dict[str, str], says: str) -> None:
    with house.signed_in() as browser:
        status, text = send(browser, "/campaigns", **{**WANTED, **spoilt})
    assert (status, says in text) == (422, True)
    assert column(house, "SELECT count(*) FROM campaign") == [0]
