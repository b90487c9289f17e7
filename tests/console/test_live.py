"""The live stream: who is told what, that nothing is lost on the way, and how it ends."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.pool import QueuePool

from cases import history
from console.live import hub as hub_room
from console.live import wire
from console.live.hub import DEPTH, Box, Viewer
from console.live.page import Pace, Reader
from dispatch.people import accounts
from dispatch.people.accounts import Role
from dispatch.reads.stream import Change, Position
from dispatch.transaction import DatabaseAway, Door
from tests.console.house import OTHER_LINE, House
from tests.console.streaming import QUICK, SOON, Browser, Streams, account, events, running

PLACE = Position(1, 10)


@pytest.fixture
def streams(house: House) -> Iterator[Streams]:
    with running(house) as made:
        yield made


def test_only_who_is_signed_in_has_a_stream(house: House) -> None:
    closed = house.client().get("/live")
    assert (closed.status_code, closed.mimetype) == (303, "text/html")
    with house.signed_in() as browser, browser.get("/live", buffered=False) as answer:
        assert (answer.status_code, answer.mimetype) == (200, "text/event-stream")
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Accel-Buffering"] == "no"
        assert "connect-src 'self'" in answer.headers["Content-Security-Policy"]


def test_what_happened_is_told_without_words_and_names(house: House, streams: Streams) -> None:
    browser = streams.open()
    taken = house.case("幸福里3号楼2单元下水道堵了，我叫王桂芳，电话13800000001")
    assert browser.sees(lambda it: it.cases)
    first = browser.named("change")[0]
    assert first.change == {"case": taken.number, "kind": "registered", "unit": "xingfuli-south"}
    for word in ("王桂芳", "13800000001", "下水道", "幸福里", "2单元"):
        assert word.encode() not in browser.raw
        assert json.dumps(word).strip('"').encode() not in browser.raw
    assert all(one.id.count(".") >= 1 for one in browser.told), "each event has an id"


def test_each_account_is_told_of_its_own_part_only(house: House, streams: Streams) -> None:
    units = {"office": "xingfu", "courtyard": "xingfuli-south", "beside": "xingfuli-middle", "next": "heping"}
    for login, unit in units.items():
        house.account(login, unit, Role.COMMITTEE)
    house.account("elsewhere", "changle", office="changle")
    browsers = {login: streams.open(login) for login in (*units, "elsewhere")}
    ours = house.case("幸福里3号楼2单元下水道堵了")
    theirs = house.case("电梯停了", line=OTHER_LINE)
    assert ours.number == theirs.number
    for login in ("office", "courtyard"):
        assert browsers[login].sees(lambda it: it.cases), login
    assert browsers["elsewhere"].sees(lambda it: it.cases)
    time.sleep(0.6)
    for login in ("beside", "next"):
        assert browsers[login].cases == set(), login
    assert {one.change["unit"] for one in browsers["elsewhere"].named("change")} == {"changle"}
    assert {one.change["unit"] for one in browsers["office"].named("change")} == {"xingfuli-south"}


def test_who_commits_late_is_told_too(house: House, streams: Streams) -> None:
    browser = streams.open()
    first = house.case("幸福里3号楼2单元下水道堵了")
    assert browser.sees(lambda it: first.number in it.cases)
    with house.door.transaction("xingfu") as early:
        thread = history.lock(early, first.case_id)
        history.append(early, thread, "urged")
        history.close_thread(early, thread)
        early.flush()
        second = house.case("幸福里5号楼电梯停了", number="+8613800000002")
        assert browser.sees(lambda it: second.number in it.cases), "nobody waits for what is open elsewhere"
        place = browser.told[-1].id
    assert browser.sees(lambda it: [one for one in it.named("change") if one.change["kind"] == "urged"])
    back = streams.open(since=place)
    assert back.sees(lambda it: [one for one in it.named("change") if one.change["kind"] == "urged"])


def test_a_browser_that_comes_back_is_told_what_it_missed(house: House) -> None:
    with running(house) as before:
        browser = before.open()
        house.case("幸福里3号楼2单元下水道堵了")
        assert browser.sees(lambda it: it.cases)
    assert browser.ended
    missed = [house.case("幸福里5号楼电梯停了", number=f"+861380000000{n}").number for n in range(2, 5)]
    with running(house) as after:  # another process: nothing of the first is left but the database
        back = after.open(since=browser.told[-1].id)
        assert back.sees(lambda it: it.cases == set(missed))
        assert back.named("reset") == []
        late = house.case("和平小区有人唱歌太吵", number="+8613800000005").number
        assert back.sees(lambda it: late in it.cases)


def test_whoever_breaks_off_within_one_reading_gets_all_of_it_again(house: House, streams: Streams) -> None:
    """Only the last event of what was read together stands at its end."""
    browser = streams.open()
    taken = house.case("幸福里3号楼2单元下水道堵了")
    assert browser.sees(lambda it: len(it.named("change")) > 1)
    first, *_, last = browser.named("change")
    assert streams.open(since=first.id).sees(lambda it: it.cases == {taken.number})
    again = streams.open(since=last.id)
    assert again.sees(lambda it: it.named("beat"))
    assert again.cases == set()


@pytest.mark.parametrize("since", ["nonsense", "1.2", "0.0", "9" * 9000, "9999999999999.5"])
def test_a_place_that_cannot_be_is_answered_by_a_reset(house: House, streams: Streams, since: str) -> None:
    browser = streams.open(since=since)
    assert [one.name for one in browser.told][:1] == ["reset"]
    assert streams.open(since=browser.told[0].id).named("reset") == [], "from there it goes on"


def test_the_page_s_place_is_before_what_it_read(house: House, streams: Streams) -> None:
    with house.signed_in() as browser:
        page = browser.get("/desk").text
    place = page.split('data-from="')[1].split('"')[0]
    taken = house.case("幸福里3号楼2单元下水道堵了")  # after the page was read, before its stream was open
    assert streams.open(since=place).sees(lambda it: it.cases == {taken.number})


def test_heartbeats_carry_the_place_on(house: House, streams: Streams) -> None:
    house.account("next", "heping", Role.COMMITTEE)
    browser = streams.open("next")
    start = browser.told[0].id
    house.case("幸福里3号楼2单元下水道堵了")  # not for this one, whose place goes on all the same
    assert browser.sees(lambda it: it.named("beat")[-1].id != start)
    assert b": beat\n" in browser.raw


def test_a_stream_ends_with_its_account(house: House, streams: Streams) -> None:
    browser = streams.open()
    with house.door.transaction("xingfu") as tx:
        accounts.set_password(tx, "dispatcher", "x")
    assert browser.ended


def test_a_stream_ends_with_its_account_also_where_it_is_never_still(house: House, streams: Streams) -> None:
    browser = streams.open()
    with house.door.transaction("xingfu") as tx:
        accounts.set_password(tx, "dispatcher", "x")
    end = time.monotonic() + SOON
    while browser.thread.is_alive() and time.monotonic() < end:
        for box in tuple(streams.hub._boxes):
            box.put(wire.reset(PLACE), None)
        time.sleep(0.02)
    assert browser.ended


def test_a_stream_has_its_time(streams: Streams) -> None:
    assert streams.open(pace=replace(QUICK, life=0.3)).ended


@pytest.mark.timed
def test_streams_end_with_the_process_and_no_new_one_stays(house: House, streams: Streams) -> None:
    open_ones = [streams.open() for _ in range(5)]
    streams.ending.set()
    begun = time.monotonic()
    assert all(browser.ended for browser in open_ones)
    assert time.monotonic() - begun < 1
    late = Reader(streams.hub, account(house, "dispatcher"), QUICK)
    assert Browser(late.pieces("")).ended


def test_nobody_looks_where_nobody_reads(house: House, streams: Streams) -> None:
    browser = streams.open(pace=replace(QUICK, life=0.2))
    assert browser.ended
    time.sleep(2 * hub_room.LOOK)
    assert streams.hub.position is None
    taken = house.case("幸福里3号楼2单元下水道堵了")
    again = streams.open()
    assert again.cases == set()
    back = streams.open(since=browser.told[-1].id)
    assert back.sees(lambda it: it.cases == {taken.number})


def test_accounts_are_looked_at_with_one_question(house: House, streams: Streams) -> None:
    """Five hundred streams that opened together must not ask five hundred times together."""
    browsers = [streams.open() for _ in range(10)]
    asked: list[str] = []
    sa.event.listen(
        house.door.engine, "before_cursor_execute", lambda c, cur, words, *more: asked.append(words), named=False
    )
    time.sleep(1)
    about = [words for words in asked if "account" in words]
    assert 1 <= len(about) <= 12
    assert all(browser.thread.is_alive() for browser in browsers)


def test_an_idle_stream_holds_no_connection(house: House, streams: Streams) -> None:
    opened = [streams.open(pace=Pace(beat=60)) for _ in range(20)]
    pool = house.door.engine.pool
    assert isinstance(pool, QueuePool)
    deepest = 0
    for _ in range(50):
        deepest = max(deepest, pool.checkedout())
        time.sleep(0.01)
    assert deepest <= 1, "the hub's own look"
    assert len(opened) == 20


def test_who_reads_too_slowly_is_told_to_read_anew_and_nothing_else() -> None:
    box = Box(Viewer("xingfu", "xingfu"), UUID(int=1), 1)
    for number in range(DEPTH + 1):
        box.put(str(number).encode(), b"reset")
    assert [box.take(0), box.take(0)] == [b"reset", b""]
    for _ in range(DEPTH):
        box.put(b"x", b"reset")
    box.put(None, None)
    assert [box.take(0), box.take(0)] == [None, b""], "the end comes through too"


def test_a_slow_reader_costs_a_bounded_amount_and_goes_on(house: House, streams: Streams) -> None:
    who = account(house, "dispatcher")
    slow = Reader(streams.hub, who, Pace(beat=60)).pieces("")
    head = [next(slow), next(slow)]
    assert b"retry: " in head[0]
    [box] = streams.hub._boxes
    for _ in range(3 * DEPTH):
        box.put(wire.changes([(Change("xingfu", "1", "told", ("xingfu",)), "xingfu")], PLACE, PLACE), wire.reset(PLACE))
    assert box._waiting.qsize() <= DEPTH
    waiting = [event.name for _ in range(box._waiting.qsize()) for event in events(next(slow))]
    assert waiting[0] == "reset"
    taken = house.case("幸福里3号楼2单元下水道堵了")
    assert taken.number.encode() in next(slow)
    slow.close()  # type: ignore[attr-defined]
    assert streams.hub._boxes == set()


class Flaky(Door):
    """A door to a database that is away whenever somebody says so."""

    away = False

    def found(self) -> object:  # type: ignore[override]
        if self.away:
            raise DatabaseAway("somebody said so")
        return super().found()


def test_nothing_is_lost_while_the_database_is_away(house: House) -> None:
    door = Flaky(house.door.engine, house.door.vault, house.door.phrasebooks, lambda wakes, at: None)
    with running(replace(house, door=door)) as streams:
        browser = streams.of(account(house, "dispatcher"), pace=Pace(beat=60))
        door.away = True
        taken = house.case("幸福里3号楼2单元下水道堵了")
        time.sleep(2.5 * hub_room.LOOK)
        assert browser.cases == set()
        door.away = False
        assert browser.sees(lambda it: it.cases == {taken.number})


def test_streams_end_where_the_database_stays_away(house: House) -> None:
    door = Flaky(house.door.engine, house.door.vault, house.door.phrasebooks, lambda wakes, at: None)
    with running(replace(house, door=door)) as streams:
        browser = streams.open(pace=Pace(beat=60))
        door.away = True
        assert not browser.sees(lambda it: not it.thread.is_alive(), hub_room.AWAY - 1), "it may come back"
        assert browser.ended
        door.away = False
        taken = house.case("幸福里3号楼2单元下水道堵了")
        assert streams.open(since=browser.told[-1].id).sees(lambda it: it.cases == {taken.number})


def test_the_wire_is_what_browsers_read() -> None:
    change = Change("xingfu", "20261124-000001", "told", ("xingfu",))
    sent = wire.changes([(change, "xingfu"), (change, "xingfu")], PLACE, Position(1, 12, (11,)))
    assert [one.id for one in events(sent)] == ["1.10", "1.12.11"]
    assert wire.changes([], PLACE, PLACE) == b""
    assert wire.beat(PLACE).startswith(b": beat\n")
