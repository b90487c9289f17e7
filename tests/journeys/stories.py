"""The stories of the loop, each told by the people of tests/people.py through telephones alone.

Each asserts what its people see; tests/journeys/test_loop.py plays each twice, the second time before an exchange
that delivers everything doubly, late and shuffled, and compares what became of it.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest

from cases.states import ClosingKind
from dispatch.duty import leaves
from dispatch.life import verifying
from dispatch.loop import closing, reworking, verdicts
from dispatch.loop.verdicts import Answer
from dispatch.loop.who import NotYours, Partial
from tests.journeys.world import World, worker
from tests.people import (
    ANNA_SMITH,
    LI_HONGMEI,
    LI_JIANGUO,
    SHEN_YUEHUA,
    WANG_XIUYING,
)

STORIES: dict[str, Callable[[World], None]] = {}
LAMP = "幸福里小区3号楼2单元楼道灯坏了"
LAMP_EN = "The light in the stairwell of Xingfuli Estate building 3 unit 2 is broken"
DANGER = "幸福里小区3号楼2单元有人拿刀砍人，快来救命"
ALL = {"accept", "dispatch", "sign_for", "first_contact", "visit", "finding", "told", "verify", "call_back"}
LEADER, CALLER_BACK = "leader", "caller-back"


def story(tell: Callable[[World], None]) -> Callable[[World], None]:
    STORIES[tell.__name__] = tell
    return tell


def to_verdict(world: World) -> None:
    """A lamp is reported, seen to and told: the resident is asked."""
    world.text(WANG_XIUYING, LAMP)
    world.text(LI_HONGMEI, "签收 1")
    world.text(LI_HONGMEI, f"到 1 {world.visit_code(WANG_XIUYING)}")
    world.text(LI_HONGMEI, "查明 1 灯泡烧坏，属物业维修")
    world.text(LI_HONGMEI, "反馈 1 灯已换好，物业会每月检查")
    world.text(LI_HONGMEI, "办结 1")
    assert world.case().state == "to_call_back"


@story
def happy_path(world: World) -> None:
    to_verdict(world)
    assert "灯已换好" in world.inbox(WANG_XIUYING.number)[-2]
    world.text(WANG_XIUYING, "1")
    case = world.case()
    assert (case.state, case.closing_kind, case.attempt) == ("closed", "solved", 1)
    assert world.kept(case) == ALL
    [visit] = world.query("SELECT grade, way FROM evidence WHERE step = 'visit'")
    assert tuple(visit) == ("met", "visit_code")


@story
def english(world: World) -> None:
    world.text(ANNA_SMITH, LAMP_EN)
    code = world.visit_code(ANNA_SMITH)
    for words in ("s 1", f"a 1 {code}", "found 1 the bulb is dead", "told 1 a new bulb is in", "done 1"):
        world.text(LI_HONGMEI, words)  # what it is and where is understood in English too: it goes to the grid
    assert "a new bulb is in" in world.inbox(ANNA_SMITH.number)[-2]
    world.text(ANNA_SMITH, "solved")
    assert world.case().state == "closed"


@story
def wrong_code_then_place(world: World) -> None:
    world.text(WANG_XIUYING, LAMP)
    world.text(LI_HONGMEI, "签收 1")
    right = world.visit_code(WANG_XIUYING)
    wrong = "1234" if right != "1234" else "4321"
    world.text(LI_HONGMEI, f"到 1 {wrong}")
    assert "4" in world.last(LI_HONGMEI), "four tries are left"
    assert "visit" not in world.kept(world.case())
    world.text(LI_HONGMEI, "到 1 3号楼2单元")
    case = world.case()
    assert {"visit", "first_contact"} <= world.kept(case)
    assert world.events(case)[-2:] == ["claimed", "arrived"]
    [kept] = world.query("SELECT kept_grade FROM owed WHERE step = 'visit'")
    assert kept.kept_grade == "place"


@story
def bare_arrival_stops_nothing(world: World) -> None:
    world.text(WANG_XIUYING, LAMP)
    world.text(LI_HONGMEI, "签收 1")
    world.text(LI_HONGMEI, "到 1")
    case = world.case()
    assert "visit" not in world.kept(case)
    [running] = world.query("SELECT state FROM timer WHERE step = 'visit'")
    assert running.state == "open"
    assert world.events(case)[-1] == "claimed"
    world.text(LI_HONGMEI, "查明 1 灯泡坏了")
    assert "finding" not in world.kept(world.case()), "nobody was there yet"


@story
def no_then_rework_then_yes(world: World) -> None:
    to_verdict(world)
    first = world.visit_code(WANG_XIUYING)
    world.text(WANG_XIUYING, "3 灯还是不亮")
    case = world.case()
    assert (case.state, case.attempt, case.closed_at) == ("rework", 2, None)
    again = world.visit_code(WANG_XIUYING)
    world.text(LI_HONGMEI, "签收 1")
    if first != again:  # one in ten thousand
        world.text(LI_HONGMEI, f"到 1 {first}")
        assert "visit" not in world.kept(world.case()), "a code is good for one attempt"
    world.text(LI_HONGMEI, f"到 1 {again}")
    world.text(LI_HONGMEI, "查明 1 线路老化")
    world.text(LI_HONGMEI, "反馈 1 线路已换新")
    world.text(LI_HONGMEI, "办结 1")
    look_over(world)
    world.text(WANG_XIUYING, "已解决，满意")
    case = world.case()
    assert (case.state, case.closing_kind, case.attempt) == ("closed", "solved", 2)
    assert world.kept(case) == ALL


def look_over(world: World) -> None:
    """What is done again is verified by a person."""
    case = world.case()
    assert case.state == "to_verify"
    with world.desk("verifier") as (tx, who):
        verifying.accept(tx, who, case.id)


def to_second_no(world: World) -> None:
    to_verdict(world)
    world.text(WANG_XIUYING, "3")
    for words in ("签收 1", f"到 1 {world.visit_code(WANG_XIUYING)}", "查明 1 线路老化", "反馈 1 已报修", "办结 1"):
        world.text(LI_HONGMEI, words)
    look_over(world)
    world.text(WANG_XIUYING, "3 还是没修")


@story
def two_nos_and_two_people(world: World) -> None:
    to_second_no(world)
    case = world.case()
    assert (case.state, case.attempt, case.awaits) == ("to_call_back", 2, "supervisor")
    with world.desk(SHEN_YUEHUA) as (tx, her):
        closing.propose(tx, case.number, ClosingKind.EXPLAINED, "属产权单位，已书面说明", her)
    with world.desk(SHEN_YUEHUA) as (tx, her), pytest.raises(closing.SamePerson):
        closing.approve(tx, case.number, her)
    assert world.case().state == "to_call_back"
    with world.desk(LEADER) as (tx, him):
        closing.approve(tx, case.number, him)
    case = world.case()
    assert (case.state, case.closing_kind) == ("closed", "explained")


@story
def two_nos_and_a_further_rework(world: World) -> None:
    to_second_no(world)
    with world.desk(SHEN_YUEHUA) as (tx, her):
        reworking.order(tx, world.case().number, "请物业到场一起看", her)
    case = world.case()
    assert (case.state, case.attempt, case.awaits) == ("rework", 3, None)


@story
def silence_then_call_then_list(world: World) -> None:
    world.phone(WANG_XIUYING.number, calls="no-answer")
    to_verdict(world)
    world.at("09:30", days=1)  # the call of the next working morning
    case = world.case()
    assert world.events(case)[-3:] == ["not_reached", "asked", "not_reached"]
    with world.desk(CALLER_BACK) as (tx, her):
        assert [row.number for row in verdicts.call_back_list(tx)] == [case.number]
        verdicts.attempt(tx, case.number, her, None)
    assert world.case().state == "to_call_back", "two calls on one day are not enough"
    world.at("10:00", days=1)
    with world.desk(CALLER_BACK) as (tx, her):
        verdicts.attempt(tx, case.number, her, None)
    case = world.case()
    assert (case.state, case.closing_kind) == ("closed", "unreachable")


@story
def nobody_who_handled_it_asks(world: World) -> None:
    to_verdict(world)
    number = world.case().number
    with world.desk(LI_HONGMEI) as (tx, her):
        for attempt in (Answer.SATISFIED, None):
            with pytest.raises((Partial, NotYours)):
                verdicts.attempt(tx, number, her, attempt)
    with world.desk(CALLER_BACK) as (tx, her):
        verdicts.attempt(tx, number, her, Answer.DISSATISFIED, "来得太晚")
    assert world.case().state == "closed"


@story
def nobody_made_contact(world: World) -> None:
    to_verdict(world)
    world.text(WANG_XIUYING, "4")
    case = world.case()
    assert (case.state, case.attempt) == ("in_progress", 1)
    assert "told" not in world.kept(case)
    assert world.query("SELECT 1 FROM timer WHERE step = 'told' AND state = 'open'")
    world.text(LI_HONGMEI, "反馈 1 今天当面说明，灯已亮")
    world.text(LI_HONGMEI, "办结 1")
    world.text(WANG_XIUYING, "2 早该说一声")
    assert world.case().closing_kind == "solved"


@story
def danger_at_night(world: World) -> None:
    for code in ("xingfuli-duty-2", "xingfuli-head", "duty-3"):
        world.phone(worker(code).number, calls="no-answer")
    world.phone(DESK, calls="answer", keys="1")
    world.at("02:00", days=1)
    world.text(WANG_XIUYING, DANGER)
    case = world.case()
    assert (case.level, world.events(case).count("moved")) == ("L1", 3)
    [desk] = world.query("SELECT s.code FROM cases c JOIN staff s ON s.id = c.worker_id")
    assert desk.code == "duty_desk"
    assert "signed" in world.events(case)
    world.wind(timedelta(hours=1, minutes=50))
    world.text_from(DESK, "进展 1 民警已到场，人已控制")
    world.wind(timedelta(hours=1, minutes=50))
    [news] = world.query("SELECT due_at FROM timer WHERE step = 'interim' AND state = 'open'")
    assert news.due_at > world.now, "news again two hours after the last"
    world.text_from(DESK, "安全 1 伤者已送医，现场无危险")
    assert not world.query("SELECT 1 FROM timer WHERE step = 'interim' AND state = 'open'")
    assert "safe" in world.events(world.case())


DESK = "+8613900000000"


@story
def a_late_visit_climbs(world: World) -> None:
    world.text(WANG_XIUYING, LAMP)
    world.text(LI_HONGMEI, "签收 1")
    world.wind(timedelta(days=21))
    case = world.case()
    climbed = world.query(
        """SELECT canonical::jsonb -> 'facts' ->> 'rung' AS rung FROM event WHERE case_id = :id
           AND kind = 'escalated' AND canonical::jsonb -> 'facts' ->> 'step' = 'visit' ORDER BY seq""",
        id=case.id,
    )
    assert [row.rung for row in climbed][:4] == ["1", "2", "3", "4"], "courtyard, committee, office, district"
    assert len(climbed) > 4, "above the top once a day"
    for code in ("xingfuli-head", "supervisor", "leader"):
        told = [text for text in world.inbox(worker(code).number) if case.number in text]
        assert told, f"{code} was told"


@story
def the_worker_goes_on_leave(world: World) -> None:
    world.text(WANG_XIUYING, LAMP)
    with world.desk(SHEN_YUEHUA) as (tx, her):
        leaves.leave(tx, LI_HONGMEI.worker, "leave", tx.now, tx.now + timedelta(days=3), her.actor)
    case = world.case()
    [now] = world.query("SELECT s.code FROM cases c JOIN staff s ON s.id = c.worker_id")
    assert now.code != LI_HONGMEI.worker
    assert "moved" in world.events(case)
    world.text(LI_JIANGUO, "幸福里小区4号楼1单元门禁坏了")
    [other] = world.query("SELECT s.code FROM cases c JOIN staff s ON s.id = c.worker_id WHERE c.building = '4'")
    assert other.code != LI_HONGMEI.worker, "whoever is away gets nothing new"


@story
def the_resident_stops_texts(world: World) -> None:
    world.phone(WANG_XIUYING.number, calls="answer", keys="1", texts=["是的，我在家"])
    world.phone(LI_HONGMEI.number, calls="answer")
    world.text(WANG_XIUYING, LAMP)
    code = world.visit_code(WANG_XIUYING)
    world.text(WANG_XIUYING, "退订")
    had = len(world.inbox(WANG_XIUYING.number))
    world.text(LI_HONGMEI, "签收 1")
    world.text(LI_HONGMEI, f"到 1 {code}")
    world.text(LI_HONGMEI, "查明 1 灯泡烧坏")
    world.text(LI_HONGMEI, "反馈 1 灯已换好")
    assert "told" not in world.kept(world.case()), "texts do not arrive: it wants a call"
    world.text(LI_HONGMEI, "电 1")
    world.text(LI_HONGMEI, "反馈 1 灯已换好，已电话告知")
    world.text(LI_HONGMEI, "办结 1")
    case = world.case()
    assert (case.state, case.closing_kind) == ("closed", "solved"), "asked by a call with keys"
    assert len(world.inbox(WANG_XIUYING.number)) == had


@story
def the_worker_stops_texts(world: World) -> None:
    world.text(WANG_XIUYING, LAMP)
    world.text(LI_HONGMEI, "退订")
    [now] = world.query("SELECT s.code FROM cases c JOIN staff s ON s.id = c.worker_id")
    assert now.code != LI_HONGMEI.worker
    assert any("李红梅" in text for text in world.inbox(SHEN_YUEHUA.number)), "the supervisor is told"


@story
def opened_again_on_day_29(world: World) -> None:
    to_verdict(world)
    world.text(WANG_XIUYING, "1")
    first = world.case()
    world.wind(timedelta(days=29))
    world.text(WANG_XIUYING, f"重办 {first.number} 灯又不亮了")
    case = world.case()
    assert (case.number, case.state, case.attempt) == (first.number, "rework", 2)
    assert case.first_closed_at == first.closed_at


@story
def a_new_case_on_day_31(world: World) -> None:
    to_verdict(world)
    world.text(WANG_XIUYING, "1")
    first = world.case()
    world.wind(timedelta(days=31))
    assert world.case().state == "archived"
    world.text(WANG_XIUYING, f"重办 {first.number} 灯又不亮了")
    case = world.case()
    assert case.number != first.number
    assert (case.repeat_of, case.attempt) == (first.id, 1)


@story
def a_text_that_does_not_arrive(world: World) -> None:
    """The carrier's word counts: the duty stands until the resident was told by a call."""
    world.text(WANG_XIUYING, LAMP)
    for words in ("签收 1", f"到 1 {world.visit_code(WANG_XIUYING)}", "查明 1 灯泡烧坏"):
        world.text(LI_HONGMEI, words)
    world.phone(WANG_XIUYING.number, messages="undelivered", calls="answer", keys="2")
    world.phone(LI_HONGMEI.number, calls="answer")
    world.text(LI_HONGMEI, "反馈 1 灯已换好")
    case = world.case()
    assert "told" not in world.kept(case)
    assert "电" in world.last(LI_HONGMEI)
    world.text(LI_HONGMEI, "电 1")
    world.text(LI_HONGMEI, "反馈 1 灯已换好，已电话告知")
    world.text(LI_HONGMEI, "办结 1")
    assert world.case().closing_kind == "solved"


@story
def two_questions_at_once(world: World) -> None:
    to_verdict(world)
    world.text(WANG_XIUYING, "幸福里小区4号楼门口垃圾没人清运")
    other = world.case()
    holder = worker(world.query("SELECT code FROM staff WHERE id = :id", id=other.worker_id)[0].code)
    short = world.query("SELECT short FROM assignment WHERE case_id = :id", id=other.id)[0].short
    for words in (
        f"到 {short} {world.visit_code(WANG_XIUYING)}",
        f"查明 {short} 清运车故障",
        f"反馈 {short} 已清走",
        f"办结 {short}",
    ):
        world.text(holder, words)
    world.text(WANG_XIUYING, "1")
    assert {row.state for row in world.query("SELECT state FROM cases")} == {"to_call_back"}, "which of the two?"
    world.text(WANG_XIUYING, "2 1")
    assert world.query("SELECT state FROM cases WHERE id = :id", id=other.id)[0].state == "closed"
    world.text(WANG_XIUYING, "1")
    assert {row.state for row in world.query("SELECT state FROM cases")} == {"closed"}


@story
def danger_is_answered_before_anybody_asks_where(world: World) -> None:
    """Gas, and not a word of where: what saves comes first, the duty desk is rung, then the place brings it home."""
    world.text(LI_JIANGUO, "厨房里一股臭鸡蛋味，头晕得厉害")
    first = world.inbox(LI_JIANGUO.number)[0]
    assert "离开屋子" in first
    assert first.index("离开") < first.index("请回复在哪里")
    case = world.case()
    assert (case.level, case.estate) == ("L1", None)
    assert "order_call" in world.events(case) or "signed" in world.events(case)
    world.text(LI_JIANGUO, "幸福里小区7号楼1单元")
    case = world.case()
    assert (case.estate, case.building) == ("幸福里小区", "7")
    assert "located" in world.events(case)
    assert "幸福里小区7号楼1单元" in world.last(LI_JIANGUO)


@story
def whoever_wants_to_die_is_held_on_the_line(world: World) -> None:
    """The line stays, and rings those on duty until one speaks with them; no number is read out."""
    heard = " ".join(world.call(LI_JIANGUO, "我不想活了"))
    assert "您不是一个人" in heard
    assert "请不要挂断" in heard
    assert "查询码" not in heard
    case = world.case()
    assert case.level == "L1"
    assert {"signed", "contacted"} <= set(world.events(case))
    assert "12356" in world.inbox(LI_JIANGUO.number)[0]
