"""Every page is closed but a few, and every answer tells the browser to run nothing that is not ours."""

import re
from pathlib import Path

import pytest
from flask import Blueprint, Flask

from console.entry.guard import PUBLIC
from console.entry.headers import CONTENT_POLICY
from console.site import HERE, init_app
from tests.console.house import House, make_app

TEMPLATES = sorted((HERE / "templates").glob("*.html"))


def test_every_endpoint_is_guarded_but_a_few(house: House) -> None:
    seen = set()
    with house.client() as browser:
        house.app.config["WTF_CSRF_ENABLED"] = False  # the guard alone is looked at
        for rule in house.app.url_map.iter_rules():
            seen.add(rule.endpoint)
            address = re.sub(r"<uuid:[^>]+>", "00000000-0000-0000-0000-000000000001", rule.rule)
            address = re.sub(r"<[^>]+>", "1", address)
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                answer = browser.open(address, method=method)
                closed = answer.status_code == 303 and answer.location.startswith("/login")
                assert closed != (rule.endpoint in PUBLIC), f"{method} {rule.rule}"
    assert seen >= PUBLIC, "PUBLIC names an endpoint that is not there"


def test_what_others_add_later_is_closed_too(house: House) -> None:
    app = make_app(house.parts)
    later = Blueprint("later", __name__)
    later.add_url_rule("/later", "page", lambda: "open to all?", methods=["GET", "POST"])
    app.register_blueprint(later)
    assert app.test_client().get("/later").status_code == 303


def test_whoever_is_signed_in_finds_their_places_on_the_page_of_what_is_not_there(house: House) -> None:
    with house.client() as browser:
        assert "/login" in browser.get("/nowhere").text
    with house.signed_in("dispatcher") as browser:
        answer = browser.get("/nowhere")
        assert answer.status_code == 404
        assert 'href="/desk"' in answer.text
        assert "/login" not in answer.text


def test_a_table_that_refreshes_itself_is_told_to_reload(house: House) -> None:
    answer = house.client().get("/desk/rows", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Refresh"]) == (401, "true")


@pytest.mark.parametrize("path", ["/", "/login", "/desk", "/no/such/page", "/static/console.css", "/static/none"])
def test_every_answer_has_its_policy(house: House, path: str) -> None:
    with house.client().get(path) as answer:
        headers = answer.headers
    assert headers["Content-Security-Policy"] == CONTENT_POLICY
    assert "unsafe" not in CONTENT_POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"


def test_pages_are_not_kept_and_marked_files_are(house: House) -> None:
    with house.client() as browser:
        page = browser.get("/login")
        assert page.headers["Cache-Control"] == "no-store"
        address = re.search(r'href="(/static/console\.css\?v=[0-9a-f]+)"', page.text)
        assert address is not None
        with browser.get(address[1]) as answer:
            assert "immutable" in answer.headers["Cache-Control"]
            assert "Set-Cookie" not in answer.headers
        for other in ("/static/console.css", "/static/none?v=1"):
            with browser.get(other) as answer:
                assert "immutable" not in answer.headers.get("Cache-Control", "")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_anything_inline(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:|hx-on|hx-vals=.js", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert "|safe" not in text.replace(" ", "")
    assert not re.search(r"https?://", text)


def test_an_app_without_a_secret_or_with_its_own_static_is_refused(house: House) -> None:
    with pytest.raises(ValueError, match="secret_key"):
        init_app(Flask("bare", static_folder=None), house.parts)
    app = Flask("own_static", static_folder=str(HERE / "static"))
    app.secret_key = "x"
    with pytest.raises(ValueError, match="static_folder=None"):
        init_app(app, house.parts)
