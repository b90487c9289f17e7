"""The limit: what the same PostgreSQL does with the same rows when pgbench sends them and nothing else is done."""

import os
import re
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import unquote, urlsplit

from app.embedded.postgres import APP
from bench.ground import Site
from bench.load import Figures

SCRIPT = Path(__file__).with_name("intake.sql")
_KNOWN = {
    "office": "SELECT id FROM office LIMIT 1",
    "unit": "SELECT id FROM unit LIMIT 1",
    "worker": "SELECT id FROM staff LIMIT 1",
    "party": "SELECT id FROM party LIMIT 1",
    "content": "SELECT id FROM content LIMIT 1",
}


def pgbench(site: Site, clients: int, seconds: int) -> Figures:
    """Transactions of bench/intake.sql by so many clients, statements prepared. A party and a content must be there."""
    postgres = site.ground.postgres
    values = [f"--define={name}={site.query(ask)[0][0]}" for name, ask in _KNOWN.items()]
    with tempfile.TemporaryDirectory(prefix="hotline-pgbench-") as folder:
        ran = subprocess.run(
            [
                str(postgres.cluster.bin / "pgbench"),
                *("--no-vacuum", "--protocol=prepared", f"--client={clients}", "--jobs=1", f"--time={seconds}"),
                *("--log", f"--log-prefix={folder}/log", f"--file={SCRIPT}"),
                *values,
                *(f"--host={postgres.cluster.socket}", f"--username={APP}", site.name),
            ],
            env={**os.environ, "PGPASSWORD": _password(site)},
            capture_output=True,
            text=True,
            cwd=folder,
        )
        if ran.returncode:
            raise RuntimeError(f"pgbench: {ran.stderr[-800:]}")
        logged = [line.split() for file in Path(folder).glob("log*") for line in file.read_text().splitlines()]
    found = re.search(r"^tps = ([0-9.]+)", ran.stdout, re.MULTILINE)
    if found is None:
        raise RuntimeError(f"pgbench said no tps: {ran.stdout[-400:]}")
    each = tuple(int(line[2]) / 1e6 for line in logged)
    return Figures(len(each), len(each) / float(found[1]), each)


def _password(site: Site) -> str:
    """The role's password, out of its address."""
    return unquote(urlsplit(site.ground.postgres.url(APP, site.name)).password or "")
