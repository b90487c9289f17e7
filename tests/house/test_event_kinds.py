"""Every kind of history line that the code writes has words, on the page and in the catalogue."""

import ast

from app.phrasebook import LOCALE, entries
from cases.firing import Firing
from cases.phrases import EN
from console.standing.telling import KINDS
from tests.house.source import calls, rooms


def written() -> set[str]:
    """The kinds that stand in the source as words, and those of the timers."""
    found = {str(kind) for kind in Firing}
    for room in rooms(("cases", "dispatch", "hotline")):
        for name, call in calls(room):
            last = name.split(".")[-1]
            if last in ("append", "note", "_note", "assign", "Act", "Line"):
                found |= {
                    str(word.value)
                    for word in call.args
                    if isinstance(word, ast.Constant) and isinstance(word.value, str) and word.value.isidentifier()
                }
    return found - {"system", "resident"}  # actors


def test_the_search_finds_what_is_known() -> None:
    known = {"registered", "dispatched", "urged", "text_failed", "recording_kept", "breached", "arrived", "moved"}
    assert known <= written()


def test_each_kind_has_words_in_the_catalogue() -> None:
    known = entries(LOCALE / EN / "LC_MESSAGES" / "cases.po", EN)
    assert [kind for kind in written() if f"cases.event.{kind}" not in known] == []


def test_each_kind_has_a_sentence_on_the_page() -> None:
    assert sorted(written() - set(KINDS)) == []
