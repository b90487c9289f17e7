"""`hotline figures` in words, as JSON and as CSV; docs/figures.md is what it prints."""

import csv
import json
from io import StringIO

import pytest

from app.cli.office.figures import page
from app.cli.voice import Voice
from dispatch.figures.definitions import FIGURES
from tests.conftest import ROOT

from .test_records import Say, command, new_case, say

__all__ = ["command", "say"]
DOCS = ROOT / "docs" / "figures.md"


def test_the_page_is_up_to_date() -> None:
    written = page(Voice("en").text)
    assert DOCS.read_text(encoding="utf-8") == written, "run `hotline --lang en figures --page > docs/figures.md`"


def test_every_figure_with_its_two_numbers(say: Say) -> None:
    new_case(say)
    code, out, err = say("figures", "-o", "json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    accepted = next(each for each in found["figures"] if each["code"] == "accepted")
    assert (accepted["numerator"], accepted["denominator"], accepted["share"]) == (1, 1, 1.0)
    assert accepted["cases"]["numerator"] == accepted["cases"]["denominator"]
    assert (found["unit"], found["per_10000"]["residents"], found["per_10000"]["numerator"]) == ("xingfu", 17800, 1)
    assert found["score"] == {"weights": {"contacted": 30, "solved": 35, "satisfied": 35}, "share": None}
    code, out, err = say("figures", "--unit", "heping", "-o", "csv")
    rows = list(csv.DictReader(StringIO(out)))
    assert (code, err, len(rows)) == (0, "", len(FIGURES) + 1)
    assert {row["over"] for row in rows} == {"0"}
    code, out, err = say("figures", "--from", "2020-01-01", "--to", "2020-01-31")
    assert (code, err) == (0, "")
    assert "finished on time" in out
    assert "0 / 0" in out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--from", "soon"), "--from: soon is no day; write it as 2026-10-01."),
        (("--from", "2026-10-02", "--to", "2026-10-01"), "--from 2026-10-02 is after --to 2026-10-01"),
        (("--unit", "moon"), "There is no unit moon; there are: "),
    ],
)
def test_what_cannot_be_is_told_in_one_line(say: Say, words: tuple[str, ...], says: str) -> None:
    code, out, err = say("figures", *words)
    assert (code != 0, out, err.count("\n")) == (True, "", 1)
    assert says in err


def test_dispatch_accuracy_by_rule_and_by_dispatcher(say: Say) -> None:
    """Of two orders of one rule one is returned, and that is upheld: it stands with half, and whoever sent the case on
    by hand with all."""
    numbers = [new_case(say, "--from", f"+861380000000{n}") for n in (1, 2)]
    for words in (
        ("act", numbers[0], "return", "--reason", "not_ours"),
        ("act", numbers[0], "uphold", "--as", "dispatcher-1", "--unit", "heping", "--why", "属和平"),
    ):
        code, _, err = say(*words)
        assert (code, err) == (0, ""), words
    by_rule, by_person = (json.loads(say("figures", "--accuracy", by, "-o", "json")[1])
                          for by in ("rule", "dispatcher"))  # fmt: skip
    counted = {row["rule"]: (row["numerator"], row["denominator"]) for row in by_rule}
    assert counted.pop("by-hand") == (1, 1)
    assert list(counted.values()) == [(1, 2)]
    assert by_rule[0]["rule"] != "by-hand", "the worst first"
    assert {row["dispatcher"]: (row["numerator"], row["denominator"]) for row in by_person} == {
        "system": (1, 2), "staff:dispatcher-1": (1, 1),
    }  # fmt: skip
    code, out, err = say("figures", "--accuracy", "dispatcher")
    assert (code, err) == (0, "")
    assert "staff:dispatcher-1" in out
    assert "the worst first" in out
