"""`hotline classify`: suggestions line by line, learning from a file, a trial, and what cannot be read."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from app.cli.entry import run

from .test_records import Say, command, say

__all__ = ["command", "say"]

Answer = tuple[int, str, str]
Ask = Callable[..., Answer]
KINDS = {"路灯": "照明", "垃圾": "环卫", "井盖": "道路"}


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Runs `hotline --lang en classify …` with a standard input."""

    def ask(*words: str, said: str = "") -> Answer:
        monkeypatch.setattr("sys.stdin", io.StringIO(said))
        code = run(["--lang", "en", "classify", *words])
        out, err = capsys.readouterr()
        return code, out, err

    return ask


@pytest.fixture
def messages(tmp_path: Path) -> Path:
    """Fifteen labelled messages."""
    file = tmp_path / "messages.csv"
    lines = [f"{thing}有问题,{place}的{thing}要修,{kind}" for place in "东西南北中" for thing, kind in KINDS.items()]
    file.write_text("title,text,category_l1\n" + "\n".join(lines) + "\n", encoding="utf-8-sig")
    return file


def test_without_a_model_the_catalogue_speaks(ask: Ask) -> None:
    lines = '{"id": "a", "text": "楼道灯不亮了"}\n\n{"id": 2, "title": "停水", "text": "一滴水都没有"}\n'
    code, out, err = ask("-o", "json", said=lines)
    assert (code, err) == (0, "")
    first, second = map(json.loads, out.splitlines())
    assert first["id"] == "a"
    assert first["suggestions"][0]["category"] == "stairwell-light"
    assert first["suggestions"][0]["why"] == ["楼道灯", "灯不亮"]
    assert (second["id"], second["suggestions"][0]["category"]) == (2, "water-supply")
    code, out, err = ask(said="楼道灯不亮了\n今天天气不错\n")
    assert (code, err) == (0, "")
    assert "stairwell-light" in out
    assert "Stairwell lights" in out
    assert "0.00  other" in out


def test_what_was_learnt_is_written_read_and_the_same_again(ask: Ask, messages: Path, tmp_path: Path) -> None:
    model, again = tmp_path / "a.model", tmp_path / "b.model"
    code, out, err = ask("train", str(messages), "--model", str(model), "-o", "json")
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert (told["texts"], told["categories"], told["bytes"]) == (15, 3, model.stat().st_size)
    assert ask("train", str(messages), "--model", str(again))[1].startswith("Learnt from 15 texts in 3 categories")
    assert again.read_bytes() == model.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.model", "b.model", "messages.csv"]
    code, out, err = ask(
        "--model", str(model), "--most", "2", "-o", "json", said='{"id": 1, "text": "东门的井盖要修"}\n'
    )
    assert (code, err) == (0, "")
    found = json.loads(out)["suggestions"]
    assert [len(found), found[0]["category"]] == [2, "道路"]
    assert 1 >= found[0]["score"] > found[1]["score"] >= 0


def test_a_trial_is_printed_for_people_and_programs(ask: Ask, messages: Path) -> None:
    code, out, err = ask("report", str(messages), "--folds", "3", "--seed", "4", "-o", "json")
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert (told["texts"], told["folds"], told["seed"]) == (15, 3, 4)
    assert set(told["learned"]["confusion"]) == set(KINDS.values())
    assert told["learned"]["by_category"]["环卫"]["texts"] == 5
    code, out, err = ask("report", str(messages))
    assert (code, err) == (0, "")
    assert "(5 folds, seed 1)" in out
    assert "learnt: first" in out


def test_other_columns_are_named_by_options(ask: Ask, tmp_path: Path) -> None:
    file = tmp_path / "letters.csv"
    file.write_text("部门,正文\n照明,路灯坏了\n环卫,垃圾没人收\n", encoding="gb18030")
    named = ("--category-column", "部门", "--text-column", "正文", "--model", str(tmp_path / "m"))
    assert ask("train", str(file), *named)[0] == 0
    code, _, err = ask("train", str(file), *named, "--title-column", "标题")
    assert (code, "has no column 标题: name the right one with --title-column. It has: 部门, 正文" in err) == (1, True)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, ["cannot be read"]),
        (b"\xff\xfe\x00\x01\x81", ["is no text"]),
        (b"", ["no column category_l1", "no column text"]),
        (b"text,category_l1\na,one\nb,\n,two\n", ["Row 3, column category_l1: empty", "Row 4, column text: empty"]),
        (b"text,category_l1\na,one\nb,one\n", ["at least two different categories"]),
        (b"text,category_l1\n" + b"a,\n" * 30, ["Row 21, column category_l1", "and 10 more"]),
    ],
)
def test_what_is_wrong_with_a_file_is_told_by_row_and_column(
    ask: Ask, tmp_path: Path, content: bytes | None, says: list[str]
) -> None:
    file = tmp_path / "bad.csv"
    if content is not None:
        file.write_bytes(content)
    for words in (("train", str(file), "--model", str(tmp_path / "m")), ("report", str(file))):
        code, out, err = ask(*words)
        assert (code, out) == (1, "")
        assert all(sentence in err for sentence in says), err
    assert not (tmp_path / "m").exists()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("楼道灯", "Line 2 of the standard input is no JSON"),
        ("[1]", "Line 2 of the standard input is no object"),
        ('{"id": 1}', 'Line 2 of the standard input: "text"'),
        ('{"id": 1, "text": "a", "title": 3}', 'Line 2 of the standard input: "text"'),
    ],
)
def test_a_line_that_is_no_text_is_named(ask: Ask, line: str, says: str) -> None:
    code, out, err = ask("-o", "json", said='{"id": 0, "text": "停水"}\n' + line + "\n")
    assert code == 2
    assert len(out.splitlines()) == 1  # what came before it is answered
    assert err.startswith(says)


def test_one_source_is_named(ask: Ask, messages: Path, tmp_path: Path) -> None:
    for source in ((), (str(messages), "--cases")):
        code, out, err = ask("train", *source, "--model", str(tmp_path / "m"))
        assert (code, out) == (2, "")
        assert err.startswith("Name one source")


def test_only_what_own_cases_taught_has_a_place_of_its_own(ask: Ask, messages: Path) -> None:
    code, out, err = ask("train", str(messages))
    assert (code, out, "Say with --model FILE where the model goes" in err) == (2, "", True)


def test_a_model_that_is_none_is_refused(ask: Ask, tmp_path: Path) -> None:
    bad = tmp_path / "x.model"
    assert "cannot be read" in ask("--model", str(bad), said="a\n")[2]
    bad.write_text("no model")
    assert "it is no model of ours" in ask("--model", str(bad), said="a\n")[2]
    assert "cannot be written" in ask("train", str(two(tmp_path)), "--model", str(tmp_path / "no" / "m"))[2]
    assert "--folds 1: write 2 to 50" in ask("report", str(two(tmp_path)), "--folds", "1")[2]
    assert "2 texts cannot be dealt into 5 folds" in ask("report", str(two(tmp_path)))[2]


def two(folder: Path) -> Path:
    """Two labelled messages, the least that can be told apart."""
    file = folder / "two.csv"
    file.write_text("text,category_l1\n路灯,a\n垃圾,b\n")
    return file


def test_closed_cases_are_too_few(say: Say, tmp_path: Path) -> None:
    code, out, err = say("classify", "train", "--cases", "--model", str(tmp_path / "own.model"))
    assert (code, out) == (1, "")
    assert err.startswith("0 closed cases are there to learn from")
