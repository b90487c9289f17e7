"""What proves that somebody was at a place of a round: the very house named, or its plate's code while that holds."""

from dispatch.loop.who import by_code
from dispatch.rounds import plans, visiting
from dispatch.rounds.plans import Wanted
from dispatch.rounds.visiting import Said
from tests.dispatch.shifts import fire_all
from tests.people import LI_HONGMEI
from tests.stage import LINE, Stage

GRID, LANES = "xingfuli-02", "xinyuan-07"


class Undone(Exception):
    """What was done is not kept."""


def walked(stage: Stage, *more: str, template: str = "weekly-round", at: str = GRID) -> None:
    """A round begins today, and on this day of each week."""
    with stage.door.transaction(LINE) as tx:
        begins = tx.calendar.local_day(tx.now)
        [draft] = plans.draft(tx, Wanted(template, at, "FREQ=WEEKLY", begins, more))
        assert plans.make(tx, draft, "test")
    fire_all(stage)


def report(stage: Stage, said: Said, place: str, *, keeps: bool = True) -> str:
    """A worker's word at a place, and the message that answers it."""
    query = """SELECT t.id FROM round_task t JOIN round_target g ON g.id = t.target_id WHERE t.state = 'open'
        AND concat(g.estate, g.building, g.road) = :place ORDER BY t.period DESC LIMIT 1"""
    ((task,),) = stage.rows(query, place=place)
    found = ""
    try:
        with stage.door.transaction(LINE) as tx:
            answer = visiting.report(tx, by_code(tx, LI_HONGMEI.worker), visiting.task_of(tx, task), said)
            found = getattr(answer.params.get("lacking"), "id", answer.id)
            if not keeps:
                raise Undone
    except Undone:
        pass
    return found


def others(stage: Stage, places: tuple[tuple[str, str, bool], ...]) -> list[tuple[str, str]]:
    """Of these (where, what is said, whether that is there) those that were taken otherwise."""
    return [
        (target, words) for target, words, is_there in places
        if (report(stage, Said(place=words), target, keeps=False) != "rounds.work.other_place") is not is_there
    ]  # fmt: skip


ON_ROADS = (
    ("滨河大道18号", "滨河大道18号", True),
    ("滨河大道18号", "滨河路18号", True),  # its other name
    ("滨河大道18号", "滨河大道99号", False),
    ("滨河大道18号", "滨河大道1号", False),
    ("滨河大道18号", "滨河大道", False),  # not as exactly as it is known
    ("滨河大道18号", "新园路18号", False),
    ("银杏巷20号", "银杏巷20号", True),
    ("银杏巷20号", "银杏巷2号", False),
    ("银杏巷20号", "银杏巷", False),
    ("银杏巷", "银杏巷", True),
    ("银杏巷", "银杏巷20号", True),  # more exactly than it is known
)


def test_the_house_number_on_a_road_is_compared(stage: Stage) -> None:
    walked(stage, "银杏巷18号", "银杏巷20号", at=LANES)
    stage.plant("UPDATE round_target SET road = '滨河大道18号' WHERE road = '银杏巷18号'")
    assert others(stage, ON_ROADS) == []


IN_ESTATES = (
    ("幸福里小区3", "3号楼", True),
    ("幸福里小区3", "3号楼2单元", True),
    ("幸福里小区3", "13号楼", False),
    ("幸福里小区3", "幸福里小区", False),
    ("幸福里小区3", "和平一村3号楼", False),
    ("幸福里小区", "幸福里小区", True),
    ("幸福里小区", "3号楼", True),
    ("幸福里小区", "幸福里小区3号楼", True),
    ("幸福里小区", "幸福里小区1号楼", False),  # of another grid
    ("幸福里小区", "我到了", False),  # names nothing: the estate is not theirs to have named
    ("幸福里小区", "和平一村", False),
)


def test_the_house_in_an_estate_is_compared(stage: Stage) -> None:
    walked(stage)
    walked(stage, template="monthly-inspection")
    assert others(stage, IN_ESTATES) == []
