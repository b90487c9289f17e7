"""The parts put together: the one place that knows them all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from time import monotonic
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import redis
import sqlalchemy as sa
from flask import Flask, Response
from sqlalchemy import Engine

from app import faultpoints, logs
from app.embedded.folder import DataFolder
from app.faultpoints import Crossing
from app.health import Checks, health_doors
from app.metrics.meters import Meters
from app.metrics.page import TOKEN, metrics_door
from app.metrics.requests import count_requests
from app.migrations import run as migrations
from app.phrasebook import Catalogues
from app.processes.bell import Bell
from app.processes.ear import Ear
from app.proof import keys
from app.rehearsal.doors import rehearsal_doors
from app.rehearsal.page import phone_parts
from app.sections import Settings
from cases.phrases import Phrasebook
from cases.seal.vault import Vault
from console.parts import ConsoleParts, DemoLogin
from console.phone.page import PUBLIC as PHONE
from console.site import init_app, make_blueprints
from dispatch.lines import Line
from dispatch.transaction import DatabaseAway, Door
from hotline.carriers.port import Carrier
from webhooks.blueprint import make_blueprint
from webhooks.parts import DoorParts

_PATIENCE = ("statement_timeout=20s", "lock_timeout=5s", "idle_in_transaction_session_timeout=30s")
_PUBLIC = frozenset({"health.healthz", "health.readyz", "metrics.page", "rehearsal.case", "rehearsal.person"})
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
        return Ear(self.settings.redis.url or "redis://127.0.0.1:6379")

    @cached_property
    def door(self) -> Door:
        wake = self.bell.ring if self.rings else _let_sleep
        return Door(self.engine, self.vault, phrasebook, wake, self.crossing)

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

    @cached_property
    def offices(self) -> tuple[str, ...]:
        """The offices that this instance answers for."""
        return tuple(dict.fromkeys(line.office for line in self.settings.lines))

    @cached_property
    def carriers(self) -> Mapping[str, Carrier]:
        """The carrier of each line. The rehearsal exchange speaks Twilio's language, at its own address."""
        from hotline.carriers.twilio import Account, TwilioCarrier
        from hotline.carriers.twilio.account import TWILIO

        twilio = self.settings.carriers.twilio
        account = Account(
            sid=twilio.account_sid,
            user=twilio.api_key or twilio.account_sid,
            secret=(twilio.api_secret if twilio.api_key else twilio.auth_token).get_secret_value(),
            public_base=self.settings.public_base,
            api_base=twilio.api_base or self.settings.exchange_base or TWILIO,
            messaging_service=twilio.messaging_service_sid,
        )
        carrier = TwilioCarrier(account)
        return dict.fromkeys(self.lines, carrier)


def _let_sleep(_processes: set[str], _moment: object) -> None:
    """Whoever sweeps finds it."""


def phrasebook(zone: ZoneInfo) -> Phrasebook:
    """The phrasebook that reads moments in a zone."""
    return Catalogues(zone)


def make_engine(url: str, process: str, pool: int) -> Engine:
    """An engine whose pool notices a restarted database before it is used, and never waits long."""
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
            "options": " ".join(f"-c {setting}" for setting in _PATIENCE),
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


def make_web(settings: Settings, ending: Callable[[], bool] = lambda: False) -> Flask:
    """Pages and API. `ending`: whether the process was told to end."""
    logs.start_logs("web", settings.logs.level)
    return web_of(House(settings, "web"), ending)


def web_of(house: House, ending: Callable[[], bool] = lambda: False) -> Flask:
    """Pages and API, of this house."""
    from app.metrics.asking import sources

    settings = house.settings
    app = Flask("hotline.web", static_folder=None)
    app.secret_key = house.folder.secret("session.key")
    parts = ConsoleParts(
        door=house.door,
        phrasebook=Catalogues(),
        lines=house.lines,
        rehearsal=settings.rehearsal_doors,
        secure=settings.web_base.startswith("https://"),
        proxies=frozenset(settings.server.trusted_proxies),
        demo=_demo(settings),
        wait=house.ear.wait,
        ending=ending,
        phone=phone_parts(house.door, settings),
        public=_PUBLIC | PHONE,
    )
    count_requests(app, house.meters)
    init_app(app, parts)
    app.register_blueprint(health_doors(_checks(house)))
    asked = sources(house.meters, house.door, house.bell)
    app.register_blueprint(metrics_door(asked, house.folder.secret(TOKEN)))
    if settings.rehearsal_doors:
        app.register_blueprint(rehearsal_doors(house.door, settings))
    for blueprint in make_blueprints(parts):
        app.register_blueprint(blueprint)
    return app


def make_hooks(settings: Settings) -> Flask:
    """The doors for machines."""
    logs.start_logs("hooks", settings.logs.level)
    return hooks_of(House(settings, "hooks"))


def hooks_of(house: House) -> Flask:
    """The doors for machines, of this house."""
    from app.processes.deadline import within

    settings = house.settings
    app = Flask("hotline.hooks", static_folder=None)
    twilio = settings.carriers.twilio
    tokens = [twilio.auth_token, twilio.auth_token_secondary, *twilio.sub_accounts.values()]
    parts = DoorParts(
        door=house.door,
        lines=house.lines,
        public_base=settings.public_base,
        account_sid=twilio.account_sid,
        sub_accounts=frozenset(twilio.sub_accounts),
        tokens=tuple(token.get_secret_value() for token in tokens if token.get_secret_value()),
        note=logs.note,
        within=within,
        default_line=settings.lines[0].id,
        broke=house.meters.broke,
    )
    count_requests(app, house.meters)
    app.register_blueprint(health_doors(_checks(house)))
    app.register_blueprint(make_blueprint(parts))
    app.after_request(lambda answer: _ready(house, answer))
    return app


def _ready(house: House, answer: Response) -> Response:
    house.crossing("answer.ready")
    return answer


def _checks(house: House) -> Checks:
    def revision() -> str | None:
        with house.door.found() as conn:
            return migrations.current(conn)

    return Checks(
        database=revision,
        schema=migrations.head(),
        bell=house.bell.client.ping,
        broken=(DatabaseAway, redis.RedisError, OSError),
    )


def _demo(settings: Settings) -> tuple[DemoLogin, ...]:
    """The demo accounts, in rehearsal with sample people only."""
    if not settings.rehearsal_doors or settings.rehearsal.people != "sample":
        return ()
    from app.sample.accounts import DEMO_ACCOUNTS

    return tuple(DemoLogin(a.login, a.password, a.role) for a in DEMO_ACCOUNTS)


def release(settings: Settings) -> None:
    """Bring the database up to this code, and fill what must be there."""
    from app.release import run_release

    run_release(settings)
