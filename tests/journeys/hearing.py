"""Stories of what was heard wrong and is put right, and of complaints of which those whom they name never hear."""

from datetime import UTC, datetime, timedelta

import pytest

from dispatch.acts import doing
from dispatch.acts.refusals import Refused
from dispatch.coi import checks
from tests.journeys.stories import LAMP, story
from tests.journeys.world import OFFICE, World
from tests.people import LI_HONGMEI, LI_JIANGUO, LU_SIYUAN, SHEN_YUEHUA, WANG_XIUYING, WU_CHUNMEI, ZHOU_GUILAN, Member

LAST = 10**6
MARK = "玄武暗语"  # what stands in a complaint and nowhere else
DAY = datetime(2026, 11, 24, tzinfo=UTC)  # of the office, a Tuesday: eight hours ahead of it


def office(hour: int, minute: int = 0, days: int = 0) -> datetime:
    """A minute by the office's clock."""
    return DAY + timedelta(days=days, hours=hour - 8, minutes=minute)


def acts(world: World, who: Member, case: object, name: str, **said: str) -> None:
    with world.desk(who) as (tx, me):
        doing.act(tx, me, case.id, name, (said, LAST))  # type: ignore[attr-defined]


def due(world: World, case: object) -> dict[str, datetime]:
    """Until when its steps are owed, and under "promise" what the resident was told; to the minute."""
    sql = """SELECT step, due_at FROM timer WHERE case_id = :id AND state = 'open'
        UNION ALL SELECT 'promise', due_at FROM cases WHERE id = :id"""
    rows = world.query(sql, id=case.id)  # type: ignore[attr-defined]
    return {row.step: row.due_at.replace(second=0, microsecond=0) for row in rows}


@story
def what_was_heard_wrong_is_put_right(world: World) -> None:
    """Reckoned by hand from the table of targets: L3 by working time, L2 by the clock on the wall."""
    world.text(WANG_XIUYING, LAMP)
    case = world.case()
    running = due(world, case)
    assert running["promise"] == office(17, 30, days=7), "five working days: until Tuesday evening"
    assert running["visit"] == office(17, 30, days=3), "three of them"
    world.wind(timedelta(minutes=30))
    acts(world, LU_SIYUAN, case, "correct", level="L2", why="楼梯上已有人摔过")
    running = due(world, case)
    assert running["promise"] == office(10, days=1), "a day from the report"
    assert (running["first_contact"], running["visit"]) == (office(11, 30), office(14, 30)), "from when it is said"
    assert "11月25日 10:00前" in world.last(WANG_XIUYING)
    world.wind(timedelta(minutes=15))
    acts(world, LU_SIYUAN, case, "correct", place="和平一村3号楼2单元", why="居民说错了小区")
    moved = world.case()
    assert moved.unit_id != case.unit_id
    running = due(world, moved)
    assert running["promise"] == office(10, days=1), "which stands"
    assert running["visit"] == office(14, 45), "and the new unit has its whole time"
    assert "和平一村" in world.last(WANG_XIUYING)
    [was, now] = world.query(
        "SELECT seq FROM event WHERE case_id = :id AND kind = 'corrected' ORDER BY seq", id=moved.id
    )
    assert was.seq < now.seq, "what it was stays in its history"


@story
def one_message_that_was_two_matters_is_split(world: World) -> None:
    world.text(WANG_XIUYING, LAMP)
    acts(world, LU_SIYUAN, world.case(), "correct", parts="幸福里小区3号楼2单元门口垃圾桶满了没人收", why="说了两件事")
    first, second = world.case(0), world.case(1)
    assert (first.category, second.category) == ("stairwell-light", "rubbish-overflow")
    told = world.last(WANG_XIUYING)
    assert first.number in told
    assert second.number in told


@story
def of_a_worker_complained_to_her_head(world: World) -> None:
    """By a supplement to her own case: it becomes another one, which she neither reads nor changes."""
    world.text(WANG_XIUYING, LAMP)
    world.text(LI_HONGMEI, "签收 1")
    before = world.inbox(LI_HONGMEI.number)
    world.text(WANG_XIUYING, f"补充 李红梅来了就骂我，还说再投诉就不给修，{MARK}")
    lamp, secret = world.case(0), world.case(1)
    assert secret.confidential
    assert holder(world, secret) == ZHOU_GUILAN.worker
    assert "supplemented" not in world.events(lamp)
    assert world.inbox(LI_HONGMEI.number) == before
    assert MARK not in "".join(world.inbox(ZHOU_GUILAN.number)), "its words are read at the desk"
    hides(world, LI_HONGMEI, secret)
    with pytest.raises((Refused, LookupError)):
        acts(world, LU_SIYUAN, lamp, "merge", lead=secret.number, why="同一件事")
    assert leaked(world) == []


@story
def of_a_head_a_committee_and_the_office_complained(world: World) -> None:
    """Each goes to the lowest who stands above, and nobody below hears of it."""
    world.text(WANG_XIUYING, f"周桂兰收了人家的红包，{MARK}")
    of_head = world.case()
    assert holder(world, of_head) == SHEN_YUEHUA.worker
    world.text(LI_JIANGUO, f"幸福里居委会的人收好处费，{MARK}")
    of_committee = world.case()
    assert holder(world, of_committee) == SHEN_YUEHUA.worker
    for who in (ZHOU_GUILAN, WU_CHUNMEI, LI_HONGMEI):
        assert world.inbox(who.number) == []
        for case in (of_head, of_committee):
            hides(world, who, case)
    world.text(WANG_XIUYING, f"你们街道收钱办事，{MARK}")
    of_office = world.case()
    for who in (SHEN_YUEHUA, LU_SIYUAN, ZHOU_GUILAN):
        hides(world, who, of_office)
    assert leaked(world) == []


@story
def of_a_worker_complained_on_the_phone(world: World) -> None:
    """As by text: she is not told, and the caller hears neither her name nor the place of whoever has it."""
    heard = " ".join(world.call(WANG_XIUYING, f"我要投诉网格员李红梅，她收了我的钱，{MARK}", LAMP[:11]))
    secret = world.case()
    assert secret.confidential
    assert holder(world, secret) == ZHOU_GUILAN.worker
    assert LI_HONGMEI.name.zh not in heard
    assert world.inbox(LI_HONGMEI.number) == []
    assert MARK not in "".join(world.inbox(ZHOU_GUILAN.number)), "its words are read at the desk"
    hides(world, LI_HONGMEI, secret)
    assert leaked(world) == []


def hides(world: World, who: Member, case: object) -> None:
    """They neither open it, nor do anything to it."""
    number: str = case.number  # type: ignore[attr-defined]
    world.text(who, f"查 {number}")
    assert MARK not in "".join(world.inbox(who.number))
    with pytest.raises((Refused, LookupError)):
        acts(world, who, case, "supplement", words="看看里面写的什么")


def holder(world: World, case: object) -> str:
    sql = "SELECT s.code FROM cases c JOIN staff s ON s.id = c.worker_id WHERE c.id = :id"
    return str(world.query(sql, id=case.id)[0].code)  # type: ignore[attr-defined]


def leaked(world: World) -> list[tuple[str, str]]:
    with world.house.door.transaction(OFFICE) as tx:
        return list(checks.leaked(tx))
