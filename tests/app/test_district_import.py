"""`hotline district import`: looked through, told, taken in; out and in again changes nothing."""

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from app.sample import raw_district
from dispatch.district.datum import Datum, of_wgs84

from .test_records import Say, command, new_case, say

__all__ = ["command", "say"]
HER = "xingfuli-grid-01"


@pytest.fixture
def tables(say: Say, tmp_path: Path) -> Path:
    """The tables of the district in force."""
    folder = tmp_path / "tables"
    assert say("district", "export", "--tables", str(folder))[0] == 0
    return folder


def rows(file: Path) -> list[list[str]]:
    return list(csv.reader(StringIO(file.read_text("utf-8-sig"), newline="")))


def rewrite(file: Path, made: list[list[str]], encoding: str = "utf-8") -> str:
    text = StringIO()
    csv.writer(text).writerows(made)
    file.write_text(text.getvalue(), encoding, newline="")
    return str(file)


def facts(said: tuple[int, str, str]) -> Any:
    return json.loads(said[1])


@pytest.mark.parametrize("lang", ["en", "zh_CN"])
def test_out_and_in_again_changes_nothing(say: Say, tmp_path: Path, lang: str) -> None:
    folder, book, whole = tmp_path / "tables", tmp_path / "district.xlsx", tmp_path / "district.json"
    assert say("district", "export", "--tables", str(folder), "--book", str(book), "--lang", lang)[0] == 0
    whole.write_text(say("district", "export")[1], "utf-8")
    for given in ([str(each) for each in sorted(folder.iterdir())], [str(book)], [str(whole)]):
        code, out, err = say("district", "import", *given, "--apply")
        assert (code, out, err) == (0, "Nothing changes.\n", "")
    assert "+86" not in "".join(file.read_text("utf-8") for file in folder.iterdir())
    assert "already" in say("district", "export", "--book", str(book))[2]


def test_a_change_is_shown_first_and_taken_in_when_it_is_applied(say: Say, tables: Path) -> None:
    file = tables / "staff.csv"
    made = rows(file)
    at = next(n for n, row in enumerate(made) if row[0] == HER)
    made[at][2:4] = ["张新民", "Zhang Xinmin"]
    made.append(["new-one", "heping", "新来的", "Newcomer", "网格员", "13900000999"])
    rewrite(file, made, "gb18030")
    code, out, _ = say("district", "import", str(file))
    assert code == 0
    assert "changed  Staff: xingfuli-grid-01" in out
    assert "new      Staff: new-one" in out
    assert "--apply" in out
    assert HER in say("district", "import", str(file))[1], "a dry run changes nothing"
    seen = facts(say("district", "import", str(file), "--apply", "-o", "json"))
    assert (seen["ok"], seen["version"], len(seen["changes"])) == (True, 2, 2)
    assert say("district", "import", str(file))[1] == "Nothing changes.\n", "her number stands, and so does the new one"
    assert "张新民" in say("district", "export")[1]
    assert say("district", "check")[0] == 0
    made[at][5] = "+8613900000998"
    rewrite(file, made)
    assert facts(say("district", "import", str(file), "--apply", "-o", "json"))["renumbered"] == [HER]
    made[at][5] = "-"
    rewrite(file, made)
    assert facts(say("district", "import", str(file), "--apply", "-o", "json"))["renumbered"] == [HER]
    assert say("district", "import", str(file))[1] == "Nothing changes.\n"


def test_what_is_wrong_is_told_at_once_and_beside_each_line(say: Say, tables: Path) -> None:
    file = tables / "staff.csv"
    made = rows(file)
    made[3][1], made[4][4], made[5][5] = "atlantis", "king", "12"
    rewrite(file, made)
    code, out, _ = say("district", "import", str(file), "--apply")
    assert code == 1
    assert "atlantis" in out
    assert "Staff 5 Role: 'king'" in out
    copy = rows(tables / "staff.errors.csv")
    assert copy[0][-1] == "Errors"
    assert [n for n, row in enumerate(copy) if row[-1]] == [0, 3, 4, 5]
    assert "atlantis" in copy[3][-1]
    seen = facts(say("district", "import", str(file), "-o", "json"))
    assert [(each["table"], each["line"]) for each in seen["findings"]] == [("staff", 4), ("staff", 5), ("staff", 6)]
    rewrite(tables / "staff.errors.csv", [rows(tables / "staff.csv")[0] + ["Errors"], *[[*r, ""] for r in made[6:]]])
    made[3][1], made[4][4], made[5][5] = "xingfu", "duty", ""
    rewrite(file, [[*row, "old words"] if n else [*row, "错误"] for n, row in enumerate(made)])
    assert say("district", "import", str(file))[0] == 0, "the column of errors is none of the table"


def test_a_workbook_has_its_errors_beside_each_line_too(say: Say, tmp_path: Path) -> None:
    file = tmp_path / "district.xlsx"
    say("district", "export", "--book", str(file))
    book = load_workbook(file)
    book["Grids"]["B3"] = "atlantis"
    book["Duty"]["B2"] = 89
    book["Staff"]["F4"] = 13900000777
    book.save(file)
    code, out, _ = say("district", "import", str(file))
    assert code == 1
    assert "district.errors.xlsx" in out
    copy = load_workbook(tmp_path / "district.errors.xlsx")
    assert "atlantis" in copy["Grids"]["D3"].value
    assert copy["Grids"]["D4"].value is None
    assert copy["Duty"]["F2"].value
    assert copy["Staff"].max_column == 9


def test_a_unit_with_open_cases_does_not_go(say: Say, tables: Path) -> None:
    number = new_case(say)
    unit = json.loads(say("case", number, "-o", "json")[1])["unit"]
    whole = without(raw_district(), unit)
    file = tables / "district.json"
    file.write_text(json.dumps(whole), "utf-8")
    code, out, _ = say("district", "import", str(file), "--apply")
    assert code == 1
    assert number in out
    assert "Nothing was changed" in out
    assert unit in say("district", "export")[1]


def without(raw: Any, unit: str) -> dict[str, Any]:
    """The district without a courtyard: those who stood in it stand in its committee."""
    kept = dict(raw)
    [above] = [each["committee"] for each in raw["courtyards"] if each["code"] == unit]
    kept["courtyards"] = [each for each in raw["courtyards"] if each["code"] != unit]
    kept["workers"] = [{**each, "unit": above} if each["unit"] == unit else each for each in raw["workers"]]
    kept["duty"] = [each for each in raw["duty"] if each["unit"] != unit]
    kept["estates"] = [
        {**estate, "buildings": [each for each in estate["buildings"] if each["courtyard"] != unit]}
        for estate in raw["estates"]
    ]
    kept["roads"] = [
        {**road, "stretches": [each for each in road["stretches"] if each.get("courtyard") != unit]}
        for road in raw["roads"]
    ]
    return kept


def test_whoever_goes_and_holds_cases_is_named(say: Say, tables: Path) -> None:
    number = new_case(say)
    held = json.loads(say("case", number, "-o", "json")[1])["worker"]
    staff = rows(tables / "staff.csv")
    [code] = [row[0] for row in staff if held in row]
    given = []
    for name in ("staff", "grids", "duty"):
        made = rows(tables / f"{name}.csv")
        if name == "grids":
            made = [["" if cell == code else cell for cell in row] for row in made]
        given.append(rewrite(tables / f"{name}.csv", [row for row in made if code not in row]))
    done, out, _ = say("district", "import", *given)
    assert done == 0
    assert f"{code} " in out
    assert "holds 1 open cases" in out
    assert say("district", "import", *given, "--apply")[0] == 0
    assert code not in say("district", "export")[1]


@pytest.mark.parametrize("datum", list(Datum))
def test_a_map_comes_in_with_holes_and_parts_and_any_datum(say: Say, tmp_path: Path, datum: Datum) -> None:
    raw = raw_district()["map"]
    first, second, *others = raw["features"]
    moved = {
        **raw,
        "features": [
            feature_in(first, datum, apart=square(120.0, 30.0)),
            feature_in(second, datum, hole=square(*middle(second))),
            *(feature_in(each, datum) for each in others),
        ],
    }
    file = tmp_path / "grids.geojson"
    file.write_text("\ufeff" + json.dumps(moved), "utf-8")
    code, out, _ = say("district", "import", "--map", str(file), "--by", "id", "--datum", datum.value, "--apply")
    assert code == 0
    assert ("converted" in out) == (datum is not Datum.WGS84)
    assert out.count("belong to no grid") == 1, "the hole"
    assert say("district", "check")[1].count("belong to no grid") == 1
    features = json.loads(say("district", "export")[1])["map"]["features"]
    stored = {each["properties"]["grid"]: each["geometry"] for each in features}
    assert len(stored) == len(raw["features"])
    parts, rings = (stored[each["properties"]["grid"]]["coordinates"] for each in (first, second))
    assert (len(parts), len(rings)) == (2, 2), "an island, and a hole"
    lon, lat = first["geometry"]["coordinates"][0][0]
    assert min(abs(x - lon) + abs(y - lat) for part in parts for x, y in part[0]) < 1e-5
    assert say("district", "import", "--map", str(file), "--by", "id", "--datum", datum.value)[1].startswith("Nothing")


Corners = list[list[float]]


def square(west: float, south: float, side: float = 0.0002) -> Corners:
    return [[west, south], [west + side, south], [west + side, south + side], [west, south + side], [west, south]]


def middle(feature: Any) -> tuple[float, float]:
    xs, ys = zip(*feature["geometry"]["coordinates"][0], strict=True)
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def feature_in(feature: Any, datum: Datum, apart: Corners | None = None, hole: Corners | None = None) -> dict[str, Any]:
    """A feature as a map of another maker has it: `apart` is a second part of it, `hole` what is cut out."""
    polygons = [[feature["geometry"]["coordinates"][0], *([hole] if hole else [])], *([[apart]] if apart else [])]
    drawn = [[[list(of_wgs84((x, y), datum)) for x, y in ring] for ring in rings] for rings in polygons]
    properties = {"id": feature["properties"]["grid"]}
    return {"type": "Feature", "properties": properties, "geometry": {"type": "MultiPolygon", "coordinates": drawn}}


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.csv", "was,ist,das\n1,2,3\n", "no table of a district"),
        ("staff.csv", "code,unit,salary\n", "unknown column: salary"),
        ("a.xlsx", "no workbook", "cannot be read"),
        ("a.json", "[]", "is no JSON object"),
        ("empty.csv", "", "no table of a district"),
    ],
)
def test_files_that_cannot_be_are_told_plainly(say: Say, tmp_path: Path, name: str, text: str, says: str) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    code, _, err = say("district", "import", str(tmp_path / name))
    assert code == 1
    assert says in err


def test_it_says_what_it_needs(say: Say, tables: Path) -> None:
    assert say("district", "import")[0] == 2
    twice = say("district", "import", str(tables / "duty.csv"), str(tables / "duty.csv"))
    assert "twice" in twice[2]
    assert "No such file" in say("district", "import", "nowhere.csv")[2]


def test_what_stands_beside_the_units_goes_out_and_in_with_its_errors(say: Say, tables: Path) -> None:
    file = tables / "points.csv"
    made = rows(file)
    assert made[0][:4] == ["Code", "Name (Chinese)", "Name (English)", "Unit"]
    at = {name: made[0].index(name) for name in ("Hours", "Longitude", "Telephone", "Unit")}
    assert made[1][at["Hours"]] == "12345 09:00-12:00、12345 13:00-17:00、6 09:00-12:00"
    made[1][at["Hours"]], made[2][at["Longitude"]] = "mornings", "far east"
    made[3][at["Telephone"]], made[4][at["Unit"]] = "13900000001", "atlantis"
    rewrite(file, made)
    seen = facts(say("district", "import", str(file), "-o", "json"))
    assert [(each["table"], each["line"]) for each in seen["findings"]] == [("points", n) for n in (2, 3, 4, 5)]
    copy = rows(tables / "points.errors.csv")
    assert ["12345 09:00-17:00" in row[-1] for row in copy[1:6]] == [True, False, False, False, False]
    assert "atlantis" in copy[4][-1]
    assert "Service points 5 Unit" in say("district", "import", str(file))[1]


def test_a_line_and_an_expert_are_changed_in_a_workbook(say: Say, tmp_path: Path) -> None:
    file = tmp_path / "district.xlsx"
    say("district", "export", "--book", str(file), "--lang", "zh_CN")
    book = load_workbook(file)
    sheet = book["相关热线"]
    assert [cell.value for cell in sheet[1]][:4] == ["热线号码", "名称", "英文名称", "受理内容"]
    sheet.append([12315, "消费者热线", "Consumers", "买到假货、商家不退钱", "", "street-vendors", "L3、L4"])
    book["专家"].delete_rows(2)
    book.save(file)
    code, out, _ = say("district", "import", str(file), "--apply")
    assert code == 0
    assert "new      Neighbouring lines: 12315 Consumers" in out
    assert "gone     Experts: lift-inspector" in out
    given = json.loads(say("district", "export")[1])
    assert given["other_lines"][-1] == {
        "number": "12315", "name": {"zh": "消费者热线", "en": "Consumers"}, "serves": ["street-vendors"],
        "what": {"zh": "买到假货、商家不退钱", "en": "买到假货、商家不退钱"}, "levels": ["L3", "L4"],
    }  # fmt: skip
    assert say("district", "check")[0] == 0


def test_skills_come_by_the_staff_table_and_stay_when_it_has_no_such_column(say: Say, tables: Path) -> None:
    file = tables / "staff.csv"
    made = rows(file)
    at = made[0].index("Skills")
    her = next(row for row in made if row[0] == HER)
    her[at] = "welding、law"
    rewrite(file, made)
    assert "changed  Staff: xingfuli-grid-01 Zhang Aimin: skills" in say("district", "import", str(file), "--apply")[1]
    assert (
        say("district", "import", rewrite(tables / "staff.csv", [row[:6] for row in made]))[1] == "Nothing changes.\n"
    )
    for row in made[1:]:
        row[at + 1] = "English" if row is her else row[at + 1]
    rewrite(file, made)
    assert [each["line"] for each in facts(say("district", "import", str(file), "-o", "json"))["findings"]] == [
        made.index(her) + 1
    ]


@pytest.mark.parametrize("datum", list(Datum))
def test_places_that_are_not_on_the_earth_are_marked_and_not_reckoned_with(
    say: Say, tables: Path, datum: Datum
) -> None:
    file = tables / "points.csv"
    made = rows(file)
    lon, lat = (made[0].index(name) for name in ("Longitude", "Latitude"))
    made[1][lon], made[2][lon], made[3][lat] = "inf", "1e308", "nan"
    rewrite(file, made)
    code, out, err = say("district", "import", str(file), "--datum", datum.value)
    assert (code, err) == (1, "")
    assert "'1e308' is no number of degrees" in out
    assert ["degrees" in row[-1] for row in rows(tables / "points.errors.csv")[1:4]] == [True] * 3


def test_places_of_service_points_are_converted_and_that_is_said(say: Say, tables: Path) -> None:
    file = tables / "points.csv"
    made = rows(file)
    lon, lat = (made[0].index(name) for name in ("Longitude", "Latitude"))
    east, north = float(made[1][lon]), float(made[1][lat])
    for row in made[1:]:
        if row[lon]:
            row[lon], row[lat] = map(str, of_wgs84((float(row[lon]), float(row[lat])), Datum.GCJ02))
    rewrite(file, made)
    code, out, _ = say("district", "import", str(file), "--datum", "gcj02", "--apply")
    assert (code, out) == (0, "Nothing changes.\nCoordinates were converted from gcj02 to WGS 84.\n")
    assert say("district", "import", str(file), "--apply")[0] == 0
    moved = json.loads(say("district", "export")[1])["points"][0]["at"]
    assert abs(moved[0] - east) > 0.003, "some hundred metres, where the datum is not said"
    assert abs(moved[1] - north) > 0.001
