"""Keeps one embedded PostgreSQL for all workers of a test session, and ends it with the last of them.

Started by the first worker that needs it: `python tests/keeper.py FOLDER`. Every worker holds a shared lock
on FOLDER/holders; the kernel lets go of it when a worker ends, however it ends. Nobody left: the server ends.
"""

import fcntl
import signal
import sys
import time
from pathlib import Path

from app.embedded.children import become_subreaper, end_descendants
from app.embedded.cluster import remove_cluster
from app.embedded.folder import DataFolder, write_private
from app.embedded.postgres import EmbeddedPostgres

QUICK = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",  # it would look through hundreds of databases that are gone in a second
    "shared_buffers": "64MB",
}


def everyone_left(holders: Path) -> bool:
    """Whether no worker holds its lock any more."""
    with holders.open("ab") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def main(folder: DataFolder) -> None:
    become_subreaper()
    server = EmbeddedPostgres(folder, {"HOTLINE_RUN": f"tests-{folder.mark}"}, QUICK)
    server.prepare()
    with server.log.open("ab") as log:
        child = server.start_ready(output=log)
    try:
        server.set_up()
        write_private(folder.root / "ready", "ready\n")
        while not everyone_left(folder.root / "holders") and child.poll() is None:
            time.sleep(0.1)
    finally:
        child.send_signal(signal.SIGINT)
        end_descendants(f"HOTLINE_RUN=tests-{folder.mark}", 5.0)
        remove_cluster(folder)


if __name__ == "__main__":
    main(DataFolder(Path(sys.argv[1])))
