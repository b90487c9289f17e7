"""What `jobs` may be asked through the queue: to wake up, and nothing else. What it sends, and how."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from rq import Callback, Queue
from rq.job import Job
from rq.serializers import JSONSerializer

from app.processes.bell import QUEUE, Bell
from app.processes.jobs import _Wake, drain, send
from dispatch import outbox
from dispatch.lines import Line
from dispatch.outbox import Outgoing, Way
from dispatch.transaction import Door
from hotline.carriers.port import CallOut, CarrierSilent, Later, Outcome, Reason, Refused, Sent, TextOut, Unknown
from tests.conftest import Valkey
from tests.hotline.shelf import Shelf
from tests.stage import LINE, Stage


def waiting(bell: Bell) -> Job:
    queue = Queue(QUEUE, connection=bell.client, serializer=JSONSerializer, job_class=_Wake)
    [job] = queue.jobs
    return job


def test_a_wake_calls_the_drain(valkey: Valkey) -> None:
    bell = Bell(valkey.url)
    bell.client.flushall()
    bell.ring({"outbox"}, None)
    assert waiting(bell).func is drain


def test_whatever_else_is_in_the_queue_is_not_called(valkey: Valkey) -> None:
    bell = Bell(valkey.url)
    bell.client.flushall()
    Queue(QUEUE, connection=bell.client, serializer=JSONSerializer).enqueue("os.getcwd")
    with pytest.raises(PermissionError, match=r"os\.getcwd"):
        _ = waiting(bell).func


def test_a_callback_in_the_queue_is_not_called_either(valkey: Valkey) -> None:
    bell = Bell(valkey.url)
    bell.client.flushall()
    queue = Queue(QUEUE, connection=bell.client, serializer=JSONSerializer)
    queue.enqueue("os.getcwd", on_failure=Callback("builtins.print"), on_success=Callback("builtins.print"))
    job = waiting(bell)
    assert job.failure_callback is None
    assert job.success_callback is None
    assert job.stopped_callback is None


@dataclass
class Exchange(Shelf):
    """A carrier that rings, or not, as it is told."""

    outcome: Outcome = field(default_factory=lambda: Sent("CA1"))
    listed: Sent | None = None
    rung: list[CallOut] = field(default_factory=list)
    looked_up: list[CallOut] = field(default_factory=list)

    def place_call(self, call: CallOut) -> Outcome:
        self.rung.append(call)
        return self.outcome

    def send_text(self, text: TextOut) -> Outcome:
        raise AssertionError("a call is no text")

    def look_up_call(self, call: CallOut, since: datetime, known: Collection[str] = ()) -> Sent | None:
        if self.silent:
            raise CarrierSilent("away")
        self.looked_up.append(call)
        return self.listed


@dataclass
class Office:
    """What sending asks of a house."""

    door: Door
    carrier: Exchange

    def line(self, _id: str) -> Line:
        return LINE

    def carrier_of(self, _line: str) -> Exchange:
        return self.carrier

    def way(self, line: str, channel: str) -> Way:
        return Way("rehearsal", channel, (line,))

    def crossing(self, _point: str) -> None:
        return


@pytest.fixture
def item(stage: Stage) -> Outgoing:
    """A call that is ours to place."""
    stage.text("幸福里小区3号楼2单元电梯坏了，有人被困")
    return call_of(stage)


def call_of(stage: Stage) -> Outgoing:
    while True:
        with stage.door.transaction(LINE) as tx:
            item = outbox.take(tx)
        assert item is not None
        if item.channel == "call":
            return item


def sending(stage: Stage, item: Outgoing, carrier: Exchange) -> tuple[object, ...]:
    send(Office(stage.door, carrier), item)  # type: ignore[arg-type]
    [row] = stage.rows("SELECT state, sid FROM outbox WHERE id = :id", id=item.id)
    return tuple(row)


def test_a_call_is_placed_with_its_own_doors(stage: Stage, item: Outgoing) -> None:
    carrier = Exchange()
    assert sending(stage, item, carrier) == ("sent", "CA1")
    [call] = carrier.rung
    assert (call.to, call.line) == (item.number, LINE)
    assert call.path == f"/webhooks/twilio/main/out/{item.id.hex}"
    assert call.status_path == f"/webhooks/twilio/main/outstatus/{item.id.hex}"
    assert UUID(call.path.rsplit("/", 1)[1]) == item.id


@pytest.mark.parametrize(
    ("outcome", "state"),
    [(Refused("21211", Reason.bad_number), "failed"), (Later("429"), "pending"), (Unknown("timed out"), "unknown")],
)
def test_what_becomes_of_a_call_is_kept(stage: Stage, item: Outgoing, outcome: Outcome, state: str) -> None:
    assert sending(stage, item, Exchange(outcome=outcome)) == (state, None)


def test_a_doubtful_call_is_looked_up_before_anything(stage: Stage, item: Outgoing) -> None:
    stage.wind(timedelta(minutes=1))
    again = call_of(stage)
    assert (again.id, again.doubtful) == (item.id, True)
    assert sending(stage, again, Exchange(silent=True)) == ("unknown", None)
    stage.wind(timedelta(minutes=1))
    found = Exchange(listed=Sent("CA7"))
    assert sending(stage, call_of(stage), found) == ("sent", "CA7")
    assert (len(found.looked_up), found.rung) == (1, [])


def test_a_call_that_surely_never_left_is_rung_again(stage: Stage, item: Outgoing) -> None:
    stage.wind(timedelta(minutes=1))
    carrier = Exchange()
    assert sending(stage, call_of(stage), carrier) == ("pending", None)
    stage.wind(timedelta(minutes=1))
    again = call_of(stage)
    assert not again.doubtful
    assert sending(stage, again, carrier) == ("sent", "CA1")
    assert len(carrier.rung) == 1
