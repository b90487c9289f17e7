"""Whistles: who may summon whom, who is told, who came in time, late or not at all, and how they are evaluated."""

from datetime import timedelta

import pytest

from cases.loop.deeds import standing
from dispatch.acts.refusals import Refused
from dispatch.due import handlers
from dispatch.figures.counting import Period
from dispatch.figures.reading import report_of
from dispatch.loop.who import NotYours
from dispatch.reports import UnknownUnit
from dispatch.side import whistling
from tests.dispatch.looping import HER, LAMP, at_desk, case, kinds, one, snapshot, sound, to_closed, value
from tests.dispatch.test_side_cohandling import sees
from tests.dispatch.test_side_supervising import act, no, told_to
from tests.people import LU_SIYUAN, SHEN_YUEHUA, WU_CHUNMEI, ZHOU_GUILAN
from tests.stage import LINE, Stage

SUPERVISOR, HEAD = SHEN_YUEHUA.worker, ZHOU_GUILAN.worker
CALLED = {"units": "heping,binhe", "soon": "30", "why": "请一起查看电线"}


def done(stage: Stage) -> None:
    """All that is due is done."""
    left = True
    while left:
        with stage.door.transaction(LINE) as tx:
            left = handlers.fire_next(tx)


def states(stage: Stage) -> list[tuple[object, ...]]:
    sql = """SELECT u.code, s.came_at IS NOT NULL AS came, s.took_part, s.score FROM summons s
             JOIN unit u ON u.id = s.unit_id ORDER BY u.code"""
    return [tuple(row) for row in stage.rows(sql)]


def test_units_are_summoned_come_and_are_evaluated(stage: Stage) -> None:
    taken = stage.text(LAMP)
    assert sees(stage, taken.number) == (False, False)
    act(stage, taken, "whistle", by=SUPERVISOR, **CALLED)
    told = told_to(stage, "whistle_whistled")
    assert {code.split("-")[0] for code in told} == {"heping", "binhe"}
    assert told_to(stage, "whistle_holder") == {HER}
    assert sees(stage, taken.number) == (True, True), "who is summoned sees the case"
    assert no(stage, taken, "whistle", by=SUPERVISOR, **CALLED) == "casepage.refused.not_now"
    by = next(code for code in told if code.startswith("heping"))
    act(stage, taken, "come", by=by)
    assert no(stage, taken, "come", by=by) == "casepage.refused.not_now", "once"
    assert no(stage, taken, "rate", by=by, part="yes", score="5", why="自评") == "casepage.refused.not_now"
    stage.wind(timedelta(minutes=31))
    done(stage)
    assert kinds(stage, taken)[-3:] == ["whistled", "whistle_came", "whistle_missed"]
    assert {code.split("-")[0] for code in told_to(stage, "whistle_missed")} == {"binhe"}
    assert told_to(stage, "whistle_absent") == {SUPERVISOR}
    act(stage, taken, "come", by="binhe-head")
    assert kinds(stage, taken)[-1] == "whistle_came_late"
    act(stage, taken, "rate", by=SUPERVISOR, called="heping", part="yes", score="5", why="到得快，当场断电")
    assert sees(stage, taken.number)[0], "the other one is not evaluated yet"
    act(stage, taken, "rate", by=SUPERVISOR, part="no", score="2", why="来得晚，没有动手")
    assert states(stage) == [("binhe", True, False, 2), ("heping", True, True, 5)]
    assert value(stage, "SELECT result FROM whistle") == "rated"
    assert sees(stage, taken.number) == (False, False), "done with it"
    assert len(told_to(stage, "whistle_rated")) == 2
    act(stage, taken, "whistle", by=SUPERVISOR, units="heping", why="再来一次")
    assert value(stage, "SELECT max(short) FROM whistle") == 1, "the number is free again"
    sound(stage)


def test_a_committees_head_whistles_for_a_case_of_its_own(stage: Stage) -> None:
    taken = stage.text(LAMP)
    act(stage, taken, "whistle", by=HEAD, **CALLED)
    assert value(stage, "SELECT blown_by FROM whistle") == f"staff:{HEAD}"
    stage.wind(timedelta(minutes=31))
    done(stage)
    for unit in ("heping", "binhe"):
        act(stage, taken, "rate", by=HEAD, called=unit, part="no", score="1", why="没有到场")
    assert value(stage, "SELECT result FROM whistle") == "rated"


@pytest.mark.parametrize("by", [HER, WU_CHUNMEI.worker, LU_SIYUAN.worker, "heping-head", "verifier"])
def test_nobody_else_whistles(stage: Stage, by: str) -> None:
    taken = stage.text(LAMP)
    before = snapshot(stage)
    with pytest.raises(NotYours), at_desk(stage, by) as (tx, who):
        whistling.blow(tx, who, standing(tx, taken.case_id, lock=True), ["heping"], ("", "", "请来"))
    assert snapshot(stage) == before


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"units": "", "why": "请来"}, "casepage.needs.units"),
        ({"units": " , ", "why": "请来"}, "whistle.refused.nobody"),
        ({"units": "heping", "soon": "昨天", "why": "请来"}, "whistle.refused.no_moment"),
        ({"units": "heping", "soon": "2026-11-20 9:00", "why": "请来"}, "whistle.refused.no_moment"),
        ({"units": "heping", "why": "来"}, "life.refused.no_words"),
        ({"units": "heping,nowhere", "why": "请来"}, "casepage.refused.no_unit"),
    ],
)
def test_what_is_wrong_with_a_whistle_is_said_at_its_field(stage: Stage, said: dict[str, str], why: str) -> None:
    taken = stage.text(LAMP)
    assert no(stage, taken, "whistle", by=SUPERVISOR, **said) == why
    assert stage.rows("SELECT 1 FROM whistle") == []


def test_unknown_units_are_told_to_whoever_commands(stage: Stage) -> None:
    taken = stage.text(LAMP)
    with pytest.raises(UnknownUnit), at_desk(stage, SUPERVISOR) as (tx, who):
        whistling.blow(tx, who, standing(tx, taken.case_id, lock=True), ["nowhere"], ("", "", "请来"))


def test_whoever_whistled_keeps_who_is_there(stage: Stage) -> None:
    taken = stage.text(LAMP)
    act(stage, taken, "whistle", by=SUPERVISOR, **CALLED)
    with pytest.raises(Refused, match="which"):
        act(stage, taken, "come", by=SUPERVISOR)
    act(stage, taken, "come", by=SUPERVISOR, called="binhe")
    assert states(stage) == [("binhe", True, None, None), ("heping", False, None, None)]
    with pytest.raises(Refused, match="not_now"):
        act(stage, taken, "come", by=LU_SIYUAN.worker, called="heping")


def test_an_evaluation_waits_for_the_moment_or_for_who_comes(stage: Stage) -> None:
    taken = stage.text(LAMP)
    act(stage, taken, "whistle", by=SUPERVISOR, **CALLED)
    assert no(stage, taken, "rate", by=SUPERVISOR, part="no", score="1", why="没来") == "casepage.refused.not_now"
    act(stage, taken, "come", by="heping-liaison")
    rated = {"called": "binhe", "part": "no", "score": "1", "why": "没来"}
    assert no(stage, taken, "rate", by=SUPERVISOR, **rated) == "whistle.refused.none"
    assert no(stage, taken, "rate", by=SUPERVISOR, part="yes", score="6", why="好") == "casepage.needs.choice"


def test_of_a_case_that_is_over_before_nobody_need_come(stage: Stage) -> None:
    taken = stage.text(LAMP)
    act(stage, taken, "whistle", by=SUPERVISOR, units="heping", soon="2026-11-30 9:00", why="周一一起看")
    to_closed(stage, taken)
    stage.wind(timedelta(days=7))
    done(stage)
    assert (case(stage, taken).state, value(stage, "SELECT result FROM whistle")) == ("closed", "case_over")
    assert told_to(stage, "whistle_missed") == set()
    assert "whistle_missed" not in kinds(stage, taken)
    sound(stage)


def test_what_was_summoned_is_evaluated_after_the_case_too(stage: Stage) -> None:
    taken = stage.text(LAMP)
    act(stage, taken, "whistle", by=SUPERVISOR, units="heping", why="请来一起看")
    act(stage, taken, "come", by="heping-head")
    to_closed(stage, taken)
    act(stage, taken, "rate", by=SUPERVISOR, part="yes", score="4", why="配合得好")
    assert value(stage, "SELECT result FROM whistle") == "rated"


def test_who_came_in_time_is_a_figure(stage: Stage) -> None:
    taken = stage.text(LAMP)
    act(stage, taken, "whistle", by=SUPERVISOR, **CALLED)
    act(stage, taken, "come", by="heping-head")
    stage.wind(timedelta(hours=1))
    done(stage)
    with stage.door.transaction(LINE) as tx:
        period = Period(tx.now - timedelta(days=1), tx.now + timedelta(days=1))
        whole, there = (report_of(tx, period, scope).values["whistle"] for scope in ("xingfu", "xingfu/heping"))
    assert (len(whole.yes), len(whole.of)) == (1, 2)
    assert (len(there.yes), len(there.of)) == (1, 1)
    assert one(stage, "SELECT passed_at IS NOT NULL AS passed FROM whistle").passed
