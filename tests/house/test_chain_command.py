"""`hotline check --chain`: what it prints of an honest history, of a changed one, and beside a copy kept elsewhere."""

import json
import logging
from collections.abc import Callable, Iterator

import pytest
import structlog

from app.cli import main
from tests.app.backup.yard import Yard
from tests.conftest import Database
from tests.stage import Stage

Check = Callable[..., tuple[int, str, str]]


@pytest.fixture
def yard(
    stage: Stage, database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Yard]:
    """An instance with one case, signed."""
    yield Yard(stage, database, monkeypatch, tmp_path_factory.mktemp("yard"))
    # Commands point the logs at their own stderr, which ends with the test.
    structlog.reset_defaults()
    logging.basicConfig(handlers=[logging.NullHandler()], force=True)


@pytest.fixture
def check(yard: Yard, capsys: pytest.CaptureFixture[str]) -> Check:
    def run(*options: str, lang: str = "en") -> tuple[int, str, str]:
        code = main(["check", "--chain", "--data", str(yard.old), "--lang", lang, *options])
        return code, *capsys.readouterr()

    return run


def test_counts_are_printed_and_each_finding_says_where_and_since_when(yard: Yard, check: Check) -> None:
    yard.stage.text("和平一村5号楼下水道堵了", "+8613800000002")
    code, out, err = check()
    assert (code, err) == (0, "")
    first, *rest = out.splitlines()
    assert first.startswith("Lines of history: 6, in cases: 2; signed: 3. Checkpoints: 1, the newest is number 1 of ")
    assert rest == [
        "Younger than the newest checkpoint: 3. A change of these, made before the next one, is not found.",
        "Signed more than five minutes after they happened: 0. Words erased: 0.",
        "Nothing was changed, moved or taken away.",
    ]
    yard.stage.plant("UPDATE event SET actor = 'nobody' WHERE seq = 2")
    code, out, _ = check()
    assert code == 1
    assert f"CHAIN: {yard.number}: Case {yard.number}: what stands beside line 2" in out
    assert "Checkpoint 1 of " in out
    assert "No checkpoint has signed it." in out  # the younger case's line
    assert out.endswith("Findings: 2.\n")
    assert f"工单 {yard.number} 第 2 条记录" in check(lang="zh_CN")[1]
    code, out, _ = check("-o", "json")
    shown = json.loads(out)
    assert (code, shown["ok"], shown["lines"], shown["signed"], shown["younger"]) == (1, False, 6, 3, 3)
    [found] = [each for each in shown["broken"] if each["case"] == yard.number]
    assert (found["kind"], found["line"], found["checkpoint"]) == ("column", 2, 1)


def test_a_copy_kept_elsewhere_shows_what_was_cut_here_and_in_the_database(yard: Yard, check: Check) -> None:
    """Whoever takes file and database back to an earlier checkpoint leaves nothing else to see it by."""
    yard.stage.text("和平一村5号楼下水道堵了", "+8613800000002")
    yard.sign()
    file, copy = yard.old / "checkpoints.jsonl", yard.here / "copy.jsonl"
    first, second = file.read_text().splitlines(keepends=True)
    copy.write_text(second)
    assert check("--copy", str(copy))[0] == 0
    file.write_text(first)
    assert check()[0] == 1  # the file alone: the database knows of more
    yard.stage.plant("DELETE FROM checkpoint WHERE number = 2")
    assert check()[0] == 0
    code, out, _ = check("--copy", str(copy))
    assert code == 1
    assert "Line 1 of the copy is not in the checkpoint file" in out


def test_a_copy_that_is_not_there_is_told(check: Check) -> None:
    code, out, err = check("--copy", "/nowhere/copy.jsonl")
    assert (code, out) == (1, "")
    assert err.startswith("The copy /nowhere/copy.jsonl cannot be read (No such file or directory)")


def test_before_the_first_checkpoint_nothing_is_signed(yard: Yard, check: Check) -> None:
    (yard.old / "checkpoints.jsonl").unlink()
    yard.stage.plant("DELETE FROM checkpoint")
    code, out, _ = check()
    assert code == 0
    assert out.startswith("Lines of history: 3, in cases: 1. No checkpoint yet.\n")
