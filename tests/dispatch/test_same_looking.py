"""The same matter again, told by others: proposed, kept apart, merged, a group, a collective matter, a repeat."""

from datetime import timedelta

from dispatch.due.moments import outlook
from dispatch.due.retrying import retry
from dispatch.reads import checks
from dispatch.reads.failures import failures
from dispatch.reports import Taken
from dispatch.same import looking, proposals
from dispatch.same.models import TRIES
from tests.dispatch.likening import look_all
from tests.dispatch.looping import at_desk, case, kinds, outbox_ids, sound, to_closed
from tests.dispatch.shifts import fire_all
from tests.dispatch.test_side_marking import marked
from tests.dispatch.test_side_supervising import act, no, told_to
from tests.people import LU_SIYUAN, SHEN_YUEHUA
from tests.stage import Stage

DISPATCHER = LU_SIYUAN.worker
BARBECUE = "幸福里小区3号楼楼下烧烤摊油烟大，熏得睡不着"
SMOKE = "3号楼下面那个烧烤摊的油烟熏得全家没法开窗，幸福里小区的"
# The sealed words of the last case are longer than they were sealed, and as they were.
POISON = """UPDATE content SET sealed = sealed || 'x'::bytea
    WHERE id = (SELECT content_id FROM cases ORDER BY number DESC LIMIT 1)"""
MENDED = POISON.replace("sealed || 'x'::bytea", "substring(sealed FOR length(sealed) - 1)")
GAMES = "幸福里小区3号楼楼下棋牌室半夜打麻将吵得睡不着"


def resident(nth: int) -> str:
    return f"+86138001{nth:05}"


def tells(stage: Stage, nth: int, words: str) -> Taken:
    """A resident tells of something, and it is looked at."""
    taken = stage.text(words, number=resident(nth))
    look_all(stage)
    return taken


def proposed(stage: Stage) -> list[tuple[str, str]]:
    """The pairs that wait for a person."""
    with at_desk(stage, DISPATCHER) as (tx, _):
        return [(row.number, row.lead_number) for row in proposals.waiting(tx)]


def masters(stage: Stage) -> list[str]:
    return [str(row.number) for row in stage.rows("SELECT number FROM cases WHERE channel = 'machine' ORDER BY number")]


def test_two_neighbours_on_one_nuisance_are_proposed_and_merged_by_a_person(stage: Stage) -> None:
    first, second, other = tells(stage, 1, BARBECUE), tells(stage, 2, SMOKE), tells(stage, 3, GAMES)
    assert proposed(stage) == [(second.number, first.number)], other.number
    assert case(stage, second).state == "dispatched", "nobody but a person merges"
    act(stage, second, "join", by=DISPATCHER)
    assert (case(stage, second).state, case(stage, second).merged_into) == ("merged", first.case_id)
    assert proposed(stage) == []
    assert first.number in stage.texts(resident(2))[-1]
    act(stage, second, "unmerge", by=DISPATCHER, why="不是一处")
    assert case(stage, second).state == "dispatched"
    third = tells(stage, 4, SMOKE)
    assert proposed(stage) == [(third.number, first.number)], "whoever was taken out is not proposed again"
    sound(stage)


def test_a_pair_that_was_refused_is_not_proposed_again(stage: Stage) -> None:
    first, second = tells(stage, 1, BARBECUE), tells(stage, 2, SMOKE)
    act(stage, second, "apart", by=DISPATCHER, lead=first.number)
    assert proposed(stage) == []
    assert no(stage, second, "apart", by=DISPATCHER) == "casepage.refused.not_now"
    with at_desk(stage, DISPATCHER) as (tx, _):
        proposals.propose(tx, second.case_id, [first.case_id], 40)
        proposals.propose(tx, first.case_id, [second.case_id], 40)
    assert proposed(stage) == []
    third = tells(stage, 3, SMOKE)
    assert proposed(stage) == [(third.number, first.number)]


def test_another_building_or_another_matter_is_another_matter(stage: Stage) -> None:
    tells(stage, 1, "幸福里小区3号楼2单元楼道灯坏了")
    tells(stage, 2, "幸福里小区7号楼1单元楼道灯坏了")
    tells(stage, 3, "幸福里小区3号楼2单元电梯坏了")
    assert proposed(stage) == []


def test_a_place_in_no_gazetteer_counts_by_its_name(stage: Stage) -> None:
    first = tells(stage, 1, "彩虹公寓3号楼楼下烧烤摊油烟大")
    second = tells(stage, 2, "彩虹公寓三号楼楼下烧烤摊的油烟熏人")
    tells(stage, 3, "紫竹公寓3号楼楼下烧烤摊油烟大")
    assert proposed(stage) == [(second.number, first.number)]


def test_many_callers_at_once_are_a_group_with_one_master(stage: Stage) -> None:
    taken = [tells(stage, nth, f"幸福里小区{nth}号楼这边太吵了") for nth in range(1, 8)]
    assert masters(stage) == [], "one too few"
    taken.append(tells(stage, 8, "幸福里小区太吵，吵得睡不着"))
    [master] = masters(stage)
    [row] = stage.rows("SELECT * FROM cases WHERE number = :number", number=master)
    assert (row.level, row.confidential, row.estate) == ("L1", True, "幸福里小区")
    assert marked(stage, master) == ["群体预警"]
    assert sorted(proposed(stage)) == sorted((one.number, master) for one in taken)
    assert told_to(stage, "group") >= {SHEN_YUEHUA.worker, "leader"}
    assert len(outbox_ids(stage, "group")) == len(told_to(stage, "group")), "each once"
    late = tells(stage, 9, "幸福里小区9号楼也太吵")
    assert (late.number, master) in proposed(stage)
    assert masters(stage) == [master]
    sound(stage)


def test_many_without_water_are_no_crowd(stage: Stage) -> None:
    for nth in range(1, 10):
        tells(stage, nth, f"幸福里小区{nth}号楼停水了，三百户都没水")
    assert masters(stage) == []
    assert stage.rows("SELECT 1 FROM side WHERE kind = 'flag' AND code = 'group'") == []


def test_one_caller_ten_times_is_no_group(stage: Stage) -> None:
    for _ in range(10):
        tells(stage, 1, "幸福里小区停水了")
    assert masters(stage) == []
    assert stage.rows("SELECT 1 FROM side WHERE kind = 'flag'") == []


def test_people_who_are_named_count_and_so_do_risk_words(stage: Stage) -> None:
    tells(stage, 1, "幸福里小区三十多户嫌太吵了")
    assert masters(stage) == [], "what one caller says is no group"
    tells(stage, 2, "幸福里小区二十多户都嫌太吵")
    assert len(masters(stage)) == 1
    crowd = tells(stage, 3, "和平里小区门口几十个工人聚集讨薪，堵路了")
    assert marked(stage, crowd.number) == ["群体预警"]
    assert case(stage, crowd).confidential
    assert len(masters(stage)) == 1, "an L1 case is its own master"


def test_the_slow_kind_is_shown_and_alarms_nobody(stage: Stage) -> None:
    first = tells(stage, 1, BARBECUE)
    for nth in range(2, 6):
        stage.wind(timedelta(days=2))
        tells(stage, nth, SMOKE)
    assert marked(stage, first.number)[-1:] == ["群诉"]
    assert len(proposed(stage)) == 4
    assert masters(stage) == []
    assert outbox_ids(stage, "flagged_collective") == outbox_ids(stage, "group") == []
    fire_all(stage)
    sound(stage)


def test_what_comes_back_after_a_year_is_a_repeat_without_a_flag(stage: Stage) -> None:
    first = stage.text("幸福里小区3号楼2单元楼道灯坏了", number=resident(1))
    to_closed(stage, first)
    stage.wind(timedelta(days=300))
    again = tells(stage, 2, "3号楼2单元楼道灯又坏了，幸福里小区")
    assert case(stage, again).repeat_of == first.case_id
    assert "repeated" in kinds(stage, first)
    assert len(outbox_ids(stage, "repeat")) == 1
    assert proposed(stage) == []
    assert stage.rows("SELECT 1 FROM side WHERE kind = 'flag'") == []
    fire_all(stage)
    sound(stage)


def test_a_look_that_fails_three_times_waits_for_a_person(stage: Stage) -> None:
    """What keeps it from being looked at are words that cannot be opened; mended, it goes on as it would have gone."""
    first = tells(stage, 1, BARBECUE)
    second = stage.text(SMOKE, number=resident(2))
    stage.plant(POISON)
    looks = 0
    for _ in range(9):
        with at_desk(stage, DISPATCHER) as (tx, _who):
            looks += looking.look_next(tx)
        stage.wind(timedelta(seconds=2))
    assert looks == TRIES, "then it is left alone"
    with at_desk(stage, DISPATCHER) as (tx, _who):
        assert "likenesses" not in outlook(tx).due
        [failure] = failures(tx)
        assert (failure.kind, failure.about) == ("likeness", second.number)
        assert failure.why.startswith("VaultError: ")
        assert "desk.check.likeness_parked" in {each.trouble.id for each in checks.broken(tx)}
    stage.plant(MENDED)
    with at_desk(stage, DISPATCHER) as (tx, _who):
        assert retry(tx, failure, "command")
    look_all(stage)
    assert proposed(stage) == [(second.number, first.number)]
    with at_desk(stage, DISPATCHER) as (tx, _who):
        assert failures(tx) == []
