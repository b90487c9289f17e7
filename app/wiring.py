"""The parts put together that every process and command needs. `processes/pages.py` and `processes/doors.py` put the
servers together, so that nobody else waits for Flask, the pages and the doors to be read in."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from time import monotonic
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import psycopg
import sqlalchemy as sa
from sqlalchemy import Engine

from app import faultpoints
from app.embedded.folder import DataFolder
from app.faultpoints import Crossing
from app.metrics.meters import Meters
from app.phrasebook import Catalogues
from app.processes.bell import CHANGED, TIMERS, Bell, Ringer
from app.processes.ear import Ear
from app.proof import keys
from app.sections import Settings
from cases.phrases import Phrasebook
from cases.seal.vault import Vault
from dispatch.lines import Line
from dispatch.outbox import Way
from dispatch.transaction import Door, Wake
from hotline.carriers.port import Carrier

if TYPE_CHECKING:
    from hotline.carriers.twilio import Account

_PATIENCE = ("statement_timeout=20s", "idle_in_transaction_session_timeout=30s")
# How long a process waits for a row that another holds. Firing waits less than its neighbours would notice; a door
# less than a caller waits (`webhooks.voice.DEADLINE`), so that it can tell a held row from a database that is away.
_LOCKS = {"timers": "500ms", "hooks": "900ms"}
_LOCKS_ELSE = "5s"
_SERVERS = frozenset({"web", "hooks"})
_IDLE = 1.0  # seconds after which a pooled connection is asked whether it lives before it is used


@dataclass(frozen=True)
class House:
    """One process's parts, made when first needed. `rings`: whether its commits wake `jobs` and `timers`."""

    settings: Settings
    process: str
    pool: int = 8
    rings: bool = True

    @cached_property
    def folder(self) -> DataFolder:
        """The data folder, made where it is not there yet: any runner may start a process."""
        folder = DataFolder(self.settings.folder)
        folder.prepare()
        return folder

    @cached_property
    def engine(self) -> Engine:
        return make_engine(self.settings.database.url or "", self.process, self.pool)

    @cached_property
    def meters(self) -> Meters:
        """What this process counts, its pool among it: for those that run on, not for commands."""
        meters = Meters(self.process, self.folder)
        meters.watch(self.engine)
        return meters

    @cached_property
    def vault(self) -> Vault:
        return keys.vault(self.folder)

    @cached_property
    def bell(self) -> Bell:
        return Bell(self.settings.redis.url or "redis://127.0.0.1:6379")

    @cached_property
    def ear(self) -> Ear:
        """What `timers` hears with, and live pages."""
        channel = TIMERS if self.process == "timers" else CHANGED
        return Ear(self.settings.redis.url or "redis://127.0.0.1:6379", channel)

    @cached_property
    def door(self) -> Door:
        return Door(self.engine, self.vault, phrasebook, self._wake, self.crossing, small=self.settings.office.small)

    @cached_property
    def _wake(self) -> Wake:
        """A server's answers do not wait for the bell; a command or a loop rings before it goes on or ends."""
        if not self.rings:
            return _let_sleep
        return Ringer(self.bell).ring if self.process in _SERVERS else self.bell.ring

    @cached_property
    def crossing(self) -> Crossing:
        """What is called at fault points."""
        return faultpoints.crossing(self.settings, self.folder.logs, self.process)

    @cached_property
    def lines(self) -> Mapping[str, Line]:
        return {line.id: Line(line.id, line.number, line.office) for line in self.settings.lines}

    def line(self, id_: str) -> Line:
        """The line of an id; the first one where that line is gone."""
        return self.lines.get(id_) or next(iter(self.lines.values()))

    def carrier_of(self, line: str) -> Carrier:
        """The carrier that serves a line."""
        return self.carriers[self.line(line).id]

    def way(self, line: str, channel: str) -> Way:
        """How something leaves over a line: all that one carrier serves share one."""
        mine = self.carrier_of(line)
        lines = tuple(id_ for id_, carrier in self.carriers.items() if carrier is mine)
        return Way(self.settings.carriers.kind, channel, lines)

    @cached_property
    def offices(self) -> tuple[str, ...]:
        """The offices that this instance answers for."""
        return tuple(dict.fromkeys(line.office for line in self.settings.lines))

    @cached_property
    def carriers(self) -> Mapping[str, Carrier]:
        """The carrier of each line. The rehearsal exchange speaks Twilio's language, at its own address."""
        from hotline.carriers.twilio import TwilioCarrier

        return dict.fromkeys(self.lines, TwilioCarrier(account_of(self.settings)))


def account_of(settings: Settings) -> "Account":
    """The account at the carrier that these settings name."""
    from hotline.carriers.twilio.account import TWILIO, Account

    twilio = settings.carriers.twilio
    return Account(
        sid=twilio.account_sid,
        user=twilio.api_key or twilio.account_sid,
        secret=(twilio.api_secret if twilio.api_key else twilio.auth_token).get_secret_value(),
        public_base=settings.public_base,
        api_base=twilio.api_base or settings.exchange_base or TWILIO,
        messaging_service=twilio.messaging_service_sid,
    )


def _let_sleep(_processes: set[str], _moment: object) -> None:
    """Whoever sweeps finds it."""


def phrasebook(zone: ZoneInfo) -> Phrasebook:
    """The phrasebook that reads moments in a zone."""
    return Catalogues(zone)


def make_engine(url: str, process: str, pool: int) -> Engine:
    """An engine whose pool notices a restarted database before it is used, and never waits long."""
    lock = _LOCKS.get(process, _LOCKS_ELSE)
    engine = sa.create_engine(
        url,
        pool_size=pool,
        max_overflow=pool,
        pool_timeout=2,
        pool_recycle=1800,
        hide_parameters=True,  # what people said must not come into logs by way of an error
        connect_args={
            "connect_timeout": 2,
            "application_name": f"hotline {process}",
            "options": " ".join(f"-c {setting}" for setting in (*_PATIENCE, f"lock_timeout={lock}")),
        },
    )
    sa.event.listen(engine, "checkin", _rested)
    sa.event.listen(engine, "checkout", _awake)
    return engine


def _rested(_connection: Any, record: Any) -> None:
    record.info["rested_at"] = monotonic()


def _awake(connection: Any, record: Any, _proxy: Any) -> None:
    """Raises sqlalchemy's DisconnectionError for a connection that died while it rested: the pool goes on
    to another one."""
    if monotonic() - record.info.get("rested_at", monotonic()) < _IDLE:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except psycopg.Error as error:
        raise sa.exc.DisconnectionError("the connection died while it rested") from error


def release(settings: Settings) -> None:
    """Bring the database up to this code, and fill what must be there."""
    from app.release import run_release

    run_release(settings)
