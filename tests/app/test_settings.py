"""Settings: what wins, and everything that is wrong at once."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from app.sections import Settings
from app.settings import SettingsErrors, language, load

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text('[server]\nport = 9000\n[[lines]]\nid = "main"\nnumber = "+862166660000"\noffice = "xingfu"\n')
    return path


def faults(environ: dict[str, str], file: Path) -> dict[str, str]:
    with pytest.raises(SettingsErrors) as caught:
        load(environ, file)
    return {fault.path: fault.trouble.id for fault in caught.value.faults}


def test_our_own_file_is_right_and_complete() -> None:
    settings = load({}, ROOT / "config.toml")
    assert settings.lines[0].number == "+862166660000"
    assert (settings.server_base, settings.hooks_base) == ("http://127.0.0.1:8000", "http://127.0.0.1:8001")
    assert settings.exchange_base == "http://127.0.0.1:8002"
    assert settings.rehearsal_doors
    text = (ROOT / "config.toml").read_text()
    for name, section in Settings.model_fields.items():
        fields = getattr(section.annotation, "model_fields", {})
        for field in [name, *fields]:
            assert field in text, f"config.toml does not speak of {field}"


@pytest.mark.parametrize(
    ("environ", "port"),
    [
        ({}, 9000),
        ({"PORT": "9100"}, 9100),
        ({"PORT": "9100", "HOTLINE__SERVER__PORT": "9200"}, 9200),
        ({"PORT": ""}, 9000),
    ],
)
def test_the_environment_wins_over_the_file(file: Path, environ: dict[str, str], port: int) -> None:
    settings = load(environ, file)
    assert settings.server.port == port
    assert settings.hooks_port == port + 1
    assert settings.exchange_port == port + 2


def test_twilios_names_set_account_and_signature_and_never_the_carrier(file: Path) -> None:
    sid = "AC" + "a" * 32
    environ = {"TWILIO_ACCOUNT_SID": sid, "TWILIO_AUTH_TOKEN": "secret-token", "TWILIO_API_KEY": "SK1"}
    settings = load(environ, file)
    assert settings.carriers.kind == "rehearsal"
    assert settings.carriers.twilio.account_sid == sid
    assert settings.carriers.twilio.auth_token == SecretStr("secret-token")
    assert "secret-token" not in repr(settings)


def test_a_database_address_gets_our_driver_and_stays_out_of_sight(file: Path) -> None:
    settings = load({"DATABASE_URL": "postgres://me:hush@db/x"}, file)
    assert settings.database.url == "postgresql+psycopg://me:hush@db/x"
    assert "hush" not in repr(settings)


def test_lists_and_sections_can_be_json_in_the_environment(file: Path) -> None:
    lines = '[{"id": "a", "number": "+862166660001", "office": "x"}]'
    assert load({"HOTLINE__LINES": lines}, file).lines[0].id == "a"
    assert faults({"HOTLINE__LINES": "[{"}, file) == {"HOTLINE__LINES": "app.config.no_json"}


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(
        """dta = 1
[server]
host = "0.0.0.0"
port = "x"
prot = 3
[carriers]
kind = "twillio"
[carriers.twilio]
account_sid = "nope"
[[lines]]
id = "Main"
number = "12"
[logs]
level = "loud"
"""
    )
    found = faults(
        {"HOTLINE__SERVR__PORT": "3", "HOTLINE__OFFICE__SMALL": "maybe", "DATABASE_URL": "mysql://u:hush@h"}, path
    )
    assert found == {
        "carriers.kind": "app.config.not_one_of",
        "carriers.twilio.account_sid": "app.config.not_right",
        "database.url": "app.config.no_database",
        "dta": "app.config.unknown",
        "lines[0].id": "app.config.not_right",
        "lines[0].number": "app.config.no_number",
        "lines[0].office": "app.config.missing",
        "logs.level": "app.config.not_one_of",
        "office.small": "app.config.not_right",
        "server.host": "app.config.rehearsal_beyond_loopback",
        "server.port": "app.config.not_right",
        "server.prot": "app.config.unknown",
        "servr": "app.config.unknown",
    }


def test_a_near_name_is_suggested(file: Path) -> None:
    with pytest.raises(SettingsErrors) as caught:
        load({"HOTLINE__SERVER__PROT": "1"}, file)
    assert caught.value.faults[0].remedy.params == {"name": "port"}


def test_secrets_are_not_told_back(file: Path) -> None:
    with pytest.raises(SettingsErrors) as caught:
        load({"DATABASE_URL": "mysql://u:hush@h"}, file)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "hotline.example"])
def test_a_rehearsal_beyond_loopback_must_be_said(file: Path, host: str) -> None:
    environ = {"HOTLINE__SERVER__HOST": host}
    assert faults(environ, file) == {"server.host": "app.config.rehearsal_beyond_loopback"}
    settings = load({**environ, "HOTLINE__SERVER__REHEARSAL_BEYOND_LOOPBACK": "true"}, file)
    assert not settings.rehearsal_doors


def test_a_rehearsal_clock_is_for_this_machine_alone(file: Path) -> None:
    environ = {
        "HOTLINE__SERVER__HOST": "0.0.0.0",
        "HOTLINE__SERVER__REHEARSAL_BEYOND_LOOPBACK": "true",
        "HOTLINE__CLOCK__KIND": "rehearsal",
    }
    assert faults(environ, file) == {"clock.kind": "app.config.clock_beyond_loopback"}
    assert load({"HOTLINE__CLOCK__KIND": "rehearsal"}, file).clock.kind == "rehearsal"


def test_without_a_word_the_clock_of_a_rehearsal_on_this_machine_can_be_wound(file: Path) -> None:
    assert load({}, file).clock_kind == "rehearsal"
    assert load({"HOTLINE__CLOCK__KIND": "real"}, file).clock_kind == "real"
    beyond = {"HOTLINE__SERVER__HOST": "0.0.0.0", "HOTLINE__SERVER__REHEARSAL_BEYOND_LOOPBACK": "true"}
    assert load(beyond, file).clock_kind == "real"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_loopback_has_many_names(file: Path, host: str) -> None:
    assert load({"HOTLINE__SERVER__HOST": host}, file).rehearsal_doors


def test_a_real_carrier_owes_account_token_and_public_base(file: Path) -> None:
    found = faults({"HOTLINE__CARRIERS__KIND": "twilio", "HOTLINE__CLOCK__KIND": "rehearsal"}, file)
    assert found == {
        "carriers.twilio.account_sid": "app.config.owed_in_earnest",
        "carriers.twilio.auth_token": "app.config.owed_in_earnest",
        "clock.kind": "app.config.clock_in_earnest",
        "server.public_base": "app.config.owed_in_earnest",
    }


def test_lines_and_ports_must_not_meet(file: Path) -> None:
    line = '{"id": "main", "number": "+862166660000", "office": "x"}'
    found = faults({"HOTLINE__LINES": f"[{line}, {line}]", "HOTLINE__SERVER__HOOKS_PORT": "9000"}, file)
    assert found == {"lines": "app.config.line_twice", "server.port": "app.config.ports_meet"}


@pytest.mark.parametrize(("text", "id_"), [("[server", "app.config.no_toml"), (None, "app.config.unreadable")])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, text: str | None, id_: str) -> None:
    path = tmp_path / "config.toml"
    if text is not None:
        path.write_text(text)
    assert faults({}, path) == {str(path): id_}


@pytest.mark.parametrize(
    ("environ", "lang"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh_CN"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({}, "en"),
        ({"LANG": "en_GB", "LC_ALL": "zh_TW"}, "zh_CN"),
        ({"LANG": "xx_YY.nonsense"}, "en"),
    ],
)
def test_the_language_needs_no_installed_locale(environ: dict[str, str], lang: str) -> None:
    assert language(environ) == lang
