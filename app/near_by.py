"""The database that is at hand: of the instance that runs on the data folder, or the one named. It has a short while to
answer, else it is not asked: commands that need none answer within a second whatever is down."""

from collections.abc import Callable
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

from app.embedded.folder import DataFolder
from app.instance import read_instance
from app.sections import Settings

if TYPE_CHECKING:
    import psycopg

Found = TypeVar("Found")


def ask(
    settings: Settings, question: "Callable[[psycopg.Connection, str], Found | None]", seconds: float
) -> Found | None:
    """What `question` finds for the first line's office. None where no database is at hand, it does not answer soon, or
    it is of another version."""
    instance = None if settings.database.url else read_instance(DataFolder(settings.folder))
    url = settings.database.url or (instance.database_url if instance else "")
    if not url or not settings.lines:
        return None
    import psycopg  # only here: it takes as long to load as all else together

    found: list[Found | None] = []

    def answer() -> None:
        try:
            with psycopg.connect(url.replace("+psycopg", "", 1), connect_timeout=2) as conn:
                found.append(question(conn, settings.lines[0].office))
        except psycopg.Error:
            return

    asking = Thread(target=answer, daemon=True)
    asking.start()
    asking.join(seconds)
    return found[0] if found else None
