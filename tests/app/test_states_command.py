"""docs/states.md is what the table of states says; `hotline states` prints it in both languages and for programs."""

import json

import pytest

from app.cli.entry import run
from app.cli.office.states import diagram, page, table
from app.cli.voice import Voice
from cases.phrases import LANGUAGES
from cases.states import TRANSITIONS, State
from tests.conftest import ROOT

PAGE = ROOT / "docs" / "states.md"


def test_the_page_is_up_to_date() -> None:
    written = page(Voice("en").text)
    assert PAGE.read_text(encoding="utf-8") == written, "run `hotline --lang en states --page > docs/states.md`"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_transition_is_a_line_in_both_languages(lang: str) -> None:
    lines = table(Voice(lang).text).splitlines()
    assert len(lines) == len(TRANSITIONS) + 2
    assert {line.count(" | ") for line in lines} == {6}


def test_the_diagram_has_every_state_and_every_arrow_once() -> None:
    arrows = diagram().splitlines()[1:]
    assert len(arrows) == len(set(arrows))
    assert {State(arrow.split("-->")[1].split(":")[0].strip()) for arrow in arrows} == set(State)


def test_programs_get_codes(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["states", "-o", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) == len(TRANSITIONS)
    [void] = [row for row in rows if row["deed"] == "void"]
    assert (void["who"], void["then"], void["needs"], void["starts"]) == (["supervisor"], "void", "two", [])
    assert run(["states", "--diagram"]) == 0
    assert capsys.readouterr().out == diagram()
