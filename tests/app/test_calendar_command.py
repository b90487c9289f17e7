"""`hotline calendar`: a year entered, changed, shown and checked from the command line, in versions."""

import csv
import json
from io import StringIO
from pathlib import Path

from .test_records import Say, command, say

__all__ = ["command", "say"]

NOTICE = """date,kind,name
2027-01-01,holiday,元旦
2027-05-01,holiday,劳动节
2027-05-02,holiday,劳动节
2027-10-01,holiday,国庆节
2027-10-02,holiday,国庆节
2027-10-03,holiday,国庆节
2027-10-09,makeup,国庆节
"""


def shown(say: Say, *words: str) -> dict[str, object]:
    code, out, _ = say("calendar", "show", *words, "-o", "json")
    assert code == 0
    found: dict[str, object] = json.loads(out)
    return found


def test_a_year_is_entered_changed_and_shown(say: Say, tmp_path: Path) -> None:
    first = shown(say, "--versions")
    assert first["published"] == [2024, 2025, 2026]
    assert [each["source"] for each in first["versions"]] == ["policy"]  # type: ignore[attr-defined]
    assert {"国庆节", "春节"} <= {row["name"] for row in first["days"]}  # type: ignore[attr-defined]
    file = tmp_path / "2027.csv"
    file.write_bytes(NOTICE.encode("gb18030"))

    code, out, err = say("calendar", "import", str(file), "--dry-run")
    assert (code, err) == (0, "")
    assert "+ 2027-10-09 Sat make-up day 国庆节\n" in out
    assert out.endswith("7 rows would come, 6 would go; 2027 is published. Nothing was written.\n")
    assert shown(say) == {name: value for name, value in first.items() if name != "versions"}

    assert say("calendar", "import", str(file))[1].endswith(
        "Calendar version 2: 7 rows came, 6 went; 2027 is published.\n"
    )
    assert say("calendar", "import", str(file))[1] == "Nothing changes.\n"
    assert shown(say, "--year", "2027")["published"] == [2024, 2025, 2026, 2027]

    close = ("--from", "2027-07-15T13:00", "--to", "2027-07-16T00:00", "--why", "typhoon")
    came = json.loads(say("calendar", "close", *close, "-o", "json")[1])["came"]
    assert [(row["date"], row["kind"], row["hours"]) for row in came] == [("2027-07-15", "closure", "13:00-24:00")]
    assert say("calendar", "reopen", *close)[1].startswith("- 2027-07-15 Thu closure 13:00-24:00 typhoon\n")
    assert say("calendar", "day", "2027-12-24", "holiday", "--name", "own")[0] == 0
    assert say("calendar", "hours", "08:00-12:00,14:00-18:00", "--unit", "heping")[0] == 0
    code, out, _ = say("calendar", "show", "--from", "2027-10-01", "--to", "2027-12-31", "-o", "csv")
    rows = list(csv.DictReader(StringIO(out)))
    assert [(row["date"], row["kind"]) for row in rows[-2:]] == [("2027-10-09", "makeup"), ("2027-12-24", "holiday")]
    code, out, _ = say("calendar", "show", "--year", "2028", "--versions")
    assert "Hours of heping: 08:00–12:00, 14:00–18:00" in out
    assert "2028-10-01 Sun holiday  (provisional)" in out
    assert "2028 is not published yet" in out
    assert [line.split()[1] for line in out.splitlines()[-6:]] == ["6", "5", "4", "3", "2", "1"]

    assert say("calendar", "day", "2026-06-02", "makeup")[0] == 0
    code, out, _ = say("calendar", "check", "-o", "json")
    assert code == 1
    assert "makeup_on_weekday" in {each["kind"] for each in json.loads(out)}
    assert "hotline calendar day 2026-06-02 usual" in say("calendar", "check")[1]


WRONG = [
    (("import", "nowhere.csv"), "The file nowhere.csv cannot be read"),
    (
        ("import", "BAD"),
        "bad.csv:2 kind: 'rest' is no kind of day.\n  Choose from holiday, makeup, closure.\nbad.csv:3 date:",
    ),
    (("import", "PART"), "it lacks the holidays 2027-05-01, 2027-05-02"),
    (("seed", "2099"), "does not know the days off of 2099"),
    (("day", "24 Dec", "holiday"), "24 Dec is no date."),
    (("close", "--from", "2027-07-15T13:00", "--to", "2027-07-15T12:00", "--why", "x"), "ends before it begins"),
    (("close", "--from", "noon", "--to", "2027-07-15T12:00", "--why", "x"), "noon is no moment."),
    (("close", "--from", "2027-07-15", "--to", "2027-07-16", "--why", " "), "has no reason"),
    (
        ("close", "--from", "2027-07-15", "--to", "2027-07-16", "--why", "x", "--unit", "no"),
        "No unit has the code no.",
    ),
    (("reopen", "--from", "2027-07-15", "--to", "2027-07-16", "--why", "x"), "Nothing was closed"),
    (("hours", "9-5"), "9-5 are no hours."),
    (("hours", "above"), "no hours above the office's"),
    (("show", "--year", "2027", "--from", "2027-01-01"), "--year stands for itself."),
    (("show", "--year", "1900"), "1900 is not between 2000 and 2100."),
    (("show", "--from", "2027-02-01", "--to", "2027-01-01"), "--to is before --from."),
]


def test_what_cannot_be_says_why_and_writes_nothing(say: Say, tmp_path: Path) -> None:
    files = {"BAD": tmp_path / "bad.csv", "PART": tmp_path / "part.csv"}
    files["BAD"].write_text("date,kind\n2027-01-01,rest\n2027-01-32,holiday\n2027-01-02,holiday\n")
    files["PART"].write_text("date,kind\n2027-01-01,holiday\n")
    for words, says in WRONG:
        code, out, err = say("calendar", *(str(files.get(word, word)) for word in words))
        assert code in (1, 2), words
        assert out == "", words
        assert says in err, (words, err)
    assert len(shown(say, "--versions")["versions"]) == 1  # type: ignore[arg-type]
