"""`hotline triage` and `hotline ringbacks`: what waits for a person at the desk, and what that person says."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest

from app.settings import load
from app.wiring import House
from cases.report import Channel
from dispatch import desk
from dispatch.assist import waiting
from dispatch.assist.waiting import Question
from dispatch.beside import ringbacks
from dispatch.matters.suggestion import Suggestion
from dispatch.people.parties import party_of
from dispatch.reports import Report, Taken
from dispatch.understanding import understand
from tests.conftest import Database
from tests.stage import MORNING, RESIDENT

from .test_records import Say, command, say

__all__ = ["command", "say"]
WORDS = "幸福里小区3号楼2单元那边不太对劲，你们来看一下吧"


@pytest.fixture
def office(say: Say, database: Database) -> Iterator[House]:
    """The same database as the commands see, on a working morning."""
    with psycopg.connect(database.owner_url.replace("+psycopg", "")) as conn:
        conn.execute("UPDATE clock SET ahead = %s - now()", (MORNING,))
    found = House(load(dict(os.environ)), "test", rings=False)
    yield found
    found.engine.dispose()


def told(office: House) -> Taken:
    """A report of which nobody is sure."""
    with office.door.transaction(office.line("main")) as tx:
        heard = understand(tx, WORDS)
        best = (Suggestion("lift", 0.4, ()), Suggestion("manhole", 0.3, ()))
        matter = replace(heard.matter, category="lift", unsure=True, unclear=False, best=best)
        report = Report(Channel.TEXT, party_of(tx, RESIDENT), WORDS, tx.now)
        return desk.take_report(tx, report, replace(heard, matter=matter))


def test_it_lists_what_waits_and_sends_it(say: Say, office: House) -> None:
    assert say("triage") == (0, "To be sorted: 0\n", "")
    first, second = told(office), told(office)
    with office.door.transaction("xingfu") as tx:
        waiting.answered(tx, Question(first.case_id, WORDS), "street-light")
    code, out, err = say("triage")
    assert (code, err) == (0, "")
    assert "lift 40%、manhole 30%、street-light *" in out.splitlines()[0]
    assert out.endswith("To be sorted: 2\n")
    listed = json.loads(say("triage", "-o", "json")[1])
    assert [(each["number"], each["why"]) for each in listed] == [(first.number, "unsure"), (second.number, "unsure")]
    assert [each["proposed"] for each in listed[0]["best"]] == [False, False, True]
    assert "went to" in say("triage", first.number, "street-light")[1]
    assert say("triage", second.number, "none") == (0, f"{second.number} is closed: nothing to be done.\n", "")
    assert say("triage")[1] == "To be sorted: 0\n"
    assert say("case", first.number)[0] == 0, "whoever reads it sees that it was sorted"
    shown = json.loads(say("case", first.number, "-o", "json")[1])
    assert (shown["category"], shown["state"]) == ("street-light", "dispatched")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("NUMBER",), "name a category code"),
        (("NUMBER", "moon"), "There is no such category"),
        (("20200101-000001", "lift"), "20200101-000001"),
        (("NUMBER", "lift", "--as", "xingfuli-grid-02"), "Li Hongmei"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(say: Say, office: House, words: tuple[str, ...], says: str) -> None:
    taken = told(office)
    code, out, err = say("triage", *(word.replace("NUMBER", taken.number) for word in words))
    assert (code != 0, out, err.count("\n")) == (True, "", 1)
    assert says in err
    assert say("triage")[1].endswith("To be sorted: 1\n"), "and nothing is changed by it"


def test_whoever_is_to_be_rung_is_listed_and_ended(say: Say, office: House) -> None:
    assert json.loads(say("ringbacks", "-o", "json")[1]) == []
    with office.door.transaction(office.line("main")) as tx:
        party = party_of(tx, RESIDENT)
        assert party is not None
        ringbacks.put(tx, party.id, ringbacks.Reason.ASKED, "CA1")
        ringbacks.put(tx, party.id, ringbacks.Reason.EMPTY, "CA2")
    [row] = json.loads(say("ringbacks", "-o", "json")[1])
    assert (row["reason"], row["times"], row["case"]) == ("asked", 2, None)
    assert row["id"] in say("ringbacks")[1]
    code, _, err = say("ringbacks", row["id"], "--result", "reached")
    assert (code, err.count("\n")) == (2, 1), "who rang is not said"
    ended = ("ringbacks", row["id"], "--result", "reached", "--as", "dispatcher-1")
    code, out, err = say(*ended)
    assert (code, err) == (0, ""), out
    assert json.loads(say("ringbacks", "-o", "json")[1]) == []
    code, _, err = say(*ended)
    assert (code != 0, err.count("\n")) == (True, 1)
    assert row["id"] in err
