"""Many cases out of a few real ones: rows copied within the database, for measuring only."""

from bench import texts
from bench.ground import Site
from bench.load import drive

# What differs between a case's copies and itself; all other columns are the same.
_OF_CASES = {"id": "b.id", "number": "'B-' || b.n", "address": "'b' || lpad(b.n::text, 9, '0')"}
_OF_ITS_ROWS = {"id": "uuidv7()", "case_id": "b.id"}
# Ten days on and more, each case at a moment of its own: as the clocks of an office lie.
_LATER = {name: f"s.{name} + interval '10 days' + b.n * interval '7 s'" for name in ("warn_at", "due_at", "fires_at")}


def fill(site: Site, many: int, *, later: bool = False) -> None:
    """So many open cases with what they owe, their assignments and their timers (four of them run). A few are
    taken in as residents' texts, the rest are copies; their clocks stand as their originals' do, or lie days ahead."""
    with site.running("hooks", site.port + 1):
        drive(site.port + 1, texts.made(25), 1, 60)
    site.query("CREATE UNLOGGED TABLE first AS SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM cases")
    site.query(
        f"""CREATE UNLOGGED TABLE copy AS SELECT uuidv7() AS id, g.n, first.id AS from_id
            FROM generate_series(1, {many} - (SELECT count(*) FROM cases)) g(n)
            JOIN first ON first.n = g.n % (SELECT count(*) FROM first)"""
    )
    site.query("CREATE INDEX ON copy (from_id)")
    _copy(site, "cases", "id", _OF_CASES)
    _copy(site, "owed", "case_id", _OF_ITS_ROWS)
    _copy(site, "assignment", "case_id", _OF_ITS_ROWS | {"short": "NULL"})
    _copy(site, "timer", "case_id", _OF_ITS_ROWS | (_LATER if later else {}))
    if later:
        site.query("UPDATE timer SET fires_at = fires_at + interval '10 days' WHERE case_id IN (SELECT id FROM first)")
    site.quiet()


def orders(site: Site) -> None:
    """The line of each copy that says to whom it went and why, as the laboratory of the rules reads it."""
    _copy(site, "event", "case_id", _OF_ITS_ROWS | {"content_id": "NULL"}, "s.kind = 'dispatched'")
    site.quiet()


def _copy(site: Site, table: str, key: str, differing: dict[str, str], which: str = "true") -> None:
    asked = f"SELECT column_name FROM information_schema.columns WHERE table_name = '{table}'"
    names = [str(name) for (name,) in site.query(asked)]
    values = [differing.get(name, f"s.{name}") for name in names]
    site.query(  # what the originals refer to is there: nothing is looked up once more for each copy
        f"""SET session_replication_role = replica; INSERT INTO {table} ({", ".join(names)}) SELECT {", ".join(values)}
            FROM {table} s JOIN copy b ON b.from_id = s.{key} WHERE {which}"""
    )
