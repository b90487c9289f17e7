"""Errands: done once when their moment comes, in order; one that fails hinders nobody else."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from cases import firing
from dispatch import escalation
from dispatch.due import errands, handlers
from dispatch.due.errands import TRIES, Errand, Kind
from dispatch.transaction import DatabaseAway, Tx
from tests.dispatch.looping import LAMP, one, snapshot, value
from tests.dispatch.shifts import coming
from tests.stage import LINE, Stage

DOWN = "the telephone is off"


class Doing:
    """Handlers that write down what they do; for some things they fail."""

    def __init__(self, fails: Callable[[Tx, Errand], None] | None = None) -> None:
        self.done: list[UUID | None] = []
        self._fails = fails
        self.handlers = dict.fromkeys(Kind, self._do)

    def _do(self, tx: Tx, errand: Errand) -> None:
        if self._fails:
            self._fails(tx, errand)
        self.done.append(errand.ref)

    def all_due(self, stage: Stage) -> list[UUID | None]:
        """Do everything that is due, each in a transaction of its own."""
        self.done = []
        while True:
            with stage.door.transaction(LINE) as tx:
                if not errands.do_next(tx, self.handlers):
                    return self.done


def put(stage: Stage, ref: UUID, ahead: timedelta, kind: Kind = Kind.DIGEST, case_id: UUID | None = None) -> datetime:
    with stage.door.transaction(LINE) as tx:
        errands.put(tx, kind, ref, tx.now + ahead, case_id)
        return tx.now + ahead


def rows(stage: Stage) -> list[tuple[object, ...]]:
    return [tuple(row) for row in stage.rows("SELECT ref, state, tries FROM errand ORDER BY id")]


def soon(minutes: int) -> timedelta:
    return timedelta(minutes=minutes)


def test_an_errand_is_done_once_when_its_moment_comes(stage: Stage) -> None:
    ref, doing = uuid4(), Doing()
    moment = put(stage, ref, soon(10))
    assert stage.woken[-1][1] == moment, "timers is told"
    with stage.door.transaction(LINE) as tx:
        assert (coming(tx, errands.NEXT), handlers.fire_some(tx)) == (moment, 0)
    assert doing.all_due(stage) == [], "not early"
    stage.wind(soon(10))
    assert doing.all_due(stage) == [ref]
    assert doing.all_due(stage) == []
    with stage.door.transaction(LINE) as tx:
        assert coming(tx, errands.NEXT) is None
    row = one(stage, "SELECT state, done_at, fires_at FROM errand")
    assert row.state == "done"
    assert row.done_at >= row.fires_at


def test_the_same_errand_is_kept_once_with_the_earlier_moment(stage: Stage) -> None:
    ref, other = uuid4(), uuid4()
    put(stage, ref, soon(30))
    first = put(stage, ref, soon(10))
    put(stage, ref, soon(20))
    put(stage, other, soon(5))
    put(stage, ref, soon(40), Kind.SHIFT)
    kept = stage.rows("SELECT fires_at FROM errand WHERE ref = :ref AND kind = 'digest'", ref=ref)
    assert kept == [(first,)]
    assert len(rows(stage)) == 3, "another kind or another ref is another errand"


def test_what_was_done_may_be_put_again(stage: Stage) -> None:
    ref, doing = uuid4(), Doing()
    put(stage, ref, soon(0))
    assert doing.all_due(stage) == [ref]
    put(stage, ref, soon(0))
    assert doing.all_due(stage) == [ref]
    assert [state for _, state, _ in rows(stage)] == ["done", "done"]


def test_an_errand_may_put_itself_again(stage: Stage) -> None:
    ref = uuid4()
    doing = Doing(lambda tx, errand: errands.put(tx, errand.kind, ref, tx.now + soon(5)))
    put(stage, ref, soon(0))
    assert doing.all_due(stage) == [ref]
    assert [state for _, state, _ in rows(stage)] == ["done", "open"]


def test_what_is_called_off_is_not_done(stage: Stage) -> None:
    ref, other, doing = uuid4(), uuid4(), Doing()
    for each in (ref, other):
        put(stage, each, soon(0))
    put(stage, ref, soon(0), Kind.SHIFT)
    with stage.door.transaction(LINE) as tx:
        errands.call_off(tx, Kind.DIGEST, ref)
        errands.call_off(tx, Kind.ARCHIVE, other)
        errands.call_off(tx, Kind.DIGEST, uuid4())
    assert sorted(map(str, doing.all_due(stage))) == sorted(map(str, (other, ref)))
    state = value(stage, "SELECT state FROM errand WHERE kind = 'digest' AND ref = :ref", ref=ref)
    assert state == "done"


def test_they_are_done_in_the_order_of_their_moments(stage: Stage) -> None:
    refs, doing = [uuid4() for _ in range(4)], Doing()
    for ref, minutes in zip(refs, (7, 3, 9, 5), strict=True):
        put(stage, ref, soon(minutes))
    stage.wind(soon(8))
    assert doing.all_due(stage) == [refs[1], refs[3], refs[0]]


def test_a_poisoned_errand_is_parked_after_three_tries_and_its_neighbours_go_on(stage: Stage) -> None:
    poison, neighbours = uuid4(), [uuid4() for _ in range(3)]

    def fails(tx: Tx, errand: Errand) -> None:
        if errand.ref == poison:
            tx.conn.execute(sa.text("UPDATE cases SET summary = 'half done'"))
            raise ValueError(f"{DOWN}\nwith more than one line")

    stage.text(LAMP)
    doing = Doing(fails)
    put(stage, poison, soon(0))
    for ref in neighbours:
        put(stage, ref, soon(0))
    tries = 0
    while stage.rows("SELECT 1 FROM errand WHERE ref = :ref AND state = 'open'", ref=poison):
        done = doing.all_due(stage)
        assert done == (neighbours if tries == 0 else [])
        tries += 1
        row = one(stage, "SELECT tries, trouble FROM errand WHERE ref = :ref", ref=poison)
        assert tuple(row) == (tries, f"ValueError: {DOWN}")
        stage.wind(timedelta(seconds=1))
    assert tries == TRIES
    assert rows(stage)[0] == (poison, "parked", TRIES)
    assert stage.rows("SELECT 1 FROM cases WHERE summary = 'half done'") == [], "what it had written is undone"
    assert doing.all_due(stage) == []
    put(stage, poison, soon(0))
    assert len(rows(stage)) == 1 + len(neighbours) + 1, "what is parked hinders no new one"


def test_a_kind_without_a_handler_is_parked_and_nothing_is_lost(stage: Stage) -> None:
    put(stage, uuid4(), soon(0))
    for _ in range(TRIES):
        with stage.door.transaction(LINE) as tx:
            assert errands.do_next(tx, {})
        stage.wind(timedelta(seconds=1))
    state, trouble = one(stage, "SELECT state, trouble FROM errand")
    assert state == "parked"
    assert "KeyError" in str(trouble)


@pytest.mark.parametrize("trouble", [DatabaseAway("gone"), sa.exc.OperationalError("x", None, Exception("gone"))])
def test_a_database_that_goes_away_is_nobodys_third_try(stage: Stage, trouble: Exception) -> None:
    def fails(tx: Tx, errand: Errand) -> None:
        raise trouble

    ref = uuid4()
    put(stage, ref, soon(0))
    with pytest.raises(DatabaseAway), stage.door.transaction(LINE) as tx:
        errands.do_next(tx, Doing(fails).handlers)
    assert rows(stage) == [(ref, "open", 0)]
    assert Doing().all_due(stage) == [ref]


def test_a_case_that_another_holds_is_passed_over(stage: Stage) -> None:
    held, free = stage.text(LAMP), stage.text(LAMP)
    put(stage, held.case_id, soon(-2), Kind.ARCHIVE, held.case_id)
    put(stage, free.case_id, soon(-1), Kind.ARCHIVE, free.case_id)
    doing = Doing()
    with stage.owner.begin() as conn:
        conn.execute(sa.text("SELECT 1 FROM cases WHERE id = :id FOR UPDATE"), {"id": held.case_id})
        assert doing.all_due(stage) == [free.case_id]
    assert doing.all_due(stage) == [held.case_id]


def test_an_errand_that_another_does_is_passed_over(stage: Stage) -> None:
    first, second = uuid4(), uuid4()
    put(stage, first, soon(-2))
    put(stage, second, soon(-1))
    doing = Doing()
    with stage.door.transaction(LINE) as tx:
        assert errands.do_next(tx, doing.handlers)
        assert Doing().all_due(stage) == [second]
    assert doing.done == [first]
    assert Doing().all_due(stage) == []


def test_its_case_is_locked_while_it_is_done(stage: Stage) -> None:
    taken = stage.text(LAMP)
    free: list[bool] = []

    def looks(tx: Tx, errand: Errand) -> None:
        with stage.owner.begin() as conn:
            mine = sa.text("SELECT 1 FROM cases WHERE id = :id FOR UPDATE SKIP LOCKED")
            free.append(conn.execute(mine, {"id": taken.case_id}).scalar() is not None)

    put(stage, taken.case_id, soon(0), Kind.ARCHIVE, taken.case_id)
    Doing(looks).all_due(stage)
    assert free == [False]


def test_errands_of_another_office_are_its_own(stage: Stage) -> None:
    put(stage, uuid4(), soon(0))
    other = uuid4()
    stage.plant(
        "INSERT INTO office (id, code, name_zh, name_en, zone, created_at) "
        "VALUES (:id, 'linshui', '临水街道', 'Linshui', 'Asia/Shanghai', now())",
        id=other,
    )
    stage.plant("UPDATE errand SET office_id = :id", id=other)
    with stage.door.transaction(LINE) as tx:
        assert coming(tx, errands.NEXT) is None
    assert Doing().all_due(stage) == []


def test_timers_and_errands_fire_in_the_order_of_their_moments(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[tuple[str, datetime]] = []
    fire = firing.fire

    def fired(tx: Tx, rows: Sequence[Any], top: int) -> list[firing.Fired]:
        order.extend(("timer", row.fires_at) for row in rows)
        return fire(tx, rows, top)

    def does(tx: Tx, errand: Errand) -> None:
        order.append(("errand", errand.fires_at))

    monkeypatch.setattr(firing, "fire", fired)
    monkeypatch.setattr(handlers, "HANDLERS", dict.fromkeys(Kind, does))
    stage.text(LAMP)
    with stage.door.transaction(LINE) as tx:
        first = coming(tx, escalation.NEXT)
        assert first is not None
        ahead = first - tx.now
    for hours in (-1, 1, 25, 49):
        put(stage, uuid4(), ahead + timedelta(hours=hours))
    stage.wind(ahead + timedelta(days=4))
    while True:
        with stage.door.transaction(LINE) as tx:
            if not handlers.fire_next(tx):
                break
    moments = [moment for _, moment in order]
    assert moments == sorted(moments)
    kinds = [kind for kind, _ in order]
    assert kinds[0] == "errand", "an hour before the first timer"
    assert (kinds.count("errand"), kinds.count("timer") > 3) == (4, True)
    assert "timer" in kinds[kinds.index("errand") : len(kinds) - kinds[::-1].index("errand")], "one between the others"


def test_where_nothing_runs_nothing_falls_due(stage: Stage) -> None:
    with stage.door.transaction(LINE) as tx:
        assert handlers.fire_some(tx) == 0
        assert not handlers.fire_next(tx)


def test_a_timer_goes_on_where_the_earlier_errand_is_held_by_another(stage: Stage) -> None:
    taken = stage.text(LAMP)
    held = stage.text(LAMP)
    put(stage, held.case_id, soon(1), Kind.ARCHIVE, held.case_id)
    stage.wind(timedelta(days=2))
    before = snapshot(stage)["event"]
    with stage.owner.begin() as conn:
        conn.execute(sa.text("SELECT 1 FROM cases WHERE id = :id FOR UPDATE"), {"id": held.case_id})
        with stage.door.transaction(LINE) as tx:
            assert handlers.fire_next(tx)
    fired = snapshot(stage)["event"]
    assert len(fired) == len(before) + 1
    assert stage.rows("SELECT 1 FROM event WHERE case_id = :id AND kind = 'warned'", id=taken.case_id)


def test_every_kind_has_somebody_who_does_it() -> None:
    assert set(handlers.HANDLERS) == set(Kind)
