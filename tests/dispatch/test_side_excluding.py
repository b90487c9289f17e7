"""Exclusion from the figures: asked for, approved by another person who supervises, also of what is closed."""

import pytest

from cases.loop.deeds import standing
from dispatch.life import asked, granting
from dispatch.loop.who import NotYours
from dispatch.side.excluding import excluded
from tests.dispatch.looping import LAMP, at_desk, kinds, outbox_ids, sound, to_closed
from tests.dispatch.test_side_supervising import SUPERVISOR, act, no
from tests.people import LU_SIYUAN
from tests.stage import LINE, Stage

DISPATCHER = LU_SIYUAN.worker
SAID = {"exclusion_reason": "abuse", "why": "同一人反复拨打"}


@pytest.mark.parametrize("over", [False, True])
def test_two_people_leave_a_case_out_of_the_figures(stage: Stage, over: bool) -> None:
    taken = stage.text(LAMP)
    if over:
        to_closed(stage, taken)
    act(stage, taken, "exclude", by=SUPERVISOR, **SAID)
    with stage.door.transaction(LINE) as tx:
        assert excluded(tx, [taken.case_id]) == frozenset(), "until it is approved the case counts"
        assert [row.kind for row in asked.waiting(tx, "xingfu")] == ["exclusion"]
    assert no(stage, taken, "grant", by=SUPERVISOR) == "casepage.refused.not_now", "not by whoever asked"
    with pytest.raises(NotYours), at_desk(stage, DISPATCHER) as (tx, who):
        granting.grant(tx, who, standing(tx, taken.case_id, lock=True), "exclusion")
    act(stage, taken, "grant", by="leader")
    with stage.door.transaction(LINE) as tx:
        assert excluded(tx, [taken.case_id]) == {taken.case_id}
        assert excluded(tx, []) == frozenset()
    assert kinds(stage, taken)[-1] == "excluded"
    assert outbox_ids(stage, "excluded")
    assert no(stage, taken, "exclude", by=SUPERVISOR, **SAID) == "casepage.refused.not_now"
    act(stage, taken, "include", by="leader", why="查明属实")
    with stage.door.transaction(LINE) as tx:
        assert excluded(tx, [taken.case_id]) == frozenset()
    assert no(stage, taken, "include", by="leader", why="再来") == "casepage.refused.not_now"
    sound(stage)
