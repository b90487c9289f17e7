"""`hotline dump` and `hotline load`: the whole database in one file, to move it to another server version."""

import argparse
import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

from app import settings as reader
from app.cli.parser import Commands
from app.cli.running import settings_of
from app.cli.voice import Voice
from app.embedded.cluster import wheel
from app.embedded.folder import DataFolder
from app.embedded.postgres import OWNER, EmbeddedPostgres
from app.embedded.stamp import read_stamp
from app.instance import with_instance
from app.sections import Settings
from app.trouble import Trouble, trouble
from cases.phrases import msg

_LAST = 300  # characters of a tool's complaint that are passed on


def add_commands(commands: Commands) -> None:
    """The commands of this room."""
    for name, run in (("dump", run_dump), ("load", run_load)):
        parser = commands.add(name, run, "data")
        commands.option(parser, "archive", metavar="FILE")


def run_dump(args: argparse.Namespace, voice: Voice) -> int:
    """Write the running instance's database into FILE, which must not be there yet."""
    file = Path(args.archive)
    owner = _owner(settings_of(args))
    part = file.with_name(f".{file.name}.part")
    try:
        if file.exists():
            raise trouble("app.dump.there", file=str(file))
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        _tool("pg_dump", owner, "--format=custom", f"--file={part}")
        part.replace(file)
    except OSError as error:
        raise trouble("app.dump.unwritable", file=str(file), why=error.strerror or str(error)) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    voice.say(msg("app.dump.done", file=str(file)))
    return 0


def run_load(args: argparse.Namespace, voice: Voice) -> int:
    """Read FILE into the running instance's database, which must not have a case yet."""
    file = Path(args.archive)
    if not file.is_file():
        raise trouble("app.load.no_file", file=str(file))
    found = settings_of(args)
    settings, owner = with_instance(found), _owner(found)
    if _has_cases(owner):
        raise trouble("app.load.not_empty")
    _opens(settings, file)  # before anything is touched
    _tool("pg_restore", owner, "--clean", "--if-exists", "--no-owner", "--no-acl", "--single-transaction", file)
    values = settings.model_dump()
    stamp = read_stamp(DataFolder(settings.folder))  # a running rehearsal may have a clock of its own
    values["clock"]["kind"] = stamp.clock if stamp is not None else settings.clock.kind
    values["database"]["owner_url"] = owner.render_as_string(hide_password=False)
    loaded = Settings.model_validate(values)
    from app.release import run_release

    run_release(loaded)
    voice.say(msg("app.load.done", folder=str(settings.folder)))
    return 0


def _owner(settings: Settings) -> URL:
    """The database's address with the owner's role: the one named, else the running instance's own."""
    if settings.database.owner_url:
        return make_url(settings.database.owner_url)
    if settings.database.url:
        raise trouble("app.release.no_owner")
    with_instance(settings)  # refuses where nothing runs
    return make_url(EmbeddedPostgres(DataFolder(settings.folder), {}).url(OWNER))


def _tool(name: str, owner: URL | None, *arguments: object) -> str:
    """Run a tool of PostgreSQL's, ours or the machine's, and give what it printed; the password goes by the
    environment, where no list of processes shows it."""
    ours = wheel() / "pginstall" / "bin" / name
    program = str(ours) if ours.exists() else shutil.which(name)
    if program is None:
        raise trouble("app.dump.no_tool", tool=name)
    words, env = list(map(str, arguments)), reader.inherited()
    if owner is not None:
        bare = URL.create("postgresql", owner.username, None, owner.host, owner.port, owner.database, owner.query)
        words.append(f"--dbname={bare.render_as_string()}")
        env |= {"PGPASSWORD": owner.password or "", "PGOPTIONS": "-c lock_timeout=5s"}
    ran = subprocess.run(  # noqa: S603 - our own words and a file's name
        [program, *words], env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if ran.returncode != 0:
        raise trouble("app.dump.failed", tool=name, why=ran.stderr.strip()[-_LAST:])
    return ran.stdout


def _has_cases(owner: URL) -> bool:
    engine = sa.create_engine(owner, poolclass=sa.pool.NullPool)
    with engine.connect() as conn:
        if conn.execute(sa.text("SELECT to_regclass('cases')")).scalar() is None:
            return False
        return bool(conn.execute(sa.text("SELECT EXISTS (SELECT FROM cases)")).scalar())


def _opens(settings: Settings, file: Path) -> None:
    """Whether this folder's keys open what the file holds; without the old keys the names stay shut."""
    from app.proof import keys
    from cases.seal.vault import VaultError

    sealed = _first_party(_tool("pg_restore", None, "--data-only", "--table=party", "--file=-", file))
    if sealed is None:
        return
    folder = DataFolder(settings.folder)
    try:
        keys.vault(folder).open(UUID(sealed["id"]), "number", bytes.fromhex(sealed["number_sealed"].lstrip("\\x")))
    except VaultError as error:
        raise Trouble(msg("app.load.other_keys", folder=str(folder.secrets))) from error


def _first_party(copied: str) -> dict[str, str] | None:
    """The first row of the party table in what pg_restore writes out; None where there is none."""
    lines = iter(copied.splitlines())
    for line in lines:
        if line.startswith("COPY public.party ("):
            columns = [name.strip(' "') for name in line[line.index("(") + 1 : line.index(")")].split(",")]
            row = next(lines, "\\.")
            return None if row == "\\." else dict(zip(columns, row.split("\t"), strict=True))
    return None
