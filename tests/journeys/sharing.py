"""Stories of whose case it is: returns, their adjudication, and units that do a part of it."""

from datetime import timedelta

import pytest

from cases.phrases import ZH
from dispatch import desk
from dispatch.loop import returns
from dispatch.loop.closing import NothingToDecide, by_number
from dispatch.loop.disputes import deciding
from dispatch.side import cohandling, whistling
from tests.journeys.stories import LAMP, story
from tests.journeys.world import World, worker
from tests.people import LI_HONGMEI, LU_SIYUAN, SHEN_YUEHUA, WANG_XIUYING, Member


def holder(world: World) -> tuple[Member, int]:
    """Who has the case, and the short number by which they know it."""
    row = world.query(
        """SELECT s.code, a.short FROM cases c JOIN staff s ON s.id = c.worker_id
           JOIN assignment a ON a.case_id = c.id AND a.until_at IS NULL WHERE c.id = :id""",
        id=world.case().id,
    )[0]
    return worker(str(row.code)), int(row.short)


def unit(world: World) -> str:
    return str(world.query("SELECT u.code FROM unit u WHERE u.id = :id", id=world.case().unit_id)[0].code)


def due(world: World, step: str) -> object:
    """When the step is due that runs."""
    rows = world.query("SELECT due_at FROM timer WHERE step = :step AND state = 'open'", step=step)
    return rows[0].due_at if rows else None


def finish(world: World) -> None:
    """Whoever has it goes there, finds, tells and submits by text; the resident is content."""
    they, n = holder(world)
    code = world.visit_code(WANG_XIUYING)
    for words in (f"到 {n} {code}", f"查明 {n} 灯泡烧坏", f"反馈 {n} 灯已换好", f"办结 {n}"):
        world.text(they, words)
    world.text(WANG_XIUYING, "1")
    case = world.case()
    assert (case.state, case.closing_kind) == ("closed", "solved")


@story
def a_return_upheld(world: World) -> None:
    world.text(WANG_XIUYING, LAMP)
    promised = world.case().due_at
    world.text(LI_HONGMEI, "退单 1 2 这栋楼归和平管")
    case = world.case()
    assert case.state == "return_pending"
    assert any("退单待审" in text for text in world.inbox(LU_SIYUAN.number))
    with world.desk(LU_SIYUAN) as (tx, her):
        returns.uphold(tx, case.number, "heping", "地点属和平", her)
    case = world.case()
    assert (case.state, unit(world), case.due_at) == ("dispatched", "heping", promised)
    assert world.query("SELECT 1 FROM timer WHERE step = 'visit' AND state = 'open' AND unit_id = :u", u=case.unit_id)
    assert "退单属实" in world.last(LI_HONGMEI)
    world.text(LI_HONGMEI, "签收 1")
    assert world.case().state == "dispatched", "it is hers no longer"
    they, n = holder(world)
    assert any("派单" in text for text in world.inbox(they.number))
    world.text(they, f"签收 {n}")
    finish(world)


@story
def a_return_rejected(world: World) -> None:
    world.text(WANG_XIUYING, LAMP)
    before = due(world, "visit")
    world.text(LI_HONGMEI, "退单 1 1")
    world.wind(timedelta(hours=1))
    with world.desk(LU_SIYUAN) as (tx, her):
        returns.reject(tx, world.case().number, "楼道灯归楼院", her)
    assert world.case().state == "in_progress"
    assert "退单驳回" in world.last(LI_HONGMEI)
    assert "异议 1 理由" in world.last(LI_HONGMEI), "she hears what she may do"
    assert due(world, "visit") == before, "nobody gains time by asking"
    world.text(LI_HONGMEI, "退单 1 1")
    assert "不能再退" in world.last(LI_HONGMEI)
    assert world.case().state == "in_progress", "asked once"
    finish(world)


@story
def an_objection_is_adjudicated(world: World) -> None:
    world.text(WANG_XIUYING, LAMP)
    world.text(LI_HONGMEI, "退单 1 1")
    with world.desk(LU_SIYUAN) as (tx, her):
        returns.reject(tx, world.case().number, "楼道灯归楼院", her)
    before = due(world, "visit")
    world.text(LI_HONGMEI, "异议 1 灯是物业公司的资产")
    assert (world.case().state, due(world, "visit")) == ("in_dispute", None)
    assert "终审" in world.last(SHEN_YUEHUA)
    world.wind(timedelta(hours=1))
    with world.desk(SHEN_YUEHUA) as (tx, her):
        deciding.adjudicate(tx, her, by_number(tx, world.case().number), "xingfuli-south", "楼道灯由楼院先行处置")
    moved = world.query("SELECT due_at - CAST(:before AS timestamptz) AS by FROM timer WHERE step = 'visit' "
                        "AND state = 'open'", before=before)[0].by  # fmt: skip
    stood = world.query("SELECT b.at - a.at AS for FROM event a JOIN event b ON a.kind = 'disputed' "
                        "AND b.kind = 'adjudicated' AND a.case_id = b.case_id")[0][0]  # fmt: skip
    assert moved >= stood >= timedelta(hours=1), "the adjudicator's hour is given back"
    world.text(LI_HONGMEI, "退单 1 1")
    assert "终审，归属已定，不能再退单" in world.last(LI_HONGMEI)
    finish(world)


@story
def three_returns_to_adjudication(world: World) -> None:
    world.text(WANG_XIUYING, LAMP)
    number, promised = world.case().number, world.case().due_at
    world.text(LI_HONGMEI, "退单 1 2 这栋楼归和平管")
    with world.desk(LU_SIYUAN) as (tx, her):
        returns.uphold(tx, number, "heping", "地点属和平", her)
    they, n = holder(world)
    world.text(they, f"退单 {n} 1 楼道灯归滨河维修队")
    with world.desk(LU_SIYUAN) as (tx, her):
        returns.reject(tx, number, "请先查看", her)
    with world.desk(LU_SIYUAN) as (tx, her):
        desk.reroute(tx, number, "binhe", "维修队在滨河", her.actor)
    they, n = holder(world)
    world.text(they, f"退单 {n} 1 维修队只管河边")
    assert world.case().state == "in_dispute"
    assert "第三次退单" in world.last(they)
    assert "终审" in world.last(SHEN_YUEHUA)
    with world.desk(LU_SIYUAN) as (tx, her), pytest.raises(NothingToDecide):
        returns.uphold(tx, number, "heping", "再给和平", her)
    world.wind(timedelta(hours=2))
    with world.desk(SHEN_YUEHUA) as (tx, her):
        told = deciding.adjudicate(tx, her, by_number(tx, number), "heping", "产权登记在和平名下")
        assert "由和平" in tx.say(told, ZH)
    case = world.case()
    assert (case.state, unit(world), case.due_at) == ("dispatched", "heping", promised), "the promise stands"
    assert world.events(case).count("return_asked") == 3
    assert "终审裁定" in world.last(they), "who is rid of it hears why"
    now, n = holder(world)
    world.text(now, f"退单 {n} 1 还是不归我们")
    assert world.case().state == "in_progress"
    assert "终审，归属已定，不能再退单" in world.last(now)
    finish(world)


@story
def co_handling_with_one_late(world: World) -> None:
    world.text(WANG_XIUYING, LAMP)
    case = world.case()
    for code, part in (("heping", "请清理对面堆物"), ("binhe", "请断开河边线路")):
        with world.desk(LU_SIYUAN) as (tx, her):
            cohandling.order(tx, her, by_number(tx, case.number), code, ("2026-11-25", part))
    heads = {code: worker(f"{code}-head") for code in ("heping", "binhe")}
    world.text(LI_HONGMEI, f"到 1 {world.visit_code(WANG_XIUYING)}")
    world.text(LI_HONGMEI, "查明 1 线路老化")
    world.text(LI_HONGMEI, "反馈 1 线路已换新")
    world.text(LI_HONGMEI, "办结 1")
    assert world.case().state == "in_progress", "two others still do their part"
    with world.desk(heads["heping"]) as (tx, them):
        cohandling.answer(tx, them, by_number(tx, case.number), "堆物已清理")
    world.at("18:00", days=1)
    late = world.query(
        """SELECT u.code FROM timer t JOIN unit u ON u.id = t.unit_id
           WHERE t.step = 'cohandle' AND t.state = 'open' AND t.due_at < :now""",
        now=world.now,
    )
    assert [row.code for row in late] == ["binhe"], "one answered in time, the other is late"
    assert "breached" in world.events(world.case())
    with world.desk(heads["binhe"]) as (tx, them):
        cohandling.answer(tx, them, by_number(tx, case.number), "线路已断开")
    for code in ("heping", "binhe"):
        with world.desk(LI_HONGMEI) as (tx, her):
            cohandling.accept(tx, her, by_number(tx, case.number), code)
    world.text(LI_HONGMEI, "办结 1")
    world.text(WANG_XIUYING, "1")
    assert world.case().state == "closed"
    kinds = [kind for kind in world.events(world.case()) if kind.startswith("co_")]
    assert kinds == ["co_answered", "co_answered", "co_accepted", "co_accepted"]


@story
def a_whistle(world: World) -> None:
    """Two units are summoned to the spot: one comes in time, the other late; both are evaluated."""
    world.text(WANG_XIUYING, LAMP)
    number = world.case().number
    with world.desk(SHEN_YUEHUA) as (tx, her):
        case = by_number(tx, number)
        whistling.blow(tx, her, case, ["heping", "binhe"], ("30", "", "漏电，请一起到场查看"))
    called = {
        str(row.unit): worker(str(row.staff))
        for row in world.query(
            "SELECT u.code AS unit, f.code AS staff FROM summons s JOIN unit u ON u.id = s.unit_id "
            "JOIN staff f ON f.id = s.staff_id"
        )
    }
    assert set(called) == {"heping", "binhe"}
    for they in called.values():
        assert "【吹哨】" in world.last(they)
        assert "到哨 1" in world.last(they)
    world.wind(timedelta(minutes=20))
    world.text(called["heping"], "到哨 1")
    assert "按时到场" in world.last(called["heping"])
    assert "已按时到场" in world.last(SHEN_YUEHUA)
    world.wind(timedelta(minutes=15))
    assert "【吹哨未到】" in world.last(called["binhe"])
    assert "没有到场" in world.last(SHEN_YUEHUA)
    world.text(called["binhe"], "到哨")
    assert "迟到" in world.last(called["binhe"])
    for unit, said in (("heping", ("yes", "5", "到得快，当场断电")), ("binhe", ("yes", "3", "晚了，但帮到底"))):
        with world.desk(SHEN_YUEHUA) as (tx, her):
            whistling.rate(tx, her, by_number(tx, number), unit, said)
        assert "【吹哨评价】" in world.last(called[unit])
    kinds = [kind for kind in world.events(world.case()) if kind.startswith("whistle")]
    assert kinds == [
        "whistled", "whistle_came", "whistle_missed", "whistle_came_late", "whistle_rated", "whistle_rated",
    ]  # fmt: skip
    finish(world)
