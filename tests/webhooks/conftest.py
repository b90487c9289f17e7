"""Doors before written floors, and before the real ones with a database of the test's own."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from app.embedded.folder import DataFolder
from app.sections import Settings
from app.settings import load
from app.wiring import House, release
from dispatch.lines import Line
from tests.conftest import Database
from tests.webhooks.carrier import ACCOUNT, BASE, LINE, TOKENS, Carrier
from tests.webhooks.doors import Doors
from webhooks.deadline import in_thread
from webhooks.deeds import DEEDS


@pytest.fixture
def carrier() -> Carrier:
    return Carrier()


@pytest.fixture
def doors() -> Doors:
    return Doors()


@pytest.fixture
def environment(database: Any, tmp_path: Path) -> dict[str, str]:
    """An instance's environment: a database of its own, no Valkey, the tests' account and tokens."""
    return environment_of(database, tmp_path)


def environment_of(database: Database, folder: Path) -> dict[str, str]:
    """The environment of an instance on this database, with its data in this folder."""
    return {
        "DATABASE_URL": database.url,
        "DATABASE_OWNER_URL": database.owner_url,
        "REDIS_URL": f"unix://{folder}/no-valkey",
        "HOTLINE_DATA": str(folder / "data"),
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKENS[0],
        "HOTLINE__CARRIERS__TWILIO__AUTH_TOKEN_SECONDARY": TOKENS[1],
        "HOTLINE__SERVER__PUBLIC_BASE": BASE,
    }


@pytest.fixture
def settings(environment: dict[str, str]) -> Settings:
    """Settings of an instance whose release has run: the sample district stands."""
    found = load(environment)
    DataFolder(found.folder).prepare()
    release(found)
    return found


@pytest.fixture
def real_doors(settings: Settings) -> Iterator[Doors]:
    """The doors with the real floors and a real database behind them. They wait as long as this machine takes, so that
    no answer is the static one: what is asked here is what they do, not how soon."""
    house = House(settings, "hooks")
    lines = {"main": LINE, "east": Line("east", "+862166660001", LINE.office)}
    yield Doors(door=house.door, deeds=DEEDS, lines=lines, within=lambda _seconds, work: in_thread(60, work))
    house.engine.dispose()
    house.bell.client.close()


@pytest.fixture
def row_counts(database: Any) -> Callable[[], dict[str, int]]:
    """Counts the rows of all tables."""

    def count() -> dict[str, int]:
        with psycopg.connect(database.owner_url.replace("+psycopg", "")) as conn:
            names = conn.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
            return {
                name: conn.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(name))).fetchone()[0]
                for (name,) in names
            }

    return count
