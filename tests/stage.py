"""A stage for tests below the doors: a real database, the sample district and policy, and hands to act."""

import json
import secrets
import tomllib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Engine

from app.days import day_names, with_day_table
from app.embedded.postgres import APP, EmbeddedPostgres
from app.migrations.run import grant
from app.phrasebook import Catalogues
from cases.pen import read_content
from cases.report import Channel
from cases.seal.vault import Keys, Vault
from dispatch import desk, inbox
from dispatch.calendar import versions
from dispatch.calendar.table import named, of_policy
from dispatch.inbox import Answer
from dispatch.lines import Line
from dispatch.people import roster
from dispatch.people.parties import party_of
from dispatch.policy import parse
from dispatch.reports import Report, Taken
from dispatch.transaction import Door, Tx
from tests.conftest import Database

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "app" / "sample"
LINE = Line("main", "+862166660000", "xingfu")
RESIDENT = "+8613800000001"
# Every stage begins on a Tuesday at ten in the morning of the office, whatever the hour of the tests.
MORNING = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
# For processes of their own, which wait while a clock is behind the real one.
A_TUESDAY = datetime(2090, 11, 21, 2, 0, tzinfo=UTC)
# People verify as the sample policy says, save the share of all cases that is drawn by lot.
NO_LOTS = {"persons": True, "sample": 0}
EMPTY = Answer(200, "text/xml", b"<Response/>")


@dataclass
class Stage:
    """The stage. `woken` has what was woken after each commit."""

    database: Database
    engine: Engine
    owner: Engine
    vault: Vault
    server: EmbeddedPostgres
    woken: list[tuple[set[str], datetime | None]] = field(default_factory=list)

    @property
    def door(self) -> Door:
        if not hasattr(self, "_door"):
            self._door = Door(self.engine, self.vault, Catalogues, lambda who, at: self.woken.append((who, at)))
        return self._door

    def text(self, words: str, number: str = RESIDENT, sid: str = "") -> Taken:
        """A text that became a case, by way of the inbox as the doors do it."""
        sid = sid or "SM" + secrets.token_hex(16)
        with self.door.transaction(LINE) as tx:
            assert inbox.claim(tx, "text", sid) is None
            taken = desk.take_report(tx, Report(Channel.TEXT, party_of(tx, number), words, tx.now, sids=(sid,)))
            inbox.settle(tx, "text", sid, EMPTY)
        return taken

    def rows(self, query: str, **values: object) -> list[sa.Row[tuple[object, ...]]]:
        """What the database holds."""
        with self.owner.connect() as conn:
            return list(conn.execute(sa.text(query), values).all())

    def plant(self, statement: str, **values: object) -> None:
        """A change that no use case makes, by the owner."""
        with self.owner.begin() as conn:
            conn.execute(sa.text(statement), values)

    def end_backend(self, pid: int) -> None:
        """Cut a connection off from the server's side."""
        with self.server.connect() as connection:
            connection.execute("SELECT pg_terminate_backend(%s)", (pid,))

    def wind(self, ahead: timedelta) -> None:
        """The rehearsal clock, on by so much."""
        self.plant("UPDATE clock SET ahead = ahead + :ahead", ahead=ahead)

    def texts(self, number: str) -> list[str]:
        """The words of all texts to a number, in order."""
        with self.door.transaction(LINE) as tx:
            return [read_content(tx, row.content_id) for row in _outbox(tx, party_of(tx, number).id)]


def _outbox(tx: Tx, party_id: object) -> list[sa.Row[tuple[object, ...]]]:
    query = sa.text("SELECT content_id FROM outbox WHERE party_id = :party ORDER BY created_at, id")
    return list(tx.conn.execute(query, {"party": party_id}).all())


def sample_district() -> dict[str, object]:
    """The sample district in its raw form."""
    raw: dict[str, object] = json.loads((SAMPLE / "district.json").read_text())
    raw["map"] = json.loads((SAMPLE / "grids.geojson").read_text())
    return raw


def sample_policy() -> dict[str, object]:
    """The policy of config.toml in its raw form, but nobody looks at cases by lot: what a test sees is no luck."""
    body: dict[str, object] = tomllib.loads((ROOT / "config.toml").read_text())["policy"]
    return {**body, "verification": NO_LOTS}


def found(database: Database) -> None:
    """The sample policy and district in a migrated database: what every stage is copied from."""
    owner = sa.create_engine(database.owner_url)
    with owner.begin() as conn:
        roster.import_policy(conn, with_day_table(sample_policy()))
        office = roster.found_office(conn, _vault(), sample_district(), "Asia/Shanghai")
        table = named(of_policy(parse(roster.policy_in_force(conn))), day_names())
        versions.found(conn, office, table, roster.moment(conn))
        grant(conn, APP)
    owner.dispose()


def _vault() -> Vault:
    return Vault(Keys(b"s" * 32, b"i" * 32))


def build(database: Database, server: EmbeddedPostgres) -> Stage:
    """A stage on a database of its own in which all has been founded."""
    stage = Stage(database, sa.create_engine(database.url), sa.create_engine(database.owner_url), _vault(), server)
    stage.plant("UPDATE clock SET ahead = :morning - now()", morning=MORNING)
    return stage
