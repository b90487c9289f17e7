"""Figures of the database, read when the page is asked for: two statements under deadlines, kept some seconds."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from prometheus_client.core import GaugeMetricFamily
from sqlalchemy import Connection

from cases.ids import new_id
from cases.seal.proof import SLOWEST
from cases.states import OPEN
from dispatch.same.models import FAILED

DEADLINE = "1s"
KEPT = 5.0  # seconds for which what was read answers the next one who asks
KEPT_PARKED = 60.0  # the same for what no index finds
LATELY = timedelta(minutes=15)  # the cases over which the way from intake to routing is told
EARLY = 9  # a new case is dispatched within its first lines of history

Row = tuple[str, str, str, float | None]

_NOW = sa.text("SELECT now() + ahead FROM clock")  # the instance's clock, which a rehearsal may have wound
# Lines that were restored from another server bear its transaction numbers, which say nothing here: what is older than
# the last checkpoint by more than the slowest transaction was there when it was signed.
# name, first label, second label, value. Rows are found by the partial indexes that the loops themselves use, new cases
# by the time in their ids.
_STATEMENT = sa.text(
    """
    WITH moment AS (SELECT CAST(:now AS timestamptz) AS at),
    latest AS (SELECT at, CASE WHEN horizon <= pg_snapshot_xmin(pg_current_snapshot())::text::bigint
                               THEN horizon ELSE 0 END AS horizon FROM checkpoint ORDER BY number DESC LIMIT 1),
    routed AS (SELECT percentile_cont(ARRAY[0.5, 0.95, 1.0]) WITHIN GROUP (ORDER BY first.at - c.received_at) AS took
               FROM cases c JOIN LATERAL (SELECT min(e.at) AS at FROM event e
                   WHERE e.case_id = c.id AND e.seq <= :early AND e.kind = 'dispatched') AS first ON true
               WHERE c.id >= :since),
    sends AS (SELECT channel, purpose, state, next_at, held_at FROM outbox
              WHERE state IN ('pending', 'sending', 'unknown'))
    SELECT 'cases', c.state, c.level, count(*)::float FROM office o
        JOIN cases c ON c.office_id = o.id AND c.state = ANY(:open) GROUP BY c.state, c.level
    UNION ALL SELECT 'routed', shares.q, '', extract(epoch FROM routed.took[shares.place])
        FROM routed, (VALUES ('0.5', 1), ('0.95', 2), ('1.0', 3)) AS shares (q, place)
    UNION ALL SELECT 'due', 'timer', '', count(*) FROM timer WHERE state = 'open'
    UNION ALL SELECT 'due', 'errand', '', count(*) FROM errand WHERE state = 'open'
    UNION ALL SELECT 'late', 'timer', '', extract(epoch FROM (SELECT at FROM moment) - min(fires_at))
        FROM timer WHERE state = 'open'
    UNION ALL SELECT 'late', 'errand', '', extract(epoch FROM (SELECT at FROM moment) - min(fires_at))
        FROM errand WHERE state = 'open'
    UNION ALL SELECT 'outbox', channel, purpose, count(*) FROM sends
        WHERE state <> 'unknown' AND least(next_at, held_at) <= (SELECT at FROM moment) GROUP BY channel, purpose
    UNION ALL SELECT 'outbox_late', channel, purpose,
        extract(epoch FROM (SELECT at FROM moment) - min(least(next_at, held_at)))
        FROM sends WHERE state <> 'unknown' AND least(next_at, held_at) <= (SELECT at FROM moment)
        GROUP BY channel, purpose
    UNION ALL SELECT 'queue', kind, '', coalesce((SELECT extract(epoch FROM (SELECT at FROM moment)
        - min(least(next_at, held_at))) FROM sends WHERE channel = kind), 0)
        FROM (VALUES ('text'), ('call')) AS channels (kind)
    UNION ALL SELECT 'away', channel, why, extract(epoch FROM (SELECT at FROM moment) - since_at)
        FROM carrier_away WHERE opened_at IS NOT NULL
    UNION ALL SELECT 'unknown', kind, '', (SELECT count(*) FROM sends WHERE state = 'unknown' AND channel = kind)
        FROM (VALUES ('text'), ('call')) AS channels (kind)
    UNION ALL SELECT 'quarantine', '', '', count(*) FROM quarantine WHERE state = 'open'
    UNION ALL SELECT 'checkpoint', '', '', extract(epoch FROM (SELECT at FROM moment) - at) FROM latest
    UNION ALL SELECT 'unsigned', '', '', coalesce(extract(epoch FROM (SELECT at FROM moment) - min(e.at)), 0)
        FROM event e WHERE e.xid >= coalesce((SELECT horizon FROM latest), 0)
        AND e.at >= coalesce((SELECT at FROM latest) - CAST(:slowest AS interval), '-infinity')
    UNION ALL SELECT 'halted', '', '', count(*) FROM clock_jump WHERE state = 'open'
    UNION ALL SELECT 'search', '', '', extract(epoch FROM clock_timestamp() - looked_at) FROM search_position
    UNION ALL SELECT 'filling', '', '', (filled_from IS NOT NULL)::int FROM search_position
    """
)
_PARKED = sa.text(
    f"""
    SELECT 'parked', 'timer', '', count(*)::float FROM timer WHERE state = 'parked'
    UNION ALL SELECT 'parked', 'errand', '', count(*) FROM errand WHERE state = 'parked'
    UNION ALL SELECT 'parked', 'dialogue', '', count(*) FROM dialogue WHERE state = 'parked'
    UNION ALL SELECT 'parked', 'likeness', '', count(*) FROM likeness WHERE {FAILED}
    """  # noqa: S608 - a constant of ours
)


@dataclass(frozen=True, slots=True)
class Shown:
    """How a figure is shown. What counts seconds is never below 0."""

    name: str
    help_text: str
    labels: tuple[str, ...] = ()


SHOWN: Mapping[str, Shown] = {
    "cases": Shown("hotline_open_cases", "Cases that are open.", ("state", "level")),
    "routed": Shown(
        "hotline_intake_to_routed_seconds",
        "From a report's first word to the unit that has it, of the cases of the last 15 minutes.",
        ("quantile",),
    ),
    "due": Shown("hotline_open_timers", "Promises and errands that wait for their moment.", ("kind",)),
    "late": Shown("hotline_timer_lateness_seconds", "How late the oldest timer or errand is; 0: none.", ("kind",)),
    "outbox": Shown("hotline_outbox_due", "Texts and calls that should have left by now.", ("channel", "purpose")),
    "outbox_late": Shown(
        "hotline_outbox_lateness_seconds", "How long the oldest of them has waited.", ("channel", "purpose")
    ),
    "queue": Shown(
        "hotline_outbox_age_seconds",
        "How long the oldest text or call that should have left has waited, whatever for; 0: none.",
        ("channel",),
    ),
    "away": Shown(
        "hotline_carrier_away_seconds",
        "For how long a carrier has taken nothing (why: away, busy, credentials); none is shown while it does.",
        ("channel", "why"),
    ),
    "unknown": Shown(
        "hotline_outbox_unknown", "Texts and calls of which nobody knows whether they have left.", ("channel",)
    ),
    "parked": Shown("hotline_parked", "What failed three times and was set aside.", ("kind",)),
    "halted": Shown(
        "hotline_firing_halted", "1: the database's clock jumped, and no deadline fires until it is settled."
    ),
    "search": Shown(
        "hotline_search_lag_seconds", "Since the search's index last followed the history; up to 10 in quiet hours."
    ),
    "filling": Shown("hotline_search_filling", "1: the search's index is being filled, older cases are still missing."),
    "quarantine": Shown("hotline_quarantine_open", "Requests set aside because they look cut anew."),
    "checkpoint": Shown(
        "hotline_checkpoint_age_seconds", "Since the last signed checkpoint; none is due in quiet hours."
    ),
    "unsigned": Shown(
        "hotline_history_unsigned_seconds", "The age of the oldest line of history that no checkpoint covers."
    ),
}


def read(conn: Connection) -> list[Row]:
    """The figures that indexes find, of all offices together. Raises what the driver raises, after DEADLINE too."""
    _in_time(conn)
    now: datetime = conn.execute(_NOW).scalar_one()
    since = new_id(now - LATELY, bytes(10))
    values = {
        "open": sorted(str(state) for state in OPEN),
        "now": now,
        "since": since,
        "early": EARLY,
        "slowest": SLOWEST,
    }
    return [tuple(row) for row in conn.execute(_STATEMENT, values)]


def read_parked(conn: Connection) -> list[Row]:
    """What is set aside: whole tables are looked through. Raises what the driver raises, after DEADLINE too."""
    _in_time(conn)
    return [tuple(row) for row in conn.execute(_PARKED)]


def _in_time(conn: Connection) -> None:
    conn.execute(sa.text(f"SET LOCAL statement_timeout = '{DEADLINE}'"))
    conn.execute(sa.text("SET LOCAL jit = off"))  # compiling takes longer than running


def families(rows: Sequence[Row]) -> Iterator[GaugeMetricFamily]:
    """The figures as Prometheus knows them."""
    for key in dict.fromkeys(name for name, *_ in rows):
        shown = SHOWN[key]
        family = GaugeMetricFamily(shown.name, shown.help_text, labels=shown.labels)
        for name, first, second, value in rows:
            if name == key and value is not None:
                family.add_metric((first, second)[: len(shown.labels)], max(0.0, float(value)))
        yield family


class Kept:
    """What was read last, for so many seconds; of failures nothing is kept."""

    def __init__(self, read_now: Callable[[], list[Row]], seconds: float, clock: Callable[[], float]) -> None:
        self._read_now = read_now
        self._seconds = seconds
        self._clock = clock
        self._rows: list[Row] = []
        self._until = float("-inf")

    def rows(self) -> list[Row]:
        """The figures. Raises what reading raises."""
        if self._clock() >= self._until:
            self._rows = self._read_now()
            self._until = self._clock() + self._seconds
        return self._rows
