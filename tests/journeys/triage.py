"""Stories of what nobody is sure of, and of several matters told in one message."""

from datetime import timedelta

from dispatch.triage import asking, sorting
from tests.journeys.stories import story
from tests.journeys.world import World
from tests.people import LI_HONGMEI, LU_SIYUAN, WANG_XIUYING

PICTURE = (("https://media.example/1", "image/jpeg"),)
HOME = "幸福里小区3号楼2单元"
TWO = f"{HOME}楼道灯坏了。另外门口垃圾桶满了没人收"


@story
def a_picture_alone_waits_for_a_person(world: World) -> None:
    """What nobody can read is looked at by a dispatcher, and ends as any other matter."""
    world.text(WANG_XIUYING, "", PICTURE)
    world.text(WANG_XIUYING, HOME)
    case = world.case()
    assert (case.state, case.triage) == ("to_dispatch", "unsure")
    assert "请工作人员先看一下" in world.last(WANG_XIUYING)
    assert world.inbox(LI_HONGMEI.number) == [], "nobody is sent by a guess"
    world.wind(timedelta(minutes=5))
    with world.desk(LU_SIYUAN) as (tx, who):
        sorting.sort(tx, who, case.number, "stairwell-light")
    assert "楼道照明" in world.last(WANG_XIUYING)
    world.text(LI_HONGMEI, "签收 1")
    world.text(LI_HONGMEI, f"到 1 {world.visit_code(WANG_XIUYING)}")
    world.text(LI_HONGMEI, "查明 1 灯泡烧坏")
    world.text(LI_HONGMEI, "反馈 1 灯已换好")
    world.text(LI_HONGMEI, "办结 1")
    world.text(WANG_XIUYING, "1")
    assert world.case().state == "closed"


@story
def nobody_looks_at_it_in_time(world: World) -> None:
    world.text(WANG_XIUYING, "", PICTURE)
    world.text(WANG_XIUYING, HOME)
    world.wind(timedelta(minutes=16))
    case = world.case()
    assert case.state == "dispatched"
    assert case.triage is None


@story
def two_matters_in_one_message(world: World) -> None:
    """Two cases, one receipt; the second is called wrong, and the desk sees to it while its worker goes on."""
    world.text(WANG_XIUYING, TWO)
    first, second = world.case(0), world.case(1)
    [receipt] = world.inbox(WANG_XIUYING.number)
    assert first.number in receipt
    assert second.number in receipt
    assert first.told_with == second.told_with
    world.text(WANG_XIUYING, "更正 2 不是这个")
    assert (world.case(0).triage, world.case(1).triage) == (None, "correction")
    assert world.case(1).state == "dispatched"
    with world.desk(LU_SIYUAN) as (tx, who):
        asking.settle(tx, who, second.number)
    assert world.case(1).triage is None


@story
def two_matters_told_on_the_phone(world: World) -> None:
    """The caller hears that it is two, and both numbers are in one receipt."""
    heard = " ".join(world.call(WANG_XIUYING, TWO))
    assert "2件事" in heard
    first, second = world.case(0), world.case(1)
    assert {first.category, second.category} == {"stairwell-light", "rubbish-overflow"}
    receipt = world.last(WANG_XIUYING)
    assert first.number in receipt
    assert second.number in receipt
    assert first.told_with == second.told_with


@story
def what_a_caller_says_is_understood_by_a_person(world: World) -> None:
    heard = " ".join(world.call(WANG_XIUYING, "那个东西又跟上回一样了，你们来看看嘛", HOME))
    case = world.case()
    assert (case.state, case.triage) == ("to_dispatch", "unsure")
    assert "工作人员" in heard + world.last(WANG_XIUYING)
    assert world.inbox(LI_HONGMEI.number) == [], "nobody is sent by a guess"
    with world.desk(LU_SIYUAN) as (tx, who):
        sorting.sort(tx, who, case.number, "stairwell-light")
    assert "楼道照明" in world.last(WANG_XIUYING)
