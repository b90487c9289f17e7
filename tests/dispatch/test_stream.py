"""What changed is told whole and once: late commits, transactions that stay open, positions that cannot be."""

import random
from contextlib import ExitStack
from datetime import timedelta

import pytest

from cases import history
from dispatch import desk
from dispatch.loop import visits
from dispatch.loop.who import by_code
from dispatch.reads import stream
from dispatch.reads.stream import MOST, Change, News, Position
from dispatch.reports import Taken
from dispatch.transaction import Tx
from tests.dispatch.shifts import LAMP, WATER
from tests.people import LI_HONGMEI
from tests.stage import LINE, Stage


def here(stage: Stage) -> Position:
    with stage.door.found() as conn:
        return stream.position(conn)


def news(stage: Stage, since: Position) -> News:
    with stage.door.found() as conn:
        return stream.news(conn, since)


def note(tx: Tx, taken: Taken, kind: str) -> None:
    """A line of history that this test knows again."""
    thread = history.lock(tx, taken.case_id)
    history.append(tx, thread, kind)
    history.close_thread(tx, thread)
    tx.flush()


def kinds(found: News) -> list[str]:
    return [change.kind for change in found.changes]


def test_what_is_committed_is_told_once_and_says_no_more_than_it_must(stage: Stage) -> None:
    start = here(stage)
    taken = stage.text(LAMP)
    found = news(stage, start)
    assert found.whole
    assert found.changes[0] == Change("xingfu", taken.number, "registered", ("xingfu/xingfuli/xingfuli-south",))
    assert {change.case for change in found.changes} == {taken.number}
    assert news(stage, found.position).changes == ()
    assert kinds(news(stage, start)) == kinds(found), "the same place tells the same again"


def test_an_earlier_transaction_that_commits_later_is_told(stage: Stage) -> None:
    first, second = stage.text(LAMP), stage.text(WATER)
    start = here(stage)
    with stage.door.transaction(LINE) as early:
        note(early, first, "early")
        with stage.door.transaction(LINE) as late:
            note(late, second, "late")
        seen = news(stage, start)
        assert kinds(seen) == ["late"], "what is open elsewhere holds nothing up"
        again = news(stage, seen.position)
        assert kinds(again) == []
    assert kinds(news(stage, again.position)) == ["early"]
    assert kinds(news(stage, seen.position)) == ["early"], "a browser that came back from there"
    assert sorted(kinds(news(stage, start))) == ["early", "late"]


def test_a_transaction_that_stays_open_elsewhere_repeats_nothing(stage: Stage) -> None:
    """Transactions are counted for the whole server, whichever database they are in."""
    with stage.server.connect() as other, other.transaction():
        row = other.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()
        assert row is not None
        stage.text(WATER)
        place = here(stage)
        assert row[0] in place.open
        told = []
        for number in range(3):
            taken = stage.text(LAMP, number=f"+861380000010{number}")
            found = news(stage, place)
            told.append({change.case for change in found.changes} == {taken.number})
            place = found.position
    assert told == [True] * 3
    assert news(stage, place).changes == ()


@pytest.mark.parametrize("seed", range(3))
def test_whatever_the_order_each_line_is_told_exactly_once(stage: Stage, seed: int) -> None:
    dice = random.Random(seed)
    cases = [stage.text(LAMP, number=f"+86138000002{number:02}") for number in range(6)]
    places, told, committed = [here(stage)], [], []
    running: dict[int, tuple[ExitStack, str]] = {}

    def end(one: int) -> None:
        stack, kind = running.pop(one)
        if dice.random() < 0.3:
            with pytest.raises(ZeroDivisionError), stack:
                raise ZeroDivisionError
        else:
            stack.close()
            committed.append(kind)

    for step in range(80):
        one = dice.randrange(len(cases))
        if dice.random() < 0.4:
            found = news(stage, places[-1])
            told += kinds(found)
            places.append(found.position)
        elif one in running:
            end(one)
        else:
            stack = ExitStack()
            note(stack.enter_context(stage.door.transaction(LINE)), cases[one], f"step{step}")
            running[one] = (stack, f"step{step}")
    for one in list(running):
        end(one)
    told += kinds(news(stage, places[-1]))
    assert sorted(told) == sorted(committed)
    for number, place in enumerate(places):  # whoever comes back from there misses nothing
        before = told[: len(told) - len(kinds(news(stage, place)))]
        assert set(kinds(news(stage, place))) | set(before) >= set(committed), number


def test_a_unit_that_lost_a_case_is_told_so_and_nothing_after(stage: Stage) -> None:
    taken = stage.text(LAMP)
    start = here(stage)
    with stage.door.transaction(LINE) as tx:
        visits.sign(tx, by_code(tx, LI_HONGMEI.worker), taken.case_id)
    stage.wind(timedelta(minutes=5))
    with stage.door.transaction(LINE) as tx:
        desk.reroute(tx, taken.number, "heping", "不是我们的", "dispatcher")
    lost = news(stage, start)
    south = [change.kind for change in lost.changes if change.unit_for("xingfu", "xingfu/xingfuli/xingfuli-south")]
    assert "signed" in south
    assert "rerouted" in south
    assert all(change.unit_for("xingfu", "xingfu") == "heping" for change in lost.changes)
    stage.wind(timedelta(minutes=5))
    with stage.door.transaction(LINE) as tx:
        note(tx, taken, "after")
    [after] = news(stage, lost.position).changes
    assert after.unit_for("xingfu", "xingfu/xingfuli/xingfuli-south") is None
    assert after.unit_for("xingfu", "xingfu/heping") == "heping"


def test_a_scope_is_a_path_in_its_office() -> None:
    change = Change("xingfu", "20261124-000001", "told", ("xingfu/xingfuli/xingfuli-south", "xingfu/heping"))
    assert change.unit_for("xingfu", "xingfu") == "xingfuli-south"
    assert change.unit_for("xingfu", "xingfu/heping") == "heping"
    for scope in ("xing", "xingfu/xingful", "xingfu/xingfuli/xingfuli-south/below", "x%", ""):
        assert change.unit_for("xingfu", scope) is None, scope
    assert change.unit_for("changle", "xingfu") is None


def test_too_much_is_not_told_line_by_line(stage: Stage) -> None:
    taken = stage.text(LAMP)
    start = here(stage)
    stage.plant(
        """INSERT INTO event (id, office_id, case_id, seq, kind, at, actor, canonical, hash)
           SELECT gen_random_uuid(), office_id, id, 1000 + n, 'planted', last_at, 'x', '', ''
           FROM cases, generate_series(1, :many) n WHERE number = :number""",
        many=MOST + 1,
        number=taken.number,
    )
    found = news(stage, start)
    assert (found.whole, found.changes) == (False, ())
    after = news(stage, found.position)
    assert (after.whole, after.changes) == (True, ())


def test_a_place_on_another_server_or_ahead_of_this_one_is_none(stage: Stage) -> None:
    place = here(stage)
    stage.text(LAMP)
    assert news(stage, place).whole
    assert not news(stage, Position(place.server - 1, place.beyond)).whole
    assert not news(stage, Position(place.server, place.beyond + 1_000_000)).whole


def test_lines_that_came_with_a_dump_are_not_told_for_ever(stage: Stage) -> None:
    """Their transactions' numbers are another server's, and may lie far ahead."""
    stage.text(LAMP)
    stage.plant("UPDATE event SET xid = xid + 1000000")
    place = here(stage)
    assert news(stage, place).changes == ()


@pytest.mark.parametrize("place", [Position(1764067188123, 815), Position(1, 815, (812, 813))])
def test_a_place_is_written_and_read(place: Position) -> None:
    assert stream.parse(str(place)) == place


@pytest.mark.parametrize(
    "written",
    [
        "", "x", "1", "1.", ".1", "1.2.3", "1.2.-1", "1.2 ", "1.2\n", "１.２", "1.²", "+1.2", "1e3.2",
        f"1.{2**63}", "1." + "9" * 5000, "1.9" + ".1" * 3000, "1.2.2", "\x00.1",
    ],
)  # fmt: skip
def test_what_cannot_be_a_place_is_none(written: str) -> None:
    assert stream.parse(written) is None
