"""Reading the yearly notice: the list that people write, the JSON form, and every fault of it at once."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.phrasebook import Catalogues
from cases.phrases import EN, ZH, msg
from dispatch.calendar.notice import EntryKind, NoticeErrors, read_notice

SMALL = """{
  "year": 2027,
  "papers": ["a paper"],
  "days": [
    {"name": "元旦", "date": "2027-01-01", "isOffDay": true},
    {
      "name": "春节",
      "date": "2027-02-20",
      "isOffDay": false
    }
  ]
}
"""


def told(text: str, lang: str = EN) -> list[str]:
    """What is said of a notice that cannot be used."""
    with pytest.raises(NoticeErrors) as caught:
        read_notice("n.csv", text)
    say = Catalogues().say
    faults = caught.value.faults
    return [say(msg("calendar.fault", where=f.path, trouble=f.trouble, remedy=f.remedy), lang) for f in faults]


def test_a_list_is_read_in_either_language_with_its_kinds() -> None:
    text = "\ufeff日期,名称,类型\r\n2027-02-20,春节,补班\r\n\r\n2027-01-01,元旦,休\r\n2027-07-01,台风,closure\r\n"
    notice = read_notice("n.csv", text)
    assert [(str(e.day), e.kind, e.name, e.line) for e in notice.entries] == [
        ("2027-01-01", EntryKind.HOLIDAY, "元旦", 4),
        ("2027-02-20", EntryKind.MAKEUP, "春节", 2),
        ("2027-07-01", EntryKind.CLOSURE, "台风", 5),
    ]
    assert notice.years == (2027,)


def test_the_json_form_is_read_with_the_year_that_it_names() -> None:
    notice = read_notice("n.json", SMALL)
    assert notice.years == (2027,)
    assert [(e.day, e.kind, e.line) for e in notice.entries] == [
        (date(2027, 1, 1), EntryKind.HOLIDAY, 5),
        (date(2027, 2, 20), EntryKind.MAKEUP, 6),
    ]


def test_all_faults_of_a_list_are_told_at_once_in_two_lines_each() -> None:
    said = told("date,kind,name\n2027-13-01,holiday,a\n2027-01-04,makeup,b\n2027-01-02,day off,c\n2027-01-02,off,d\n"
                "2027-01-02,off,e\n1899-01-01,off,f\n")  # fmt: skip
    assert said == [
        "n.csv:2 date: '2027-13-01' is no date.\n  Write year, month and day, as \"2026-10-10\".",
        "n.csv:3 date: 2027-01-04 is a Mon: that needs no make-up day.\n"
        "  A make-up day is a Saturday or Sunday: check the date, or write holiday.",
        "n.csv:4 kind: 'day off' is no kind of day.\n  Choose from holiday, makeup, closure.",
        "n.csv:7 date: 1899 is no year whose days can be known.\n  Write years from 2000 to 2100, as [2025, 2026].",
        "n.csv:6 date: 2027-01-02 stands on line 5 already.\n  Keep one line for the day.",
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "n.csv:1: The first line '' lacks the columns date and kind."),
        ("date,name\n2027-01-01,x", "n.csv:1: The first line 'date,name' lacks the columns date and kind."),
        ("date,kind,name\n", "n.csv: There is no day in the file."),
        ('{"year": 2027,\n "days": [}', "n.csv:2: This is no JSON that can be read (Expecting value)."),
        ('{"year": 2027}', "n.csv days: It is missing."),
        ("[]", "n.csv days: It is missing."),
        ('{"year": "2027", "days": []}', "n.csv year: '2027' is no year"),
        ('{"days": [\n{"date": "2027-01-01", "isOffDay": true}]}', "n.csv year: It is missing."),
        (
            '{"year": 2027, "days": [\n{"date": "2027-01-01", "isOffDay": 1}]}',
            "n.csv:2 isOffDay: 1 is of the wrong form.",
        ),
        ('{"year": 2027, "days": [\n"x"]}', "n.csv:2 isOffDay: It is missing."),
    ],
)
def test_what_is_no_notice_says_so(text: str, says: str) -> None:
    said = told(text)
    assert said[0].startswith(says), said
    assert len(told(text, ZH)) == len(said)
    assert all(each.count("\n") == 1 for each in said)


def test_a_list_may_be_for_several_years_and_name_a_stray_day_of_another() -> None:
    days = [date(2026, 12, 31), *(date(year, 10, 1) + timedelta(n) for year in (2027, 2028) for n in range(5))]
    text = "date,kind\n" + "".join(f"{day},holiday\n" for day in days)
    assert read_notice("n.csv", text).years == (2027, 2028)


DAYS = st.dates(date(2027, 1, 1), date(2027, 12, 31))


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(DAYS, st.sampled_from(["holiday", "makeup", "closure"]), min_size=1))
def test_both_forms_say_the_same(days: dict[date, str]) -> None:
    right = {day: kind for day, kind in days.items() if kind != "makeup" or day.weekday() > 4}
    if not right:
        return
    listed = read_notice("n.csv", "date,kind,name\n" + "".join(f"{d},{k},x\n" for d, k in right.items()))
    raw = [{"date": str(d), "name": "x", "isOffDay": k == "holiday"} for d, k in right.items() if k != "closure"]
    if raw:
        read = read_notice("n.json", json.dumps({"year": 2027, "days": raw}, indent=1))
        of_list = [(e.day, e.kind) for e in listed.entries if e.kind is not EntryKind.CLOSURE]
        assert [(e.day, e.kind) for e in read.entries] == of_list
        assert read.years == listed.years == (2027,)


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_the_published_files_are_read(samples: Path, year: int) -> None:
    path = samples / f"holidays-{year}.json"
    if not path.exists():
        pytest.skip(f"no {path.name} among the samples: set HOTLINE_SAMPLES")
    notice = read_notice(path.name, path.read_text("utf-8"))
    assert notice.years == (year,)
    assert date(year, 10, 1) in {e.day for e in notice.entries if e.kind is EntryKind.HOLIDAY}
    assert all(e.day.weekday() > 4 for e in notice.entries if e.kind is EntryKind.MAKEUP)
