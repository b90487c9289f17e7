"""A whole district in one process, under a clock moved by hand: real doors, floors and database, the exchange
as the carrier, and the people of tests/people.py who ring and write."""

import json
import re
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from werkzeug.serving import WSGIRequestHandler, make_server

from app.embedded.folder import DataFolder
from app.processes.doors import hooks_of
from app.settings import load
from app.winding.winder import Winder
from app.wiring import House, release
from cases.pen import read_content
from cases.phrases import Message
from dispatch.coi.reading import of_staff
from dispatch.due.moments import Outlook
from dispatch.loop import who
from dispatch.loop.who import Who
from dispatch.reads import checks
from dispatch.transaction import Tx
from exchange.testing import ACCOUNT, Exchange
from tests.conftest import Database
from tests.people import Member, Resident
from tests.stage import MORNING, NO_LOTS

LINE = "+862166660000"
BASE = "https://hotline.example"
OFFICE = "xingfu"
# What the carrier does to everything when it misbehaves: twice, late, and shuffled.
BAD = {"duplicate_requests": 1, "duplicate_callbacks": 1, "late_callbacks": 2.0, "shuffle_callbacks": 7}


@dataclass
class World:
    """Hands to act in the district, and eyes to see what became of it."""

    house: House
    exchange: Exchange
    database: Database
    numbers: list[str] = field(default_factory=list)  # of the cases, as they were opened

    # hands
    def text(self, person: Resident | Member, words: str, media: Sequence[tuple[str, str]] = ()) -> None:
        """They write to the hotline, and what follows at once has happened."""
        self.exchange.text(person.number, LINE, words, media)
        self.settle()

    def text_from(self, number: str, words: str) -> None:
        """Somebody at that number writes to the hotline."""
        self.exchange.text(number, LINE, words)
        self.settle()

    def call(self, person: Resident | Member, *words: str, keys: str = "") -> list[str]:
        """They ring the hotline; what the line said."""
        heard = self.exchange.call(person.number, LINE, words, keys).heard
        self.settle()
        return heard

    def phone(self, number: str, **behaviour: Any) -> None:
        """How their telephone behaves when it is rung."""
        self.exchange.phone(number, **behaviour)

    def wind(self, ahead: timedelta) -> None:
        """Time passes; all that fell due on the way has happened, in order."""
        self.wind_to(self.now + ahead)

    def wind_to(self, moment: datetime) -> None:
        """Time passes until that moment."""
        _HandWinder(self.house, lambda at: None, self.exchange).wind(moment)

    def at(self, hours: str, days: int = 0) -> None:
        """Time passes until that hour of the office, so many days ahead."""
        local = self.now.astimezone(self.zone)
        hour, minute = map(int, hours.split(":"))
        moment = local.replace(hour=hour, minute=minute, second=0, microsecond=0) + timedelta(days=days)
        self.wind_to(moment if moment > local else moment + timedelta(days=1))

    def settle(self) -> None:
        """What is due now has happened, and what left has arrived."""
        self.wind_to(self.now)

    @contextmanager
    def desk(self, member: Member | str) -> Iterator[tuple[Tx, Who]]:
        """A member of staff decides something at their desk, of what they may know of."""
        with self.house.door.transaction(self.house.line("main")) as tx:
            me = who.by_code(tx, member if isinstance(member, str) else member.worker)
            tx.read_by(lambda opened: of_staff(opened, me.id))
            yield tx, me
        self.settle()

    # eyes
    @property
    def now(self) -> datetime:
        with self.house.door.transaction(OFFICE) as tx:
            return tx.now

    @property
    def zone(self) -> Any:
        with self.house.door.transaction(OFFICE) as tx:
            return tx.zone

    def inbox(self, number: str) -> list[str]:
        """The texts on a telephone, the oldest first."""
        return [str(entry["body"]) for entry in self.exchange.inbox(number)]

    def last(self, person: Resident | Member) -> str:
        """The newest text on their telephone."""
        return self.inbox(person.number)[-1]

    def visit_code(self, resident: Resident) -> str:
        """The newest visit code that the resident was given."""
        return [found[1] for text in self.inbox(resident.number) if (found := _VISIT_CODE.search(text))][-1]

    def query(self, sql: str, **values: object) -> list[Any]:
        """What the database holds."""
        engine = sa.create_engine(self.database.owner_url, poolclass=sa.pool.NullPool)
        with engine.connect() as conn:
            return list(conn.execute(sa.text(sql), values).all())

    def case(self, nth: int = -1) -> Any:
        """The row of a case, the newest one without a number."""
        return self.query("SELECT * FROM cases ORDER BY received_at, id")[nth]

    def events(self, case: Any) -> list[str]:
        """The kinds of a case's history, in order."""
        return [row.kind for row in self.query("SELECT kind FROM event WHERE case_id = :id ORDER BY seq", id=case.id)]

    def kept(self, case: Any) -> set[str]:
        """The owed steps of the present attempt that are kept."""
        sql = "SELECT step FROM owed WHERE case_id = :id AND attempt = :n AND is_owed AND done_at IS NOT NULL"
        return {row.step for row in self.query(sql, id=case.id, n=case.attempt)}

    def broken(self) -> list[Any]:
        """What `hotline check` says of the record."""
        with self.house.door.transaction(OFFICE) as tx:
            return checks.broken(tx)

    def say(self, message: Message, lang: str = "zh_CN") -> str:
        with self.house.door.transaction(OFFICE) as tx:
            return tx.say(message, lang)

    def digest(self) -> dict[str, object]:
        """What became of it all, without moments and without what is drawn by lot: the cases, their history, every
        message that went out and what became of it, and every answer that a door gave."""
        cases = self.query(
            """SELECT c.number, c.state, c.attempt, c.closing_kind, c.awaits, u.code, s.code AS worker,
                      (SELECT array_agg(e.kind ORDER BY e.seq) FROM event e WHERE e.case_id = c.id) AS kinds,
                      (SELECT array_agg(o.step || coalesce(o.kept_grade, '') ORDER BY o.attempt, o.step) FROM owed o
                       WHERE o.case_id = c.id AND o.done_at IS NOT NULL) AS kept
               FROM cases c JOIN unit u ON u.id = c.unit_id LEFT JOIN staff s ON s.id = c.worker_id
               ORDER BY c.received_at, c.id"""
        )
        return {"cases": [tuple(row)[1:] for row in cases], "sent": self._sent(), "answers": self._answers()}

    def _sent(self) -> Counter[tuple[str, ...]]:
        with self.house.door.transaction(OFFICE) as tx:
            rows = tx.conn.execute(
                sa.text("SELECT purpose, channel, state, delivery, party_id, content_id FROM outbox")
            ).all()
            words = [masked(read_content(tx, row.content_id)) for row in rows]
        return Counter(
            (row.purpose, row.channel, row.state, row.delivery or "", text)
            for row, text in zip(rows, words, strict=True)
        )

    def _answers(self) -> Counter[tuple[str, int]]:
        asked = self.query("SELECT kind, status FROM inbox")
        return Counter((row.kind, row.status) for row in asked)


_VISIT_CODE = re.compile(r"(?:走访码|visit code)\D{0,8}(\d{4})")
_LOT = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{8}-\d{6,}|(?<!\d)(?:\d{6}|\d{4})(?!\d)|\d(?: \d){2,}"
)


def masked(words: str) -> str:
    """The words without codes and case numbers, which another run draws anew."""
    return _LOT.sub("#", words)


class _HandWinder(Winder):
    """Winds as `hotline wind` does; the exchange's clock is moved by hand beside."""

    def __init__(self, house: House, tell: Any, exchange: Exchange) -> None:
        super().__init__(house, tell)
        self._exchange = exchange

    def wind(self, to: datetime) -> None:
        super().wind(to)
        while self._exchange.clock.waiting():  # what comes late, or once more
            self._exchange.clock.move(5.0)
            super().wind(to)

    def _look(self, office: str) -> Outlook:
        self._exchange.clock.move(5.0)
        return super()._look(office)


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        return


@contextmanager
def served(exchange: Exchange) -> Iterator[str]:
    """The exchange's REST interface on the loopback; its address."""
    server = make_server("127.0.0.1", 0, exchange.app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


@contextmanager
def living(database: Database, folder: Path) -> Iterator[World]:
    """The sample district on a fresh database, on a Tuesday at ten in the morning."""
    doors = {name: f"{BASE}/webhooks/twilio/main/{name}" for name in ("voice", "sms", "fallback", "status")}
    line = {
        "number": LINE, "voice_url": doors["voice"], "voice_fallback_url": doors["fallback"],
        "sms_url": doors["sms"], "sms_fallback_url": doors["fallback"], "status_callback": doors["status"],
    }  # fmt: skip
    exchange = Exchange.start(folder / "exchange", [line])
    with served(exchange) as base:
        environment = {
            "DATABASE_URL": database.url,
            "DATABASE_OWNER_URL": database.owner_url,
            "REDIS_URL": f"unix://{folder}/no-valkey",
            "HOTLINE_DATA": str(folder / "data"),
            "TWILIO_ACCOUNT_SID": ACCOUNT.sid,
            "TWILIO_AUTH_TOKEN": ACCOUNT.token,
            "HOTLINE__CARRIERS__TWILIO__API_BASE": base,
            "HOTLINE__SERVER__PUBLIC_BASE": BASE,
            "HOTLINE__POLICY__VERIFICATION": json.dumps(NO_LOTS),
        }
        settings = load(environment)
        DataFolder(settings.folder).prepare()
        release(settings)
        owner = sa.create_engine(database.owner_url, poolclass=sa.pool.NullPool)
        with owner.begin() as conn:
            conn.execute(sa.text("UPDATE clock SET ahead = :morning - now()"), {"morning": MORNING})
        house = House(settings, "journey")
        exchange.answer_with(hooks_of(house))
        try:
            yield World(house, exchange, database)
        finally:
            house.engine.dispose()
            house.bell.client.close()
            exchange.close()


def worker(code: str) -> Member:
    """A member of the district by code, for those who have no name in tests/people.py."""
    from tests.stage import sample_district

    raw = cast(list[dict[str, Any]], sample_district()["workers"])
    row = next(each for each in raw if each["code"] == code)
    from cases.phrases import Name

    return Member(Name(row["name"]["zh"], row["name"]["en"]), row["phone"], code, row["unit"], row["role"])
