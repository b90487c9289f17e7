"""The record from the command line, over a real database filled by a real release."""

import json
import logging
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import structlog

from app.cli import main

from ..conftest import Database
from .running import ROOT

Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def command(
    database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Iterator[Say]:
    """Runs a command on a database that is not released yet; gives exit code, stdout and stderr."""
    config = (ROOT / "config.toml").read_text()
    (tmp_path / "config.toml").write_text(config)
    monkeypatch.setenv("HOTLINE_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("HOTLINE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("DATABASE_URL", database.url)
    monkeypatch.setenv("DATABASE_OWNER_URL", database.owner_url)
    monkeypatch.setenv("REDIS_URL", f"unix://{tmp_path}/no-valkey.sock")
    monkeypatch.setenv("LANG", "en")
    (tmp_path / "data" / "secrets").mkdir(parents=True, mode=0o700)

    def run(*words: str) -> tuple[int, str, str]:
        code = main(list(words))
        return code, *capsys.readouterr()

    yield run
    # Commands point the logs at their own stderr, which ends with the test.
    structlog.reset_defaults()
    logging.basicConfig(handlers=[logging.NullHandler()], force=True)


@pytest.fixture
def say(command: Say) -> Say:
    """Runs a command on a released database; gives exit code, stdout and stderr."""
    assert command("release") == (0, "The database is up to date.\n", "")
    return command


def new_case(say: Say, *more: str) -> str:
    code, out, _ = say("case", "new", "楼道灯不亮", "--place", "幸福里小区3号楼2单元", "-o", "json", *more)
    assert code == 0
    number: str = json.loads(out)["number"]
    return number


def test_a_case_by_hand_is_dispatched_and_shown(say: Say) -> None:
    number = new_case(say, "--from", "+8613800000001")
    code, out, err = say("case", number)
    assert (code, err) == (0, "")
    assert out.startswith(f"Case {number}: ")
    assert "Why: " in out
    assert "13800000001" not in out
    facts = json.loads(say("case", number, "-o", "json", "--lang", "zh_CN")[1])
    assert facts["state"] == "dispatched"
    assert facts["worker"]
    assert facts["estate"] == "幸福里小区"
    assert {"registered", "accepted", "dispatched"} <= {event["kind"] for event in facts["events"]}


def test_cases_lists_every_case_as_promised(say: Say) -> None:
    number = new_case(say)
    listed = json.loads(say("cases", "-o", "json")[1])
    assert [entry["number"] for entry in listed] == [number]
    assert set(listed[0]) == {"number", "state", "reports", "master", "repeat_of", "merge_proposals", "flags"}
    assert "Cases: 1" in say("cases")[1]


def test_a_case_goes_to_another_unit(say: Say) -> None:
    number = new_case(say)
    code, out, _ = say("case", "reroute", number, "--to", "xingfuli", "--why", "wrong courtyard", "-o", "json")
    assert code == 0
    assert json.loads(out)["rule"] == "by-hand"
    assert json.loads(say("case", number, "-o", "json")[1])["unit"] == "xingfuli"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("case", "20000101-000001"), "No case 20000101-000001"),
        (("case", "'; drop table cases; --"), "No case '; drop table cases; --"),
        (("case", "reroute", "20000101-000001", "--to", "xingfuli", "--why", "x"), "No case 20000101-000001"),
        (("cases", "--office", "nowhere"), "There is no such office"),
        (("passwd", "nobody-here"), "nobody-here"),
    ],
)
def test_what_is_not_there_is_told(
    say: Say, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], says: str
) -> None:
    monkeypatch.setattr("sys.stdin", _Line("a-good-password-1\n"))
    code, out, err = say(*words)
    assert (code, out) == (1, "")
    assert says in err
    assert err.count("\n") == 1


def test_an_unknown_unit_is_told(say: Say) -> None:
    code, _, err = say("case", "reroute", new_case(say), "--to", "nowhere", "--why", "x")
    assert code == 1
    assert err == "No unit nowhere: write the unit's code.\n"


class _Line:
    """A standard input that holds one line and is no terminal."""

    def __init__(self, line: str) -> None:
        self._line = line

    def isatty(self) -> bool:
        return False

    def readline(self) -> str:
        return self._line


def test_accounts_are_made_and_their_passwords_changed(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", _Line("a-good-password-1\n"))
    assert say("admin", "create", "zhao", "--role", "dispatcher")[0] == 0
    code, _, err = say("admin", "create", "zhao", "--role", "admin")
    assert code == 1
    assert err.startswith("The login 'zhao' is taken: choose another")
    assert "登录名 'zhao' 已被使用" in say("admin", "create", "zhao", "--role", "admin", "--lang", "zh_CN")[2]
    assert "登录名 'z' 不合要求" in say("admin", "create", "z", "--role", "admin", "--lang", "zh_CN")[2]
    assert "没有单位 'moon'" in say("admin", "create", "li", "--role", "admin", "--unit", "moon", "--lang", "zh_CN")[2]
    assert "没有登录名 'nobody'" in say("passwd", "nobody", "--lang", "zh_CN")[2]
    assert say("passwd", "zhao")[0] == 0
    monkeypatch.setattr("sys.stdin", _Line("short\n"))
    code, _, err = say("passwd", "zhao")
    assert code == 1
    assert err.count("\n") == 1


def test_a_database_that_is_away_is_told(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    monkeypatch.setenv("DATABASE_URL", f"postgresql://x:y@127.0.0.1:{port}/x")
    code, out, err = say("cases")
    assert (code, out) == (1, "")
    assert err.startswith("The database cannot be reached")


def test_check_shows_a_broken_row(say: Say, database: Database) -> None:
    number = new_case(say)
    with psycopg.connect(database.owner_url.replace("+psycopg", "")) as connection:
        connection.execute("update cases set rule = '' where number = %s", (number,))
    code, out, _ = say("check", "-o", "json")
    found = json.loads(out)
    assert code == 1
    assert not found["ok"]
    assert ("ROUTE", number) in {(row["name"], row["subject"]) for row in found["broken"]}
    assert f"ROUTE: {number}" in say("check")[1]


def _spoil(tmp_path: Path, old: str, new: str) -> None:
    config = tmp_path / "config.toml"
    text = config.read_text()
    assert text.count(old) == 1
    config.write_text(text.replace(old, new))


def test_release_tells_the_faults_of_the_policy(command: Say, database: Database, tmp_path: Path) -> None:
    _spoil(tmp_path, 'fallback = "other"', 'fallback = "nowhere"')
    _spoil(tmp_path, "work = []", 'work = ["tomorrow"]\npublished = [1999]')
    code, out, err = command("release", "--lang", "zh_CN")
    assert (code, out) == (1, "")
    assert err.splitlines() == [
        "policy.fallback：'nowhere' 不是事项类别。请写用于其他未列事项的类别。",
        "policy.calendar.published：1999 不是可用的年份。请写 2000 到 2100 之间的年份，如 [2025, 2026]。",
        "policy.calendar.work：'tomorrow' 不是日期。请写年、月、日，如 \"2026-10-10\"。",
    ]


def test_release_founds_no_office_that_the_rules_miss(command: Say, database: Database, tmp_path: Path) -> None:
    _spoil(tmp_path, 'area = "heping"', 'area = "moon"')
    code, out, err = command("release")
    assert (code, out) == (1, "")
    [line] = err.splitlines()
    assert ".when.area: The rule " in line
    assert "names the unit 'moon', which Xingfu Sub-district Office does not have." in line
    with psycopg.connect(database.owner_url.replace("+psycopg", "")) as connection:
        counts = connection.execute("select (select count(*) from office), (select count(*) from policy_version)")
        assert counts.fetchone() == (0, 0)
    _spoil(tmp_path, 'area = "moon"', 'area = "heping"')
    assert command("release")[0] == 0


def test_an_empty_office_needs_none_of_the_units(command: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its district comes by import, later than the policy."""
    monkeypatch.setenv("HOTLINE__REHEARSAL__PEOPLE", "none")
    _spoil(tmp_path, 'area = "heping"', 'area = "moon"')
    assert command("release")[0] == 0
