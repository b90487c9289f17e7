"""Alembic's entry: the connection is handed in by `run`; there is no other way to run."""

from alembic import context

import hotline.models  # noqa: F401 - the three fill the metadata
from cases.db import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
