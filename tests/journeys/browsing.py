"""Chromium before a whole instance: pages that are looked at in a language, at a size, in light or dark."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from app.sample.accounts import DEMO_ACCOUNTS
from tests.journeys.instance import ROOT

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
AXE = ROOT / "console" / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = ROOT / ".pictures"
SIZES = {"desk": (1366, 768), "phone": (390, 844)}
STILL: dict[str, Any] = {
    "reduced_motion": "reduce"
}  # what axe measures in the middle of a change of colour nobody reads
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_DRIVER = "GL Driver Message"  # of a machine that draws without a graphics card
# What WCAG 2.2 demands at levels A and AA, as axe-core names it.
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_FINDINGS = """async ([rules, part]) => (await axe.run(part ?? document, {runOnly: {type: 'tag', values: rules}}))
  .violations
  .flatMap(each => each.nodes.map(node => `${each.id}: ${node.target.join(' ')}: ${node.failureSummary}`))"""


@dataclass(frozen=True, slots=True)
class Look:
    """How a page is looked at."""

    lang: str = "zh_CN"
    size: str = "desk"
    theme: str = "light"

    def __str__(self) -> str:
        return f"{self.size}-{self.lang}-{self.theme}"


LOOKS = tuple(Look(lang, size, theme) for lang, size, theme in product(("zh_CN", "en"), SIZES, ("light", "dark")))


@contextmanager
def opened(browser: Browser, base: str, look: Look = Look(), **more: Any) -> Iterator[BrowserContext]:
    """A browser window with cookies of its own. Whatever page is opened in it: it asks no other host for anything,
    reports no breach of its policy, and no script of it fails."""
    width, height = SIZES[look.size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale=look.lang.replace("_", "-"), base_url=base, **STILL, **more
    )
    kept = {"lang": look.lang, "theme": look.theme}
    context.add_cookies([{"name": name, "value": value, "url": base} for name, value in kept.items()])
    foreign: list[str] = []
    troubles: list[str] = []
    context.on("request", lambda asked: foreign.append(asked.url))
    context.on("console", lambda said: troubles.append(f"{said.type}: {said.text}"))
    context.on("weberror", lambda error: troubles.append(f"error: {error.error}"))
    yield context
    context.close()
    strangers = [url for url in foreign if not url.startswith((base, "data:", "blob:"))]
    failures = [said for said in troubles if said.startswith(("error", "warning")) and _DRIVER not in said]
    assert not strangers, strangers
    assert not failures, failures


def sign_in(page: Page, login: str) -> None:
    """Through the form, as a person does. The language of the window stays."""
    page.goto("/login")
    page.fill("#login", login)
    page.fill("#password", next(demo.password for demo in DEMO_ACCOUNTS if demo.login == login))
    page.press("#password", "Enter")
    page.wait_for_url(lambda url: "/login" not in url)


def findings(page: Page, part: str | None = None) -> list[str]:
    """What axe-core finds against WCAG 2.2 A and AA on the page as it stands, or in a part of it."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(_FINDINGS, [_RULES, part])
    return found


def sticks_out(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    over: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return over


def picture(page: Page, name: str, *, whole: bool = True) -> Path:
    """A picture for people to look at."""
    PICTURES.mkdir(exist_ok=True)
    file = PICTURES / f"{name}.png"
    page.screenshot(path=file, full_page=whole)
    return file
