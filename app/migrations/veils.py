"""Row security over everything that is bound to a case: what a case complains of is kept from by the database itself.

Drawn after each migration over every table that has cases in it, so that a new one cannot be forgotten. Without a
reader in the transaction (`dispatch.coi.reading`) every row is there; the owner's role always sees all.
"""

import sqlalchemy as sa
from sqlalchemy import Connection

# Found by their words through an index that row security would shut out; always read together with `cases`.
OPEN = frozenset({"search_text"})
_POLICY = "kept_from"
_BOUND = sa.text("""
SELECT c.relname AS name, a.attname AS key, a.attnotnull AS always,
       EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = :policy) AS is_drawn
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
  AND ((c.relname = 'cases' AND a.attname = 'id') OR (c.relname <> 'case_accused' AND a.attname = 'case_id'))
ORDER BY c.relname
""")


def draw(conn: Connection) -> None:
    """Every table bound to a case is read under the reader's bars. Nothing before migration 0020."""
    if conn.execute(sa.text("SELECT to_regprocedure('hotline_hidden()')")).scalar() is None:
        return
    quote = conn.dialect.identifier_preparer.quote
    for row in conn.execute(_BOUND, {"policy": _POLICY}).all():
        if row.is_drawn or row.name in OPEN:
            continue
        shown = f"{row.key} <> ALL ((SELECT hotline_hidden())::uuid[])"
        shown = shown if row.always else f"{row.key} IS NULL OR {shown}"
        conn.execute(sa.text(f"CREATE POLICY {_POLICY} ON {quote(row.name)} USING ({shown}) WITH CHECK (true)"))
        conn.execute(sa.text(f"ALTER TABLE {quote(row.name)} ENABLE ROW LEVEL SECURITY"))
