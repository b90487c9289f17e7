"""Telling staff: who is there at once, others when they come, what can wait together, and nothing lost."""

from datetime import datetime, timedelta

import pytest

from cases.phrases import EN, ZH
from cases.report import segments
from cases.steps import Level, Step
from dispatch.due.errands import Kind
from dispatch.duty import digests, telling
from dispatch.duty.digests import News
from dispatch.people import parties
from dispatch.people.roster import DESK_CODE
from dispatch.reports import Taken
from tests.dispatch.shifts import LAMP, WATER, at, away, fire_all, holder, staff_id, waiting, wind_to
from tests.people import LI_HONGMEI, WU_CHUNMEI, ZHANG_AIMIN
from tests.stage import LINE, MORNING, Stage

NIGHT = at(28, 3)  # a Saturday


def test_an_order_that_can_wait_leaves_when_the_shift_begins(stage: Stage) -> None:
    wind_to(stage, at(24, 18))
    stage.text(LAMP)
    assert waiting(stage, "order") == [(LI_HONGMEI.worker, at(24, 20))]
    stage.text("幸福里小区1号楼2单元楼道灯坏了")
    [(_, _), (code, leaves)] = waiting(stage, "order")
    assert code == ZHANG_AIMIN.worker
    assert isinstance(leaves, datetime)
    assert leaves < at(24, 18, 1)  # on duty now


def test_what_presses_leaves_at_once(stage: Stage) -> None:
    wind_to(stage, NIGHT)
    stage.text(WATER)
    [(_, leaves)] = waiting(stage, "order")
    assert isinstance(leaves, datetime)
    assert leaves < NIGHT + timedelta(minutes=1)


def test_what_waits_to_leave_is_overtaken_when_the_case_moves(stage: Stage) -> None:
    wind_to(stage, at(24, 18))
    taken = stage.text(LAMP)
    away(stage, LI_HONGMEI.worker, at(24, 18), at(26, 12))
    assert holder(stage, taken.number) == ZHANG_AIMIN.worker
    assert [code for code, _ in waiting(stage, "order")] == [ZHANG_AIMIN.worker]


def test_nobody_to_tell_is_written_down(stage: Stage) -> None:
    stage.plant("UPDATE staff SET party_id = NULL")
    taken = stage.text(LAMP)
    with stage.door.transaction(LINE) as tx:
        me = staff_id(stage, LI_HONGMEI.worker)
        assert telling.recipient(tx, me, "xingfuli-south") is None
        words = digests._digest([], 0, "")
        assert telling.tell_staff(tx, me, words, purpose="urge", level=Level.L3, case_id=taken.case_id) is None
        assert not digests.keep(tx, None, News(taken.case_id, "warned", Step.VISIT.label, tx.now))
        assert telling.tell_staff(tx, None, words, purpose="urge", level=Level.L3) is None
    rows = stage.rows(
        "SELECT canonical::jsonb -> 'facts' ->> 'purpose' FROM event WHERE kind = 'text_failed' ORDER BY seq"
    )
    assert rows == [("order",), ("urge",), ("warned",)]


@pytest.mark.parametrize(
    ("now", "then"),
    [
        (at(24, 10), at(24, 11)),
        (at(24, 10, 29), at(24, 11)),
        (at(24, 10, 59), at(24, 11)),
        (at(24, 11, 45), at(24, 13)),
        (at(24, 12, 15), at(24, 13)),
        (at(24, 17, 15), at(25, 9)),
        (at(28, 3), at(30, 9)),
    ],
)
def test_when_the_next_digest_is(stage: Stage, now: datetime, then: datetime) -> None:
    wind_to(stage, now)
    with stage.door.transaction(LINE) as tx:
        assert digests.next_digest(tx) == then


def put(stage: Stage, taken: Taken, code: str, kind: str = "warned", step: Step = Step.VISIT) -> None:
    with stage.door.transaction(LINE) as tx:
        to = telling.person(tx, staff_id(stage, code))
        assert to is not None
        assert digests.keep(tx, to, News(taken.case_id, kind, step.label, at(26, 17, 30)))
        digests.promise(tx, [to.party_id])


def left(stage: Stage) -> int:
    """How many notices were not told yet."""
    [(count,)] = stage.rows("SELECT count(*) FROM notice WHERE outbox_id IS NULL")
    assert isinstance(count, int)
    return count


def test_a_digest_tells_everything_once_in_one_text(stage: Stage) -> None:
    first, second = stage.text(LAMP), stage.text(LAMP + "，三楼")
    stage.plant("UPDATE assignment SET short = 7 WHERE case_id = :id", id=first.case_id)
    put(stage, first, LI_HONGMEI.worker)
    put(stage, first, LI_HONGMEI.worker, "breached")
    put(stage, second, LI_HONGMEI.worker, "warned", Step.TOLD)
    assert left(stage) == 3
    assert fire_all(stage) == 0
    wind_to(stage, at(24, 11))
    assert fire_all(stage) == 1
    assert left(stage) == 0
    [words] = [words for words in stage.texts(LI_HONGMEI.number) if "提醒" in words]
    assert words == f"【提醒】2项：7(L3) 上门服务超期（11月26日 17:30）；{second.number}(L3) 反馈意见11月26日 17:30到期"
    assert [code for code, _ in waiting(stage, "digest")] == [LI_HONGMEI.worker]
    wind_to(stage, at(24, 13))
    assert fire_all(stage) == 0


@pytest.mark.parametrize("lang", [ZH, EN])
def test_a_long_digest_says_how_many_more_there_are(stage: Stage, lang: str) -> None:
    stage.plant(
        "UPDATE party SET lang = :lang WHERE id = (SELECT party_id FROM staff WHERE code = :c)",
        lang=lang,
        c=LI_HONGMEI.worker,
    )
    for n in range(20):
        put(stage, stage.text(f"{LAMP}，{n}楼"), LI_HONGMEI.worker, "breached" if n == 19 else "warned")
    wind_to(stage, at(24, 11))
    fire_all(stage)
    [words] = [words for words in stage.texts(LI_HONGMEI.number) if "提醒" in words or "Reminder" in words]
    assert segments(words) <= 3
    shown = words.count("；") + words.count("; ")
    assert 0 < shown < 20
    assert str(20 - shown) in words[-40:]
    assert left(stage) == 0
    first = words.split("：" if lang == ZH else ": ", 1)[1]
    assert ("超期" if lang == ZH else "overdue") in first.split("；" if lang == ZH else "; ")[0]


def test_a_digest_that_comes_too_late_waits_for_the_office(stage: Stage) -> None:
    put(stage, stage.text(LAMP), LI_HONGMEI.worker)
    wind_to(stage, at(24, 22))  # `timers` was away
    fire_all(stage)
    assert left(stage) == 1
    wind_to(stage, at(25, 9))
    fire_all(stage)
    assert left(stage) == 0


@pytest.mark.parametrize("why", ["leave", "stop"])
def test_whoever_cannot_be_told_has_somebody_else_told(stage: Stage, why: str) -> None:
    put(stage, stage.text(LAMP), LI_HONGMEI.worker)
    if why == "leave":
        away(stage, LI_HONGMEI.worker, MORNING, at(27, 12))
    else:
        with stage.door.transaction(LINE) as tx:
            parties.stop(tx, parties.party_of(tx, LI_HONGMEI.number).id)
    wind_to(stage, at(24, 11))
    fire_all(stage)
    wind_to(stage, at(24, 13))
    fire_all(stage)
    assert left(stage) == 0
    assert [code for code, _ in waiting(stage, "digest")] == [WU_CHUNMEI.worker]


def test_where_nobody_can_be_told_it_is_shown_and_not_lost(stage: Stage) -> None:
    put(stage, stage.text(LAMP), LI_HONGMEI.worker)
    stage.plant("UPDATE party SET stopped_at = now()")
    wind_to(stage, at(24, 11))
    for _ in range(4):
        fire_all(stage)
        stage.wind(timedelta(seconds=2))
    [row] = stage.rows("SELECT state, trouble FROM errand WHERE kind = :kind", kind=str(Kind.DIGEST))
    assert row.state == "parked"
    assert "duty desk" in row.trouble
    assert left(stage) == 1


def test_the_desk_gets_digests_too(stage: Stage) -> None:
    put(stage, stage.text(LAMP), DESK_CODE)
    wind_to(stage, at(24, 11))
    fire_all(stage)
    assert [code for code, _ in waiting(stage, "digest")] == [DESK_CODE]
