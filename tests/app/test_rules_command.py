"""`hotline rules`: the table looked through, tried and replayed from the command line."""

import csv
import json
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from openpyxl import load_workbook

from ..conftest import Database
from .test_records import Say, command, say

__all__ = ["command", "say"]

LAMP = "幸福里小区3号楼2单元楼道灯坏了"


def test_the_table_as_a_sheet_is_a_draft_that_changes_nothing(say: Say, tmp_path: Path) -> None:
    assert say("case", "new", LAMP)[0] == 0
    code, out, err = say("rules", "lint")
    assert (code, err) == (0, "")
    assert out.endswith("rows, nothing found.\n")
    code, sheet, _ = say("rules", "show")
    assert code == 0
    file = tmp_path / "draft.csv"
    file.write_bytes(sheet.encode("gb18030"))
    assert say("rules", "lint", "--draft", str(file))[0] == 0
    code, out, _ = say("rules", "replay", "--draft", str(file))
    assert (code, out) == (0, "1 cases of the last 30 days; the draft would change 0.\n")

    rows = list(csv.DictReader(StringIO(sheet)))
    [lamps] = [row for row in rows if row["id"] == "stairwell-grid"]
    lamps |= {"to": "", "unit": "heping", "role": ""}
    changed = StringIO()
    writer = csv.DictWriter(changed, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    file.write_text(changed.getvalue(), "utf-8-sig")
    code, out, _ = say("rules", "replay", "--draft", str(file), "--days", "7")
    assert code == 0
    assert "1 cases of the last 7 days; the draft would change 1." in out
    assert "xingfuli-south" in out
    assert "Heping Residents' Committee: 0 → 1 (+1)" in out
    seen = json.loads(say("rules", "replay", "--draft", str(file), "-o", "json")[1])
    assert [change["after"]["unit"] for change in seen["changes"]] == ["heping"]
    tried = json.loads(say("rules", "try", LAMP, "--draft", str(file), "-o", "json")[1])
    assert (tried["rule"], tried["unit"], tried["values"]["category"]) == (
        "stairwell-grid",
        "heping",
        "stairwell-light",
    )
    told = say("rules", "try", LAMP, "--at", "2026-11-29T03:00")[1]
    assert told.startswith("Rule stairwell-grid, level Ordinary, goes to Xingfuli South Courtyard, Li Hongmei.\n")
    assert "Who came into question:\n  Li Hongmei" in told


def test_what_is_wrong_is_told_with_its_row(say: Say, tmp_path: Path) -> None:
    file = tmp_path / "draft.toml"
    file.write_text(
        '[[rules]]\nid = "a"\nwhen = { category = "pets", keywords = ["狗"] }\nsend = { unit = "atlantis" }\n', "utf-8"
    )
    code, out, _ = say("rules", "lint", "--draft", str(file))
    assert code == 1
    assert 'policy.rules[1].when.keywords (row a): The keyword "狗" is a single sign' in out
    assert "policy.rules[1].send.unit (row a): There is no unit atlantis in the district." in out
    seen = json.loads(say("rules", "lint", "--draft", str(file), "-o", "json")[1])
    assert {"short_word", "gone", "uncovered"} <= {each["kind"] for each in seen["findings"]}


def test_a_workbook_in_words_says_the_same_and_comes_back_with_what_is_wrong(say: Say, tmp_path: Path) -> None:
    assert say("case", "new", LAMP)[0] == 0
    book = tmp_path / "draft.xlsx"
    assert "is written, " in say("rules", "show", "--xlsx", str(book))[1]
    assert say("rules", "lint", "--draft", str(book))[0] == 0
    code, out, _ = say("rules", "replay", "--draft", str(book))
    assert (code, out) == (0, "1 cases of the last 30 days; the draft would change 0.\n")

    opened = load_workbook(book)
    page = opened.worksheets[0]
    head = [cell.value for cell in page[1]]
    assert head[:3] == ["Row", "Category", "Kind"]
    page.cell(2, head.index("Level") + 1).value = "enormous"
    page.cell(3, head.index("Goes to") + 1).value = "=1+1"
    opened.save(book)
    wrong = tmp_path / "wrong.xlsx"
    assert say("rules", "lint", "--draft", str(book), "--errors", str(wrong))[0] == 1
    seen = load_workbook(wrong).worksheets[0]
    assert [cell.value for cell in seen[1]][:2] == ["Errors", "Row"]
    assert "'enormous'" in str(seen.cell(2, 1).value)
    assert seen.cell(4, 1).value is None
    assert say("rules", "lint", "--draft", str(wrong))[0] == 1, "the column is passed over when it comes back"
    assert say("rules", "lint", "--errors", str(wrong))[2].startswith("--errors needs a draft")


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.toml", "rules = [", "cannot be read"),
        ("a.toml", "x = 1", "has no rules"),
        ("a.csv", "colour\nred\n", "There is no column"),
        ("a.csv", "id,to\nr,office,more\n", "line 2 has more cells than the head"),
        ("b.csv", None, "cannot be opened"),
        ("a.xlsx", "PK no workbook", "The workbook cannot be read"),
        ("a.csv", "", "is empty"),
        ("a.csv", "id,to,id\nr,office,r\n", "has two columns"),
    ],
)
def test_a_file_that_is_no_draft_is_refused(say: Say, tmp_path: Path, name: str, text: str | None, says: str) -> None:
    file = tmp_path / name
    if text is not None:
        file.write_text(text, "utf-8")
    code, out, err = say("rules", "lint", "--draft", str(file))
    assert (code, out) == (1, "")
    assert says in err


def test_a_moment_that_is_none_is_refused(say: Say) -> None:
    code, _, err = say("rules", "try", LAMP, "--at", "tomorrow")
    assert code == 1
    assert "write it like 2026-11-24T10:00" in err


def test_two_people_bring_a_draft_into_force_and_one_takes_it_back(say: Say, tmp_path: Path) -> None:
    sheet = say("rules", "show")[1]
    file = tmp_path / "draft.csv"
    file.write_text(
        sheet.replace("stairwell-grid,stairwell-light、stairwell-clutter", "stairwell-grid,stairwell-light"), "utf-8"
    )
    again = ("rules", "propose", "--draft", str(file), "--why", "lamps only", "--as")
    assert "hotline rules approve 1 --version 1 --as" in say(*again, "dispatcher-1")[1]
    assert say("rules", "drafts")[1].splitlines()[0].endswith("lamps only; version 1")
    file.write_text(
        sheet.replace("stairwell-grid,stairwell-light、stairwell-clutter", "lamps,stairwell-light"), "utf-8"
    )
    into = ("rules", "propose", "--draft", str(file), "--into", "1", "--why", "its name", "--as", "dispatcher-1")
    assert say(*into)[2].startswith("Say which version of draft 1 you looked at (--version). The newest is 1, by ")
    done = say(*into, "--version", "1")[1]
    assert done.startswith("Draft 1 is changed, version 2: another person approves it")
    assert "hotline rules approve 1 --version 2 --as" in done
    assert say(*into, "--version", "1")[2].startswith("Somebody has changed this draft: look at it")
    assert "; version 2, changed last by staff:dispatcher-1, " in say("rules", "drafts")[1]
    code, _, err = say("rules", "approve", "1", "--version", "2", "--as", "dispatcher-1")
    assert code == 1
    assert "a supervisor does" in err
    approve = ("rules", "approve", "1", "--as", "leader")
    code, out, err = say(*approve)
    assert (code, out) == (1, "")
    assert err == (
        "Say which version of draft 1 you looked at (--version). The newest is 2, by staff:dispatcher-1: its name. "
        "hotline rules show --number 1 shows it.\n"
    )
    assert say(*approve, "--version", "1")[0] == 1, "what was changed since is not approved"
    assert say("rules", "refuse", "1", "--why", "x", "--as", "leader")[0] == 1
    assert say(*approve, "--version", "2")[1].startswith("Draft 1 is approved, in force from ")
    code, out, _ = say("rules", "drafts")
    assert (code, out.splitlines()[-1]) == (0, "In force: version 2")
    assert "1 published, version 2: staff:dispatcher-1" in out
    assert "in force again, as version 3" in say("rules", "rollback", "1", "--why", "too much", "--as", "supervisor")[1]
    seen = json.loads(say("rules", "drafts", "-o", "json")[1])
    assert (seen["in_force"], [each["kind"] for each in seen["drafts"]]) == (3, ["rollback", "change"])
    assert say("rules", "refuse", "1", "--why", "x", "--as", "leader")[2] == "This draft was decided already.\n"
    assert "There is nobody with the code nobody" in say("rules", "rollback", "1", "--why", "x", "--as", "nobody")[2]


def test_a_draft_is_looked_at_as_a_sheet_and_taken_back_by_who_wrote_on_it(
    say: Say, database: Database, tmp_path: Path
) -> None:
    with psycopg.connect(database.owner_url.replace("+psycopg", "")) as conn:
        conn.execute("UPDATE account SET disabled_at = now()")  # the demo account would be a third supervisor
    sheet = say("rules", "show")[1]
    file = tmp_path / "draft.csv"
    why = ("--why", "lamps only", "--as")
    for number, (code, name) in enumerate((("supervisor", "lamps"), ("leader", "bulbs")), 1):
        file.write_text(sheet.replace("stairwell-grid,stairwell-light、stairwell-clutter", f"{name},stairwell-light"))
        into = () if number == 1 else ("--into", "1", "--version", "1")
        done = say("rules", "propose", "--draft", str(file), *into, *why, code)
        assert done[0] == 0
        assert ("every supervisor has written on it" in done[2]) is (number == 2)
    shown = say("rules", "show", "--number", "1")
    assert shown == (0, file.read_text(), "Draft 1, version 2 (waits for approval), by staff:leader: lamps only\n")
    book = tmp_path / "draft.xlsx"
    assert "version 2" in say("rules", "show", "--number", "1", "--xlsx", str(book))[2]
    assert say("rules", "show", "--number", "9")[2].startswith("There is no such draft")
    assert "hotline rules withdraw" in say("rules", "approve", "1", "--version", "2", "--as", "supervisor")[2]
    back = ("rules", "withdraw", "1", "--why", "anew", "--as")
    assert say(*back, "supervisor")[2].startswith("Say which version of draft 1 you looked at")
    assert say(*back, "dispatcher-1", "--version", "2")[2].startswith("Only who wrote on a draft withdraws it")
    assert say(*back, "supervisor", "--version", "2")[1] == "Draft 1 is withdrawn.\n"
    assert say("rules", "drafts")[1].startswith("1 withdrawn: staff:supervisor, ")
    assert say("rules", "approve", "1", "--as", "leader")[2] == "This draft was decided already.\n"
