"""What a world holds once it is quiet: our rows on the one side, the exchange's ledger on the other."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from psycopg.rows import dict_row

from app.proof import keys
from hotline.twiml import fallback
from tests.chaos.sender import History
from tests.chaos.world import World

Row = dict[str, Any]
_STATIC = hashlib.sha256(fallback().encode()).hexdigest()

_QUERIES = {
    "inbox": "SELECT kind, key FROM inbox",
    "reports": """SELECT r.sid, r.role, r.case_id, r.content_id, c.sealed FROM report r
                  LEFT JOIN content c ON c.id = r.content_id WHERE r.sid IS NOT NULL""",
    "calls": """SELECT k.sid, k.case_id, k.content_id, c.sealed FROM call k
                LEFT JOIN content c ON c.id = k.content_id""",
    "outbox": "SELECT id::text, state, sid, trouble, purpose, case_id::text, channel FROM outbox",
    "fired": """SELECT e.kind, e.case_id::text, e.at, f.facts ->> 'step' AS step, f.facts ->> 'rung' AS rung,
                       f.facts ->> 'attempt' AS attempt, (f.facts ->> 'due_at')::timestamptz AS due_at,
                       (SELECT min(t.warn_at) FROM timer t WHERE t.case_id = e.case_id AND t.step = f.facts ->> 'step'
                        AND t.attempt = (f.facts ->> 'attempt')::int
                        AND t.due_at = (f.facts ->> 'due_at')::timestamptz) AS warn_at
                FROM event e, LATERAL (SELECT e.canonical::jsonb -> 'facts' AS facts) f
                WHERE e.kind IN ('warned', 'breached', 'escalated', 'auto_signed')""",
    "overdue": """SELECT t.id::text, t.step, t.fires_at FROM timer t, clock k
                  WHERE t.state = 'open' AND t.fires_at < now() + k.ahead - interval '5 seconds'""",
}


@dataclass(frozen=True, slots=True)
class Said:
    """Something said to us as the carrier knows it, and the words that we answered to with more than an excuse."""

    sid: str
    body: str
    heard: tuple[str, ...] = ()
    excused: bool = False  # at least once nobody answered, or an excuse did


@dataclass(frozen=True, slots=True)
class Evidence:
    """Both sides. `texts` and `calls` are the carrier's; the rest are our rows, reports and calls by their SID."""

    history: History
    texts: tuple[Said, ...]
    calls: tuple[Said, ...]
    went_out: frozenset[str]  # SIDs of what the carrier took from us
    requests: tuple[Row, ...]
    rows: Mapping[str, tuple[Row, ...]]
    reports: Mapping[str, tuple[Row, ...]]
    our_calls: Mapping[str, Row]
    check: tuple[int, str]


def gather(world: World) -> Evidence:
    """Everything that the checker judges by."""
    rows: dict[str, tuple[Row, ...]] = {}
    with world.servers.postgres.connect(world.place.database) as connection:
        connection.row_factory = dict_row  # type: ignore[assignment]
        for name, query in _QUERIES.items():
            rows[name] = tuple(connection.execute(query).fetchall())  # type: ignore[arg-type]
    vault = keys.vault(world.folder)
    for name in ("reports", "calls"):
        for row in rows[name]:
            row["words"] = vault.open(row["content_id"], "content", row["sealed"]) if row["sealed"] else ""
    reports: dict[str, list[Row]] = defaultdict(list)
    for row in rows["reports"]:
        reports[row["sid"]].append(row)
    requests = tuple(world.town.ledger.list("request"))
    messages, calls = world.town.ledger.list("message"), world.town.ledger.list("call")
    return Evidence(
        history=world.town.history(),
        texts=tuple(Said(m["sid"], m["body"]) for m in messages if m["direction"] == "inbound"),
        calls=_calls([call["sid"] for call in calls if call["direction"] == "inbound"], requests),
        went_out=frozenset(each["sid"] for each in (*messages, *calls) if each["direction"] == "outbound-api"),
        requests=requests,
        rows=rows,
        reports={sid: tuple(found) for sid, found in reports.items()},
        our_calls={row["sid"]: row for row in rows["calls"]},
        check=world.command("check"),
    )


def _calls(sids: list[str], requests: tuple[Row, ...]) -> tuple[Said, ...]:
    asked: dict[str, list[Row]] = defaultdict(list)
    for request in requests:
        if request["kind"] == "voice":
            asked[request["about"]].append(request)
    found = []
    for sid in sids:
        answered = [request for request in asked[sid] if is_answer(request)]
        heard = dict.fromkeys(r["params"]["SpeechResult"] for r in answered if r["params"].get("SpeechResult"))
        found.append(Said(sid, "", tuple(heard), len(answered) < len(asked[sid])))
    return tuple(found)


def is_answer(request: Row) -> bool:
    """Whether we answered a request with more than the excuse that we are disturbed."""
    return bool(request["status"] == 200) and request["digest"] != _STATIC


def words_in(row: Row | None) -> str:
    """All that our row of a call holds of what was said."""
    return str(json.loads(row["words"]).get("raw", "")) if row and row["words"] else ""
