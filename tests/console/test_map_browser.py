"""The map in Chromium: drawn where there is no WebGL, to move in where there is; no other host, no CSP report."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.console.house import House
from tests.console.test_map import broken_up, filled
from tests.console.test_pages_browser import ARGS, CHROMIUM, SIZES, fits, looked_at, picture, served, sign_in
from tests.console.whole import sample

__all__ = ["sample"]
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def drawing() -> Iterator[Browser]:
    """A browser that draws WebGL in software."""
    args = [arg for arg in ARGS if arg != "--disable-gpu"]
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*args, "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
        )
        yield opened
        opened.close()


# Pins that cover each other: a finger would not find every one.
_COVERED = """() => {
  const boxes = [...document.querySelectorAll('.pin')].map(pin => pin.getBoundingClientRect());
  return boxes.flatMap((one, index) => boxes.slice(index + 1)
    .filter(other => one.left < other.right && other.left < one.right)
    .filter(other => one.top < other.bottom && other.top < one.bottom)
    .map(other => [one.left, one.top, other.left, other.top].map(Math.round)));
}"""


def without_webgl(page: Page) -> None:
    """A page whose browser cannot draw."""
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["zh_CN", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_map_is_drawn_and_can_be_moved_in(
    sample: House, drawing: Browser, size: str, lang: str, scheme: str
) -> None:
    filled(sample)
    with (
        served(sample) as base,
        looked_at(drawing, base, size, lang, allow="GL Driver Message", color_scheme=scheme) as page,
    ):
        sign_in(page)
        page.goto("/map")
        page.wait_for_selector("#map-live[data-shown]")
        page.wait_for_timeout(800)
        assert fits(page)
        assert page.locator(".pin").count() == page.locator(".spot:not([data-open='0'])").count()
        assert page.evaluate(_COVERED) == []
        picture(page, f"map-live-{size}-{lang}-{scheme}")
        page.click("#map-switch")
        assert page.locator(".ground-drawing svg").is_visible()
        assert not page.locator("#map-live").is_visible()
        assert fits(page)
        picture(page, f"map-plain-{size}-{lang}-{scheme}")


def test_pins_give_way_to_each_other_however_small_the_map(sample: House, drawing: Browser) -> None:
    filled(sample)
    with served(sample) as base, looked_at(drawing, base, "phone", "en", allow="GL Driver Message") as page:
        sign_in(page)
        page.goto("/map")
        page.wait_for_selector("#map-live[data-shown]")
        for _ in range(3):
            page.click(".maplibregl-ctrl-zoom-out")
            page.wait_for_timeout(600)
        assert page.locator(".pin").count() > 1
        assert page.evaluate(_COVERED) == []
        picture(page, "map-small")


def test_a_new_case_is_on_both_without_reading_the_page_anew(sample: House, drawing: Browser) -> None:
    filled(sample)
    with served(sample) as base, looked_at(drawing, base, "desk", "en", allow="GL Driver Message") as page:
        sign_in(page)
        page.goto("/map")
        page.wait_for_selector("#map-live[data-shown]")
        before = int(page.get_attribute("#map-live", "data-shown") or 0)
        sample.case("幸福里9号楼下水道堵了", number="+8613800000002")
        page.evaluate("document.dispatchEvent(new CustomEvent('hotline:changed', {detail: {case: null}}))")
        page.wait_for_selector(f"#map-live[data-shown='{before + 1}']")
        assert page.locator(".pin").count() == before + 1
        page.locator(".pin").first.click()
        page.wait_for_url("**/desk?grid=*")


def test_where_nothing_can_be_drawn_in_webgl_the_drawing_stays(sample: House, drawing: Browser) -> None:
    filled(sample)
    with served(sample) as base, looked_at(drawing, base, "desk", "en") as page:
        without_webgl(page)
        sign_in(page)
        page.goto("/map")
        page.wait_for_selector(".spot")
        page.wait_for_timeout(500)  # in which a map would have come
        assert page.locator(".ground-drawing svg").is_visible()
        assert not page.locator("#map-live").is_visible()
        page.locator(".spot").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/desk?grid=*")


# What stands at the middle of a ring of the drawing: in a grid's parts its link, in a hole of it nothing of it.
_AT = """([id, ring]) => {
  const path = document.querySelector(`#spot-${id} path`), svg = path.ownerSVGElement;
  const drawn = path.getAttribute("d").split("Z")[ring].slice(1);
  const corners = drawn.split("L").map((pair) => pair.split(" ").map(Number));
  const at = new DOMPoint(...[0, 1].map((axis) => corners.reduce((sum, one) => sum + one[axis], 0) / corners.length));
  const seen = at.matrixTransform(svg.getScreenCTM());
  return document.elementFromPoint(seen.x, seen.y)?.closest(".spot")?.id ?? null; }"""


@pytest.mark.parametrize("size", SIZES)
def test_parts_and_holes_are_drawn_on_both(sample: House, drawing: Browser, size: str) -> None:
    filled(sample)
    grid = broken_up(sample)
    with served(sample) as base, looked_at(drawing, base, size, "zh_CN", allow="GL Driver Message") as page:
        sign_in(page)
        page.goto("/map")
        page.wait_for_selector("#map-live[data-shown]")
        page.wait_for_timeout(800)
        assert page.locator(".pin").count() == page.locator(".spot:not([data-open='0'])").count()
        picture(page, f"map-parts-live-{size}")
        page.click("#map-switch")
        page.locator(".ground-drawing svg").scroll_into_view_if_needed()
        assert page.evaluate(_AT, [grid, 1]) is None, "a hole is none of its ground"
        assert page.evaluate(_AT, [grid, 2]) == f"spot-{grid}", "an island is"
        picture(page, f"map-parts-plain-{size}")
