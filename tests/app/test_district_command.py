"""`hotline district`: a district and a map of grids looked through, and the district in force given out."""

import json
import os
from pathlib import Path

import psycopg

from app.sample import raw_district

from .test_records import Say, command, new_case, say

__all__ = ["command", "say"]


def test_the_district_in_force_is_given_out_and_looked_through(say: Say, tmp_path: Path) -> None:
    assert say("district", "check") == (0, "Nothing is wrong with the district.\n", "")
    code, out, err = say("district", "export")
    assert (code, err) == (0, "")
    given = json.loads(out)
    assert [unit["code"] for unit in given["committees"]] == [unit["code"] for unit in raw_district()["committees"]]
    assert "+86" not in out
    file = tmp_path / "district.json"
    file.write_text("\ufeff" + out, "utf-8")
    assert say("district", "check", str(file))[0] == 0


def test_what_is_missing_and_what_is_wrong_is_told(say: Say, tmp_path: Path) -> None:
    raw = raw_district()
    raw["grids"][0].pop("worker", None)
    raw["duty"] = raw["duty"][1:]
    file = tmp_path / "district.json"
    file.write_text(json.dumps(raw), "utf-8")
    code, out, _ = say("district", "check", str(file), "-o", "json")
    seen = json.loads(out)
    assert (code, seen["usable"]) == (1, True)
    assert seen["findings"]
    raw["workers"][0]["unit"] = "atlantis"
    file.write_text(json.dumps(raw), "utf-8")
    code, out, _ = say("district", "check", str(file))
    assert code == 1
    assert "atlantis" in out
    assert out.endswith("this district cannot be used.\n")
    for text, says in (("{", "is no JSON object"), ("[]", "is no JSON object")):
        file.write_text(text)
        assert says in say("district", "check", str(file))[2]


def test_a_map_is_looked_through(say: Say, tmp_path: Path) -> None:
    grids = tmp_path / "grids.geojson"
    grids.write_text("\ufeff" + json.dumps(raw_district()["map"]), "utf-8")
    assert say("district", "check", "--map", str(grids)) == (0, "40 grids: 0 faults, 0 overlaps, 0 gaps.\n", "")
    code, out, _ = say("district", "check", "--map", str(grids), "--at", "0,0", "--datum", "bd09")
    assert out.endswith("That point is in no grid.\n")
    assert "converted from bd09" in out
    assert json.loads(say("district", "check", "--map", str(grids), "-o", "json")[1])["overlaps"] == []
    code, _, err = say("district", "check", "--at", "0,0")
    assert (code, err) == (2, "--at goes with --map.\n")


def test_who_has_no_room_is_told_of_the_district_in_force(say: Say) -> None:
    for _ in range(2):
        new_case(say, "--from", "+8613800000001")
    assert say("district", "check")[0] == 0
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"].replace("+psycopg", "")) as connection:
        [(body,)] = connection.execute("SELECT body FROM district_version").fetchall()
        raw = json.loads(body)
        next(row for row in raw["workers"] if row["code"] == "xingfuli-grid-02")["capacity"] = 1
        connection.execute("UPDATE district_version SET body = %s", [json.dumps(raw)])
    code, out, _ = say("district", "check")
    assert code == 1
    assert "2 cases in hand, 1 is the most" in out


def test_what_stands_beside_the_units_is_looked_through_with_the_policy(say: Say, tmp_path: Path) -> None:
    raw = raw_district()
    raw["teams"][0]["members"] = []
    raw["points"][0]["at"] = [121.3, 31.2]
    raw["experts"][1] |= {"skills": ["law"], "serves": []}
    raw["other_lines"][0]["serves"] = ["dragons"]
    file = tmp_path / "district.json"
    file.write_text(json.dumps(raw), "utf-8")
    code, out, _ = say("district", "check", str(file), "-o", "json")
    assert code == 1
    told = json.loads(out)
    assert told["usable"]
    assert [each["path"] for each in told["findings"]] == [
        "points affairs-hall", "teams patrol-west", "other_lines 110", "experts lawyer",
    ]  # fmt: skip
    raw["other_lines"][0]["number"] = "one one zero"
    file.write_text(json.dumps(raw), "utf-8")
    code, out, _ = say("district", "check", str(file))
    assert code == 1
    assert "other_lines[1].number: 'one one zero' is no telephone number." in out
