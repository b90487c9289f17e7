"""What the page of metrics asks of the database and of Valkey, within a deadline."""

from collections.abc import Callable

from sqlalchemy import Connection

from app.metrics import figures
from app.metrics.figures import Row
from app.metrics.meters import Meters
from app.metrics.page import Sources
from app.processes.bell import QUEUE, Bell
from app.processes.deadline import within
from dispatch.transaction import Door

SECONDS = 2.0  # for each of a page's two statements, a connection included


def sources(meters: Meters, door: Door, bell: Bell) -> Sources:
    """The page's sources in this process."""

    def asked(read: Callable[[Connection], list[Row]]) -> list[Row]:
        with door.found() as conn:
            return read(conn)

    def queued() -> int:
        found: int = bell.client.llen(f"rq:queue:{QUEUE}")
        return found

    return Sources(
        meters,
        lambda: within(SECONDS, lambda: asked(figures.read)),
        lambda: within(SECONDS, lambda: asked(figures.read_parked)),
        queued,
    )
