"""Supervision: ordered, raised, answered and lifted; by itself from the second rework on; everybody hears of it."""

from datetime import timedelta

import pytest

from cases.lifecycle import IllegalDeed
from cases.loop.deeds import standing
from cases.phrases import Message
from dispatch import desk
from dispatch.acts import doing
from dispatch.acts.refusals import Refused
from dispatch.loop import reworking
from dispatch.loop.verdicts import Answer
from dispatch.loop.who import NotYours
from dispatch.reports import Taken
from dispatch.side import supervising
from tests.dispatch.looping import (
    HER,
    LAMP,
    at_desk,
    case,
    kinds,
    outbox_ids,
    running,
    says,
    sound,
    to_asked,
    to_closed,
    to_second_no,
    value,
)
from tests.dispatch.shifts import at, fire_all, wind_to
from tests.people import SHEN_YUEHUA, WU_CHUNMEI
from tests.stage import LINE, Stage

SUPERVISOR, LIAISON = (one.worker for one in (SHEN_YUEHUA, WU_CHUNMEI))
LAST = 10**6


def act(stage: Stage, taken: Taken, name: str, by: str = SUPERVISOR, **said: str) -> Message | None:
    """A deed of the table, as a page does it; what it says can be said."""
    with at_desk(stage, by) as (tx, who):
        told = doing.act(tx, who, taken.case_id, name, (said, LAST))
        if told is not None:
            assert tx.say(told, "zh_CN")
            assert tx.say(told, "en")
    return told


def no(stage: Stage, taken: Taken, name: str, by: str = SUPERVISOR, **said: str) -> str:
    """Why a deed is refused."""
    with pytest.raises(Refused) as refused:
        act(stage, taken, name, by, **said)
    return refused.value.why.id


def told_to(stage: Stage, purpose: str) -> set[str]:
    """The codes of those who were told for a purpose."""
    rows = stage.rows(
        "SELECT s.code FROM outbox o JOIN staff s ON s.party_id = o.party_id WHERE o.purpose = :purpose",
        purpose=purpose,
    )
    return {str(row.code) for row in rows}


def test_it_is_ordered_raised_answered_and_lifted(stage: Stage) -> None:
    taken = stage.text(LAMP)
    before = running(stage, taken)
    assert no(stage, taken, "supervise", why="居民多次来电", watch="4") == "casepage.needs.choice"
    assert no(stage, taken, "supervise", why="居民多次来电", watch="1", term="2026-11-24") == "side.refused.past"
    act(stage, taken, "supervise", why="居民多次来电", watch="1", term="2026-11-26")
    assert running(stage, taken) == {**before, "supervise": at(26, 17, 30)}
    assert case(stage, taken).next_due_at == min(running(stage, taken).values())
    assert told_to(stage, "supervised") >= {HER, "xingfuli-head"}
    assert SUPERVISOR not in told_to(stage, "supervised"), "who orders it knows it"
    assert no(stage, taken, "supervise", by="leader", why="再加", watch="2") == "casepage.refused.not_now"
    assert no(stage, taken, "release", why="好了") == "casepage.refused.not_now", "the unit has not answered"

    act(stage, taken, "regrade", why="仍无进展", watch="2")
    assert no(stage, taken, "regrade", why="再升", watch="2") == "side.refused.same_level"
    assert "leader" in told_to(stage, "regraded")
    assert no(stage, taken, "account", words="我来答") == "casepage.refused.not_now", "nobody answers for themselves"
    act(stage, taken, "account", by=LIAISON, words="材料已到，明日施工")
    assert "supervise" not in running(stage, taken)
    assert told_to(stage, "accounted") >= {SUPERVISOR, "leader"}
    sound(stage)

    act(stage, taken, "release", why="进展正常")
    found = [kind for kind in kinds(stage, taken) if kind in ("supervised", "regraded", "accounted", "released")]
    assert found == ["supervised", "regraded", "accounted", "released"]
    assert value(stage, "SELECT result FROM side") == "released"
    assert told_to(stage, "released") >= {HER, "xingfuli-head"}
    act(stage, taken, "supervise", why="又来电", watch="3")
    assert len(outbox_ids(stage, "supervised")) > 2
    sound(stage)


def test_it_opens_by_itself_from_the_second_rework_on_and_ends_with_the_case(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_second_no(stage, taken)
    assert stage.rows("SELECT id FROM side") == [], "the first rework is nobody's but the head's"
    with at_desk(stage, SUPERVISOR) as (tx, who):
        reworking.order(tx, taken.number, "必须修好", who)
    row = stage.rows("SELECT * FROM side")[0]
    assert (row.level, row.code, row.opened_by, row.attempt) == (1, "rework", "system", 3)
    assert "supervise" in running(stage, taken)
    assert told_to(stage, "supervised") >= {HER, "xingfuli-head", SUPERVISOR}
    act(stage, taken, "account", by=LIAISON, words="换了新灯")
    says(stage, to_asked(stage, taken), Answer.UNSOLVED)
    with at_desk(stage, SUPERVISOR) as (tx, who):
        reworking.order(tx, taken.number, "再修一次", who)
    row = stage.rows("SELECT * FROM side")[0]
    assert (row.attempt, row.answered_at) == (4, None), "what was supervised is answered for anew"
    assert "supervise" in running(stage, taken)
    sound(stage)
    to_closed(stage, taken)
    assert value(stage, "SELECT result FROM side") == "case_over"
    assert running(stage, taken) == {}
    with pytest.raises(IllegalDeed), at_desk(stage, SUPERVISOR) as (tx, who):
        supervising.order(tx, who, standing(tx, taken.case_id, lock=True), ("1", "", "还要看"))


def test_the_answer_that_is_late_climbs_and_goes_along_to_another_unit(stage: Stage) -> None:
    taken = stage.text(LAMP)
    with pytest.raises(NotYours), at_desk(stage, LIAISON) as (tx, who):
        supervising.order(tx, who, standing(tx, taken.case_id, lock=True), ("1", "", "要看"))
    act(stage, taken, "supervise", why="居民多次来电", watch="1", term="2026-11-25")
    due = running(stage, taken)["supervise"]
    with stage.door.transaction(LINE) as tx:
        desk.reroute(tx, taken.number, "heping", "地址在和平", "staff:dispatcher-1")
    assert running(stage, taken)["supervise"] == due, "being given away gains nobody time"
    unit = value(stage, "SELECT u.code FROM timer t JOIN unit u ON u.id = t.unit_id WHERE t.step = 'supervise'")
    assert unit == "heping"
    wind_to(stage, due + timedelta(minutes=1))
    fire_all(stage)
    spoken = stage.rows('SELECT kind FROM event WHERE canonical LIKE \'%"step":"supervise"%\' ORDER BY seq')
    assert [row.kind for row in spoken] == ["warned", "breached"]
    sound(stage)
