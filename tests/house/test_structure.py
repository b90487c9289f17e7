"""The house stays a house: sizes, one door for commits, one reader of settings, no clock below the edge."""

import ast
import re
import statistics
import subprocess
import sys
import tomllib
from collections import Counter

import pytest

from tests.house.source import ALL, FLOORS, ROOT, Room, calls, functions, length, rooms

FILE_MOST = 300
ROOMS_MOST = 14
FUNCTION_MOST = 50
FUNCTION_USUALLY = 22  # the 90th percentile
BELOW_THE_EDGE = ("cases", "dispatch", "hotline", "webhooks", "console")
CLOCKS = re.compile(
    r"(^|\.)(datetime\.)?(now|utcnow|today)$|^time\.(time|time_ns|localtime|gmtime)$|^(monotonic|perf_counter)$"
)


def named(found: list[str]) -> str:
    return "\n".join(found)


def test_there_is_a_house() -> None:
    assert {room.floor for room in rooms()} == set(ALL)


@pytest.mark.parametrize("room", rooms(), ids=lambda room: room.name)
def test_no_file_is_too_long(room: Room) -> None:
    assert len(room.text.splitlines()) <= FILE_MOST


@pytest.mark.parametrize("room", rooms(), ids=lambda room: room.name)
def test_no_function_is_too_long(room: Room) -> None:
    long = [f"{f.name}: {length(f)}" for f in functions(room) if length(f) > FUNCTION_MOST]
    assert not long, named(long)


def test_most_functions_are_short() -> None:
    lengths = [length(f) for room in rooms() for f in functions(room)]
    assert statistics.quantiles(lengths, n=10)[-1] <= FUNCTION_USUALLY


def test_a_folder_has_at_most_fourteen_rooms() -> None:
    folders = Counter(room.path.parent for room in rooms() if room.path.name not in ("__init__.py", "__main__.py"))
    crowded = [f"{folder.relative_to(ROOT)}: {count}" for folder, count in folders.items() if count > ROOMS_MOST]
    assert not crowded, named(crowded)


def imported(room: Room) -> set[str]:
    """The modules that a room imports, also inside functions."""
    found: set[str] = set()
    for node in ast.walk(room.tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def test_twilio_stands_where_it_may() -> None:
    users = {room.name for room in rooms() if any(name.split(".")[0] == "twilio" for name in imported(room))}
    assert users
    assert all(user.startswith("hotline/carriers/twilio/") for user in users), users


def test_every_room_is_declared_pure_or_touches_the_world() -> None:
    """A new room that touches nothing must be declared pure, so that it stays so."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    [pure] = [contract["source_modules"] for contract in contracts if contract["id"] == "pure-stays-pure"]
    world = {
        "sqlalchemy", "flask", "flask_login", "flask_wtf", "redis", "rq", "twilio", "requests", "gevent", "os", "io",
        "pathlib", "time", "random", "secrets", "socket", "subprocess", "cryptography", "psycopg", "argon2", "werkzeug",
    }  # fmt: skip
    touching = {room for room in rooms(("cases", "dispatch", "hotline")) if _roots(room) & world}
    names = {_module(room) for room in touching}
    while True:  # whoever imports a room that touches the world touches it too
        more = {
            room
            for room in rooms(("cases", "dispatch", "hotline"))
            if room not in touching and any(name in names for name in _rooms_imported(room))
        }
        if not more:
            break
        touching |= more
        names |= {_module(room) for room in more}
    untouched = {
        _module(room)
        for room in rooms(("cases", "dispatch", "hotline"))
        if room not in touching and room.path.name != "__init__.py"
    }
    undeclared = [name for name in sorted(untouched) if not any((name + ".").startswith(p + ".") for p in pure)]
    assert not undeclared, named(undeclared)


def _roots(room: Room) -> set[str]:
    return {name.split(".")[0] for name in imported(room)}


def _module(room: Room) -> str:
    return room.name.removesuffix(".py").replace("/", ".").removesuffix(".__init__")


def _rooms_imported(room: Room) -> set[str]:
    """Rooms that a room imports, `from cases import history` included."""
    found = imported(room)
    for node in ast.walk(room.tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_only_one_room_commits() -> None:
    commits = [room.name for room in rooms(FLOORS) for name, _ in calls(room) if name.endswith(".commit")]
    assert set(commits) <= {"dispatch/transaction.py", "app/migrations/run.py"}
    assert "dispatch/transaction.py" in commits


def test_no_clock_is_asked_below_the_edge() -> None:
    asked = [
        f"{room.name}:{call.lineno} {name}"
        for room in rooms(BELOW_THE_EDGE)
        for name, call in calls(room)
        if CLOCKS.search(name) and not name.startswith("sa.func.")
    ]
    assert not asked, named(asked)


def test_one_room_reads_the_environment() -> None:
    readers = {
        room.name
        for room in rooms()
        for node in ast.walk(room.tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node) in ("os.environ", "os.getenv")
    }
    assert readers == {"app/settings.py"}


def test_a_queue_speaks_json_only() -> None:
    made = [(room.name, call) for room in rooms() for name, call in calls(room) if name in ("Queue", "_Worker")]
    assert made
    for name, call in made:
        spoken = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
        assert spoken.get("serializer") == "JSONSerializer", f"{name}:{call.lineno}"
    pickled = [
        room.name for room in rooms() if re.search(r"^\s*(import|from) (pickle|marshal|shelve)\b", room.text, re.M)
    ]
    assert not pickled


def test_nothing_has_a_name_that_says_nothing() -> None:
    empty = [
        room.name for room in rooms() if room.path.stem in ("utils", "util", "helpers", "common", "manager", "misc")
    ]
    assert not empty


def test_nothing_is_left_as_a_stub() -> None:
    marks = [room.name for room in rooms() if re.search(r"NotImplementedError|\b(TODO|FIXME|XXX)\b", room.text)]
    assert not marks


def test_every_room_says_what_it_is() -> None:
    silent = [room.name for room in rooms() if room.text.strip() and ast.get_docstring(room.tree) is None]
    assert not silent, named(silent)


def test_the_contracts_hold() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-2000:]
