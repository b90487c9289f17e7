"""The catalogue of the case page: every sentence is there, and every one is spoken."""

import re

from app.phrasebook import LOCALE, entries
from cases.phrases import LANGUAGES
from console.case.forms import SPOKEN
from console.standing.timeline import By
from dispatch.acts.fields import Kind
from dispatch.acts.table import ACTIONS, ANSWERS
from tests.house.source import ROOT

PLAIN = re.compile(r"""["']casepage\.([a-z_]+\.[a-z_]+)["']""")
# The rows that say what was done in the use case's own sentence, or in the words of the page.
SILENT = {name for name, action in ACTIONS.items()} - {
    "sign", "uphold", "reject", "reroute", "assign", "propose", "approve", "refuse", "redo", "supplement", "urge",
    "correct", "suggest", "confirm", "dismiss",
}  # fmt: skip


def spoken() -> set[str]:
    """All ids: those that stand whole in code and templates, and the families that are put together."""
    files = [
        *(ROOT / "console").glob("*/*.py"), *(ROOT / "console" / "templates").glob("*.html"),
        *(ROOT / "dispatch" / "acts").glob("*.py"), *(ROOT / "dispatch" / "reads").glob("*.py"),
    ]  # fmt: skip
    whole = {id_ for file in files for id_ in PLAIN.findall(file.read_text("utf-8")) if not id_.endswith("_")}
    keys = {name.replace("-", "_") for name in ACTIONS}
    fields = {field.name for action in ACTIONS.values() for field in action.fields}
    families = {
        "act": keys,
        "hint": keys,
        "done": keys - {name.replace("-", "_") for name in SILENT},
        "said": {*SPOKEN, "calling"},
        "field": {*fields, "optional", "choose", "empty_unit", "right_place"},
        "needs": {*Kind},
        "answer": {*ANSWERS},
        "show": {"all", *By},
        "looks": {"what_contact", "what_door"},
        "refused": {"partial", "same_person"},
    }
    return whole | {f"{family}.{word}" for family, words in families.items() for word in words}


def test_every_sentence_is_in_the_catalogue_and_every_one_is_spoken() -> None:
    for lang in LANGUAGES:
        known = entries(LOCALE / lang / "LC_MESSAGES" / "casepage.po", lang)
        assert {id_.removeprefix("casepage.") for id_ in known} == spoken()
