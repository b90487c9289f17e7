"""What the phones' page is handed by the app: real people, real cases, a clock that a process winds, the exchange over
HTTP; and where there is no such page."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from app.processes.pages import web_of
from app.rehearsal.clock import WoundClock, starter
from app.rehearsal.page import OfficeRecord
from app.rehearsal.telephones import ExchangeTelephones
from app.settings import load
from app.wiring import House
from console.phone.parts import Far, PhoneTrouble
from dispatch.loop import submitting, visits, who
from exchange.testing import ACCOUNT, Exchange
from tests.dispatch.looping import case, does, to_closed, to_told
from tests.dispatch.test_life_verifying import people_verify
from tests.hotline.talking import Talker
from tests.people import LI_HONGMEI
from tests.stage import Stage

OFFICE = "xingfu"
LINE = "+862166660000"
RESIDENT = "+8613800000001"
LAMP = "幸福里小区3号楼2单元楼道灯坏了"


def test_people_are_residents_of_the_sample_and_its_workers(stage: Stage) -> None:
    people = OfficeRecord(stage.door, OFFICE).people()
    residents = [one for one in people if one.unit is None]
    assert RESIDENT in {one.number for one in residents}
    [her] = [one for one in people if one.number == LI_HONGMEI.number]
    assert (her.name, her.unit is not None) == (LI_HONGMEI.name, True)
    assert len({one.number for one in people}) == len(people)


def test_the_record_says_whether_the_line_asks_about_a_text(stage: Stage) -> None:
    record, first = OfficeRecord(stage.door, OFFICE), "SM" + "1" * 32
    over = stage.text(LAMP, sid=first)
    to_closed(stage, over)
    her = Talker(stage, RESIDENT)
    her.text(LAMP)
    [again] = [row.sid for row in stage.rows("SELECT sid FROM report WHERE case_id IS NULL")]
    assert (record.asks(first), record.asks(again)) == (False, True)
    her.text("2")
    assert record.asks(again) is False
    seen = record.case_of([again])
    assert seen is not None
    assert (seen.number != over.number, seen.closed) == (True, False)


def test_a_case_as_the_tour_sees_it(stage: Stage) -> None:
    record = OfficeRecord(stage.door, OFFICE)
    assert record.case_of(["SM" + "0" * 32]) is None
    first, second = "SM" + "1" * 32, "SM" + "2" * 32
    taken = stage.text(LAMP, sid=first)
    stage.text("幸福里小区7号楼1单元门口垃圾没人清运", number="+8613800000002", sid=second)
    seen = record.case_of([first])
    assert seen is not None
    assert (seen.resident, seen.worker, seen.worker_name) == (RESIDENT, LI_HONGMEI.number, LI_HONGMEI.name)
    assert (seen.signed, seen.kept, seen.late, seen.closed, seen.settled) == (
        False, frozenset({"accept", "dispatch"}), False, False, False
    )  # fmt: skip
    assert seen.breaks_at is not None
    other = record.case_of([first, second])
    assert other is not None
    assert other.resident == "+8613800000002", "the latest counts"
    with stage.door.transaction(OFFICE) as tx:
        visits.sign(tx, who.by_code(tx, LI_HONGMEI.worker), taken.case_id)
    after = record.case_of([first])
    assert after is not None
    assert (after.signed, after.state) == (True, "in_progress")


def test_a_case_that_waits_for_a_person_is_looked_over_by_the_verifier(stage: Stage) -> None:
    people_verify(stage)
    sid = "SM" + "1" * 32
    taken = stage.text(LAMP, sid=sid)
    record = OfficeRecord(stage.door, OFFICE)
    to_told(stage, taken)
    record.look_over([sid])
    assert case(stage, taken).state == "in_progress", "nothing is submitted yet"
    does(stage, submitting.submit, taken)
    assert case(stage, taken).state == "to_verify"
    record.look_over([sid])
    assert case(stage, taken).state == "to_call_back"
    [looked] = stage.rows("SELECT actor FROM event WHERE kind = 'verified'")
    assert looked.actor == "staff:verifier"


def test_an_order_that_waits_for_the_morning_is_seen(stage: Stage) -> None:
    sid = "SM" + "1" * 32
    stage.text(LAMP, sid=sid)
    stage.plant("UPDATE outbox SET next_at = next_at + interval '9 hours' WHERE purpose = 'order'")
    record = OfficeRecord(stage.door, OFFICE)
    seen = record.case_of([sid])
    assert seen is not None
    assert seen.waits_until is not None
    stage.plant("UPDATE outbox SET state = 'sending' WHERE purpose = 'order'")
    leaving = record.case_of([sid])
    assert leaving is not None
    assert (leaving.waits_until, leaving.settled) == (None, False), "it leaves now: its moment is the lease's"


@dataclass
class Winding:
    """Starts a small process instead of `hotline wind`; keeps the moments that were asked for."""

    says: str = ""
    moments: list[str] = field(default_factory=list)

    def __call__(self, moment: str) -> "subprocess.Popen[str]":
        self.moments.append(moment)
        words = f"import sys; sys.stdin.read(); sys.exit({self.says!r} or 0)"
        return subprocess.Popen([sys.executable, "-c", words], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ended(clock: WoundClock) -> None:
    """Let the process that winds come to its end."""
    running = clock._winding
    assert running is not None
    assert running.stdin is not None
    running.stdin.close()
    running.wait(20)


def test_the_clock_is_wound_by_a_process_of_its_own(stage: Stage) -> None:
    winding = Winding()
    clock = WoundClock(stage.door, OFFICE, winding)
    now = clock.face().now
    assert (clock.face().counts, clock.face().winding) == (None, False)
    assert clock.wind(Far.FOUR_HOURS)
    assert timedelta(hours=4) <= datetime.fromisoformat(winding.moments[0]) - now < timedelta(hours=4, minutes=1)
    assert clock.face().winding
    assert not clock.wind(Far.HOUR), "one at a time"
    ended(clock)
    face = clock.face()
    assert (face.winding, face.trouble) == (False, "")
    assert face.counts is not None
    assert face.counts["breached"] == 0


def test_why_winding_ended_early_is_told(stage: Stage) -> None:
    clock = WoundClock(stage.door, OFFICE, Winding("somebody winds already"))
    clock.wind(Far.HOUR)
    ended(clock)
    assert clock.face().trouble == "somebody winds already"


def test_how_far(stage: Stage) -> None:
    winding = Winding()
    clock = WoundClock(stage.door, OFFICE, winding)
    assert not clock.wind(Far.NEXT_DUE), "nothing is promised to anybody yet"
    stage.text(LAMP)
    assert clock.wind(Far.NEXT_DUE)
    ended(clock)
    [[due]] = stage.rows("SELECT min(due_at) FROM timer WHERE state = 'open'")
    assert datetime.fromisoformat(winding.moments[-1]) == due
    assert clock.wind(Far.WORKING_DAY)
    ended(clock)
    local = datetime.fromisoformat(winding.moments[-1]).astimezone(clock.face().zone)
    assert (local.hour, local.minute) == (17, 30)
    assert not clock.wind_to(clock.face().now - timedelta(hours=1))
    assert not WoundClock(stage.door, OFFICE, winding, can_be_wound=False).wind(Far.HOUR)


def test_a_command_that_cannot_wind_says_why(stage: Stage, tmp_path: Path) -> None:
    clock = WoundClock(stage.door, OFFICE, starter(tmp_path / "data"))
    clock.wind(Far.HOUR)
    running = clock._winding
    assert running is not None
    running.wait(60)
    assert "start it in another terminal" in clock.face().trouble


@pytest.fixture
def telephones(tmp_path: Path) -> Iterator[ExchangeTelephones]:
    """The telephones of an exchange that is served on this machine."""
    exchange = Exchange.start(tmp_path / "exchange", [{"number": LINE}])
    server = make_server("127.0.0.1", 0, exchange.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield ExchangeTelephones(f"http://127.0.0.1:{server.server_port}", ACCOUNT.token)
    server.shutdown()
    thread.join()
    server.server_close()
    exchange.close()


def test_the_exchange_s_telephones(telephones: ExchangeTelephones) -> None:
    sid = telephones.text(RESIDENT, LINE, "灯坏了")
    shown = telephones.hold(RESIDENT, 0)
    assert [(text["sid"], text["mine"], text["body"]) for text in shown["texts"]] == [(sid, True, "灯坏了")]
    assert telephones.look(RESIDENT, shown["next"])["texts"] == []
    call = telephones.dial(RESIDENT, LINE)
    assert telephones.look(RESIDENT, 0)["call"]["sid"] == call
    with pytest.raises(PhoneTrouble, match="this call is not connected"):
        telephones.act(RESIDENT, call, "press", {"keys": "1"})


def test_an_exchange_that_is_away_or_knows_us_not() -> None:
    with pytest.raises(PhoneTrouble) as away:
        ExchangeTelephones("http://127.0.0.1:9", "x").look(RESIDENT, 0)
    assert away.value.away


def endpoints(folder: Path, **more: str) -> set[str]:
    """What the web app of an instance with this environment has."""
    environ = {"HOTLINE_DATA": str(folder / "data"), "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none", **more}
    return set(web_of(House(load(environ), "web")).view_functions)


def test_there_is_no_such_page_in_earnest_nor_beyond_loopback(tmp_path: Path) -> None:
    in_earnest = {
        "HOTLINE__CARRIERS__KIND": "twilio", "TWILIO_ACCOUNT_SID": "AC" + "a" * 32, "TWILIO_AUTH_TOKEN": "t" * 32,
        "HOTLINE__SERVER__PUBLIC_BASE": "https://hotline.example",
    }  # fmt: skip
    beyond = {"HOTLINE__SERVER__HOST": "0.0.0.0", "HOTLINE__SERVER__REHEARSAL_BEYOND_LOOPBACK": "true"}
    assert "phone.page" in endpoints(tmp_path / "rehearsal")
    for place, environ in (("earnest", in_earnest), ("beyond", beyond)):
        assert not {each for each in endpoints(tmp_path / place, **environ) if each.startswith("phone.")}
