"""docs/configuration.md is what the settings are."""

import re
import tomllib
from functools import reduce

import pytest

from app.cli.voice import Voice
from app.manual import all_settings, configuration
from app.sections import Settings
from app.settings import PLAIN_NAMES, SettingsErrors, load
from cases.phrases import LANGUAGES
from tests.conftest import ROOT

PAGE = ROOT / "docs" / "configuration.md"


def test_the_page_is_up_to_date() -> None:
    written = configuration(Voice("en").text)
    assert PAGE.read_text(encoding="utf-8") == written, "run `hotline --lang en config docs > docs/configuration.md`"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_setting_is_explained_in_both_languages(lang: str) -> None:
    text = Voice(lang).text
    for setting in all_settings():
        assert len(text(setting.meaning)) > 6, setting.path
        assert text(setting.kind), setting.path


def test_the_names_in_the_environment_are_those_that_are_read() -> None:
    """A nonsense value under each name is either taken or complained of at that setting's own path."""
    for setting in all_settings():
        for name in re.findall(r"`(\w+)`", setting.environment):
            assert touched({name: "nonsense"}) == {setting.path}, name


def touched(environ: dict[str, str]) -> set[str]:
    """The paths at which the settings are other than without this environment, or wrong for it."""
    try:
        found = load(environ, ROOT / "config.toml")
    except SettingsErrors as error:
        return {fault.path for fault in error.faults}
    plain = load({}, ROOT / "config.toml")
    return {s.path for s in all_settings() if not s.in_list and at(found, s.path) != at(plain, s.path)}


def at(settings: Settings, path: str) -> object:
    return reduce(getattr, path.split("."), settings)


def test_nothing_is_left_out() -> None:
    paths = {setting.path for setting in all_settings()}
    assert {".".join(path) for path in PLAIN_NAMES.values()} <= paths
    assert "policy" not in paths
    shipped = tomllib.loads((ROOT / "config.toml").read_text())
    for section, values in shipped.items():
        if section != "policy" and isinstance(values, dict):
            for key in values:
                assert any(path.startswith(f"{section}.{key}") for path in paths), f"{section}.{key}"
