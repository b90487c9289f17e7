"""Finding cases by words: nothing is overlooked, whatever was indexed, and nothing seen that is not theirs."""

from types import SimpleNamespace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.report import Channel
from dispatch import desk
from dispatch.people.parties import party_of
from dispatch.reports import Report
from dispatch.search import ages, finding, following, words
from dispatch.search.finding import PAGE, Found, Reach
from dispatch.search.following import follow, refill
from tests.dispatch.test_side_supervising import SUPERVISOR, act
from tests.people import LU_SIYUAN
from tests.stage import LINE, RESIDENT, Stage

OFFICE = "xingfu"
LAMP, DRAIN = "幸福里小区3号楼2单元楼道灯坏了", "和平一村5号楼下水道堵了"


def search(stage: Stage, said: str, scope: str = OFFICE, before: UUID | None = None) -> Found:
    with stage.door.transaction(LINE) as tx:
        return finding.search(tx, scope, words.asked(said), before)


def numbers(found: Found) -> list[str]:
    return [row.number for row in found.rows]


def step(stage: Stage) -> int:
    with stage.door.found() as conn:
        return follow(conn)


def followed(stage: Stage) -> None:
    while step(stage):
        pass


def test_two_characters_are_found_before_and_after_indexing(stage: Stage) -> None:
    followed(stage)
    lamp, drain = stage.text(LAMP), stage.text(DRAIN, "+8613800000002")
    for _ in range(2):
        assert numbers(search(stage, "楼道")) == [lamp.number]
        assert numbers(search(stage, "水道")) == [drain.number]
        assert numbers(search(stage, "号楼")) == [drain.number, lamp.number], "the newest first"
        assert numbers(search(stage, "号楼 灯坏")) == [lamp.number], "all words"
        assert numbers(search(stage, lamp.number)) == [lamp.number]
        assert numbers(search(stage, "電梯")) == []
        followed(stage)


@pytest.mark.parametrize("shape", ["{}{}", "{} {}", " {}  {} ", "“{}{}”", "{}-{}"])
def test_a_number_is_found_without_its_dash_in_full_width_too(stage: Stage, shape: str) -> None:
    followed(stage)
    lamp = stage.text(LAMP)
    stage.text(DRAIN, "+8613800000002")
    said = shape.format(*lamp.number.split("-"))
    wide = said.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    assert numbers(search(stage, said)) == numbers(search(stage, wide)) == [lamp.number]


@pytest.mark.parametrize(
    "said",
    [
        "Xingfuli Estate building 3 unit 2", "xingfuli estate", "Building 3, XINGFULI", "Xingfuli bldg.3",
        "xingfuli 3-2", "Xingfuli building three", "Xingfuli 楼道", "幸福里小区3号楼2单元",
    ],
)  # fmt: skip
def test_a_place_is_found_by_its_english_name(stage: Stage, said: str) -> None:
    followed(stage)
    lamp = stage.text(LAMP)
    stage.text(DRAIN, "+8613800000002")
    for _ in range(2):
        with stage.door.transaction(LINE) as tx:
            assert numbers(finding.look(tx, OFFICE, said)) == [lamp.number]
            assert numbers(finding.look(tx, OFFICE, f"{said} 电梯")) == []
        followed(stage)


def test_english_words_are_found_as_they_stand_too(stage: Stage) -> None:
    """A matter that names two estates has no place: its words are all there is."""
    both = stage.text("A tree fell between Xingfuli Estate and Xinyuan Estate, please send somebody")
    there = stage.text(LAMP, "+8613800000002")
    followed(stage)
    with stage.door.transaction(LINE) as tx:
        assert numbers(finding.look(tx, OFFICE, "Xingfuli Estate")) == [there.number, both.number]
        assert numbers(finding.look(tx, OFFICE, "tree Xingfuli Estate")) == [both.number]


def test_pages_of_an_english_name_leave_nothing_out(stage: Stage) -> None:
    taken = [stage.text(LAMP, f"+86138000001{n:02}").number for n in range(PAGE + 3)]
    followed(stage)
    with stage.door.transaction(LINE) as tx:
        first = finding.look(tx, OFFICE, "Xingfuli Estate")
        second = finding.look(tx, OFFICE, "Xingfuli Estate", first.after)
    assert [*numbers(first), *numbers(second)] == taken[::-1]
    assert second.after is None


def test_words_are_folded_and_have_no_wildcards(stage: Stage) -> None:
    taken = stage.text("幸福里小区3号楼2单元門禁壞了，ABC牌100%失灵")
    followed(stage)
    for said in ("门禁", "門禁", "ＡＢＣ", "abc牌", "100%", "３号楼"):
        assert numbers(search(stage, said)) == [taken.number], said
    for said in ("门_", "10_", "门%禁", "禁门"):
        assert numbers(search(stage, said)) == [], said


def test_the_place_is_searched_too(stage: Stage) -> None:
    taken = stage.text("三号楼二单元幸福里小区灯坏了")
    followed(stage)
    assert numbers(search(stage, "幸福里小区3号楼2单元")) == [taken.number]


def test_one_character_is_looked_for_among_the_newest(stage: Stage) -> None:
    taken = stage.text(LAMP)
    followed(stage)
    found = search(stage, "灯")
    assert (numbers(found), found.reach) == ([taken.number], Reach.NEWEST)
    assert search(stage, "灯坏").reach is Reach.ALL


def test_no_words_find_nothing(stage: Stage) -> None:
    stage.text(LAMP)
    assert numbers(search(stage, "  ")) == []


def test_pages_follow_each_other_without_gap_or_repeat(stage: Stage) -> None:
    followed(stage)
    taken = [stage.text(LAMP, f"+861380000{n:04d}").number for n in range(PAGE + 5)]
    for _ in range(2):
        first = search(stage, "楼道")
        second = search(stage, "楼道", before=first.after)
        assert numbers(first) + numbers(second) == taken[::-1]
        assert second.after is None
        followed(stage)


@pytest.mark.parametrize("indexed", [True, False])
def test_nobody_finds_what_is_not_theirs(stage: Stage, indexed: bool) -> None:
    followed(stage)
    taken = stage.text(LAMP)
    if indexed:
        followed(stage)
    for scope, sees in (
        (OFFICE, True), (f"{OFFICE}/xingfuli", True), (f"{OFFICE}/xingfuli/xingfuli-south", True),
        (f"{OFFICE}/heping", False), (f"{OFFICE}/xingfuli/xingfuli-middle", False),
    ):  # fmt: skip
        for said in ("楼道", taken.number, "灯"):
            if indexed or said != "灯":
                assert (numbers(search(stage, said, scope)) == [taken.number]) == sees, (scope, said)


@pytest.mark.parametrize("indexed_before", [True, False])
@pytest.mark.parametrize("indexed_after", [True, False])
def test_what_is_confidential_is_found_by_its_number_alone(
    stage: Stage, indexed_before: bool, indexed_after: bool
) -> None:
    followed(stage)
    taken = stage.text(LAMP)
    if indexed_before:
        followed(stage)
    act(stage, taken, "confide", by=SUPERVISOR, why="涉及未成年人")
    if indexed_after:
        followed(stage)
    for said in ("楼道", "灯", "幸福里"):
        assert numbers(search(stage, said)) == [], said
    found = search(stage, taken.number)
    assert numbers(found) == [taken.number]
    assert "灯" not in found.rows[0].summary


@pytest.mark.parametrize("indexed", [True, False])
def test_who_co_handles_a_case_finds_it(stage: Stage, indexed: bool) -> None:
    taken = stage.text(LAMP)
    followed(stage)
    act(stage, taken, "co-handle", by=LU_SIYUAN.worker, term="2026-11-26", unit="heping", why="路灯归和平")
    if indexed:
        followed(stage)
    assert numbers(search(stage, "楼道", f"{OFFICE}/heping")) == [taken.number]


def test_a_case_that_moved_is_found_by_who_has_it_now(stage: Stage) -> None:
    taken = stage.text(LAMP)
    followed(stage)
    with stage.door.transaction(LINE) as tx:
        desk.reroute(tx, taken.number, "heping", "不归我们管", "test")
    for _ in range(2):
        assert numbers(search(stage, "楼道", f"{OFFICE}/heping")) == [taken.number]
        assert numbers(search(stage, "楼道", f"{OFFICE}/xingfuli")) == []
        followed(stage)


def test_an_earlier_transaction_that_commits_later_is_indexed(stage: Stage) -> None:
    followed(stage)
    with stage.door.transaction(LINE) as early:
        slow = desk.take_report(early, Report(Channel.TEXT, party_of(early, RESIDENT), LAMP, early.now))
        early.flush()
        quick = stage.text(DRAIN, "+8613800000002")
        followed(stage)
        assert numbers(search(stage, "号楼")) == [quick.number]
    for _ in range(2):
        assert set(numbers(search(stage, "号楼"))) == {slow.number, quick.number}
        followed(stage)


def test_a_step_that_was_undone_is_made_again(stage: Stage) -> None:
    followed(stage)
    taken = stage.text(LAMP)
    with pytest.raises(RuntimeError), stage.door.found() as conn:
        assert follow(conn) == 1
        raise RuntimeError("the process ends before the commit")
    assert stage.rows("SELECT count(*) FROM search_text")[0][0] == 0
    assert step(stage) == 1
    assert [row[0] for row in stage.rows("SELECT c.number FROM search_text JOIN cases c ON c.id = case_id")] == [
        taken.number
    ]


def test_two_followers_do_not_wait_for_each_other(stage: Stage) -> None:
    followed(stage)
    stage.text(LAMP)
    with stage.door.found() as first:
        assert follow(first) == 1
        assert step(stage) == 0
    assert step(stage) == 0


def test_cases_that_were_there_before_are_filled_in_step_by_step(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "AT_ONCE", 2)
    taken = [stage.text(LAMP, f"+861380000{n:04d}").number for n in range(5)]
    assert search(stage, "楼道").reach is Reach.FILLING
    assert step(stage) == 2
    assert numbers(search(stage, "楼道")) == taken[:2:-1], "the newest are there first"
    late = stage.text(DRAIN, "+8613800000002").number
    followed(stage)
    assert (numbers(search(stage, "楼道")), search(stage, "楼道").reach) == (taken[::-1], Reach.ALL)
    assert numbers(search(stage, "水道")) == [late]


def test_many_transactions_are_followed_in_order(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    followed(stage)
    monkeypatch.setattr(following, "AT_ONCE", 2)
    taken = [stage.text(LAMP, f"+861380000{n:04d}").number for n in range(5)]
    for _ in range(4):
        assert numbers(search(stage, "楼道")) == taken[::-1]
        step(stage)
    assert step(stage) == 0
    assert stage.rows("SELECT count(*) FROM search_text")[0][0] == 5


def test_a_position_of_another_server_begins_anew(stage: Stage) -> None:
    taken = stage.text(LAMP)
    followed(stage)
    stage.plant("DELETE FROM search_text")
    stage.plant("UPDATE search_position SET server = '1', beyond = beyond + 1000000")
    followed(stage)
    assert numbers(search(stage, "楼道")) == [taken.number]


def test_refilling_mends_what_was_changed_by_hand(stage: Stage) -> None:
    taken = stage.text(LAMP)
    followed(stage)
    stage.plant("UPDATE search_text SET text = '', entries = '{}'")
    assert numbers(search(stage, "楼道")) == []
    with stage.door.found() as conn:
        refill(conn)
    followed(stage)
    assert numbers(search(stage, "楼道")) == [taken.number]


def test_what_does_not_change_is_not_written(stage: Stage) -> None:
    stage.text(LAMP)
    followed(stage)
    before = stage.rows("SELECT ctid::text, xmin::text FROM search_text")
    with stage.door.found() as conn:
        refill(conn)
    followed(stage)
    assert stage.rows("SELECT ctid::text, xmin::text FROM search_text") == before


# Few characters, so that words are found; a wide one, one beyond the basic plane, wildcards and Latin ones among them.
_CHARS = "电梯停水灯了。A1%_\\𠮷門ｂ \n"


@given(st.text(_CHARS, max_size=40), st.text(_CHARS, min_size=1, max_size=6))
def test_entries_never_miss_what_the_words_find(text: str, said: str) -> None:
    case = SimpleNamespace(
        number="20261124-000001", summary=text, estate=None, building=None, entrance=None, road=None, confidential=False
    )
    wanted = words.asked(said)
    made = words.document(case)
    if wanted.stands_in(made):
        assert set(wanted.pairs) <= words.pairs(made)


@given(st.text(_CHARS, max_size=40), st.text(_CHARS, max_size=6))
def test_pieces_are_the_text(text: str, said: str) -> None:
    found = words.pieces(text, words.asked(said).words)
    assert "".join(piece for piece, _ in found) == text


def test_found_words_are_marked_as_they_are_written() -> None:
    assert words.pieces("三樓電梯壞了", ("电梯",)) == [("三樓", False), ("電梯", True), ("壞了", False)]


_MOMENTS = st.integers(min_value=0, max_value=2**44)


@given(_MOMENTS, st.integers(min_value=0, max_value=2**40))
def test_a_window_leaves_out_nothing_that_is_younger_than_its_start(newest: int, back: int) -> None:
    office, unit = UUID(int=5), UUID(int=6)
    other = UUID(int=max(0, newest - back) << 80)
    for window in ages.windows(office, UUID(int=newest << 80)):
        if other >= window.start:
            assert set(window.entries) & ages.entries_of(office, other, unit)
