"""The stamp of a data folder: what it was made for, so that it is never used for something else."""

import json
from dataclasses import asdict, dataclass, replace

from app.embedded.folder import DataFolder, read_json, write_private
from app.trouble import trouble


@dataclass(frozen=True, slots=True)
class Stamp:
    """Carrier kind ("rehearsal"), clock kind ("real"), server major ("18"), schema revision.

    `server` is empty where the database is named by its address and not ours.
    """

    carrier: str
    clock: str
    server: str
    schema: str = ""


def read_stamp(folder: DataFolder) -> Stamp | None:
    """The folder's stamp, or None for a new folder."""
    raw = read_json(folder.root / "stamp.json")
    if raw is None:
        return None
    found = Stamp(**{name: str(raw.get(name, "")) for name in ("carrier", "clock", "server", "schema")})
    return replace(found, clock="real") if found.clock == "system" else found  # its name in the first folders


def write_stamp(folder: DataFolder, stamp: Stamp) -> None:
    """Keep the stamp in the folder."""
    write_private(folder.root / "stamp.json", json.dumps(asdict(stamp)) + "\n")


def check_stamp(folder: DataFolder, wanted: Stamp) -> Stamp:
    """Stamp a new folder; refuse one that was made for another carrier or server major, or whose clock may have
    been wound and is to be real. Whether a real one may become a rehearsal's is seen in its database (release)."""
    found = read_stamp(folder)
    if found is None:
        write_stamp(folder, wanted)
        return wanted
    place = str(folder.root)
    if wanted.server and found.server and found.server != wanted.server:
        raise trouble("app.stamp.server", folder=place, found=found.server, wanted=wanted.server)
    if found.carrier != wanted.carrier:
        raise trouble("app.stamp.carrier", folder=place, found=found.carrier, wanted=wanted.carrier)
    if found.clock == "rehearsal" and wanted.clock == "real":
        raise trouble("app.stamp.wound", folder=place)
    kept = replace(found, server=found.server or wanted.server)
    if kept != found:
        write_stamp(folder, kept)
    return kept


def clock_of(folder: DataFolder, asked: str, usual: str) -> str:
    """The clock that a start is for: the one asked for; with "auto" the folder's where that is real, else the usual
    one. Cases that live in real time are not wound away because nothing was said."""
    if asked != "auto":
        return asked
    found = read_stamp(folder)
    return "real" if found is not None and found.clock == "real" else usual


def stamp_release(folder: DataFolder, revision: str, clock: str) -> None:
    """Note the schema revision that the last release left, and the clock that it found fit."""
    found = read_stamp(folder)
    if found is not None and (found.schema, found.clock) != (revision, clock):
        write_stamp(folder, replace(found, schema=revision, clock=clock))
