"""Fresh ground to live on, and what became of it in a form that can be compared."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.embedded.postgres import EmbeddedPostgres
from app.living.hand import Hand, LivedHouse
from app.living.living import Span
from app.sections import Database, Line, Settings
from tests.conftest import fresh_database, template
from tests.stage import LINE, Stage, build, found

# Thursday, five in the afternoon of the office; the days before it are ordinary ones.
UNTIL = datetime(2025, 11, 13, 9, 0, tzinfo=UTC)
OFFICE = LINE.office
A_DAY = 4  # enough for something of everything


def span(days: int) -> Span:
    return Span(UNTIL - timedelta(days=days), UNTIL, a_day=A_DAY)


@contextmanager
def ground(postgres: EmbeddedPostgres, request: pytest.FixtureRequest) -> Iterator[Stage]:
    """The sample district on a database of its own, its clock the real one."""
    with fresh_database(postgres, request, template(postgres, "stage", found)) as database:
        stage = build(database, postgres)
        stage.plant("UPDATE clock SET ahead = interval '0'")
        yield stage
        stage.engine.dispose()
        stage.owner.dispose()


@contextmanager
def house_on(stage: Stage, folder: Path, first: datetime) -> Iterator[LivedHouse]:
    """A house whose clock is in our hand."""
    settings = Settings(
        data=folder,
        database=Database(url=stage.database.url),
        lines=(Line(id=LINE.id, number=LINE.number, office=OFFICE),),
    )
    house = LivedHouse(settings, "tests", 2, rings=False, hand=Hand(first))
    house.__dict__["vault"] = stage.vault
    yield house
    house.engine.dispose()


def quietly(*_told: object) -> None:
    """Nobody listens."""


def digest(stage: Stage) -> dict[str, Any]:
    """What became of it, without ids and what is drawn by lot for each case: its codes."""
    cases = stage.rows(
        """SELECT c.received_at, c.state, c.attempt, c.closing_kind, c.awaits, c.category, c.level, u.code, s.code,
                  (SELECT array_agg(e.kind || e.at ORDER BY e.seq) FROM event e WHERE e.case_id = c.id)
           FROM cases c JOIN unit u ON u.id = c.unit_id LEFT JOIN staff s ON s.id = c.worker_id
           ORDER BY c.received_at, c.id"""
    )
    sent = stage.rows("SELECT purpose, channel, state, delivery, created_at, sent_at FROM outbox")
    return {"cases": [tuple(row) for row in cases], "sent": Counter(tuple(row) for row in sent)}


def clock_of(stage: Stage) -> timedelta:
    """How far its clock stands from the real one."""
    with stage.owner.connect() as conn:
        ahead: timedelta = conn.execute(sa.text("SELECT ahead FROM clock")).scalar_one()
    return ahead
