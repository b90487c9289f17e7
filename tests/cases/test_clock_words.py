"""The clock's catalogue: every sentence is there in both languages, says the same, and is spoken."""

import re
from string import Formatter

from app.cli.clock.why import CHARGES, STEPS
from app.phrasebook import LOCALE, entries
from cases.clock.explain import Off
from cases.clock.happened import Change, HoldReason
from cases.clock.reckoning import SINCE
from cases.clock.sla import Measure
from cases.phrases import EN, LANGUAGES, ZH
from tests.house.source import ROOT

WHOLE = re.compile(r'"clock\.([a-z_]+\.[a-z_]+)"')


def spoken() -> set[str]:
    """All ids: those that stand whole in the code, and the families that are put together."""
    files = [
        *(ROOT / "cases" / "clock").glob("*.py"), *(ROOT / "app" / "cli" / "clock").glob("*.py"),
        ROOT / "console" / "standing" / "telling.py",
    ]  # fmt: skip
    whole = {id_ for file in files for id_ in WHOLE.findall(file.read_text("utf-8"))}
    return {f"clock.{id_}" for id_ in whole} | {
        *(f"clock.weekday.{day}" for day in range(7)),
        *(f"clock.month.{month}" for month in range(1, 13)),
        *(f"clock.why.limit.{measure}" for measure in Measure),
        *(f"clock.limit_in_full.{measure}{one}" for measure in Measure for one in ("", "_one")),
        *(f"clock.why.since.{word}" for word in SINCE),
        *(f"clock.case.column.{name}" for name in (*STEPS, *CHARGES)),
    }


def catalogue(lang: str) -> dict[str, str]:
    return dict(entries(LOCALE / lang / "LC_MESSAGES" / "clock.po", lang))


def test_every_sentence_is_in_the_catalogue_and_every_one_is_spoken() -> None:
    for lang in LANGUAGES:
        assert catalogue(lang).keys() == spoken()


def test_both_languages_say_the_same() -> None:
    chinese, english = catalogue(ZH), catalogue(EN)
    for id_, sentence in chinese.items():
        places = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in (sentence, english[id_])]
        assert places[0] == places[1], id_


def test_the_codes_of_the_clock_have_words() -> None:
    known = [entries(LOCALE / lang / "LC_MESSAGES" / "cases.po", lang) for lang in LANGUAGES]
    codes = {code.label.id for codes in (Off, Change, HoldReason) for code in codes}
    assert all(codes <= words.keys() for words in known)
