"""Stories of residents who want something of their own matters: an end, an answer without codes, a person."""

from tests.journeys.stories import LAMP, story
from tests.journeys.world import World
from tests.people import LI_HONGMEI, LI_JIANGUO, WANG_XIUYING

GATE = "幸福里小区5号楼单元门坏了"


@story
def the_only_matter_is_withdrawn_and_its_worker_hears_of_it(world: World) -> None:
    world.text(WANG_XIUYING, LAMP)
    world.text(LI_HONGMEI, "签收 1")
    world.text(WANG_XIUYING, "已经修好了，不用来了")
    case = world.case()
    assert (case.state, case.next_due_at) == ("withdrawn", None)
    assert "撤销" in world.last(WANG_XIUYING)
    assert case.number in world.last(LI_HONGMEI)
    world.text(LI_HONGMEI, "到 1")
    assert world.case().state == "withdrawn"
    assert world.broken() == []


@story
def one_of_two_is_withdrawn_by_its_last_digits(world: World) -> None:
    world.text(WANG_XIUYING, LAMP)
    world.text(WANG_XIUYING, GATE)
    world.text(WANG_XIUYING, "撤诉")
    first, second = world.case(0), world.case(1)
    asked = world.last(WANG_XIUYING)
    assert "撤哪一件" in asked
    assert (first.state, second.state) == ("dispatched", "dispatched")
    world.text(WANG_XIUYING, f"撤诉 {int(first.number[-6:])}")
    assert (world.case(0).state, world.case(1).state) == ("withdrawn", "dispatched")
    assert world.broken() == []


@story
def whoever_asks_from_their_own_telephone_needs_no_code(world: World) -> None:
    world.text(WANG_XIUYING, LAMP)
    case = world.case()
    world.text(WANG_XIUYING, "查")
    told = world.last(WANG_XIUYING)
    assert case.number in told
    assert "前给您答复" in told
    said = "".join(world.call(WANG_XIUYING, "我上次反映的事办得怎么样了"))
    assert "由幸福里" in said
    world.text(LI_JIANGUO, f"查 {case.number}")
    assert "查询码" in world.last(LI_JIANGUO)
    assert len(world.query("SELECT 1 FROM cases")) == 1
    assert world.broken() == []
