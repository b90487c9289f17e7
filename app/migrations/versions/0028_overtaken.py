"""What was asked about a case and not decided before it ended is overtaken: nobody can decide it any more."""

from alembic import op

revision = "0028"
down_revision = "0027"

_ENDED = "('closed', 'archived', 'declined', 'merged', 'handed_over', 'withdrawn', 'void')"
_OVERTAKEN = """UPDATE {table} AS asked SET decision = 'overtaken', decided_by = 'system', decided_at = now()
    FROM cases WHERE cases.id = asked.case_id AND cases.state IN {ended} AND asked.decided_at IS NULL {more}"""

# What was merged may be taken apart again.
_OF_PERMISSION = "AND asked.kind <> 'exclusion' AND cases.state <> 'merged'"


def upgrade() -> None:
    for table, more in (("permission", _OF_PERMISSION), ("return_request", ""), ("approval", "")):
        op.execute(_OVERTAKEN.format(table=table, ended=_ENDED, more=more))


def downgrade() -> None:
    """Nothing to take back: what is overtaken was of no use before either."""
