"""Two `timers` as processes of their own, over many cases that fall due together."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from app.embedded.folder import DataFolder
from tests.app.running import ROOT
from tests.dispatch.shifts import LAMP
from tests.stage import A_TUESDAY, Stage

_PATIENCE = 60.0
# Copies of the one case, with what it owes, who holds it and its timers. What differs is named, all else is the same.
_TABLES = {"cases": "id", "owed": "case_id", "assignment": "case_id", "timer": "case_id"}
_OTHER = {
    "cases": {"id": "b.id", "number": "'B-' || b.n", "address": "'b' || lpad(b.n::text, 9, '0')"},
    "assignment": {"short": "NULL"},
}


def fill(stage: Stage, cases: int, due: timedelta) -> int:
    """So many open cases, all of whose timers first fire at `due` from now; how many timers run."""
    stage.plant("UPDATE clock SET ahead = :day - now()", day=A_TUESDAY)
    stage.text(LAMP)
    stage.plant(
        "CREATE TABLE copy AS SELECT uuidv7() AS id, n, c.id AS from_id FROM cases c, generate_series(2, :cases) n",
        cases=cases,
    )
    for table, key in _TABLES.items():
        _copy(stage, table, key)
    put_off(stage, due)
    [(running,)] = stage.rows("SELECT count(*) FROM timer WHERE state = 'open'")
    assert isinstance(running, int)
    return running


def _copy(stage: Stage, table: str, key: str) -> None:
    asked = "SELECT column_name FROM information_schema.columns WHERE table_name = :table"
    names = [str(name) for (name,) in stage.rows(asked, table=table)]
    other = {"id": "uuidv7()", "case_id": "b.id"} | _OTHER.get(table, {})
    values = ", ".join(other.get(name, f"s.{name}") for name in names)
    columns = ", ".join(names)
    stage.plant(f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table} s JOIN copy b ON s.{key} = b.from_id")


def put_off(stage: Stage, due: timedelta) -> None:
    """All timers that have not fired fall due at that moment from now."""
    stage.plant(
        """UPDATE timer SET fires_at = t.at, warn_at = t.at, due_at = t.at + interval '30 days'
        FROM (SELECT now() + ahead + :due AS at FROM clock) t WHERE state = 'open' AND fired = 0""",
        due=due,
    )


def environment(stage: Stage, folder: Path) -> dict[str, str]:
    """What `timers` is started with, on the stage's database."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HOTLINE")}
    return kept | {
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": stage.database.url,
        "REDIS_URL": f"unix://{folder}/no-valkey.sock",
        "HOTLINE_DATA": str(folder),
    }


@contextmanager
def timers(stage: Stage, folder: Path, *more: Mapping[str, str]) -> Iterator[list[subprocess.Popen[bytes]]]:
    """As many `timers` as there are mappings, each with these values in its environment; none of them outlives the
    test. What they say stands in timers-N.log of the folder."""
    DataFolder(folder).prepare()
    running: list[subprocess.Popen[bytes]] = []
    try:
        for number, values in enumerate(more):
            with (folder / f"timers-{number}.log").open("wb") as log:
                argv = [sys.executable, "-m", "app", "timers"]
                env = environment(stage, folder) | dict(values)
                running.append(subprocess.Popen(argv, cwd=ROOT, env=env, stdout=log, stderr=log))
        yield running
    finally:
        for process in running:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGKILL)
            process.wait(10)


def until(stage: Stage, query: str, wanted: object) -> None:
    """Wait until a query gives this."""
    end = time.monotonic() + _PATIENCE
    while (found := stage.rows(query)[0][0]) != wanted:
        assert time.monotonic() < end, f"{query}: {found}, not {wanted}"
        time.sleep(0.02)
