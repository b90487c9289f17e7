"""Of whom a case complains: kept from them, and from all under their hand, by the database itself."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

_REFERS = {"office_id": "office", "case_id": "cases", "worker_id": "staff", "unit_id": "unit"}


# What is kept from whoever reads in this transaction: a setting of the transaction names the people and units whose
# being named bars them; where none is set everything is shown.
_HIDDEN = """
CREATE FUNCTION hotline_hidden() RETURNS uuid[] LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE bars text := current_setting('hotline.bars', true);
BEGIN
    IF bars IS NULL OR bars = '' THEN
        RETURN '{}';
    END IF;
    RETURN ARRAY(SELECT case_id FROM case_accused WHERE worker_id = ANY(bars::uuid[]) OR unit_id = ANY(bars::uuid[]));
END $$
"""
_SHOWN = """
DO $$ DECLARE shut record; BEGIN
    FOR shut IN SELECT c.oid::regclass AS name FROM pg_class c WHERE c.relrowsecurity AND c.relkind = 'r' LOOP
        EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', shut.name);
    END LOOP;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "case_accused",
        sa.Column("id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Uuid(), nullable=name in ("worker_id", "unit_id")) for name in _REFERS),
        sa.CheckConstraint("(worker_id IS NULL) <> (unit_id IS NULL)", name=op.f("ck_case_accused_one_of_both")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_accused")),
        *(
            sa.ForeignKeyConstraint([name], [f"{to}.id"], name=op.f(f"fk_case_accused_{name}"))
            for name, to in _REFERS.items()
        ),
    )
    for name in ("case", "worker", "unit"):
        op.create_index(f"ix_case_accused_{name}", "case_accused", [f"{name}_id"])
    op.execute(_HIDDEN)  # which tables ask it: app.migrations.veils


def downgrade() -> None:
    op.execute(_SHOWN)
    op.execute("DROP FUNCTION hotline_hidden() CASCADE")
    op.drop_table("case_accused")
