"""Migrations are the models, go down and up over filled tables, and give the app role just what it needs."""

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import ProgrammingError

import cases.life.models
import cases.loop.models  # noqa: F401 - together they fill the metadata
import dispatch.beside.models
import dispatch.calendar.models
import dispatch.correcting.models
import dispatch.publishing.models
import dispatch.rounds.models
import dispatch.same.models
import dispatch.search.models  # noqa: F401
import hotline.models  # noqa: F401
from app.embedded.postgres import APP
from app.migrations import run
from cases.db import metadata
from dispatch.reads.failures import failures
from tests.conftest import Database
from tests.stage import LINE, Stage


def test_migrations_are_the_models(database: Database) -> None:
    engine = sa.create_engine(database.owner_url)
    with engine.connect() as conn:
        context = MigrationContext.configure(conn, opts={"compare_type": True, "compare_server_default": False})
        assert compare_metadata(context, metadata) == []
        assert run.current(conn) == run.head()
    engine.dispose()


def test_down_and_up_over_filled_tables(stage: Stage) -> None:
    stage.text("幸福里小区3号楼2单元楼道灯坏了")
    database = stage.database
    engine = sa.create_engine(database.owner_url)
    run.downgrade(database.owner_url, "base")
    with engine.connect() as conn:
        assert sa.inspect(conn).get_table_names() == ["alembic_version"]
    run.upgrade(database.owner_url, APP)
    with engine.connect() as conn:
        assert set(sa.inspect(conn).get_table_names()) == {*metadata.tables, "alembic_version"}
    engine.dispose()


def test_looks_that_failed_before_they_were_shown_are_shown(stage: Stage) -> None:
    """Until migration 0019 a look was marked as done with its third failure; one that was done after a failure was
    not left."""
    for number in ("+8613800000001", "+8613800000002", "+8613800000003"):
        stage.text("幸福里小区3号楼2单元楼道灯坏了", number)
    url = stage.database.owner_url
    run.downgrade(url, "0018")
    stage.plant("UPDATE likeness SET looked_at = received_at")
    one = (
        "UPDATE likeness SET tries = :tries, trouble = 'poison' WHERE case_id = (SELECT id FROM cases WHERE party_id = "
    )
    one += "(SELECT min(party_id::text)::uuid FROM cases) LIMIT 1)"
    stage.plant(one.replace("min", "max"), tries=2)
    stage.plant(one, tries=3)
    run.upgrade(url, APP)
    with stage.door.transaction(LINE) as tx:
        [shown] = failures(tx)
    assert (shown.kind, shown.why) == ("likeness", "poison")
    run.downgrade(url, "0018")
    assert stage.rows("SELECT 1 FROM likeness WHERE looked_at IS NULL") == [], "not looked at again by what was before"
    run.upgrade(url, APP)


def test_a_draft_that_was_withdrawn_goes_down_and_up(stage: Stage) -> None:
    stage.plant(
        """INSERT INTO rule_draft (id, office_id, number, kind, state, body, base, why, proposed_by, proposed_at,
            decided_by)
        SELECT gen_random_uuid(), id, 1, 'change', 'withdrawn', '{}', 1, 'x', 'a', now(), 'a' FROM office"""
    )
    run.downgrade(stage.database.owner_url, "0018")
    assert [tuple(row) for row in stage.rows("SELECT state, decided_by FROM rule_draft")] == [("refused", None)]
    with pytest.raises(sa.exc.IntegrityError, match="two_people"):
        stage.plant("UPDATE rule_draft SET decided_by = 'a'")
    run.upgrade(stage.database.owner_url, APP)


@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE event SET canonical = ''",
        "DELETE FROM event",
        "TRUNCATE event",
        "DELETE FROM report",
        "UPDATE report SET sid = 'x'",
        "DELETE FROM checkpoint",
        "UPDATE receipt SET status = 'x'",
        "UPDATE calendar_version SET body = ''",
        "DROP TABLE event",
        "CREATE TABLE mine (id int)",
        "ALTER TABLE event DISABLE TRIGGER ALL",
    ],
)
def test_the_app_role_may_not_touch_history(database: Database, deed: str) -> None:
    engine = sa.create_engine(database.url)
    with engine.connect() as conn, pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        conn.execute(sa.text(deed))
    engine.dispose()


def test_moments_without_a_zone_are_refused(database: Database) -> None:
    from datetime import datetime

    engine = sa.create_engine(database.owner_url)
    with engine.connect() as conn, pytest.raises(sa.exc.StatementError, match="has no zone"):
        conn.execute(
            sa.insert(metadata.tables["checkpoint"]).values(
                number=1,
                at=datetime(2026, 1, 1),  # noqa: DTZ001 - that is the point
                horizon=1,
                line_hash="x",
            )
        )
    engine.dispose()


def test_every_case_bound_table_leads_with_its_office() -> None:
    for table in metadata.tables.values():
        if "case_id" in table.c and table.name != "report":
            assert "office_id" in table.c, table.name
