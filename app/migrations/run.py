"""Runs migrations as the owner role and grants the app role what it may do, and no more."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from app.migrations import veils

_HERE = Path(__file__).parent
# History is only added to: no UPDATE, no DELETE for the role that the processes use.
_ADD_ONLY = (
    "event",
    "report",
    "receipt",
    "checkpoint",
    "calendar_version",
    "round_result",
    "round_case",
    "round_event",
    "incident_join",
    "rule_draft_past",
    "ring_back_look",
)
# A report gathered by a dialogue gets its case later; nothing else of it ever changes.
_LATER = {"report": "case_id"}


def head() -> str:
    """The newest migration that this code knows."""
    found = ScriptDirectory.from_config(_config()).get_current_head()
    if found is None:
        raise RuntimeError("no migration found beside app/migrations/run.py: reinstall hotline")
    return found


def knows(revision: str) -> bool:
    """Whether this code can bring a database up from there."""
    return revision in {each.revision for each in ScriptDirectory.from_config(_config()).walk_revisions()}


def current(conn: Connection) -> str | None:
    """The migration that the database stands at; none where it is empty."""
    if conn.execute(sa.text("SELECT to_regclass('alembic_version')")).scalar() is None:
        return None
    found: str | None = conn.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return found


def upgrade(owner_url: str, app_role: str, revision: str = "head") -> None:
    """Bring the database up to `revision` and grant the app role its rights."""
    with _owner(owner_url) as conn:
        command.upgrade(_config(conn), revision)
        veils.draw(conn)
        grant(conn, app_role)
        conn.commit()


def downgrade(owner_url: str, revision: str) -> None:
    """Take the database down to `revision` (tests go down and up over filled tables)."""
    with _owner(owner_url) as conn:
        command.downgrade(_config(conn), revision)
        conn.commit()


def grant(conn: Connection, app_role: str) -> None:
    """What the app role may do: read and write rows; history only added to; no table of its own."""
    role = conn.dialect.identifier_preparer.quote(app_role)
    tables = [name for name in sa.inspect(conn).get_table_names() if name != "alembic_version"]
    _say(conn, f"GRANT USAGE ON SCHEMA public TO {role}")
    _say(conn, f"GRANT SELECT ON alembic_version TO {role}")
    for table in tables:
        _say(conn, f'REVOKE ALL ON "{table}" FROM {role}')
        rights = "SELECT, INSERT" if table in _ADD_ONLY else "SELECT, INSERT, UPDATE, DELETE"
        _say(conn, f'GRANT {rights} ON "{table}" TO {role}')
        if table in _LATER:
            _say(conn, f'GRANT UPDATE ("{_LATER[table]}") ON "{table}" TO {role}')
    _say(conn, f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}")


def _say(conn: Connection, statement: str) -> None:
    conn.execute(sa.text(statement))


def _config(conn: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = conn
    return config


@contextmanager
def _owner(url: str) -> Iterator[Connection]:
    """A connection as the owner, that gives up early rather than queue behind a lock."""
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    with engine.connect() as conn:
        conn.execute(sa.text("SET lock_timeout = '2s'"))
        conn.execute(sa.text("SET statement_timeout = '60s'"))
        conn.commit()
        yield conn
    engine.dispose()
