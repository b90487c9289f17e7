"""`hotline place` looks into the gazetteer of the office whose database is at hand."""

import json

import pytest
import sqlalchemy as sa

from app.cli.understanding import place
from tests.conftest import Database

from .test_records import Say, command, say

__all__ = ["command", "say"]


def found(say: Say, text: str) -> dict[str, str]:
    code, out, err = say("place", text, "-o", "json")
    assert (code, err) == (0, "")
    there: dict[str, str] = json.loads(out)["found"]["place"] or {}
    return there


def test_the_newest_district_of_the_office_counts(
    say: Say, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, "_SECONDS", 20)  # however busy this machine is
    assert found(say, "幸福里3号楼")["grid"] == "xingfuli-02"
    owner = sa.create_engine(database.owner_url)
    with owner.begin() as conn:
        conn.execute(
            sa.text(
                "INSERT INTO district_version (number, office_id, body, imported_at) SELECT 2, office_id,"
                " replace(body, '幸福里小区', '如意里小区'), now() FROM district_version WHERE number = 1"
            )
        )
    owner.dispose()
    assert found(say, "如意里小区3号楼")["estate"] == "如意里小区"


def test_whatever_the_settings_are_like_words_are_read(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "none")
    assert found(say, "幸福里3号楼")["building"] == "3"
