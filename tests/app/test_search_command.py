"""`hotline search`: cases by words from the command line, the index made whole, and what `hotline check` says of it."""

import json
import time
from contextlib import suppress
from threading import Event, Thread

from app.metrics import figures
from app.processes.indexing import keep_indexing
from app.settings import load
from app.wiring import House
from dispatch.search import standing
from dispatch.search.following import follow
from dispatch.transaction import DatabaseAway
from tests.app.test_records import Say, command, new_case, say
from tests.stage import Stage

__all__ = ["command", "say"]


def test_words_find_cases_in_both_forms(say: Say) -> None:
    assert say("search", "--rebuild")[:2] == (0, "The index is whole: 0 cases.\n")
    number = new_case(say)
    code, out, err = say("search", "楼道", "幸福里")
    assert (code, err) == (0, "")
    assert out.startswith(f"{number}  ")
    assert out.endswith("Cases found: 1\n")
    [found] = json.loads(say("search", "楼道", "-o", "json", "--lang", "zh_CN")[1])
    assert (found["number"], found["state"], found["place"]) == (number, "dispatched", "幸福里小区3号楼2单元")
    assert json.loads(say("search", "没有", "-o", "json")[1]) == []
    assert say("search", "楼道", "--before", number)[1] == "Cases found: 0\n"
    assert "newest 5000" in say("search", "道")[2]
    assert say("search", "--rebuild")[1] == "The index is whole: 1 cases.\n"


def test_without_words_it_says_what_it_needs(say: Say) -> None:
    code, _, err = say("search")
    assert code == 2
    assert "--rebuild" in err


def test_before_anything_is_indexed_it_says_so(say: Say) -> None:
    new_case(say)
    assert "index is still being made" in say("search", "楼道")[2]


def test_check_tells_of_an_index_that_stands_still_or_lacks_a_case(stage: Stage) -> None:
    def said() -> list[tuple[str, str]]:
        with stage.door.found() as conn:
            return [(about, trouble.id) for about, trouble in standing.troubles(conn)]

    taken = stage.text("幸福里小区3号楼2单元楼道灯坏了")
    assert said() == []
    while _step(stage):
        pass
    assert said() == []
    stage.plant("DELETE FROM search_text")
    assert said() == [(taken.number, "search.check.missing")]
    stage.plant(
        "UPDATE search_position SET looked_at = now() - interval '2 minutes', filled_from = (SELECT id FROM cases)"
    )
    assert said() == [("index", "search.check.late")]
    stage.plant("UPDATE search_position SET server = '1'")
    assert said() == [], "another server's: it begins anew"


def _step(stage: Stage) -> int:
    with stage.door.found() as conn:
        return follow(conn)


def test_the_figures_tell_how_far_it_is_behind(stage: Stage) -> None:
    def read() -> dict[str, float | None]:
        with stage.door.found() as conn:
            return {name: value for name, _, _, value in figures.read(conn) if name in ("search", "filling")}

    assert read() == {}
    stage.text("幸福里小区3号楼2单元楼道灯坏了")
    _step(stage)
    assert read()["filling"] == 1
    while _step(stage):
        pass
    stage.plant("UPDATE search_position SET looked_at = now() - interval '90 seconds'")
    found = read()
    assert found["filling"] == 0
    assert 89 < (found["search"] or 0) < 200


def test_the_thread_follows_and_goes_on_after_trouble(say: Say) -> None:
    house, done = House(load(), "jobs", pool=2), Event()
    thread = Thread(target=keep_indexing, args=(house, done))
    thread.start()
    try:
        first = new_case(say)
        assert _soon(house, 1)
        with house.door.found() as conn:
            conn.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'hotline jobs' "
                "AND pid <> pg_backend_pid() AND datname = current_database()"
            )
        second = new_case(say)
        assert _soon(house, 2)
    finally:
        done.set()
        thread.join()
        house.engine.dispose()
    assert [found["number"] for found in json.loads(say("search", "楼道", "-o", "json")[1])] == [second, first]


def _soon(house: House, many: int) -> bool:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        # The pool of the thread is ours too: a connection that was ended may be handed to us, the next one is new.
        with suppress(DatabaseAway), house.door.found() as conn:
            if standing.count(conn) == many:
                return True
        time.sleep(0.05)
    return False
