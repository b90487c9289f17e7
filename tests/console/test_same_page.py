"""What may be one matter, on a page: who sees it, what is done to those that were chosen, the storms that run."""

import pytest

from dispatch.acts import doing
from dispatch.people.accounts import Role
from dispatch.reports import Taken
from dispatch.same import looking
from tests.console.house import House, token
from tests.console.living import does
from tests.console.test_new import form_of, kept, words_of

BARBECUE = ("幸福里小区3号楼楼下烧烤摊油烟大，熏得睡不着", "3号楼下面那个烧烤摊的油烟熏得全家没法开窗，幸福里小区的")


def neighbours(house: House, count: int = 3) -> list[Taken]:
    """So many neighbours tell of one nuisance, and it was looked at."""
    taken = [house.case(BARBECUE[nth > 0], number=f"+86138001000{nth:02}") for nth in range(count)]
    looked(house)
    return taken


def looked(house: House) -> None:
    while True:
        with house.door.transaction("xingfu") as tx:
            if not looking.look_next(tx):
                return


def state(house: House, taken: Taken) -> str:
    with house.door.transaction("xingfu") as tx:
        return str(tx.conn.exec_driver_sql(f"SELECT state FROM cases WHERE number = '{taken.number}'").scalar_one())


def test_chosen_cases_are_merged_or_kept_apart(house: House) -> None:
    first, second, third = neighbours(house)
    with house.signed_in() as browser:
        text = browser.get("/same").text
        assert f'id="case-{first.number}"' in text
        form = {"csrf_token": token(browser, "/same"), "do": "join", "n": second.number}
        assert browser.post(f"/same/{first.number}", data=form).status_code == 303
        said = words_of(browser.get("/same").text)
        assert "1 件已处理" in said or "1 of 1" in said
        assert (state(house, second), state(house, third)) == ("merged", "dispatched")
        browser.post(f"/same/{first.number}", data={**form, "do": "apart", "n": third.number})
        assert f'id="case-{first.number}"' not in browser.get("/same").text
        browser.post(f"/same/{first.number}", data={**form, "n": third.number})
        assert state(house, third) == "dispatched", "it was kept apart"
        assert browser.post(f"/same/{first.number}", data={**form, "do": "burn"}).status_code == 400


@pytest.mark.parametrize("login", ["worker", "committee"])
def test_only_the_office_merges(house: House, login: str) -> None:
    house.account(login, unit="xingfuli", role=Role(login))
    first, second, _ = neighbours(house)
    with house.signed_in(login) as browser:
        assert browser.get("/same").status_code == 403
        form = {"csrf_token": token(browser, "/desk"), "do": "join", "n": second.number}
        assert browser.post(f"/same/{first.number}", data=form).status_code == 403
    assert state(house, second) == "dispatched"


def test_case_and_list_say_what_is_proposed_and_what_runs(house: House) -> None:
    first, second, _ = neighbours(house)
    words = {"words": "烧烤摊已约谈，今晚起停业整改", "reach": "place"}
    does(house, lambda tx, who: doing.act(tx, who, first.case_id, "announce", (words, 10**6)), "dispatcher-1")
    with house.signed_in() as browser:
        lead, other = (words_of(browser.get(f"/cases/{one.number}").text) for one in (first, second))
        listed = words_of(browser.get("/same").text)
    assert first.number in other
    assert words["words"] in lead
    assert words["words"] in listed


def test_what_is_taken_down_again_goes_onto_the_open_case_or_the_storm(house: House) -> None:
    mine = house.case("幸福里小区3号楼2单元楼道灯坏了", number="+8613800100001")
    water = house.case("幸福里小区下水道堵了", number="+8613800100002")
    looked(house)
    words = {"words": "主管爆裂，预计20点恢复", "reach": "place"}
    does(house, lambda tx, who: doing.act(tx, who, water.case_id, "announce", (words, 10**6)), "dispatcher-1")
    with house.signed_in() as browser:
        again = form_of(browser, words="幸福里小区3号楼2单元楼道灯还坏着", number="13800100001")
        shown = words_of(browser.post("/new", data=again).text)
        assert "looks like the same matter" in shown
        assert mine.number in shown
        assert browser.post("/new", data={**kept(again), "do": f"keep:{mine.number}"}).status_code == 303
        joins = form_of(browser, words="幸福里小区5号楼下水道堵了", number="13800100003")
        assert "预计20点恢复" in words_of(browser.post("/new", data=joins).text)
        assert browser.post("/new", data={**kept(joins), "do": f"keep:{water.number}"}).status_code == 303
        foreign = form_of(browser, words="和平里小区2号楼的路面坏了", number="13800100003")
        assert browser.post("/new", data={**kept(foreign), "do": f"keep:{mine.number}"}).status_code == 303
    with house.owner.connect() as conn:
        count = "SELECT (SELECT count(*) FROM cases), (SELECT count(*) FROM incident_join)"
        assert tuple(conn.exec_driver_sql(count).one()) == (3, 1), "a case of somebody else is no case to put it onto"
        roles = conn.exec_driver_sql("SELECT role FROM report WHERE channel = 'hand' ORDER BY role").scalars().all()
    assert roles == ["joined", "matter", "supplement"]
