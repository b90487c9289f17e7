"""The ledger: what this exchange accepted, sent and asked; on disk before anyone is told."""

import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any, Final

Entry = dict[str, Any]

KINDS: Final = ("message", "call", "recording", "request", "warning")
"""What the outside may list."""

_TABLE: Final = """
CREATE TABLE IF NOT EXISTS entries (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    sid TEXT NOT NULL,
    about TEXT NOT NULL,
    sender TEXT NOT NULL,
    receiver TEXT NOT NULL,
    data TEXT NOT NULL,
    UNIQUE (kind, sid)
);
CREATE INDEX IF NOT EXISTS entries_about ON entries (kind, about, seq);
CREATE INDEX IF NOT EXISTS entries_sender ON entries (kind, sender, seq);
CREATE INDEX IF NOT EXISTS entries_receiver ON entries (kind, receiver, seq);
"""
_PUT: Final = """
INSERT INTO entries (kind, sid, about, sender, receiver, data) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (kind, sid) DO UPDATE SET data = excluded.data RETURNING seq
"""
_GET: Final = "SELECT seq, data FROM entries WHERE kind = ? AND sid = ?"
_LIST: Final = "SELECT seq, data FROM entries WHERE kind = ? AND seq > ?{only} ORDER BY seq LIMIT ?"


def _opened(file: Path) -> sqlite3.Connection:
    base = sqlite3.connect(file, check_same_thread=False, timeout=5)
    try:
        base.execute("PRAGMA journal_mode = WAL")
        base.execute("PRAGMA synchronous = FULL")
        base.executescript(_TABLE)
    except sqlite3.Error:
        base.close()
        raise
    return base


class LedgerTrouble(Exception):
    """The ledger cannot be kept there; the text says why and what to do."""


class Ledger:
    """Entries of several kinds, each under its sid, numbered by `seq` as they were made."""

    def __init__(self, folder: Path) -> None:
        """Open the ledger in this folder, made where it is missing. Raises LedgerTrouble."""
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._base = _opened(folder / "ledger.sqlite3")
        except (OSError, sqlite3.Error) as trouble:
            raise LedgerTrouble(
                f"the ledger cannot be kept in {folder}: {trouble}; name a folder that can be written"
            ) from None
        self._lock = Lock()

    def put(self, kind: str, entry: Mapping[str, Any]) -> Entry:
        """Store an entry under its `sid` or replace it, on disk; gives it with its `seq`."""
        data = {name: value for name, value in entry.items() if name != "seq"}
        keys = [str(data.get(name, "")) for name in ("sid", "about", "from", "to")]
        with self._lock, self._base:
            row = self._base.execute(_PUT, [kind, *keys, json.dumps(data)]).fetchone()
        return {**data, "seq": row[0]}

    def change(self, kind: str, sid: str, **fields: Any) -> Entry:
        """Change fields of an entry; a new status is added to its history. Raises KeyError where there is none."""
        with self._lock, self._base:
            row = self._base.execute(_GET, (kind, sid)).fetchone()
            if row is None:
                raise KeyError(sid)
            former = json.loads(row[1])
            data = {**former, **fields}
            if "history" in former and data["status"] != former["status"]:
                data["history"] = [*former["history"], {"status": data["status"], "at": data["updated_at"]}]
            self._base.execute("UPDATE entries SET data = ? WHERE seq = ?", (json.dumps(data), row[0]))
        return {**data, "seq": row[0]}

    def get(self, kind: str, sid: str) -> Entry | None:
        """The entry with this sid."""
        with self._lock:
            row = self._base.execute(_GET, (kind, sid)).fetchone()
        return None if row is None else {**json.loads(row[1]), "seq": row[0]}

    def remove(self, kind: str, sid: str) -> bool:
        """Strike an entry out; tells whether there was one."""
        with self._lock, self._base:
            gone = self._base.execute("DELETE FROM entries WHERE kind = ? AND sid = ?", (kind, sid))
        return gone.rowcount > 0

    def list(self, kind: str, since: int = 0, limit: int = -1, **where: str) -> list[Entry]:
        """Entries after `since`, oldest first; `where`: about, sender, receiver (empty: any)."""
        asked = [name for name in ("about", "sender", "receiver") if where.get(name)]
        only = "".join(f" AND {name} = ?" for name in asked)
        keys = [where[name] for name in asked]
        with self._lock:
            rows = self._base.execute(_LIST.format(only=only), [kind, since, *keys, limit]).fetchall()
        return [{**json.loads(data), "seq": seq} for seq, data in rows]

    def last(self) -> int:
        """The highest number given so far."""
        with self._lock:
            row = self._base.execute("SELECT COALESCE(MAX(seq), 0) FROM entries").fetchone()
        return int(row[0])

    def counts(self) -> dict[str, int]:
        """How many entries of each kind."""
        with self._lock:
            return dict(self._base.execute("SELECT kind, COUNT(*) FROM entries GROUP BY kind").fetchall())

    def close(self) -> None:
        """Close it; what was put stays."""
        with self._lock:
            self._base.close()
