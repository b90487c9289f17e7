"""`hotline place`: one text for a person, many lines for a program, without an instance."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from app.sample import raw_district

from .running import ROOT

SAID = "幸福里3号楼2单元501"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for key in ("DATABASE_URL", "REDIS_URL", "PORT", "HOTLINE_CONFIG", "LANG", "LC_ALL"):
        monkeypatch.delenv(key, raising=False)
    monkeypatch.setenv("HOTLINE_DATA", str(tmp_path / "data"))


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> Any:
    def give(raw: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw), "utf-8"))

    return give


def test_a_person_reads_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lang", "zh_CN", "place", SAID]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "小区：幸福里",
        "楼栋：3号楼",
        "单元：2单元",
        "房号：501",
        "位置类型：室内",
        "地名库：幸福里小区3号楼2单元（把握 100%）",
        "楼院：幸福里南院",
        "居委会：幸福里居委会",
        "网格：xingfuli-02",
        "依据：位置：幸福里小区3号楼2单元",
        "查的是幸福街道办事处的地名库",
    ]
    assert main(["--lang", "en", "place", "和平村3号楼"]) == 0
    told = capsys.readouterr().out
    assert "or it may be: Heping Second Village, building 3" in told
    assert "still to be asked: estate" in told


def test_a_program_reads_it(capsys: pytest.CaptureFixture[str], stdin: Any) -> None:
    stdin(
        b'\xef\xbb\xbf{"id": 7, "text": "'
        + SAID.encode()
        + b'"}\r\n\n{"id": "b", "text": ""}\n{"id": 1.5, "text": "\\ud800 3-2-501", "more": 1}'
    )
    assert main(["place", "-o", "json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["id"] for row in rows] == [7, "b", 1.5]
    first = rows[0]
    assert [first[part] for part in ("building", "unit", "floor", "room")] == [["3号楼"], ["2单元"], None, ["501"]]
    assert (first["estate"], first["road"], first["kind"]) == (["幸福里"], None, "indoors")
    place = first["found"]["place"]
    assert (place["estate"], place["courtyard"], place["grid"]) == ("幸福里小区", "xingfuli-south", "xingfuli-02")
    assert {value for key, value in rows[1].items() if key not in ("id", "kind", "found")} == {None}
    assert rows[2]["room"] == ["501"]


def test_a_bad_line_stops_none_of_the_others(capsys: pytest.CaptureFixture[str], stdin: Any) -> None:
    bad = [b"nope", b"[1]", b'{"text": "a"}', b'{"id": true, "text": "a"}', b'{"id": 1}', b'{"id": 1, "text": 2}',
           b'{"id": NaN, "text": "a"}', b'{"id": 1, "text": "\xff"}', b"[" * 100_000]  # fmt: skip
    good = json.dumps({"id": 1, "text": SAID}).encode()
    stdin(b"\n".join([*bad, good]))
    assert main(["--lang", "en", "place", "-o", "json"]) == 1
    told = capsys.readouterr()
    assert json.loads(told.out)["building"] == ["3号楼"]
    lines = told.err.splitlines()
    assert [line.split(":")[0] for line in lines[:-1]] == [f"Line {number}" for number in range(1, len(bad) + 1)]
    assert lines[1] == 'Line 2: it is no object; write one {"id": …, "text": "…"} a line.'
    assert lines[-1].startswith(f"Lines that could not be read and were passed over: {len(bad)}.")


def test_without_a_text(capsys: pytest.CaptureFixture[str], stdin: Any) -> None:
    stdin(b"")
    assert main(["--lang", "en", "place"]) == 2
    assert "There is no text" in capsys.readouterr().err
    assert main(["place", "-o", "json"]) == 0
    assert capsys.readouterr().out == ""


def test_another_district(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    raw = raw_district()
    raw["estates"][0]["name"]["zh"] = "柳树里小区"
    own = tmp_path / "district.json"
    own.write_text(json.dumps(raw), "utf-8")
    assert main(["place", "柳树里小区3号楼", "--district", str(own), "-o", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["found"]["place"]["estate"] == "柳树里小区"
    raw["office"]["code"] = "?"
    own.write_text(json.dumps(raw), "utf-8")
    assert main(["--lang", "en", "place", "a", "--district", str(own)]) == 1
    assert "office.code" in capsys.readouterr().err
    own.write_text("{", "utf-8")
    assert main(["--lang", "en", "place", "a", "--district", str(own)]) == 1
    assert "is no JSON" in capsys.readouterr().err
    assert main(["--lang", "en", "place", "a", "--district", str(tmp_path / "none")]) == 1
    assert "cannot be read: No such file" in capsys.readouterr().err


def test_it_asks_neither_database_nor_web_and_writes_what_every_terminal_has() -> None:
    line = "import sys; from app.cli import main; main(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", line, "place", SAID, "-o", "json"],
        cwd=ROOT,
        capture_output=True,
        env={"PYTHONIOENCODING": "ascii", "PATH": ""},
        check=True,
    )
    heavy = {"sqlalchemy", "psycopg", "flask", "redis", "rq", "twilio", "requests", "gevent"}
    assert not heavy & set(done.stderr.decode().split())
    assert json.loads(done.stdout.decode("ascii"))["building"] == ["3号楼"]
