"""A dumped database in the place of the one that stands, brought up to this code."""

from pathlib import Path

from sqlalchemy.engine import URL

from app.backup import database
from app.embedded.folder import DataFolder
from app.embedded.stamp import read_stamp
from app.release import run_release
from app.sections import Settings


def bring_in(settings: Settings, owner: URL, dump: Path) -> None:
    """Replace the database by what `dump` holds, and release. The clock is the one of the folder's stamp: a running
    rehearsal may have one of its own."""
    database.read_in(owner, dump)
    values = settings.model_dump()
    stamp = read_stamp(DataFolder(settings.folder))
    values["clock"]["kind"] = stamp.clock if stamp is not None else settings.clock_kind
    values["database"]["owner_url"] = owner.render_as_string(hide_password=False)
    run_release(Settings.model_validate(values))
