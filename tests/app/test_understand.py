"""`hotline understand`: what becomes of a text, for a person and for a program, without an instance."""

import io
import json
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from app.cli import main


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for key in ("DATABASE_URL", "REDIS_URL", "PORT", "HOTLINE_CONFIG", "LANG", "LC_ALL"):
        monkeypatch.delenv(key, raising=False)
    monkeypatch.setenv("HOTLINE_DATA", str(tmp_path / "data"))


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Lines in, lines out."""

    def give(*lines: dict[str, Any] | str) -> list[dict[str, Any]]:
        raw = "\n".join(each if isinstance(each, str) else json.dumps(each, ensure_ascii=False) for each in lines)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw.encode()), "utf-8"))
        main(["understand", "-o", "json"])
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return give


def test_a_person_reads_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lang", "zh_CN", "understand", "幸福里3号楼2单元楼道灯坏了"]) == 0
    told = capsys.readouterr().out
    assert "事项：楼道照明（一般）" in told
    assert "派往：幸福里南院（规则 stairwell-grid）" in told
    assert main(["--lang", "en", "understand", "厨房一股臭鸡蛋味，头晕得很"]) == 0
    assert "danger: leaking gas" in capsys.readouterr().out


def test_a_program_reads_it(ask: Any) -> None:
    plain, gas, staff, several, where = ask(
        {"id": 1, "text": "幸福里3号楼2单元楼道灯坏了"},
        {"id": 2, "text": "家里煤气味很重，头晕恶心"},
        {"id": 3, "text": "投诉幸福里居委会周桂兰，态度恶劣，收了红包才给办"},
        {"id": 4, "text": "楼道灯不亮了。另外楼下垃圾桶满了好几天没人收"},
        {"id": 5, "text": "楼道灯不亮", "channel": "call", "place": "和平一村5号楼"},
    )
    keys = {"id", "level", "category", "kind", "unit", "rule", "unsure", "complains_of", "danger", "matters", "why"}
    assert all(keys <= set(each) for each in (plain, gas, staff, several, where))
    assert (plain["category"], plain["unit"], plain["rule"]) == ("stairwell-light", "xingfuli-south", "stairwell-grid")
    assert (gas["level"], gas["danger"][0], gas["unsure"]) == ("L1", "gas", False)
    assert (staff["complains_of"], staff["unit"]) == (["xingfuli-head"], "xingfu")
    assert {each["category"] for each in several["matters"]} == {"stairwell-light", "rubbish-overflow"}
    assert where["unit"] == "heping-one"


def test_what_complains_of_the_office_leaves_it(ask: Any) -> None:
    (told,) = ask({"id": 1, "text": "你们街道办的领导韩振国收钱办事，太黑了"})
    assert told["unit"] == "district"


def test_bad_lines_are_told_and_stop_none(ask: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert [each["id"] for each in ask('{"id": 1}', "no json", {"id": 2, "text": "停水了"})] == [2]
    assert [each["id"] for each in ask({"id": 3, "text": "停水了", "channel": "pigeon"}, {"id": 4, "text": ""})] == [4]


def test_without_a_text_it_says_what_to_write(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lang", "en", "understand"]) == 2
    assert "write some words" in capsys.readouterr().err


@pytest.mark.timed
def test_a_thousand_texts_take_less_than_twenty_seconds(ask: Any) -> None:
    lines = [{"id": n, "text": f"我家{n}号楼下水道又给堵上了，脏水都漫到门口，打电话没人管"} for n in range(1000)]
    began = time.monotonic()
    assert len(ask(*lines)) == 1000
    assert time.monotonic() - began < 20
