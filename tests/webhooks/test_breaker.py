"""The breaker: two misses open it, one probe at a time tries again, and no wall clock is asked."""

from contextlib import suppress
from threading import Barrier, Event, Thread
from time import monotonic, sleep

import pytest

from webhooks.breaker import LIMIT, REST, Breaker, Open
from webhooks.deadline import in_thread


class Away(Exception):
    """The database is away."""


class Ground:
    """A breaker with a hand-moved clock."""

    def __init__(self) -> None:
        self.time = 100.0
        self.tried = 0
        self.breaker = Breaker(lambda: self.time, (Away, TimeoutError))

    def miss(self) -> None:
        with pytest.raises(Away):
            self.breaker.run(self.failing)

    def turned_away(self) -> None:
        with pytest.raises(Open):
            self.breaker.run(self.failing)

    def works(self) -> None:
        assert self.breaker.run(lambda: "yes") == "yes"

    def failing(self) -> None:
        self.tried += 1
        raise Away


def _opened() -> Ground:
    ground = Ground()
    for _ in range(LIMIT):
        ground.miss()
    return ground


def test_one_miss_does_not_open_it_and_a_success_forgives() -> None:
    ground = Ground()
    ground.miss()
    ground.works()
    ground.miss()
    ground.works()


def test_two_misses_in_a_row_open_it_and_nothing_is_tried_then() -> None:
    ground = _opened()
    for _ in range(50):
        ground.turned_away()
    assert ground.tried == LIMIT


def test_after_a_rest_a_probe_closes_it() -> None:
    ground = _opened()
    ground.time += REST - 0.001
    ground.turned_away()
    ground.time += 0.001
    ground.works()
    ground.miss()
    ground.works()


def test_a_probe_that_misses_opens_it_for_another_rest() -> None:
    ground = _opened()
    ground.time += REST
    ground.miss()
    ground.turned_away()
    ground.time += REST
    ground.works()


def test_while_one_probes_the_others_are_turned_away() -> None:
    ground = _opened()
    ground.time += REST
    going, may_end = Event(), Event()

    def probe() -> str:
        going.set()
        may_end.wait(5)
        return "yes"

    thread = Thread(target=ground.breaker.run, args=(probe,))
    thread.start()
    assert going.wait(5)
    for _ in range(20):
        ground.turned_away()
    may_end.set()
    thread.join()
    ground.works()


def test_a_probe_that_never_comes_back_does_not_keep_it_open_for_ever() -> None:
    ground = _opened()
    ground.time += REST
    with pytest.raises(KeyboardInterrupt):
        ground.breaker.run(lambda: (_ for _ in ()).throw(KeyboardInterrupt()))
    ground.turned_away()
    ground.time += REST
    ground.works()


def test_other_errors_say_nothing_about_the_database() -> None:
    ground = Ground()
    for _ in range(10):
        with pytest.raises(ZeroDivisionError):
            ground.breaker.run(lambda: 1 / 0)
    ground.works()


def test_many_at_once_open_it_once() -> None:
    ground = Ground()
    start = Barrier(16)

    def one() -> None:
        start.wait()
        with suppress(Away, Open):
            ground.breaker.run(ground.failing)

    threads = [Thread(target=one) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert LIMIT <= ground.tried <= 16
    ground.turned_away()


@pytest.mark.timed
def test_a_deadline_ends_the_waiting_and_gives_results_and_errors() -> None:
    assert in_thread(1.0, lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        in_thread(1.0, lambda: 1 / 0)
    started = monotonic()
    with pytest.raises(TimeoutError):
        in_thread(0.05, lambda: sleep(0.5))
    assert monotonic() - started < 0.4


class Held(Away):
    """The database is there; somebody else has the row."""


def test_rows_that_others_hold_do_not_open_it() -> None:
    turned: list[bool] = []
    breaker = Breaker(lambda: 100.0, (Away, TimeoutError), turned.append, but=(Held,))

    def held() -> None:
        raise Held

    for _ in range(3 * LIMIT):
        with pytest.raises(Held):
            breaker.run(held)
    assert turned == []
    assert breaker.run(lambda: "yes") == "yes"
