"""The command line: one plain message and a non-zero exit, JSON alone, two languages."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli import main
from app.cli.config import shown_settings
from app.cli.parser import complaint
from app.settings import load
from cases.phrases import LANGUAGES
from dispatch.acts.fields import DEEDS

from .running import ROOT

COMMANDS = ("up", "down", "status", "release", "web", "hooks", "jobs", "timers", "config", "case", "cases")
MORE = ("check", "admin", "passwd", "dump", "load", "backup", "restore", "call", "text", "inbox", "wind")
DESKS = ("act", "overdue", "callbacks", "duty", "leave", "failures", "fallback", "due")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "PORT", "HOTLINE_CONFIG", "LANG", "LC_ALL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOTLINE_DATA", str(tmp_path / "data"))


@pytest.mark.parametrize("lang", ["en", "zh_CN"])
@pytest.mark.parametrize("command", [*COMMANDS, *MORE, *DESKS])
def test_every_command_has_help(command: str, lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([command, "--help", "--lang", lang])
    assert left.value.code == 0
    assert "hotline" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        ([], 2, "needs COMMAND"),
        (["caze"], 2, "caze is not known"),
        (["up", "--prot", "3"], 2, "`hotline up` does not know --prot 3"),
        (["--prot", "up"], 2, "`hotline` does not know --prot"),
        (["config", "show", "x"], 2, "`hotline config show` does not know x"),
        (["up", "--clock", "sundial"], 2, "sundial is not known to `hotline up`: use one of real, rehearsal"),
        (["wind"], 2, "`hotline wind` needs 3d4h|10:00|2026-12-01T09:00"),
        (["wind", "3d"], 1, "start it in another terminal with `hotline up --clock rehearsal --data"),
        (["act", "1"], 2, "needs DEED"),
        (["act", "1", "eat"], 2, "eat is not known to `hotline act`"),
        (["act", "1", "propose", "--why", "x"], 2, "propose needs --kind explained|not_substantiated"),
        (["act", "1", "reroute"], 2, "reroute needs --unit UNIT, --why"),
        (["act", "1", "call-back"], 2, "call-back needs --answer 1|2|3|4|none"),
        (["failures", "retry"], 2, "`hotline failures retry ID`"),
        (["failures", "dismiss", "all"], 2, "`hotline failures dismiss ID`"),
        (["leave", "bob"], 2, "`hotline leave WORKER FROM UNTIL`"),
        (["leave", "bob", "now"], 2, "`hotline leave cancel WORKER`"),
        (["leave", "cancel", "now", "3d"], 2, "`hotline leave cancel WORKER`"),
        (["duty"], 1, "start it with `hotline up --data"),
        (["fallback", "/dev/null/x"], 1, "/dev/null/x cannot be written"),
        (["up", "--port", "x"], 2, "x does not fit --port"),
        (["up", "--port"], 2, "--port needs a value"),
        (["up", "--port", "0"], 1, "server.port"),
        (["config"], 2, "needs COMMAND"),
        (["case"], 2, "needs NUMBER"),
        (["case", "1", "2"], 2, "does not know 2"),
        (["case", "reroute", "1"], 2, "hotline case reroute"),
        (["case", "new", ""], 1, "Nothing was reported"),
        (["case", "new", "x", "--from", "12"], 1, "12 is no telephone number"),
        (["case", "1"], 1, "Nothing runs on"),
        (["cases", "-o", "json"], 1, "Nothing runs on"),
        (["status"], 1, "Nothing runs on"),
        (["down"], 1, "Nothing runs on"),
        (["check"], 1, "Nothing runs on"),
        (["passwd", "bob"], 1, "Nothing runs on"),
        (["release"], 1, "DATABASE_OWNER_URL is not set"),
        (["web"], 1, "DATABASE_URL is not set"),
        (["jobs"], 1, "DATABASE_URL is not set"),
    ],
)
def test_errors_are_one_plain_message(
    words: list[str], code: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert says in err
    assert err.count("\n") == 1
    assert "Traceback" not in err


def test_errors_are_told_in_chinese_by_the_environment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert main(["status"]) == 1
    assert "没有正在运行的系统" in capsys.readouterr().err


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_help_of_act_names_every_deed(lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["act", "--help", "--lang", lang])
    told = capsys.readouterr().out
    words = set(re.findall(r"[a-z-]+", told[told.rindex("DEED") :]))
    assert [deed for deed in DEEDS if deed not in words] == []


def test_help_is_in_one_language(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["wind", "--help", "--lang", "zh_CN"])
    said = capsys.readouterr().out
    assert said.startswith("用法：hotline wind ")
    assert not {"usage", "options", "show this help"} & {part.strip(":") for part in said.split("\n")}
    assert "参数：\n" in said
    assert "选项：\n" in said
    assert "显示这份说明" in said


def test_a_choice_of_settings_is_told_in_chinese(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "config.toml"
    file.write_text((ROOT / "config.toml").read_text().replace('kind = "auto"', 'kind = "sundial"'))
    assert main(["config", "check", str(file), "--lang", "zh_CN"]) == 1
    told = "clock.kind：'sundial' 不可用于此处。请写下列之一：'auto', 'real', 'rehearsal'。\n"
    assert capsys.readouterr().err == told


def test_the_answers_of_a_second_host_are_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fallback", str(tmp_path / "second"), "-o", "json"]) == 0
    files = json.loads(capsys.readouterr().out)["files"]
    assert [Path(file).name for file in files] == ["voice.xml", "sms.xml"]
    assert all(Path(file).read_text().startswith("<?xml") or "<Response" in Path(file).read_text() for file in files)
    assert main(["fallback", str(tmp_path / "second")]) == 0
    assert "voice.xml" in capsys.readouterr().out


def test_an_unforeseen_complaint_keeps_its_words() -> None:
    assert complaint("something new", "hotline").params["first"] == "something new"


def test_a_locale_that_is_not_installed_changes_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app", "status", "--lang", "zh_CN"],
        cwd=ROOT,
        env={"LC_ALL": "xx_YY.ISO-8859-1", "PATH": "/usr/bin:/bin", "HOTLINE_DATA": str(tmp_path)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert "没有正在运行的系统" in done.stderr.decode()


def test_config_check_lists_all_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[server]\nport = "x"\n[cloc]\nkind = 1\n')
    assert main(["config", "check", str(file), "-o", "json"]) == 1
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert not found["ok"]
    assert err == ""
    paths = [fault["path"] for fault in found["faults"]]
    assert paths[:3] == ["cloc", "lines", "server.port"]
    assert any(path.startswith("policy.") for path in paths), "the policy is checked too"
    assert main(["config", "check", str(file)]) == 1
    assert len(capsys.readouterr().err.splitlines()) == len(paths)


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        ("en", "policy.fallback: 'nowhere' is no category. Name the category for what nothing else describes."),
        ("zh_CN", "policy.fallback：'nowhere' 不是事项类别。请写用于其他未列事项的类别。"),
    ],
)
def test_a_fault_of_the_policy_is_told_in_the_language(
    lang: str, line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "config.toml"
    file.write_text((ROOT / "config.toml").read_text().replace('fallback = "other"', 'fallback = "nowhere"'))
    assert main(["config", "check", str(file), "--lang", lang]) == 1
    assert capsys.readouterr() == ("", line + "\n")


def test_config_show_masks_secrets_and_shows_addresses(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "hush-token")
    monkeypatch.setenv("DATABASE_URL", "postgresql://me:hush-word@db/x")
    monkeypatch.setenv("PORT", "8100")
    assert main(["config", "show", "-o", "json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert "hush" not in json.dumps(shown)
    assert shown["carriers"]["twilio"]["auth_token"] == "••••"
    assert shown["database"]["url"] == "postgresql+psycopg://me:••••@db/x"
    assert shown["addresses"]["hooks"] == "http://127.0.0.1:8101"
    assert shown["ports"] == {"web": 8100, "hooks": 8101, "exchange": 8102}
    assert main(["config", "show"]) == 0
    text = capsys.readouterr().out
    assert "ports.web = 8100" in text
    assert "hush" not in text


def test_a_password_with_odd_signs_is_masked_whole(tmp_path: Path) -> None:
    url = "postgresql://me:a%2Fb!c@db/x"
    shown = shown_settings(load({"DATABASE_URL": url, "HOTLINE_DATA": str(tmp_path)}, ROOT / "config.toml"))
    assert "a%2Fb!c" not in json.dumps(shown, ensure_ascii=False)


def test_a_sentence_of_the_offices_own_is_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "config.toml"
    own = '[policy.texts."desk.text.receipt"]\nzh_CN = "{nobody}"\nen = "Hello {number}"\n'
    file.write_text((ROOT / "config.toml").read_text() + own)
    assert main(["config", "check", str(file), "-o", "json"]) == 1
    [fault] = json.loads(capsys.readouterr().out)["faults"]
    assert fault["path"] == "policy.texts.desk.text.receipt.zh_CN"
