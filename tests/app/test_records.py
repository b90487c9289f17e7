"""The record from the command line, over a real database filled by a real release."""

import json
import logging
import re
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
import structlog

from app.cli import main
from app.cli.office.failures import what_failed
from app.cli.voice import Voice
from dispatch.due.errands import Kind
from dispatch.reads.failures import Failure

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


def plant(database: Database, statement: str) -> None:
    """A change that no command makes, by the owner."""
    with psycopg.connect(database.owner_url.replace("+psycopg", "")) as connection:
        connection.execute(statement)  # type: ignore[arg-type]  # the tests' own words


def test_who_is_there_and_who_is_away(say: Say) -> None:
    at_night = json.loads(say("duty", "--at", "22:00", "-o", "json")[1])
    assert at_night["at"].split("T")[1].startswith("22:00")
    office = at_night["units"][0]
    assert (office["unit"], office["on_duty"], office["at_work"]) == ("xingfu", ["duty-2"], [])
    code, out, err = say("duty", "--at", "22:00", "--lang", "zh_CN")
    assert (code, err) == (0, "")
    assert "值班  罗秀珍（duty-2）" in out
    assert say("leave", "duty-2", "now", "3d", "--kind", "sick")[0] == 0
    assert json.loads(say("duty", "--at", "22:00", "-o", "json")[1])["units"][0]["away"] == ["duty-2"]
    [known] = json.loads(say("leave", "-o", "json")[1])
    assert (known["worker"], known["kind"]) == ("duty-2", "sick")
    assert "Taken back" in say("leave", "cancel", "duty-2")[1]
    assert say("leave")[1] == "Leaves: 0\n"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("leave", "cancel", "duty-2"), "No leave of duty-2 is recorded"),
        (("leave", "nobody", "now", "3d"), "nobody"),
        (("leave", "duty-2", "now", "3x"), "3x is not understood"),
        (("duty", "--at", "25:00"), "25:00 is not understood"),
        (("failures", "retry", "abc"), "No failure abc"),
        (("act", "20000101-000001", "approve"), "No case 20000101-000001"),
        (("act", "20000101-000001", "approve", "--as", "nobody"), "Nobody has the code nobody"),
    ],
)
def test_what_the_desks_get_wrong_is_told(say: Say, words: tuple[str, ...], says: str) -> None:
    code, out, err = say(*words)
    assert (code, out) == (1, "")
    assert says in err
    assert err.count("\n") == 1


def test_a_desk_decides(say: Say) -> None:
    number = new_case(say, "--from", "+8613800000001")
    done = json.loads(say("act", number, "reroute", "--unit", "heping", "--why", "wrong", "-o", "json")[1])
    assert (done["number"], done["by"], done["state"]) == (number, "dispatcher-1", "dispatched")
    assert say("act", number, "reroute", "--unit", "moon", "--why", "x")[2].startswith("No unit moon")
    assert "Nobody asked to return case" in say("act", number, "uphold", "--why", "x")[2]
    assert (
        "for Zhang Aimin to decide but for a"
        in say("act", number, "reject", "--why", "x", "--as", "xingfuli-grid-01")[2]
    )
    for deed, more in (
        ("propose", ("--kind", "explained", "--why", "x")), ("approve", ()), ("refuse", ()), ("redo", ("--why", "x")),
        ("call-back", ("--answer", "1")), ("reopen", ()),
    ):  # fmt: skip
        code, out, err = say("act", number, deed, *more)
        assert (code, out, err.count("\n")) == (1, "", 1), deed
        assert number in err


@pytest.mark.parametrize("stopped", [False, True])
def test_the_new_visit_code_is_for_the_resident(say: Say, database: Database, stopped: bool) -> None:
    number = new_case(say, "--from", "+8613800000001")
    plant(database, "UPDATE timer SET state = 'ended', ended_at = now()")
    plant(database, "UPDATE cases SET state = 'closed', closed_at = now()")
    if stopped:
        plant(database, "UPDATE party SET stopped_at = now()")
    code, out, _ = say("act", number, "reopen", "--why", "dark again")
    assert code == 0
    assert (re.search(r"code \d{4}", out) is not None) is stopped
    with psycopg.connect(database.owner_url.replace("+psycopg", "")) as connection:
        texts = connection.execute("SELECT count(*) FROM outbox WHERE purpose = 'redone'").fetchone()
        actors = connection.execute("SELECT actor FROM event WHERE kind = 'reopened'").fetchone()
    assert (texts, actors) == ((0 if stopped else 1,), ("staff:dispatcher-1",))


def test_what_is_late_is_listed_by_step_and_unit(say: Say, database: Database) -> None:
    assert say("overdue")[1] == "Late cases: 0\n"
    assert say("callbacks")[1] == "To be rung: 0\n"
    number = new_case(say, "--from", "+8613800000001")
    plant(database, "UPDATE timer SET due_at = now() - interval '1 day', fired = 4 WHERE step IN ('visit', 'told')")
    plant(
        database,
        "INSERT INTO notice (id, office_id, party_id, case_id, kind, message, created_at, outbox_id, step, attempt, "
        "fired) SELECT gen_random_uuid(), office_id, party_id, case_id, 'escalated', '[]', created_at, id, 'visit', 1, "
        "4 FROM outbox WHERE purpose = 'order'",
    )
    plant(database, "UPDATE outbox SET state = 'sent', delivery = 'delivered' WHERE purpose = 'order'")
    late = json.loads(say("overdue", "-o", "json")[1])
    assert [(each["number"], each["step"], each["rung_name"], each["underway"]) for each in late] == [
        (number, "visit", "committee", 0),
        (number, "told", "", 2),
    ]
    out = say("overdue", "--lang", "zh_CN")[1]
    assert "上门服务 · " in out
    assert out.count("已上报居委会") == 1
    assert "仅告知承办人，再上一级已通知、尚未送达" in out
    assert out.endswith("超期工单：1\n")
    steps = {each["step"]: each for each in json.loads(say("case", number, "-o", "json")[1])["steps"]}
    assert steps["visit"]["due_at"]
    assert "Late: Visit, was due" in say("case", number)[1]


def test_failures_are_shown_and_tried_once_more(say: Say, database: Database) -> None:
    assert say("failures")[1] == "Failures: 0\n"
    number = new_case(say, "--from", "+8613800000001")
    plant(database, "UPDATE timer SET state = 'parked', trouble = 'poison' WHERE step = 'visit'")
    plant(database, "UPDATE outbox SET state = 'failed', next_at = NULL, trouble = '30007' WHERE purpose = 'receipt'")
    listed = json.loads(say("failures", "-o", "json")[1])
    assert {(each["kind"], each["about"]) for each in listed} == {("timer", number), ("text", number)}
    out = say("failures", "--lang", "zh_CN")[1]
    assert "期限“上门服务”未能触发" in out
    assert "原因：poison" in out
    timer = next(each["id"] for each in listed if each["kind"] == "timer")
    assert "is not dismissed" in say("failures", "dismiss", timer[-8:])[2]
    assert say("failures", "retry", timer[-8:])[1] == "Tried again: 1\n"
    assert say("failures", "retry", "all")[1] == "Tried again: 1\n"
    assert say("failures")[1] == "Failures: 0\n"


def test_a_clock_that_jumped_is_told_and_firing_goes_on_by_a_person_s_word(say: Say, database: Database) -> None:
    assert say("clock")[1].splitlines()[1] == "It runs steadily: what is due fires."
    assert "Nothing waits" in say("clock", "resume")[2]
    plant(
        database,
        """INSERT INTO clock_jump (id, expected_at, noticed_at, state)
        VALUES (gen_random_uuid(), '2026-11-24T02:00:00Z', '2026-11-26T02:00:00Z', 'open')""",
    )
    assert "it showed 2026-11-26 10:00 where 2026-11-24 10:00 was expected" in say("clock")[1]
    assert json.loads(say("clock", "-o", "json")[1])["jump"]["noticed_at"] == "2026-11-26T02:00:00+00:00"
    assert "期限暂不触发" in say("failures", "--lang", "zh_CN")[1]
    assert say("failures", "retry", "all")[1] == "Tried again: 0\n", "a clock is not right along with other things"
    assert say("clock", "resume") == (0, "Firing goes on by the clock as it is now.\n", "")
    assert json.loads(say("clock", "-o", "json")[1])["jump"] is None


def test_every_errand_has_words_and_what_has_none_stays_a_code() -> None:
    def words(kind: str, what: str, lang: str) -> str:
        voice = Voice(lang)
        failure = Failure("x", kind, what, "", datetime.now(UTC), "", ())
        return voice.text(what_failed(voice, failure)).casefold()

    for kind in Kind:
        assert f": {kind}" != words("errand", kind, "en")[8:]
        assert kind not in words("errand", kind, "zh_CN")
    assert "(riddle)" in words("text", "riddle", "en")


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


def test_why_tells_from_the_history_when_what_is_due_and_who_pays(say: Say) -> None:
    number = new_case(say, "--from", "+8613800000001")
    code, out, err = say("why", number, "-o", "json")
    assert (code, err) == (0, "")
    facts = json.loads(out)
    assert set(facts) >= {"number", "state", "provisional", "promise", "due", "steps", "charges", "explanation"}
    assert {"accept", "dispatch", "sign_for", "first_contact", "visit", "finish"} <= set(facts["due"])
    assert facts["due"]["finish"] == facts["promise"][0]["due_at"]
    assert facts["due"]["finish"].endswith("+08:00")
    assert {"zh_CN", "en"} == set(facts["explanation"]) == set(facts["steps"][0]["why"])
    assert "To the resident: received" in facts["explanation"]["en"]
    assert "对居民：" in facts["explanation"]["zh_CN"]
    code, out, err = say("why", number, "--lang", "zh_CN")
    assert (code, err) == (0, "")
    assert "对居民的承诺" in out
    assert "李红梅：由其办理，派单前手上0件（上限40）" in out
    assert facts["candidates"]["en"][1] == "Zhang Aimin is not the grid's own worker"
    assert say("why", "20000101-000001")[0] == 1
