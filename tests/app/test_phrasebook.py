"""The phrasebook: one sentence for every id in both languages, with the same places."""

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.phrasebook import LOCALE, Catalogues, compile_catalogues, entries, places, unfit
from cases.phrases import EN, LANGUAGES, ZH, Name, msg

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
DOMAINS = sorted({path.stem for path in LOCALE.glob("*/LC_MESSAGES/*.po")})


def catalogue(folder: Path, lang: str, text: str) -> None:
    path = folder / lang / "LC_MESSAGES" / "app.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEAD + text, encoding="utf-8")


@pytest.fixture
def book(tmp_path: Path) -> Catalogues:
    catalogue(tmp_path, EN, 'msgid "app.met"\nmsgstr "{who} at {at}"\n\nmsgid "app.us"\nmsgstr "us"\n')
    catalogue(tmp_path, ZH, 'msgid "app.met"\nmsgstr "{at}：{who}"\n\nmsgid "app.us"\nmsgstr "我们"\n')
    return Catalogues(ZoneInfo("Asia/Shanghai"), tmp_path)


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_id_stands_in_both_languages_with_the_same_places(domain: str) -> None:
    found = {lang: entries(LOCALE / lang / "LC_MESSAGES" / f"{domain}.po", lang) for lang in LANGUAGES}
    assert set(found[ZH]) == set(found[EN])
    for id_, sentence in found[ZH].items():
        assert id_.startswith(f"{domain}."), id_
        assert sentence, id_
        assert found[EN][id_], id_
        assert places(sentence) == places(found[EN][id_]), id_


def test_values_are_said_in_the_language_and_the_office_zone(book: Catalogues) -> None:
    at = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    assert book.say(msg("app.met", who=Name("李红梅", "Li Hongmei"), at=at), ZH) == "11月24日 17:30：李红梅"
    assert book.say(msg("app.met", who=Name("李红梅", "Li Hongmei"), at=at), EN) == "Li Hongmei at 24 Nov 17:30"
    utc = book.in_zone(ZoneInfo("UTC"))
    assert utc.say(msg("app.met", who=msg("app.us"), at=at), EN) == "us at 24 Nov 09:30"
    assert book.say(msg("app.met", who="x", at=date(2027, 3, 1)), ZH) == "2027年3月1日：x"
    assert book.say(msg("app.met", who="x", at=date(2027, 3, 1)), EN) == "x at 1 Mar 2027"


def test_a_missing_value_and_a_missing_id_are_named(book: Catalogues) -> None:
    with pytest.raises(LookupError, match=r"app\.met needs a value for \{at\}"):
        book.say(msg("app.met", who="x"), EN)
    with pytest.raises(LookupError, match=r"no message app\.none in en"):
        book.say(msg("app.none"), EN)
    with pytest.raises(LookupError, match="no catalogue nowhere in en"):
        book.say(msg("nowhere.none"), EN)


def test_braces_in_a_value_are_only_text(book: Catalogues) -> None:
    assert book.say(msg("app.met", who="{at} {x.__class__}", at="noon"), EN) == "{at} {x.__class__} at noon"


def test_compiling_writes_what_is_not_fresh_and_nothing_else(book: Catalogues, tmp_path: Path) -> None:
    assert compile_catalogues(tmp_path) == 2
    assert compile_catalogues(tmp_path) == 0
    assert book.say(msg("app.us"), ZH) == "我们"


def test_a_broken_catalogue_is_named(tmp_path: Path) -> None:
    catalogue(tmp_path, EN, 'nonsense "app.x"\n')
    with pytest.raises(LookupError, match=r"app\.po is no catalogue"):
        Catalogues(folder=tmp_path).say(msg("app.x"), EN)


def test_an_office_says_some_sentences_in_its_own_words() -> None:
    book = Catalogues().with_texts({"hotline.text.urged": {"zh_CN": "已催{number}", "en": "Urged {number}"}})
    assert book.say(msg("hotline.text.urged", number="7"), "zh_CN") == "已催7"
    assert book.say(msg("hotline.text.urged", number="7"), "en") == "Urged 7"


@pytest.mark.parametrize("own", ["{foo}", "{", "{0}", "{number!x}"])
def test_a_sentence_of_its_own_that_cannot_be_said_is_passed_over(own: str) -> None:
    usual = Catalogues().say(msg("hotline.text.urged", number="7"), "en")
    book = Catalogues().with_texts({"hotline.text.urged": {"en": own}})
    assert book.say(msg("hotline.text.urged", number="7"), "en") == usual
    assert unfit("hotline.text.urged", "en", own) == "places" or own == "{number!x}"


def test_what_is_wrong_with_an_own_sentence_is_told() -> None:
    assert unfit("hotline.text.urged", "en", "Urged {number}") is None
    assert unfit("hotline.text.nothing", "en", "x") == "unknown"
    assert unfit("nowhere.at.all", "en", "x") == "unknown"
