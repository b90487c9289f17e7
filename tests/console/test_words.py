"""Words on pages: both languages whole, moments in the office's zone, what is left until a promise."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.phrasebook import LOCALE, Catalogues, entries, places
from cases.phrases import LANGUAGES, msg
from cases.steps import LAMPS
from console.site import HERE
from console.words import Words
from dispatch.acts.table import ANSWERS
from dispatch.people.accounts import Role
from hotline.hearing import ROLES
from tests.console.house import House, token

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
# Families whose members are codes out of the database: no code of ours names them all.
STORED = (
    "purpose",
    "outbox",
    "calls",
    "delivery",
    "report",
    "timer",
    "way",
    "through",
    "why",
    "ring",
    "sent_back",
    "awaits",
    "rung",
    "door",
    "language",
)
# The catalogues that only pages speak from.
CATALOGUES = ("console", "phonepage", "tour", "supervise", "accounts", "resident", "ground")
FILES = [
    *(file for file in HERE.rglob("*.py") if "node_modules" not in file.parts),
    *(HERE / "templates").rglob("*.html"),
]
WHOLE = re.compile(rf"""["']((?:{"|".join(CATALOGUES)})\.[a-z_]+\.[a-z0-9_.]*[a-z0-9_])["'](?! ~)""")


def catalogue(lang: str) -> dict[str, str]:
    """The pages' sentences in a language."""
    folder = LOCALE / lang / "LC_MESSAGES"
    return {id_: text for name in CATALOGUES for id_, text in entries(folder / f"{name}.po", lang).items()}


def spoken() -> set[str]:
    """The whole ids that stand in code and templates."""
    return {id_ for file in FILES for id_ in WHOLE.findall(file.read_text("utf-8"))}


def test_both_languages_have_the_same_sentences_with_the_same_places() -> None:
    zh, en = (catalogue(lang) for lang in LANGUAGES)
    assert set(zh) == set(en)
    for id_ in zh:
        assert zh[id_].strip(), id_
        assert en[id_].strip(), id_
        assert places(zh[id_]) == places(en[id_]), id_


def test_what_is_spoken_is_in_the_catalogue() -> None:
    known = set(catalogue("en"))
    assert len(spoken()) > 50
    families = {f"console.{name}" for name in (*STORED, "lamp")}
    assert spoken() - known - families == set()


def test_nothing_in_the_catalogue_is_unspoken() -> None:
    """An id that is put together (`"console.case." ~ column`) has its last word somewhere in quotes."""
    code = " ".join(file.read_text("utf-8") for file in FILES)
    quoted = set(re.findall(r"""["']([a-z0-9_]+)["']""", code)) | {role.value for role in Role}
    quoted |= {step.value for step in LAMPS} | {"404", "405", "413", "500"}
    quoted |= {"dispatched_unit", "rerouted_unit", "moved_unit", "adjudicated_unit", "awaits_supervisor"}
    quoted |= {f"{stem}_{answer}" for stem in ("answer", "then") for answer in ANSWERS}
    quoted |= {f"ask_{said}" for said in ("contacted", "solved", "satisfied")}
    for id_ in set(catalogue("en")) - spoken():
        _, family, word, *_ = id_.split(".")
        last = id_.rsplit(".", 1)[1]
        assert family in STORED or word in quoted or last in quoted, f"nobody says {id_}"


def test_what_something_said_is_in_its_case_has_a_name() -> None:
    for lang in LANGUAGES:
        known = entries(LOCALE / lang / "LC_MESSAGES" / "console.po", lang)
        assert [role for role in ROLES if f"console.report.{role}" not in known] == []


def test_roles_have_names() -> None:
    assert {f"console.role.{role.value}" for role in Role} <= set(catalogue("zh_CN"))


def words(lang: str) -> Words:
    """The words of a page."""
    return Words(Catalogues(), lang, SHANGHAI)


@pytest.mark.parametrize(
    ("due", "zh", "en"),
    [
        (timedelta(minutes=42), "剩 0:42", "0:42 left"),
        (timedelta(minutes=-70), "超 1:10", "1:10 over"),
        (timedelta(hours=23, minutes=59, seconds=59), "剩 23:59", "23:59 left"),
        (timedelta(days=2, hours=3, minutes=10), "剩 2天 3:10", "2d 3:10 left"),
        (timedelta(0), "超 0:00", "0:00 over"),
    ],
)
def test_what_is_left(due: timedelta, zh: str, en: str) -> None:
    for lang, wanted in (("zh_CN", zh), ("en", en)):
        assert f">{wanted}</time>" in words(lang).left(NOW + due, NOW)
    assert 'title="2026-11-24 10:42"' in words("en").left(NOW + timedelta(minutes=42), NOW)


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=4000)))
def test_a_span_can_be_read_back(length: timedelta) -> None:
    found = re.fullmatch(r"(?:(\d+)d )?(\d+):(\d\d)", words("en").span(length))
    assert found is not None
    read = timedelta(days=int(found[1] or 0), hours=int(found[2]), minutes=int(found[3]))
    assert timedelta(0) <= length - read < timedelta(minutes=1)


def test_moments_are_the_office_s() -> None:
    assert ">2026-11-24 10:00</time>" in words("en").moment(NOW)
    assert words("en").moment(None) == "–"
    assert words("zh_CN").left(None, NOW) == "无时限"


def test_what_no_catalogue_knows_is_shown_as_it_is() -> None:
    assert words("en").code("console.purpose", "unheard_of") == "unheard_of"
    assert words("en").code("console.purpose", None) == "–"
    assert words("en").kept(msg("console.gone.for_ever")) == "console.gone.for_ever"
    assert words("en").name(None, None) == "–"


def test_the_visitor_s_language(house: House) -> None:
    def shown(cookie: str | None = None, accept: str | None = None) -> str:
        with house.client() as browser:
            if cookie:
                browser.set_cookie("lang", cookie)
            page = browser.get("/", headers={"Accept-Language": accept} if accept else {})
            found = re.search(r'<html lang="([^"]+)"', page.text)
            assert found is not None
            return found[1]

    assert shown() == "zh-CN"
    assert shown(accept="en-GB,en;q=0.9") == "en"
    assert shown(accept="fr") == "zh-CN"
    assert shown(cookie="en", accept="zh-CN") == "en"
    assert shown(cookie="xx") == "zh-CN"


def test_language_and_theme_are_kept_in_cookies(house: House) -> None:
    with house.client() as browser:
        form = {"csrf_token": token(browser), "next": "/login"}
        answer = browser.post("/language", data={**form, "lang": "en"})
        assert (answer.status_code, answer.location) == (303, "/login")
        answer = browser.post("/theme", data={**form, "theme": "dark", "next": "https://evil.example/"})
        assert answer.location == "/"
        page = browser.get("/").text
        assert 'lang="en"' in page
        assert 'data-bs-theme="dark"' in page
        for path, field in (("/language", "lang"), ("/theme", "theme")):
            assert browser.post(path, data={**form, field: "nonsense"}).status_code == 400


def test_every_page_is_whole_in_both_languages(house: House) -> None:
    taken = house.case("幸福里5号楼电梯停了")
    for lang in LANGUAGES:
        with house.client() as browser:
            browser.set_cookie("lang", lang)
            for path in ("/", "/login", "/no/such"):
                assert "console." not in visible(browser.get(path).text), path
        with house.signed_in(lang=lang) as browser:
            for path in ("/desk", "/desk/rows", "/desk?level=L1", f"/cases/{taken.number}"):
                assert "console." not in visible(browser.get(path).text), path


def visible(page: str) -> str:
    """A page without its addresses."""
    return re.sub(r'(href|src)="[^"]*"', "", page)


def test_in_english_no_chinese_is_left_but_names_and_words_of_residents(house: House) -> None:
    with house.client() as browser:
        browser.set_cookie("lang", "en")
        text = browser.get("/login").text
    assert re.findall(r"[\u4e00-\u9fff]+", text) == ["中文"]


def test_the_console_s_files_are_where_packaging_finds_them() -> None:
    for file in [*(HERE / "templates").iterdir(), *(HERE / "static").iterdir()]:
        assert file.is_dir() or file.suffix in {".html", ".css", ".js", ".svg"}, Path(file).name
