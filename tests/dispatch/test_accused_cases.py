"""What becomes of a complaint about the office's own people: route, words, holder; through leaves, moves and time."""

from datetime import timedelta

import pytest

from cases.loop.deeds import standing
from dispatch import desk
from dispatch.acts.refusals import Refused
from dispatch.coi import checks, record
from dispatch.duty import moves, naming
from dispatch.life import merging
from dispatch.loop.who import by_code
from dispatch.reports import UnknownUnit
from dispatch.ringing.at_hand import look
from dispatch.side import confiding, urging
from hotline.outcalls import turns
from tests.dispatch.climbing import ABOVE, put_above
from tests.dispatch.shifts import LAMP, at, away, fire_all, holder, staff_id, wind_to
from tests.people import LI_HONGMEI, LU_SIYUAN, SHEN_YUEHUA, WU_CHUNMEI, ZHOU_GUILAN
from tests.stage import LINE, Stage

MARK = "玄武暗语"
WORKER = f"我要投诉网格员李红梅，走访本上的签字不是我签的，{MARK}，幸福里小区3号楼"
HEAD = f"周桂兰收了人家的红包，{MARK}"
COMMITTEE = f"幸福里居委会的人收好处费，{MARK}"
OFFICE = f"你们街道收钱办事，{MARK}"
LEADER, DESK = "+8613900000001", "+8613900000000"


def staff_texts(stage: Stage) -> dict[str, list[str]]:
    """Every text to somebody of the office, by their code."""
    rows = stage.rows(
        "SELECT DISTINCT s.code, p.id FROM outbox o JOIN party p ON p.id = o.party_id JOIN staff s ON s.party_id = p.id"
    )
    from cases.pen import read_content

    found: dict[str, list[str]] = {}
    with stage.door.transaction(LINE) as tx:
        for row in rows:
            texts = stage.rows("SELECT content_id FROM outbox WHERE party_id = :p AND channel = 'text'", p=row.id)
            found[str(row.code)] = [read_content(tx, each.content_id) for each in texts]  # type: ignore[arg-type]
    return found


def leaked(stage: Stage) -> list[tuple[str, str]]:
    with stage.door.transaction(LINE) as tx:
        return list(checks.leaked(tx))


@pytest.mark.parametrize(
    ("words", "who"),
    [(WORKER, "xingfuli-head"), (HEAD, "supervisor"), (COMMITTEE, "supervisor"), ("沈月华骂人", "leader"),
     ("陆思远骂人，态度恶劣", "supervisor"), ("我要投诉孟海涛，值夜班睡觉", "supervisor")],
)  # fmt: skip
def test_it_goes_to_whoever_stands_above(stage: Stage, words: str, who: str) -> None:
    taken = stage.text(words)
    assert holder(stage, taken.number) == who
    [row] = stage.rows("SELECT confidential, rule FROM cases")
    assert (row.confidential, row.rule) == (True, record.RULE)
    assert set(staff_texts(stage)) == {who}
    assert leaked(stage) == []


def test_what_else_it_tells_stays_in_it(stage: Stage) -> None:
    """The words about the parking place are about the brother: no case of their own goes to the head whom they name."""
    stage.text(f"这样的人能当主任吗？幸福里的周桂兰，自己弟弟包了小区停车费，一分账不公布，{MARK}")
    [row] = stage.rows("SELECT confidential, rule FROM cases")
    assert (row.confidential, row.rule) == (True, record.RULE)
    assert leaked(stage) == []


def test_of_the_office_itself_nobody_of_it_is_told(stage: Stage) -> None:
    taken = stage.text(OFFICE)
    [row] = stage.rows("SELECT worker_id, u.code FROM cases c JOIN unit u ON u.id = c.unit_id")
    assert (row.worker_id, row.code) == (None, "xingfu")
    wind_to(stage, at(30, 11))
    fire_all(stage)
    assert staff_texts(stage) == {}
    assert leaked(stage) == []
    [failed] = stage.rows("SELECT count(*) AS n FROM event WHERE kind = 'text_failed'")
    assert int(failed.n) > 0, f"{taken.number}: that nobody above has a number is written down"


def test_the_contact_above_is_told_where_the_ladder_has_their_number(stage: Stage) -> None:
    put_above(stage)
    taken = stage.text(OFFICE)
    [told] = stage.texts(ABOVE)
    assert taken.number in told
    assert MARK not in told
    assert staff_texts(stage) == {}


def test_the_order_has_no_words_no_place_and_no_name(stage: Stage) -> None:
    stage.text(WORKER)
    [order] = stage.texts(ZHOU_GUILAN.number)
    assert "内容请登录查看" in order
    for said in (MARK, "李红梅", "3号楼", "签字"):
        assert said not in order


def test_the_order_by_telephone_says_no_words_either(stage: Stage) -> None:
    stage.text(f"网格员李红梅拿刀砍人，快来救命，{MARK}，幸福里小区3号楼2单元")
    [row] = stage.rows("SELECT level, confidential FROM cases")
    assert (row.level, row.confidential) == ("L1", True)
    rung = stage.rows("SELECT o.id FROM outbox o WHERE o.channel = 'call' ORDER BY created_at")
    with stage.door.transaction(LINE) as tx:
        ring = look(tx, rung[0].id)  # type: ignore[arg-type]
        assert ring is not None
        said = tx.say(turns._about(tx, ring), "zh_CN")
    assert "内容请登录查看" in said
    for word in (MARK, "李红梅", "3号楼"):
        assert word not in said


def test_weeks_of_silence_tell_nobody_whom_it_names(stage: Stage) -> None:
    """Warned, late, every rung of the ladder, digests: none is theirs, and none has its words."""
    for words in (WORKER, HEAD, COMMITTEE, "沈月华骂人"):
        stage.text(words)
    for day in (25, 27, 30):
        wind_to(stage, at(day, 11))
        fire_all(stage)
    for days in (5, 10, 20):
        wind_to(stage, at(30, 11) + timedelta(days=days))
        fire_all(stage)
    assert leaked(stage) == []
    told = staff_texts(stage)
    assert LI_HONGMEI.worker not in told
    assert not [text for texts in told.values() for text in texts if MARK in text]


def test_leave_of_whoever_holds_it_takes_it_to_nobody_under_their_hand(stage: Stage) -> None:
    taken = stage.text(WORKER)
    away(stage, "xingfuli-head", at(24, 10), at(27, 18))
    fire_all(stage)
    assert holder(stage, taken.number) == WU_CHUNMEI.worker
    taken = stage.text("沈月华骂人", "+8613800000002")
    away(stage, "leader", at(24, 10), at(27, 18))
    fire_all(stage)
    assert holder(stage, taken.number) == "leader", "nobody else may: it waits for them"
    assert leaked(stage) == []


def test_by_hand_it_cannot_be_given_to_them_and_stays_confidential(stage: Stage) -> None:
    taken, lamp = stage.text(HEAD), stage.text(LAMP, "+8613800000002")
    with stage.door.transaction(LINE) as tx:
        for unit in ("xingfuli", "xingfuli-south"):
            with pytest.raises(UnknownUnit):
                desk.reroute(tx, taken.number, unit, "归他们管", "staff:supervisor")
    with stage.door.transaction(LINE) as tx:
        desk.reroute(tx, taken.number, "heping", "请另一个居委会核实", "staff:supervisor")
    with stage.door.transaction(LINE) as tx:
        who, case = by_code(tx, SHEN_YUEHUA.worker), standing(tx, taken.case_id, lock=True)
        with pytest.raises(Refused):
            confiding.disclose(tx, who, case, "不必保密")
        with pytest.raises(Refused):
            merging.merge(tx, who, case, lamp.number, "同一件事")
        with pytest.raises(Refused):
            merging.merge(tx, who, standing(tx, lamp.case_id, lock=True), taken.number, "同一件事")
        urging.urge(tx, taken.case_id, "resident")
        moves.hand_on(tx, taken.case_id, "cannot")
    assert leaked(stage) == []


def test_what_is_added_to_a_case_and_complains_of_its_holder_is_a_case_of_its_own(stage: Stage) -> None:
    lamp = stage.text(LAMP)
    assert holder(stage, lamp.number) == LI_HONGMEI.worker
    before = len(stage.texts(LI_HONGMEI.number))
    with stage.door.transaction(LINE) as tx:
        desk.supplement(tx, lamp.case_id, f"李红梅来了就骂我，{MARK}")
    [other] = stage.rows("SELECT number, unit_id FROM cases WHERE confidential")
    assert holder(stage, str(other.number)) == "xingfuli-head"
    assert len(stage.texts(LI_HONGMEI.number)) == before
    assert not stage.rows("SELECT 1 FROM event WHERE case_id = :id AND kind = 'supplemented'", id=lamp.case_id)
    with stage.door.transaction(LINE) as tx:
        desk.supplement(tx, lamp.case_id, "灯是声控的")
    assert len(stage.texts(LI_HONGMEI.number)) == before + 1, "what complains of nobody goes to them"


def test_who_is_named_later_loses_it(stage: Stage) -> None:
    lamp = stage.text(LAMP)
    assert holder(stage, lamp.number) == LI_HONGMEI.worker
    before = len(stage.texts(LI_HONGMEI.number))
    with stage.door.transaction(LINE) as tx:
        who = by_code(tx, SHEN_YUEHUA.worker)
        with pytest.raises(Refused):
            naming.name(tx, who, standing(tx, lamp.case_id, lock=True), ["nobody"])
        naming.name(tx, who, standing(tx, lamp.case_id, lock=True), [LI_HONGMEI.worker])
    assert holder(stage, lamp.number) == "xingfuli-head"
    assert len(stage.texts(LI_HONGMEI.number)) == before, "not even that it is with others"
    wind_to(stage, at(30, 11))
    fire_all(stage)
    assert leaked(stage) == []


def test_it_is_like_nothing_and_whoever_took_it_down_may_be_whom_it_names(stage: Stage) -> None:
    from dispatch.coi import reading

    with stage.door.transaction(LINE) as tx:
        me = staff_id(stage, LU_SIYUAN.worker)
        tx.read_by(lambda opened: reading.of_staff(opened, me))
        taken = desk.take_report(tx, _by_hand(tx, f"陆思远在电话里骂人，{MARK}"))
        assert desk.open_cases(tx, me) == []
    assert holder(stage, taken.number) == "supervisor"
    assert not stage.rows("SELECT 1 FROM likeness WHERE case_id = :id", id=taken.case_id)
    assert leaked(stage) == []


def _by_hand(tx: object, words: str) -> desk.Report:
    from cases.report import Channel

    return desk.Report(Channel.HAND, None, words, tx.now, actor=f"staff:{LU_SIYUAN.worker}")  # type: ignore[attr-defined]
