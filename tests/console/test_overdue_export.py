"""Lists as files, opened again: what stands in them, and that nothing in them is ever a formula."""

import csv
import re
from datetime import UTC, datetime
from io import BytesIO, StringIO
from xml.etree import ElementTree
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from cases.models import cases
from cases.phrases import LANGUAGES
from console.supervise import export
from console.supervise.sheets import Sheet, as_csv, as_xlsx
from tests.console.house import House
from tests.console.living import DRAIN

LIFT = "幸福里5号楼电梯停了"
NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
DANGEROUS = [
    "=1+1", "+86 138", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "＋1", "－1", "＠x",
    "=cmd|'/C calc'!A0", '=HYPERLINK("https://evil.example","x")',
]  # fmt: skip
ZONE = ZoneInfo("Asia/Shanghai")


def read_csv(body: bytes) -> list[list[str]]:
    """The rows of a CSV file."""
    text = body.decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(StringIO(text[1:], newline="")))


class Book:
    """An XLSX file, read by its XML."""

    def __init__(self, body: bytes) -> None:
        self.zip = ZipFile(BytesIO(body))
        self.sheet = ElementTree.fromstring(self.zip.read("xl/worksheets/sheet1.xml"))
        self.styles = ElementTree.fromstring(self.zip.read("xl/styles.xml"))

    def cells(self, line: int) -> list[ElementTree.Element]:
        """The cells of a row, counted from 1."""
        return self.sheet.findall(f".//m:row[@r='{line}']/m:c", NS)

    def texts(self, line: int) -> list[str]:
        """What stands in a row: words, and numbers as they are stored."""
        return ["".join(cell.itertext()) for cell in self.cells(line)]

    def style(self, cell: ElementTree.Element) -> ElementTree.Element:
        """How a cell is formatted."""
        return self.styles.findall("m:cellXfs/m:xf", NS)[int(cell.get("s", "0"))]


def test_the_list_as_csv_has_what_the_page_has(house: House) -> None:
    lift = house.case(LIFT).number
    house.case(DRAIN)
    house.move_clock(hours=2)
    with house.signed_in() as browser:
        answer = browser.get("/overdue.csv?step=first_contact")
    head, *rows = read_csv(answer.data)
    assert head[:6] == ["Case", "Level", "Step", "Unit", "Who has it", "Due"]
    assert [row[0] for row in rows] == [lift]
    row = dict(zip(head, rows[0], strict=True))
    assert (row["Due"], row["Late by"], row["Left"]) == ("2026-11-24 11:00", "1:00", "")
    assert row["Step"] == "First contact"
    name = answer.headers["Content-Disposition"]
    assert re.fullmatch(r'attachment; filename="overdue-20261124-1200\.csv"', name)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"


def test_the_list_as_a_workbook_has_moments_that_are_moments(house: House) -> None:
    house.case(LIFT)
    house.move_clock(hours=2)
    with house.signed_in() as browser:
        answer = browser.get("/overdue.xlsx?step=first_contact")
    book = Book(answer.data)
    head = book.texts(1)
    due = book.cells(2)[head.index("Due")]
    assert due.get("t") is None, "a number, not a text"
    day = (datetime(2026, 11, 24, tzinfo=UTC) - datetime(1899, 12, 30, tzinfo=UTC)).days
    assert float("".join(due.itertext())) == pytest.approx(day + 11 / 24, abs=1 / 86400)
    pane = book.sheet.find(".//m:pane", NS)
    assert pane is not None
    assert (pane.get("ySplit"), pane.get("state")) == ("1", "frozen")
    late = book.cells(2)[head.index("Late by")]
    assert float("".join(late.itertext())) == pytest.approx(1 / 24, abs=60 / 86400)  # its clock goes on


def test_nothing_that_a_person_wrote_becomes_a_formula() -> None:
    sheet = Sheet("x", ("words",), [(words,) for words in DANGEROUS], ZONE)
    for words, [written] in zip(DANGEROUS, read_csv(as_csv(sheet))[1:], strict=True):
        assert written == f"'{words}"
    book = Book(as_xlsx(sheet))
    assert book.sheet.findall(".//m:f", NS) == []
    assert book.sheet.findall(".//m:hyperlinks", NS) == []
    for line in range(2, len(DANGEROUS) + 2):
        [cell] = book.cells(line)
        assert cell.get("t") in ("s", "inlineStr")
        assert book.style(cell).get("quotePrefix") == "1", "nor when somebody opens it for writing"


def test_plain_words_stay_as_they_are() -> None:
    plain = ["下水道堵了", "3-5号楼", "a=b", "", '说"漏水"，很急\n第二行']
    sheet = Sheet("x", ("words", "n"), [(words, 3) for words in plain], ZONE)
    assert [row[0] for row in read_csv(as_csv(sheet))[1:]] == plain
    assert [row[1] for row in read_csv(as_csv(sheet))[1:]] == ["3"] * len(plain)


def test_a_case_with_a_formula_in_its_words_is_guarded_in_every_file(house: House) -> None:
    house.case(LIFT)
    house.execute(sa.update(cases).values(summary="=1+1 电梯停了"))
    house.move_clock(hours=2)
    with house.signed_in() as browser:
        for name in ("overdue", "desk"):
            assert read_csv(browser.get(f"/{name}.csv").data)[1][-1] == "'=1+1 电梯停了"
            assert Book(browser.get(f"/{name}.xlsx").data).sheet.findall(".//m:f", NS) == []


def test_the_desk_s_list_follows_the_filter_of_its_page(house: House) -> None:
    lift, drain = house.case(LIFT).number, house.case(DRAIN).number
    with house.signed_in() as browser:
        assert {row[0] for row in read_csv(browser.get("/desk.csv").data)[1:]} == {lift, drain}
        assert [row[0] for row in read_csv(browser.get("/desk.csv?level=L2").data)[1:]] == [lift]
        assert browser.get("/desk.pdf").status_code == 404
        link = re.search(r'href="(/desk\.csv[^"]*)"', browser.get("/desk?level=L2").text)
        assert link is not None
        assert link[1] == "/desk.csv?level=L2"


def test_no_identity_is_in_a_file(house: House) -> None:
    house.case(DRAIN)
    house.move_clock(days=3)
    with house.signed_in() as browser:
        for name in ("overdue.csv", "desk.csv"):
            text = browser.get(f"/{name}").text
            assert "13800000001" not in text
            assert "502" not in text


def test_a_long_list_is_cut_and_says_so(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "MOST", 2)
    for n in range(3):
        house.case(LIFT, number=f"+861380000000{n}")
    with house.signed_in() as browser:
        rows = read_csv(browser.get("/desk.csv").data)
    assert len(rows) == 4
    assert "Cut after 2 rows" in rows[-1][0]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_headings_are_in_the_language_of_the_page(house: House, lang: str) -> None:
    house.case(LIFT)
    house.move_clock(hours=9)
    with house.signed_in(lang=lang) as browser:
        for name in ("overdue", "desk"):
            head, *rows = read_csv(browser.get(f"/{name}.csv").data)
            assert ("案件编号" if lang == "zh_CN" else "Case") == head[0]
            assert rows
            for row in (head, *rows):
                assert len(row) == len(head)
                assert "supervise." not in " ".join(row)
            assert Book(browser.get(f"/{name}.xlsx").data).texts(1) == head


def test_hours_are_the_office_s() -> None:
    at = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    rows = read_csv(as_csv(Sheet("x", ("at",), [(at,), (None,)], ZONE)))
    assert rows[1:] == [["2026-11-25 07:30"], [""]]
