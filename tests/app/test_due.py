"""`hotline due`: the same answers as the table of hand-worked deadlines, without an instance, in both forms."""

import json
import socket
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from app.cli.clock import at_hand
from cases.clock.sla import TargetSet
from tests.cases.test_deadlines import calendars, name, rows

from .running import ROOT
from .test_records import Say, command, say

__all__ = ["command", "say"]

ASKED = [
    row
    for row in rows()
    if row["part"] in ("autumn 2026", "a unit of its own", "year to come") and row["calendar"] != "2027 entered"
]


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for key in ("DATABASE_URL", "REDIS_URL", "PORT", "HOTLINE_CONFIG", "LANG", "LC_ALL"):
        monkeypatch.delenv(key, raising=False)
    monkeypatch.setenv("HOTLINE_DATA", str(tmp_path / "data"))


def asked(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert main(["due", *words, "-o", "json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("row", ASKED, ids=name)
def test_it_says_what_was_worked_out_by_hand(row: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    what, step = row["promise"].split()
    by = "--level" if what in set(TargetSet) else "--category"
    unit = ["--unit", "wangjiang"] if row["calendar"] == "wangjiang" else []
    said = asked(capsys, by, what, "--at", row["from"], *unit)
    zone = calendars()[row["calendar"]].zone
    assert said["due"][step] == datetime.fromisoformat(row["due"]).replace(tzinfo=zone).isoformat()
    assert said["provisional"] == (row["provisional"] == "yes")
    assert set(said["explanation"]) == {"zh_CN", "en"}


@pytest.mark.parametrize(
    ("words", "owed"),
    [
        (("--level", "L1"), ["accept", "dispatch", "sign_for", "first_contact", "visit", "interim", "finish"]),
        (("--level", "l3"), ["accept", "dispatch", "sign_for", "first_contact", "visit", "finish"]),
        (("--level", "L4"), ["accept", "dispatch", "sign_for", "first_contact", "visit", "interim", "finish"]),
        (("--level", "rework"), ["sign_for", "first_contact", "visit", "finish"]),
        (("--level", "enquiry"), ["accept", "dispatch", "finish"]),
        (("--level", "suggestion"), ["accept", "dispatch", "finish"]),
        (("--category", "lift"), ["accept", "dispatch", "sign_for", "first_contact", "visit", "finish"]),
        (("--category", "求职就业"), ["accept", "dispatch", "sign_for", "first_contact", "finish"]),
        (("--category", "praise"), []),
    ],
)
def test_only_what_is_owed_is_told(words: tuple[str, ...], owed: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    said = asked(capsys, *words, "--at", "2026-10-12T10:00:00+08:00")
    assert list(said) == ["provisional", "due", "explanation"]
    assert list(said["due"]) == owed
    assert all(moment.endswith("+08:00") for moment in said["due"].values())


def test_without_a_promise_that_is_said_and_when_it_is_looked_at_again(capsys: pytest.CaptureFixture[str]) -> None:
    said = asked(capsys, "--category", "表扬感谢", "--at", "2026-10-12 10:00")
    assert "no time is promised, and that is said explicitly" in said["explanation"]["en"]
    assert "Wed 11 Nov 10:00" in said["explanation"]["en"]
    assert "明确不设时限" in said["explanation"]["zh_CN"]


def test_a_moment_without_an_offset_is_the_office_s_and_one_with_another_is_the_same_moment(
    capsys: pytest.CaptureFixture[str],
) -> None:
    local, utc = (asked(capsys, "--level", "L3", "--at", at) for at in ("2026-10-12 10:00", "2026-10-12T02:00:00Z"))
    assert local == utc


def test_a_person_reads_a_table_and_the_reasons(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["due", "--level", "L4", "--at", "2026-12-30T10:00", "--unit", "望江新村楼院", "--lang", "en"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert (
        lines[0] == "L4 (Complex), received and dispatched Wed 30 Dec 2026 10:00, by the hours of Wangjiang Courtyard:"
    )
    assert lines[1] == "Provisional: the days off of a year in it are not published yet."
    assert lines[3].split() == ["Step", "Limit", "Due"]
    assert "Sign-for         1 working day    Thu 31 Dec 18:00" in lines
    assert lines[-2].startswith("Finish and tell: received and dispatched Wed 30 Dec 10:00; 15 working days")
    assert lines[-1] == "By the calendar of config.toml: no database of the office is at hand."
    assert main(["--lang", "zh_CN", "due", "--category", "暴露垃圾", "--at", "2026-10-10T11:30"]) == 0
    table = capsys.readouterr().out.splitlines()
    assert "办结并反馈  4 个工作小时  10月10日 周六 16:30" in table
    assert table[2] == "事项        时限          到期"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--at", "2026-10-12T10:00"], 2, "Give either --level or --category"),
        (["--level", "L3", "--category", "lift", "--at", "2026-10-12T10:00"], 2, "Give either --level or --category"),
        (["--level", "L3"], 2, "`hotline due` needs --at"),
        (["--level", "L9", "--at", "2026-10-12T10:00"], 2, "L9 is not known to `hotline due`: use one of L1"),
        (["--level", "L3", "--at", "tomorrow"], 1, "--at tomorrow is no moment: write it as 2026-09-30T16:40"),
        (["--level", "L3", "--at", "2026-10-12"], 1, "is a day only: add the time, as 2026-10-12T16:40"),
        (["--level", "L3", "--at", "1026-10-12T10:00"], 1, "lies too far away: give a year from 2000 to 2100"),
        (["--category", "积水", "--at", "2026-10-12T10:00"], 1, "no category 积水. Did you mean: 道路积水"),
        (["--category", "绿化", "--at", "2026-10-12T10:00"], 1, "Did you mean: 绿化养护"),
        (["--category", "zzz", "--at", "2026-10-12T10:00"], 1, "no category zzz. Codes and names stand in [policy]"),
        (["--level", "L3", "--at", "2026-10-12T10:00", "--unit", "wangjian"], 1, "no unit wangjian. Did you mean: w"),
    ],
)  # fmt: skip
def test_trouble_is_said_with_its_remedy(
    words: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["due", *words]) == code
    assert said in capsys.readouterr().err


def test_a_policy_that_is_at_fault_and_an_hour_that_is_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config = (ROOT / "config.toml").read_text("utf-8")
    other = tmp_path / "config.toml"
    monkeypatch.setenv("HOTLINE_CONFIG", str(other))
    other.write_text(config.replace('zone = "Asia/Shanghai"', 'zone = "Europe/London"'), "utf-8")
    assert main(["due", "--level", "L3", "--at", "2026-03-29T01:30"]) == 1
    assert "2026-03-29T01:30 does not exist in Europe/London" in capsys.readouterr().err
    assert asked(capsys, "--level", "L2", "--at", "2026-03-28T20:00")["due"]["finish"] == "2026-03-29T21:00:00+01:00"
    other.write_text(config.replace('people = "sample"', 'people = "none"'), "utf-8")
    assert main(["due", "--level", "L3", "--at", "2026-10-12T10:00", "--unit", "binhe"]) == 1
    assert "binhe has no hours of its own in [policy.calendar.units]" in capsys.readouterr().err
    assert asked(capsys, "--level", "L3", "--at", "2026-10-12T10:00", "--unit", "wangjiang")["due"]["visit"].endswith(
        "T18:00:00+08:00"
    )
    other.write_text(config.replace('zone = "Asia/Shanghai"', 'zone = "Mars/Base"'), "utf-8")
    assert main(["due", "--level", "L3", "--at", "2026-10-12T10:00"]) == 1
    assert "policy.calendar.zone: 'Mars/Base' is no time zone." in capsys.readouterr().err


def test_it_asks_neither_database_nor_web() -> None:
    """What it imports is what it waits for: a clerk wants the answer at once."""
    line = "import sys; from app.cli import main; main(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    words = ["due", "--level", "L3", "--at", "2026-09-30T16:40", "-o", "json"]
    done = subprocess.run([sys.executable, "-c", line, *words], cwd=ROOT, capture_output=True, text=True, check=True)
    heavy = {"sqlalchemy", "psycopg", "flask", "redis", "rq", "twilio", "requests", "shapely", "numpy", "gevent"}
    assert not heavy & set(done.stderr.split())
    assert "2026-10-10T17:30:00+08:00" in done.stdout


def test_where_a_database_is_at_hand_its_calendar_counts(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    asked_for = ("due", "--level", "L3", "--at", "2026-10-12T10:00", "--unit", "heping", "-o", "json")
    monkeypatch.setattr(at_hand, "_SECONDS", 20)  # however busy this machine is
    before = json.loads(say(*asked_for)[1])
    assert before["due"]["visit"] == "2026-10-15T17:30:00+08:00"
    assert before["explanation"]["en"].endswith("By the office's calendar in force, version 1.")
    closed = ("--from", "2026-10-14T00:00", "--to", "2026-10-15T00:00", "--why", "台风", "--unit", "heping")
    assert say("calendar", "close", *closed)[0] == 0
    after = json.loads(say(*asked_for)[1])
    assert after["due"]["visit"] == "2026-10-16T17:30:00+08:00"
    assert after["due"]["accept"] == before["due"]["accept"], "the office stays open"
    assert "version 2" in after["explanation"]["en"]
    assert "第 2 版" in after["explanation"]["zh_CN"]
    monkeypatch.setattr(at_hand, "_SECONDS", 0.1)
    with socket.socket() as silent:  # takes connections and never says a word
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        monkeypatch.setenv("DATABASE_URL", f"postgresql://x:y@127.0.0.1:{silent.getsockname()[1]}/x")
        there = json.loads(say(*asked_for)[1])
    assert there["due"] == before["due"]
    assert "no database of the office is at hand" in there["explanation"]["en"]
