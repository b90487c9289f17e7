"""Every text that a person meets exists in both languages, with the same places, and is used."""

import ast
import re
from pathlib import Path

import pytest

from app.phrasebook import LOCALE, entries, places
from cases.phrases import EN, LANGUAGES, ZH
from tests.house.source import ROOT, rooms

DOMAINS = sorted({path.stem for path in LOCALE.glob("*/LC_MESSAGES/*.po")})


def catalogue(domain: str, lang: str) -> dict[str, str]:
    return dict(entries(LOCALE / lang / "LC_MESSAGES" / f"{domain}.po", lang))


def test_there_are_catalogues() -> None:
    assert {"app", "cases", "console", "desk", "dispatch", "hotline"} <= set(DOMAINS)


@pytest.mark.parametrize("domain", DOMAINS)
def test_both_languages_say_the_same_things(domain: str) -> None:
    zh, en = catalogue(domain, ZH), catalogue(domain, EN)
    assert set(zh) == set(en)
    for id_ in zh:
        assert zh[id_].strip(), f"{id_} is empty in Chinese"
        assert en[id_].strip(), f"{id_} is empty in English"
        assert places(zh[id_]) == places(en[id_]), f"{id_} has other places in the two languages"
        assert id_.split(".")[0] == domain


def test_every_message_that_is_made_can_be_said() -> None:
    """Ids that stand in the source as words; what is put together at run time has tests of its own."""
    known = {id_ for domain in DOMAINS for id_ in catalogue(domain, EN)}
    missing = [
        f"{room.name}:{node.lineno} {node.args[0].value}"
        for room in rooms()
        for node in ast.walk(room.tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).split(".")[-1] in ("msg", "trouble")
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and str(node.args[0].value).count(".") >= 1
        and str(node.args[0].value).split(".")[0] in DOMAINS
        and node.args[0].value not in known
    ]
    assert not missing, "\n".join(missing)


def test_pages_say_what_the_catalogue_knows() -> None:
    known = {id_ for domain in DOMAINS for id_ in catalogue(domain, EN)}
    missing = []
    for page in sorted((ROOT / "console" / "templates").rglob("*.html")):
        missing += [f"{page.name}: {id_}" for id_ in _said(page) if id_ not in known]
    assert not missing, "\n".join(missing)


def _said(page: Path) -> list[str]:
    return re.findall(r"""\bt\(\s*['"]([a-z_]+(?:\.[a-z0-9_]+)+)['"]\s*[,)]""", page.read_text())


def test_the_two_languages_are_the_ones_we_promise() -> None:
    assert {path.name for path in LOCALE.iterdir() if path.is_dir()} == set(LANGUAGES)
