"""The same matter again, in talk: onto the open case, taken up again, or a storm that one joins with one key."""

from datetime import timedelta

import sqlalchemy as sa

from cases.phrases import msg
from cases.report import segments
from dispatch import desk
from dispatch.reports import Taken
from dispatch.same import storms
from hotline.commands import read_same
from hotline.texting import expiry
from tests.dispatch.likening import look_all
from tests.dispatch.looping import LAMP, case, kinds, outbox_ids, sound, to_closed
from tests.dispatch.test_side_marking import marked
from tests.dispatch.test_side_supervising import act, no
from tests.hotline.talking import Caller, Talker
from tests.people import LU_SIYUAN
from tests.stage import LINE, RESIDENT, Stage

DISPATCHER = LU_SIYUAN.worker
KNOWN = "幸福里小区供水主管爆裂，正在抢修，预计20点恢复"
OUT = "幸福里小区停水了"


def storm(stage: Stage) -> Taken:
    """Somebody told of no water, and the desk says what is known."""
    taken = stage.text(OUT, number="+8613800100099")
    look_all(stage)
    act(stage, taken, "announce", by=DISPATCHER, words=KNOWN)
    return taken


def joined(stage: Stage) -> int:
    return len(stage.rows("SELECT 1 FROM incident_join"))


def count(stage: Stage) -> int:
    return len(stage.rows("SELECT 1 FROM cases"))


def test_later_texts_hear_what_is_known_and_join_with_one_reply(stage: Stage) -> None:
    taken, her = storm(stage), Talker(stage, "+8613800100001")
    [asked] = her.text("幸福里小区3号楼停水了")
    assert KNOWN in asked
    assert taken.number in asked
    [said] = her.text("1")
    assert taken.number in said
    assert (joined(stage), count(stage)) == (1, 1)
    [row] = stage.rows("SELECT case_id FROM dialogue WHERE state = 'done'")
    assert row.case_id == taken.case_id
    roles = stage.rows("SELECT role, case_id FROM report WHERE party_id <> (SELECT party_id FROM cases)")
    assert {(row.role, row.case_id) for row in roles} == {("matter", taken.case_id), ("joined", taken.case_id)}
    act(stage, taken, "announce", by=DISPATCHER, words="已找到漏点，预计19点恢复")
    for words in ("幸福里小区3号楼还是停水", "什么时候来水，等半天了", "怎么还没来人", "催"):
        [news] = her.text(words)
        assert "预计19点恢复" in news, words
    assert (joined(stage), count(stage)) == (1, 1)
    assert kinds(stage, taken)[-2:] == ["incident_opened", "incident_known"]


def test_everybody_who_joined_is_told_once_at_the_end(stage: Stage) -> None:
    taken = storm(stage)
    for nth in range(1, 4):
        her = Talker(stage, f"+861380010000{nth}")
        her.text(OUT)
        her.text("1")
    assert marked(stage, taken.number)[-1:] == ["集中事件"]
    act(stage, taken, "all-clear", by=DISPATCHER, words="水管已修好，全部恢复供水。")
    told = outbox_ids(stage, "all_clear")
    assert len(told) == 4, "three who joined, and who told first"
    for nth in range(1, 4):
        assert sum("全部恢复供水" in text for text in stage.texts(f"+861380010000{nth}")) == 1
    assert no(stage, taken, "all-clear", by=DISPATCHER, words="再说一次") == "casepage.refused.not_now"
    late = Talker(stage, "+8613800100009")
    late.text("幸福里小区3号楼2单元停水了")
    assert count(stage) == 2, "what comes after it is a new matter"


def test_another_matter_or_no_answer_is_a_case_of_its_own(stage: Stage) -> None:
    storm(stage)
    other, silent, adds = (Talker(stage, f"+861380010000{nth}") for nth in (1, 2, 3))
    for each in (other, silent, adds):
        each.text("幸福里小区3号楼2单元停水了")
    assert other.text("2")[-1].count("编号"), "a receipt"
    adds.text("只有我们一家停，好像是表后阀门坏了")
    stage.wind(timedelta(minutes=31))
    with stage.door.transaction(LINE) as tx:
        assert expiry.expire_next(tx)
    assert (joined(stage), count(stage)) == (0, 4)
    rows = stage.rows("SELECT summary, repeat_of FROM cases ORDER BY received_at, id")
    assert any("表后阀门" in str(row.summary) for row in rows)
    assert [row.repeat_of for row in rows] == [None] * 4


def test_danger_in_a_storm_is_no_part_of_it(stage: Stage) -> None:
    storm(stage)
    Talker(stage, "+8613800100001").text("幸福里小区3号楼停水了，老人昏倒了快救命")
    assert count(stage) == 2


def test_who_asks_where_may_join_after_it(stage: Stage) -> None:
    storm(stage)
    her = Talker(stage, "+8613800100001")
    her.text("停水了")
    [asked] = her.text("幸福里小区")
    assert KNOWN in asked
    her.text("是的")
    assert (joined(stage), count(stage)) == (1, 1)


def test_a_caller_hears_it_and_joins_with_one_key(stage: Stage) -> None:
    taken = storm(stage)
    call = Caller(stage, "+8613800100001")
    call.ring()
    assert "预计20点恢复" in call.say("幸福里小区三号楼停水了")
    assert "记下了" in call.key("1")
    call.status("completed")
    assert (joined(stage), count(stage)) == (1, 1)
    [row] = stage.rows("SELECT case_id, stage FROM call")
    assert (row.case_id, row.stage) == (taken.case_id, "done")
    act(stage, taken, "all-clear", by=DISPATCHER, words="已恢复供水。")
    assert "已恢复供水" in stage.texts("+8613800100001")[-1]


def test_a_caller_with_another_matter_or_who_rings_off_has_a_case(stage: Stage) -> None:
    storm(stage)
    other, gone = Caller(stage, "+8613800100001"), Caller(stage, "+8613800100002")
    for call in (other, gone):
        call.ring()
        call.say("幸福里小区三号楼停水了")
    assert "受理" in other.key("2")
    gone.status("completed")
    assert (joined(stage), count(stage)) == (0, 3)


def test_what_a_caller_told_already_goes_onto_the_open_case(stage: Stage) -> None:
    taken = stage.text(LAMP)
    call = Caller(stage, RESIDENT)
    call.ring()
    heard = call.say("幸福里小区三号楼二单元楼道灯坏了")
    assert "已派人" in heard
    assert "2 0 2 6" in heard
    assert "已转给经办人" in call.key("1")
    call.status("completed")
    gone = Caller(stage, RESIDENT)
    gone.ring()
    gone.say("幸福里小区三号楼二单元楼道灯还坏着")
    gone.status("completed")
    assert count(stage) == 1
    assert kinds(stage, taken).count("supplemented") == 2
    sound(stage)


def test_by_text_they_hear_how_far_it_is(stage: Stage) -> None:
    taken = stage.text(LAMP)
    [said] = Talker(stage, RESIDENT, read=len(stage.texts(RESIDENT))).text(LAMP)
    assert taken.number in said
    assert "已派人" in said
    assert count(stage) == 1


def test_what_was_closed_lately_is_offered_and_taken_up(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_closed(stage, taken)
    stage.wind(timedelta(days=3))
    her = Talker(stage, RESIDENT, read=len(stage.texts(RESIDENT)))
    [asked] = her.text("幸福里小区3号楼2单元楼道灯不亮")
    assert taken.number in asked
    her.text("1")
    assert (case(stage, taken).state, count(stage)) == ("rework", 1)


def test_what_was_closed_lately_and_is_not_taken_up_is_known_to_the_new_case(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_closed(stage, taken)
    her = Talker(stage, RESIDENT)
    her.text("幸福里小区3号楼2单元楼道灯不亮")
    her.text("楼道灯这次是三楼的")
    [row] = stage.rows("SELECT repeat_of FROM cases WHERE id <> :id", id=taken.case_id)
    assert row.repeat_of == taken.case_id
    call = Caller(stage, RESIDENT)
    call.ring()
    call.say("幸福里小区三号楼二单元楼道灯不亮")
    call.status("completed")
    assert count(stage) == 2, "onto the case that is open now"


def test_on_the_phone_what_was_closed_is_taken_up_with_one_key(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_closed(stage, taken)
    call = Caller(stage, RESIDENT)
    call.ring()
    assert "办结" in call.say("幸福里小区三号楼二单元楼道灯不亮")
    assert "重新办理" in call.key("1")
    assert (case(stage, taken).state, count(stage)) == ("rework", 1)
    other = Caller(stage, RESIDENT)
    other.ring()
    other.say("幸福里小区三号楼二单元楼道灯坏了")
    other.key("2")
    assert count(stage) == 2
    sound(stage)


def test_who_stopped_texts_is_asked_nothing(stage: Stage) -> None:
    storm(stage)
    her = Talker(stage, "+8613800100001")
    her.text("退订")
    her.text("幸福里小区3号楼2单元停水了")
    assert count(stage) == 2


def test_with_its_case_ends_the_storm(stage: Stage) -> None:
    taken = stage.text(LAMP)
    look_all(stage)
    act(stage, taken, "announce", by=DISPATCHER, words="楼道灯统一检修")
    her = Talker(stage, "+8613800100001")
    her.text("幸福里小区3号楼楼道灯坏了")
    her.text("1")
    to_closed(stage, taken)
    assert "已办结" in her.news()[-1]
    assert stage.rows("SELECT 1 FROM incident WHERE ended_at IS NULL") == []


def test_in_a_storm_an_intake_takes_no_more_round_trips(stage: Stage) -> None:
    storm(stage)
    stage.text("和平里小区3号楼2单元楼道灯坏了")
    said: list[str] = []
    sa.event.listen(stage.engine, "before_cursor_execute", lambda *a: said.append(a[2]))
    stage.text("和平里小区4号楼1单元楼道灯坏了")
    assert len(said) == 3, "\n".join(said)


def test_how_far_is_told_only_of_what_they_told(stage: Stage) -> None:
    taken = stage.text(LAMP)
    with stage.door.transaction(LINE) as tx:
        told = tx.say(desk.how_far(tx, taken.case_id), "en")
    assert taken.number in told


def test_what_answers_the_question() -> None:
    assert [read_same(text) for text in ("1", "１。", "是的", "yes", "加入")] == [True] * 5
    assert [read_same(text) for text in ("2", "不是", "另一件事", "no")] == [False] * 4
    assert [read_same(text) for text in ("1单元停水", "是我家漏水", "昨天的事", "")] == [None] * 4


def test_texts_fit_whatever_is_known(stage: Stage) -> None:
    number, known = "20261124-000123", "漏" * storms.MOST
    with stage.door.transaction(LINE) as tx:
        names = [category.name for category in tx.policy.categories.values()]
        category = max(names, key=lambda name: len(name.zh) + len(name.en))
        place = max(tx.district.estates, key=lambda estate: len(estate.name.zh) + len(estate.name.en)).name
        texts = [
            msg("same.text.offer_storm", known=known, number=number),
            msg("same.text.known", known=known, number=number),
            msg("same.text.joined", number=number),
            msg("same.text.offer_closed", number=number, category=category, closed=tx.now),
            msg("same.text.group", callers=1000, place=place, category=category, number=number),
            msg("same.text.storm", place=place, category=category, number=number),
            msg(
                "same.text.over", office=tx.office.name, place=place, category=category, number=number,
                news=msg("same.text.over_words", words=known),
            ),
        ]  # fmt: skip
        long = {(text.id, lang): segments(tx.say(text, lang)) for text in texts for lang in ("zh_CN", "en")}
    assert {what: count for what, count in long.items() if count > 3} == {}
