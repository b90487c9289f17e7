"""Co-handling: one unit leads, the others answer for their part, and the case waits for them."""

import pytest

from cases.loop.deeds import standing
from dispatch.acts.refusals import Refused
from dispatch.due import handlers
from dispatch.loop import submitting, telling
from dispatch.loop.who import NotYours
from dispatch.reads import queries, queue
from dispatch.reads.queue import Filter
from dispatch.side import cohandling
from tests.dispatch.looping import HER, LAMP, at_desk, case, does, kinds, outbox_ids, running, sound, to_told, value
from tests.dispatch.shifts import at, fire_all, wind_to
from tests.dispatch.test_side_supervising import act, no, told_to
from tests.people import LU_SIYUAN
from tests.stage import LINE, Stage

DISPATCHER, THERE, HEAD = LU_SIYUAN.worker, "xingfu/heping", "heping-head"
NAMED = {"unit": "heping", "why": "请协助清理对面堆物"}


def sees(stage: Stage, number: str, scope: str = THERE) -> tuple[bool, bool]:
    """Whether a scope finds a case by its number, and in its queue."""
    with stage.door.transaction(LINE) as tx:
        listed = [row.number for row in queue.queue(tx, scope, Filter()).rows]
        return queries.case_in_scope(tx, scope, number) is not None, number in listed


def test_the_lead_waits_for_the_part_of_another_unit(stage: Stage) -> None:
    taken = stage.text(LAMP)
    assert sees(stage, taken.number) == (False, False)
    assert no(stage, taken, "co-handle", by=DISPATCHER, unit="xingfuli-south", why="自己") == "side.refused.has_it"
    act(stage, taken, "co-handle", by=DISPATCHER, term="2026-11-26", **NAMED)
    assert no(stage, taken, "co-handle", by=DISPATCHER, **NAMED) == "side.refused.has_it"
    assert running(stage, taken)["cohandle"] == at(26, 17, 30)
    assert sees(stage, taken.number) == (True, True), "seen until its part is done"
    assert HER in told_to(stage, "cohandler")
    [told] = told_to(stage, "cohandled")
    assert told.startswith("heping")

    to_told(stage, taken)
    with pytest.raises(Refused, match="cohandled"):
        does(stage, submitting.submit, taken)
    with pytest.raises(NotYours), at_desk(stage, HER) as (tx, who):
        cohandling.answer(tx, who, standing(tx, taken.case_id, lock=True), "我来答")
    act(stage, taken, "co-answer", by=HEAD, words="已清理")
    assert "cohandle" not in running(stage, taken)
    act(stage, taken, "co-return", by=HER, why="还有一半")
    assert "cohandle" in running(stage, taken), "a whole limit anew"
    assert no(stage, taken, "co-accept", by=HER) == "casepage.refused.not_now"
    sound(stage)
    act(stage, taken, "co-answer", by=HEAD, words="全部清理")
    act(stage, taken, "co-accept", by=HER, co_unit="heping")
    assert sees(stage, taken.number) == (False, False), "done with it"
    assert value(stage, "SELECT result FROM side") == "accepted"
    said = [kind for kind in kinds(stage, taken) if kind.startswith("co")]
    assert said == ["cohandled", "co_answered", "co_returned", "co_answered", "co_accepted"]
    assert outbox_ids(stage, "co_accepted")
    does(stage, submitting.submit, taken)
    assert case(stage, taken).state == "to_call_back"
    sound(stage)


def test_who_is_let_go_is_not_waited_for_and_what_is_late_climbs(stage: Stage) -> None:
    taken = stage.text(LAMP)
    act(stage, taken, "co-handle", by=DISPATCHER, term="2026-11-25", **NAMED)
    to_told(stage, taken)
    with stage.door.transaction(LINE) as tx:
        telling.count_again(tx, taken.case_id)
    wind_to(stage, at(25, 17, 31))
    fire_all(stage)
    assert case(stage, taken).state == "in_progress", "the system does not submit what waits for a co-handler"
    said = stage.rows('SELECT kind FROM event WHERE canonical LIKE \'%"step":"cohandle"%\' ORDER BY seq')
    assert [row.kind for row in said] == ["warned", "breached"]
    assert no(stage, taken, "co-release", by=HER, why="不等了") == "casepage.refused.not_now"
    act(stage, taken, "co-release", by=DISPATCHER, why="无需会办")
    assert value(stage, "SELECT result FROM side") == "let_go"
    wind_to(stage, at(26, 12, 0))
    with stage.door.transaction(LINE) as tx:
        handlers.fire_due(tx)
    assert case(stage, taken).state == "to_call_back", "nobody said so, and nothing is awaited any more"
    sound(stage)
