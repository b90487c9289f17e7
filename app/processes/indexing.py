"""The search's index follows the record, in a thread of `jobs`: nothing of it stands in an intake's transaction, and
whatever ends it, it goes on where its last commit was."""

from threading import Event
from time import monotonic

from app import logs
from app.wiring import House
from dispatch.search.following import AT_ONCE, follow

LOOK = 0.25  # seconds between looks: what came meanwhile is one step


def keep_indexing(house: House, done: Event) -> None:
    """Follow until told to end."""
    last: type[Exception] | None = None
    while not done.is_set():
        begun = monotonic()
        try:
            with house.door.found() as conn:
                looked_at = follow(conn)
            last = None
        except Exception as error:  # the database is away, or something nobody foresaw: the next look comes
            looked_at = 0
            if type(error) is not last:
                logs.trouble("jobs.indexing_held_up", error)
            last = type(error)
        # Far behind, or filling: as long a rest as the step took, so that it never takes more than its half.
        done.wait(monotonic() - begun if looked_at >= AT_ONCE else LOOK)
