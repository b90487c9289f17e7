"""Urges, flags and repeat links: counted, told to those whom they concern, answered, and shown as marks."""

from datetime import timedelta

from dispatch import desk
from dispatch.reads.queries import case_in_scope
from dispatch.side.marks import marks
from tests.dispatch.looping import HER, LAMP, case, kinds, outbox_ids, sound, to_closed
from tests.dispatch.test_side_supervising import SUPERVISOR, act, no, told_to
from tests.people import LU_SIYUAN
from tests.stage import LINE, RESIDENT, Stage

DISPATCHER = LU_SIYUAN.worker


def marked(stage: Stage, number: str) -> list[str]:
    """The marks of a case in Chinese."""
    with stage.door.transaction(LINE) as tx:
        row = case_in_scope(tx, "xingfu", number)
        assert row is not None
        return [tx.say(mark, "zh_CN") for mark in marks(tx, [row]).get(row.id, ())]


def test_who_holds_it_is_told_of_an_urge_once_in_a_while(stage: Stage) -> None:
    taken = stage.text(LAMP)
    for _ in range(3):
        with stage.door.transaction(LINE) as tx:
            desk.urge(tx, taken.case_id)
    assert len(outbox_ids(stage, "urge")) == 1
    assert kinds(stage, taken).count("urged") == 3
    assert marked(stage, taken.number) == ["催办 ×3"]
    assert len(outbox_ids(stage, "urged_often")) == 1, "a supervisor hears of it once"
    act(stage, taken, "answer-urge", by=HER, words="配件下午到，今晚修好")
    assert any("配件下午到" in text for text in stage.texts(RESIDENT))
    assert no(stage, taken, "answer-urge", by=HER, words="再答") == "casepage.refused.not_now"
    stage.wind(timedelta(hours=2))
    act(stage, taken, "urge", by=DISPATCHER)
    assert len(outbox_ids(stage, "urge")) == 2
    assert marked(stage, taken.number) == ["催办 ×4"]
    act(stage, taken, "answer-urge", by=HER, words="已修好")
    to_closed(stage, taken)
    assert marked(stage, taken.number) == [], "with the case ends what stands beside it"
    sound(stage)


def test_a_flag_is_told_to_a_supervisor_and_taken_off(stage: Stage) -> None:
    taken = stage.text(LAMP)
    assert no(stage, taken, "flag", by=DISPATCHER, flag="crowd", why="多人") == "casepage.needs.choice"
    assert no(stage, taken, "flag", by=DISPATCHER, flag="group", people="很多", why="多人") == "side.refused.people"
    act(stage, taken, "flag", by=DISPATCHER, flag="group", people="12", why="一小时内十二个来电")
    assert no(stage, taken, "flag", by=DISPATCHER, flag="group", why="再标") == "side.refused.flagged"
    act(stage, taken, "flag", by=DISPATCHER, flag="collective", why="联名信")
    assert marked(stage, taken.number) == ["群体预警", "群诉"]
    assert told_to(stage, "flagged_group") == told_to(stage, "flagged_collective") == {SUPERVISOR}
    act(stage, taken, "unflag", by=SUPERVISOR, flag="group", why="已平息")
    assert no(stage, taken, "unflag", by=SUPERVISOR, flag="group", why="再取消") == "side.refused.unflagged"
    assert marked(stage, taken.number) == ["群诉"]
    assert [kind for kind in kinds(stage, taken) if "flagged" in kind] == ["flagged", "flagged", "unflagged"]
    sound(stage)


def test_what_is_told_again_is_linked_with_what_was_told_before(stage: Stage) -> None:
    first = stage.text(LAMP)
    stage.wind(timedelta(hours=1))
    second = stage.text(LAMP, number="+8613800000002")
    stage.wind(timedelta(hours=1))
    third = stage.text(LAMP, number="+8613800000003")
    for wrong in (third.number, second.number, "20200101-000001"):
        assert no(stage, second, "link", by=DISPATCHER, earlier=wrong, why="同一盏灯") == "side.refused.earlier"
    act(stage, second, "link", by=DISPATCHER, earlier=first.number, why="同一盏灯")
    act(stage, third, "link", by=DISPATCHER, earlier=second.number, why="同一盏灯")
    assert case(stage, second).repeat_of == first.case_id
    assert kinds(stage, first)[-1] == "repeated"
    assert (marked(stage, second.number), marked(stage, third.number)) == ([], ["重复 ×3"])
    assert len(outbox_ids(stage, "repeat")) == 2
    act(stage, third, "unlink", by=DISPATCHER, why="另一盏")
    assert case(stage, third).repeat_of is None
    assert no(stage, third, "unlink", by=DISPATCHER, why="再取消") == "casepage.refused.not_now"
    sound(stage)
