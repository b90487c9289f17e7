"""The table of rules as a file: in words, in both languages, and back; nothing becomes a formula."""

from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook

from app.phrasebook import Catalogues
from cases.phrases import EN, LANGUAGES, ZH, Name
from console.rulebook import workbook
from dispatch.policy import Policy, parse, read
from dispatch.ruling.conditions import People, Season, Source, Trait
from dispatch.ruling.shown.wording import Wording
from tests.dispatch.sample import district, policy, raw_policy

WORDING = Wording(policy(), district(), Catalogues().say)


def back(content: bytes, name: str = "rules.xlsx") -> Policy:
    return parse(raw_policy() | workbook.rules_of(workbook.lines_of(name, content), WORDING))


def full() -> Policy:
    """The table with every column in use."""
    first, *others = policy().rules
    when = replace(
        first.when, seasons=(Season.HEATING,), sources=(Source.WORKER,), caller=(Trait.VULNERABLE, Trait.ENGLISH),
        people=(People.MANY, People.CROWD), again=True, working_time=False,
    )  # fmt: skip
    send = replace(first.outcome, skill="law", confidential=True, co_handlers=("heping",), notice=Name("=1+1", "@x"))
    return replace(policy(), rules=(replace(first, when=when, outcome=send), *others))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_table_comes_back_as_it_went(lang: str, kind: str) -> None:
    made = full()
    again = back(workbook.written(made, WORDING, lang, kind), f"rules.{kind}")
    assert (again.rules, again.default) == (made.rules, made.default)


def test_the_other_language_and_codes_are_read_beside_each_other() -> None:
    page = Workbook()
    sheet = page.worksheets[0]
    sheet.append(["编号", "Category", "season", "紧急程度", "Goes to", "错误"])
    sheet.append(["r1", "停水", "heating season", "紧急", "committee", "whatever"])
    sheet.append(["r2", "water-supply", "汛期；平时", "L3、L4", "office", None])
    out = BytesIO()
    page.save(out)
    rows = workbook.rules_of(workbook.lines_of("a.xlsx", out.getvalue()), WORDING)["rules"]
    assert rows == [
        {
            "id": "r1",
            "when": {"category": ["water-supply"], "season": ["heating"], "level": ["L2"]},
            "send": {"to": "committee"},
        },
        {
            "id": "r2",
            "when": {"category": ["water-supply"], "season": ["flood", "ordinary"], "level": ["L3", "L4"]},
            "send": {"to": "office"},
        },
    ]  # fmt: skip


def test_nothing_in_it_is_a_formula() -> None:
    content = workbook.written(full(), WORDING, ZH, "xlsx")
    cells = [cell for row in load_workbook(BytesIO(content)).worksheets[0].iter_rows() for cell in row]
    assert "=1+1" in [cell.value for cell in cells]
    assert {cell.data_type for cell in cells} <= {"s", "n"}, "no cell is a formula"
    assert "'=1+1" in workbook.written(full(), WORDING, ZH, "csv").decode()


def test_what_is_wrong_stands_beside_its_line() -> None:
    lines = workbook.lines_of("a.xlsx", workbook.written(policy(), WORDING, EN, "xlsx"))
    lines[1]["Level"] = "huge"
    lines[2]["Row"] = lines[1]["Row"]
    _, faults = read(raw_policy() | workbook.rules_of(lines, WORDING))
    for kind in ("xlsx", "csv"):
        again = workbook.lines_of(f"b.{kind}", workbook.with_errors(lines, faults, WORDING, EN, kind))
        assert next(iter(again[0])) == "Errors"
        assert [bool(line["Errors"]) for line in again[:4]] == [False, True, True, False]
        assert "huge" in again[1]["Errors"]
        assert [{k: v for k, v in line.items() if k != "Errors"} for line in again] == lines


def test_what_would_unpack_to_too_much_is_refused() -> None:
    out = BytesIO()
    with ZipFile(out, "w", compression=8) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (workbook.UNPACKED + 1))
    with pytest.raises(workbook.Unreadable, match="too_large"):
        workbook.lines_of("bomb.xlsx", out.getvalue())
