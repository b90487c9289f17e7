"""A small house for the console's tests: a real database with two offices, accounts and cases that came in
through the real use cases."""

import json
import re
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.embedded.postgres import APP
from app.migrations.run import grant
from app.phrasebook import Catalogues
from cases.report import Channel
from cases.seal.vault import Keys, Vault
from console import site
from console.entry import passwords
from console.parts import ConsoleParts, DemoLogin
from dispatch import desk
from dispatch.desk import Report, Taken
from dispatch.lines import Line
from dispatch.models import clock
from dispatch.people import accounts, parties, roster
from dispatch.people.accounts import NewAccount, Role
from dispatch.transaction import Door
from tests.conftest import Database
from tests.stage import MORNING

ROOT = Path(__file__).resolve().parents[2]
LINE = Line("main", "+862166660000", "xingfu")
OTHER_LINE = Line("other", "+862166660001", "changle")
RESIDENT = "+8613800000001"
PASSWORD = "a long enough password"
_HASH = passwords.hash_password(PASSWORD)

POLICY: dict[str, Any] = {
    "fallback": "other",
    "default": {"id": "default", "send": {"to": "committee"}},
    "ladder": [{"who": "committee"}, {"who": "office"}],
    "categories": {
        "other": {
            "service_line": "self_government", "kind": "request", "level": "L3",
            "name": {"zh": "其他", "en": "Other"},
        },
        "lift": {
            "service_line": "public_safety", "kind": "request", "level": "L2",
            "name": {"zh": "电梯", "en": "Lift"}, "keywords": ["电梯", "lift"],
        },
        "drain": {
            "service_line": "sanitation", "kind": "request", "level": "L3",
            "name": {"zh": "下水道", "en": "Drain"}, "keywords": ["下水道", "drain"],
        },
    },
    "rules": [
        {"id": "lift-stopped", "when": {"category": ["lift"]}, "send": {"to": "courtyard"}},
        {"id": "drain-blocked", "when": {"category": ["drain"]}, "send": {"to": "grid_worker"}},
    ],
    "rounds": {
        "weekly": {
            "kind": "round", "rule": "FREQ=WEEKLY;BYDAY=MO", "targets": "buildings",
            "name": {"zh": "周走访", "en": "Weekly round"},
        },
        "daily": {
            "kind": "inspection", "rule": "FREQ=DAILY", "targets": "grounds", "checklist": "ground",
            "name": {"zh": "日检查", "en": "Daily inspection"},
        },
    },
    "checklists": {
        "ground": {
            "name": {"zh": "检查表", "en": "Grounds"},
            "items": [
                {"code": "bins", "section": "courtyard", "name": {"zh": "垃圾桶", "en": "Bins"}},
                {"code": "lamps", "section": "stairwell", "name": {"zh": "楼道灯", "en": "Lamps"}},
            ],
        },
    },
}  # fmt: skip

OTHER_OFFICE: dict[str, Any] = {
    "office": {"code": "changle", "name": {"zh": "长乐街道办事处", "en": "Changle Sub-district Office"}},
    "duty_desk": {"name": {"zh": "长乐值班台", "en": "Changle duty desk"}, "phone": "+8613900009999"},
}


@dataclass(frozen=True)
class House:
    """The instance under test: its door, its app, and hands to fill it."""

    door: Door
    owner: sa.Engine
    app: Flask
    parts: ConsoleParts
    began: timedelta  # how far the clock stands from the machine's: a Tuesday at ten in the morning

    def client(self) -> FlaskClient:
        """A browser without cookies."""
        return self.app.test_client()

    @contextmanager
    def signed_in(self, login: str = "dispatcher", lang: str = "en") -> Iterator[FlaskClient]:
        """A browser in which this account has signed in, in this language."""
        with self.client() as browser:
            browser.set_cookie("lang", lang)
            answer = sign_in(browser, login)
            assert answer.status_code == 303, answer.text
            yield browser

    def account(self, login: str, unit: str = "xingfu", role: Role = Role.DISPATCHER, office: str = "xingfu") -> None:
        """An account with PASSWORD."""
        with self.door.transaction(office) as tx:
            accounts.create(tx, NewAccount(login, _HASH, role, login.title(), "zh_CN", unit))

    def case(self, text: str, *, line: Line = LINE, sid: str = "", number: str = RESIDENT) -> Taken:
        """A text that became a case."""
        with self.door.transaction(line) as tx:
            party = parties.party_of(tx, number)
            sids = (sid or "SM" + secrets.token_hex(16),)
            return desk.take_report(tx, Report(Channel.TEXT, party, text, tx.now, sids=sids))

    def move_clock(self, **ahead: float) -> None:
        """The rehearsal clock, so far ahead of the morning on which the house began."""
        with self.owner.begin() as conn:
            conn.execute(sa.update(clock).values(ahead=self.began + timedelta(**ahead)))

    def now(self) -> datetime:
        """The house's moment."""
        with self.door.transaction("xingfu") as tx:
            return tx.now

    def execute(self, statement: Any) -> Any:
        """A statement as the owner, for what no use case does yet."""
        with self.owner.begin() as conn:
            return conn.execute(statement)


def token(browser: FlaskClient, path: str = "/login") -> str:
    """The CSRF token that a page gives its forms."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(path).text)
    assert found is not None
    return found[1]


def sign_in(browser: FlaskClient, login: str, password: str = PASSWORD, next_: str = "") -> TestResponse:
    """The answer to the sign-in form."""
    form = {"csrf_token": token(browser), "login": login, "password": password, "next": next_}
    return browser.post("/login", data=form)


def found(database: Database) -> None:
    """Two offices and a small policy in a migrated database: what every house is copied from."""
    owner, vault = _engine(database.owner_url), _vault()
    sample = json.loads((ROOT / "app" / "sample" / "district.json").read_text(encoding="utf-8"))
    with owner.begin() as conn:
        roster.import_policy(conn, POLICY)
        roster.found_office(conn, vault, sample, "Asia/Shanghai")
        roster.found_office(conn, vault, OTHER_OFFICE, "Asia/Shanghai")
        grant(conn, APP)  # the offices' sequences are new
    owner.dispose()


def _vault() -> Vault:
    return Vault(Keys(seal=b"s" * 32, index=b"i" * 32))


@contextmanager
def built(url: str, owner_url: str, rehearsal: bool = True) -> Iterator[House]:
    """A house on a database of its own in which all has been founded."""
    vault, owner, engine = _vault(), _engine(owner_url), _engine(url)
    book = Catalogues()
    door = Door(engine, vault, book.in_zone, lambda wakes, at: None)
    demo = (DemoLogin("dispatcher", PASSWORD, Role.DISPATCHER.value),) if rehearsal else ()
    ending = threading.Event()
    parts = ConsoleParts(door, book, {"main": LINE, "other": OTHER_LINE}, rehearsal, demo=demo, ending=ending.is_set)
    try:
        house = House(door, owner, make_app(parts), parts, MORNING - datetime.now(UTC))
        house.move_clock()
        yield house
    finally:
        ending.set()
        still()
        engine.dispose()
        owner.dispose()


def still() -> None:
    """Wait until nothing looks for news any more: live streams were told to end."""
    for thread in threading.enumerate():
        if thread.name == "live":
            thread.join(10)


def make_app(parts: ConsoleParts) -> Flask:
    """The pages alone, as app/processes/pages puts them into the web app."""
    app = Flask("console_under_test", static_folder=None)
    app.secret_key = secrets.token_hex(32)
    for blueprint in site.make_blueprints(parts):
        app.register_blueprint(blueprint)
    site.init_app(app, parts)
    return app


def _engine(url: str) -> sa.Engine:
    scheme, _, rest = url.partition("://")
    return sa.create_engine(f"postgresql+psycopg://{rest}" if scheme in ("postgresql", "postgres") else url)
