"""All 720 orders in which a call's six callbacks can come after its turns: the same end.

The same case, kinds of history, messages and what became of them, and answers.
"""

from itertools import permutations
from typing import Any

import pytest
import sqlalchemy as sa

from cases.pen import read_content
from dispatch import outbox
from dispatch.ringing import outcomes
from dispatch.transaction import Tx
from tests.journeys.world import masked
from tests.webhooks.carrier import LINE, Carrier
from tests.webhooks.doors import Doors

ROOT = "/webhooks/twilio/main"
CALLBACKS = (
    ("status", "ringing"), ("status", "in-progress"), ("status", "completed"),
    ("recording", "in-progress"), ("recording", "completed"), ("receipt", "delivered"),
)  # fmt: skip
ORDERS = list(permutations(CALLBACKS))
GROUPS = 6  # by the callback that comes first


class Line:
    """One call after another at the real doors, each with its own caller."""

    def __init__(self, doors: Doors, group: int) -> None:
        self.doors = doors
        self.carrier = Carrier()
        self.number = group * 1000

    def play(self, order: tuple[tuple[str, str], ...]) -> dict[str, object]:
        """A call whose turns are answered, whose receipt leaves, and whose callbacks come in this order."""
        self.number += 1
        caller = f"+86137{self.number:08}"
        answers = [self._turn(turn, caller, said) for turn, said in enumerate(TURNS)]
        texts = self._send()
        [receipt] = [sid for sid, purpose in texts if purpose == "receipt"]
        answers += [self._callback(kind, status, (caller, receipt)) for kind, status in order]
        return {"answers": sorted(answers), **self._became()}

    def _turn(self, turn: int, caller: str, said: dict[str, str]) -> str:
        if "RecordingSid" in said:
            said = {**said, "RecordingSid": self.carrier.sid("RE", self.number)}
        pairs = self.carrier.turn(self.number, From=caller, Caller=caller, **said)
        return self._post(f"{ROOT}/voice/{turn}" if turn else f"{ROOT}/voice", pairs)

    def _callback(self, kind: str, status: str, of: tuple[str, str]) -> str:
        caller, receipt = of
        if kind == "receipt":
            pairs = self.carrier.receipt(status=status, To=caller, MessageSid=receipt, SmsSid=receipt)
            return self._post(f"{ROOT}/status", pairs)
        if kind == "recording":
            return self._post(f"{ROOT}/recording", self.carrier.recording(self.number, status))
        pairs = self.carrier.call_status(self.number, status, From=caller, SequenceNumber=str(SEQUENCE[status]))
        return self._post(f"{ROOT}/status", pairs)

    def _post(self, target: str, pairs: list[tuple[str, str]]) -> str:
        answer = self.doors.post(target, pairs)
        assert answer.status_code < 300, (target, answer.status_code)
        return f"{answer.status_code} {masked(answer.get_data(as_text=True))}"

    def _send(self) -> list[tuple[str, str]]:
        """What waits has left: the carrier's SID and the purpose of each text."""
        sent = []
        while True:
            with self.doors.parts.door.transaction(LINE) as tx:
                item = outbox.take(tx)
                if item is None:
                    return sent
                sid = self.carrier.sid("SM", self.number * 100 + len(sent))
                outcomes.sent(tx, item, sid)
                purpose = tx.conn.execute(sa.text("SELECT purpose FROM outbox WHERE id = :id"), {"id": item.id})
                sent.append((sid, purpose.scalar_one()))

    def _became(self) -> dict[str, object]:
        with self.doors.parts.door.transaction(LINE) as tx:
            case, kinds = self._case(tx)
            rows = tx.conn.execute(
                sa.text(
                    """SELECT purpose, channel, state, delivery, content_id FROM outbox
                    WHERE case_id = (SELECT case_id FROM call WHERE sid = :sid) ORDER BY id"""
                ),
                {"sid": self.carrier.sid("CA", self.number)},
            ).all()
            messages = [(*tuple(row)[:4], _nameless(tx, masked(read_content(tx, row.content_id)))) for row in rows]
        return {"case": case, "kinds": kinds, "messages": messages}

    def _case(self, tx: Tx) -> tuple[Any, list[str]]:
        sid = {"sid": self.carrier.sid("CA", self.number)}
        case = tx.conn.execute(
            sa.text(
                """SELECT c.state, c.level, c.category, c.unit_id, c.worker_id IS NOT NULL, c.channel, k.status,
                k.stage, r.state
                FROM call k JOIN cases c ON c.id = k.case_id LEFT JOIN recording r ON r.call_sid = k.sid
                WHERE k.sid = :sid"""
            ),
            sid,
        ).one()
        kinds = tx.conn.execute(
            sa.text(
                """SELECT e.kind FROM event e JOIN call k ON k.case_id = e.case_id WHERE k.sid = :sid
                ORDER BY e.seq"""
            ),
            sid,
        )
        return tuple(case), list(kinds.scalars())


def _nameless(tx: Tx, text: str) -> str:
    """Without the name of whoever has it: of several at the office it is whose turn it is, not the callbacks' doing."""
    for worker in tx.district.workers:
        text = text.replace(worker.name.zh, "〈name〉")
    return text


TURNS: tuple[dict[str, str], ...] = (
    {},
    {"Digits": "0"},
    {"RecordingSid": "", "RecordingDuration": "7", "RecordingUrl": "https://api.twilio.com/recording"},
)
SEQUENCE = {"ringing": 0, "in-progress": 1, "completed": 2}


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    """With room for all that is told: whose hands are full hands on, and by the hour few are there."""
    return environment | {"HOTLINE__POLICY__CHOICE": '{"capacity": 999}'}


@pytest.mark.slow
@pytest.mark.parametrize("group", range(GROUPS))
def test_every_order_of_the_callbacks_ends_the_same(group: int, real_doors: Doors) -> None:
    line = Line(real_doors, group + 1)
    expected = line.play(CALLBACKS)
    assert expected["case"][0] == "dispatched"  # type: ignore[index]
    assert ("receipt", "text", "sent", "delivered") in [tuple(m[:4]) for m in expected["messages"]]  # type: ignore[attr-defined]
    mine = [order for order in ORDERS if order[0] == CALLBACKS[group]]
    assert len(mine) * GROUPS == 720
    assert [order for order in mine if line.play(order) != expected] == []
