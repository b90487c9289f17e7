"""`hotline demo load`: help in two languages, and what it refuses before it begins."""

from pathlib import Path

import pytest

from app.cli import main
from app.embedded.folder import DataFolder
from app.embedded.stamp import Stamp, write_stamp


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> DataFolder:
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "PORT", "HOTLINE_CONFIG", "LANG", "LC_ALL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOTLINE_DATA", str(tmp_path / "data"))
    made = DataFolder(tmp_path / "data")
    made.prepare()
    return made


@pytest.mark.parametrize("lang", ["en", "zh_CN"])
@pytest.mark.parametrize("words", [["demo"], ["demo", "load"]])
def test_it_has_help(words: list[str], lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([*words, "--help", "--lang", lang])
    assert left.value.code == 0
    assert "hotline demo" in capsys.readouterr().out


@pytest.mark.parametrize("days", ["0", "-3", "367"])
def test_days_have_bounds(days: str, folder: DataFolder, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "load", "--days", days, "--lang", "en"]) == 2
    assert "name 1 to 366 days" in capsys.readouterr().err


@pytest.mark.parametrize("a_day", ["0", "51"])
def test_reports_a_day_have_bounds(a_day: str, folder: DataFolder, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "load", "--a-day", a_day, "--lang", "en"]) == 2
    assert "name 1 to 50 reports a day" in capsys.readouterr().err


def test_days_are_a_number(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "load", "--days", "many", "--lang", "en"]) == 2
    assert "many does not fit --days" in capsys.readouterr().err


def test_not_with_a_real_carrier(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_stamp(folder, Stamp("twilio", "real", "18"))
    assert main(["demo", "load", "--lang", "en"]) == 1
    assert "is no rehearsal on this machine alone" in capsys.readouterr().err


def test_not_where_others_can_reach_it(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOTLINE__SERVER__HOST", "0.0.0.0")
    monkeypatch.setenv("HOTLINE__SERVER__REHEARSAL_BEYOND_LOOPBACK", "true")
    assert main(["demo", "load", "--lang", "en"]) == 1
    assert "use another data folder" in capsys.readouterr().err
