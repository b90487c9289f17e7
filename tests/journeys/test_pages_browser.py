"""Every page of a district that has lived some days: both languages, both sizes, light and dark."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from app.embedded.cluster import remove_cluster
from app.embedded.folder import DataFolder
from tests.journeys.browsing import ARGS, CHROMIUM, LOOKS, Look, findings, opened, picture, sign_in, sticks_out
from tests.journeys.instance import Instance

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

# Pages by whoever looks at them; {number} and {address} are of a case.
PAGES = {
    "": ("/", "/login", "/report", "/status", "/t/{address}", "/phone"),
    "dispatcher": (
        "/desk", "/desk?open={number}", "/new", "/callbacks", "/cases/{number}", "/cases/{number}/order", "/map",
        "/map/district",
        "/account",
    ),
    "supervisor": (
        "/overdue", "/failures", "/duty", "/rounds", "/campaigns", "/figures", "/figures/on_time", "/rules",
        "/rules/try", "/rules/row?id=stairwell-grid",
    ),
    "admin": ("/accounts",),
}  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    if not Path(CHROMIUM).exists():
        pytest.skip("no Chromium: install Debian's package chromium")
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield made
        made.close()


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """A whole instance whose district has lived six days."""
    made = Instance(tmp_path_factory.mktemp("pages") / "data").start("--clock", "rehearsal")
    try:
        ran = made.hotline("demo", "load", "--days", "6", "--a-day", "4", "--seed", "7")
        assert ran.returncode == 0, ran.stdout + ran.stderr
        yield made
    finally:
        made.stop()
        remove_cluster(DataFolder(made.data))


@pytest.fixture(scope="module")
def places(instance: Instance) -> dict[str, str]:
    """A case that much has happened to."""
    with psycopg.connect(instance.known["database_url"].replace("+psycopg", "")) as connection:
        row = connection.execute("SELECT number, address FROM cases ORDER BY last_seq DESC, id LIMIT 1").fetchone()
    assert row is not None
    return {"number": row[0], "address": row[1]}


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_page_can_be_used_by_everybody(
    look: Look, instance: Instance, browser: Browser, places: dict[str, str]
) -> None:
    found: list[str] = []
    for login, paths in PAGES.items():
        with opened(browser, instance.web, look) as context:
            page = context.new_page()
            if login:
                sign_in(page, login)
            for path in paths:
                found += _of(page, path.format(**places), look)
    assert found == []


def _of(page: Page, path: str, look: Look) -> list[str]:
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 200, path
    assert page.locator("html").get_attribute("lang") == look.lang.replace("_", "-").replace("zh-CN", "zh-CN")
    name = path.split("?")[0].strip("/").replace("/", "-") or "welcome"
    picture(page, f"all-{name}-{look}")
    over = sticks_out(page)
    return [f"{path}: {each}" for each in findings(page)] + ([f"{path}: {over} px too wide"] if over > 0 else [])
