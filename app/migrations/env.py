"""Alembic's entry: the connection is handed in by `run`; there is no other way to run."""

from alembic import context

import cases.life.models
import cases.loop.models  # noqa: F401 - together they fill the metadata
import dispatch.beside.models
import dispatch.correcting.models
import dispatch.publishing.models
import dispatch.rounds.models
import dispatch.same.models  # noqa: F401
import hotline.models  # noqa: F401
from cases.db import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
