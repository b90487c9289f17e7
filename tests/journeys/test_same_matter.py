"""The same matter, told by many: a storm of three hundred, ten neighbours on one nuisance, one caller ten times. Over
the real doors, in one process."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.embedded.postgres import EmbeddedPostgres
from dispatch.acts import doing
from dispatch.same import proposals
from tests.conftest import fresh_database
from tests.journeys.world import LINE, World, living
from tests.people import LU_SIYUAN, SHEN_YUEHUA, Member
from tests.stage import sample_district

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
CALLERS = 300
BEFORE = 10  # with whom the storm is known as one
LAST = 10**6


@pytest.fixture
def world(postgres: EmbeddedPostgres, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    with fresh_database(postgres, request) as database, living(database, tmp_path) as found:
        yield found
        assert found.broken() == []


def takes_orders(world: World) -> None:
    """Whoever of the office is rung for an order takes it."""
    for worker in sample_district()["workers"]:  # type: ignore[attr-defined]
        world.phone(worker["phone"], calls="answer", keys="1")


def acts(world: World, who: Member, number: str, name: str, **said: str) -> None:
    """A deed on the case page."""
    with world.desk(who) as (tx, me):
        [case_id] = [row.id for row in world.query("SELECT id FROM cases WHERE number = :number", number=number)]
        doing.act(tx, me, case_id, name, (said, LAST))


def merge_all(world: World, who: Member) -> int:
    """What is proposed is confirmed, case by case; how many."""
    with world.desk(who) as (tx, _):
        waiting = [(row.number, row.lead_number) for row in proposals.waiting(tx)]
    for number, lead in waiting:
        acts(world, who, number, "join", lead=lead)
    return len(waiting)


def test_a_storm_of_three_hundred_is_one_event_and_everybody_is_told_at_its_end(world: World) -> None:
    takes_orders(world)
    numbers = [f"+861383000{nth:04}" for nth in range(CALLERS)]
    for nth, number in enumerate(numbers[:BEFORE]):
        world.text_from(number, f"幸福里小区{nth % 9 + 1}号楼停水了")
    [storm] = world.query("SELECT i.*, c.number FROM incident i JOIN cases c ON c.id = i.case_id")
    acts(world, LU_SIYUAN, storm.number, "announce", words="幸福里小区供水主管爆裂，正在抢修，预计20点恢复")
    heard = []
    for nth, number in enumerate(numbers[BEFORE:]):
        if nth % 2:
            heard.append(" ".join(world.exchange.call(number, LINE, ("幸福里小区三号楼停水了", "是的")).heard))
        else:
            world.exchange.text(number, LINE, "幸福里小区3号楼2单元停水了")
            world.exchange.text(number, LINE, "1")
        if nth % 29 == 0:
            world.wind(timedelta(seconds=30))
    world.settle()
    assert world.now < storm.opened_at + timedelta(minutes=10)
    assert all("预计20点恢复" in said and "记下了" in said for said in heard)
    [joined] = world.query("SELECT count(*) AS n FROM incident_join")
    assert joined.n == CALLERS - BEFORE
    [masters] = world.query("SELECT count(*) AS n FROM cases WHERE channel = 'machine'")
    [cases] = world.query("SELECT count(*) AS n FROM cases")
    assert (masters.n, cases.n) == (0, BEFORE), "an outage is no alarm of a group, and no case for whoever joined"
    assert merge_all(world, LU_SIYUAN) == BEFORE - 1
    acts(world, SHEN_YUEHUA, storm.number, "all-clear", words="主管已修复，全部恢复供水。")
    told = [sum("全部恢复供水" in text for text in world.inbox(number)) for number in numbers]
    assert told == [1] * CALLERS, "everybody in one text"


def test_ten_neighbours_on_one_nuisance_have_one_master(world: World) -> None:
    words = (
        "幸福里小区3号楼楼下烧烤摊油烟大，熏得睡不着", "3号楼下面烧烤摊的油烟熏得全家没法开窗，幸福里小区的",
        "幸福里小区三号楼底下的燒烤攤油煙太大了", "幸福里3栋楼下那个烧烤摊，天天油烟呛人",
        "幸福里小区3号楼楼下烧烤摊油烟扰民",
    )  # fmt: skip
    for nth in range(10):
        world.text_from(f"+861383100{nth:04}", words[nth % len(words)])
        world.wind(timedelta(hours=7))
    first = world.query("SELECT * FROM cases ORDER BY received_at, id")[0]
    assert merge_all(world, LU_SIYUAN) == 9
    merged = world.query("SELECT merged_into, state FROM cases WHERE id <> :id", id=first.id)
    assert [(row.merged_into, row.state) for row in merged] == [(first.id, "merged")] * 9
    flags = world.query("SELECT code, case_id FROM side WHERE kind = 'flag' AND ended_at IS NULL")
    assert [(row.code, row.case_id) for row in flags] == [("collective", first.id)], "and no alarm"


def test_one_caller_ten_times_is_no_group(world: World) -> None:
    number = "+8613832000001"
    for nth in range(10):
        if nth % 2:
            world.exchange.call(number, LINE, ("幸福里小区三号楼停水了", "是的"))
        else:
            world.text_from(number, "幸福里小区3号楼停水了")
        world.wind(timedelta(minutes=3))
    [case] = world.query("SELECT * FROM cases")
    assert world.events(case).count("supplemented") == 9
    assert world.query("SELECT 1 FROM side WHERE kind = 'flag'") == []
    assert world.query("SELECT 1 FROM incident") == []
