"""What each process of a run is told, and what the exchange is started with."""

import json
from pathlib import Path

import pytest

from app.embedded.folder import DataFolder
from app.settings import load
from app.supervisor.plan import Plan, make_plan
from exchange.lines import parse_line

from .running import ROOT

NAMED = {
    "DATABASE_URL": "postgresql://app:a@db/hotline",
    "DATABASE_OWNER_URL": "postgresql://owner:o@db/hotline",
    "REDIS_URL": "redis://bell:6379/0",
}


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return NAMED | {"HOTLINE_DATA": str(tmp_path / "data"), "PORT": "9000"}


def plan_of(environ: dict[str, str]) -> Plan:
    settings = load(environ, ROOT / "config.toml")
    DataFolder(settings.folder).prepare()
    return make_plan(settings, {"HOTLINE__REHEARSAL__PEOPLE": "none"})


def test_servers_named_by_their_addresses_are_not_started(environ: dict[str, str]) -> None:
    plan = plan_of(environ)
    assert plan.postgres is None
    assert plan.valkey is None
    assert plan.environment("web")["DATABASE_URL"] == "postgresql+psycopg://app:a@db/hotline"


@pytest.mark.parametrize("name", ["web", "hooks", "jobs", "timers", "exchange"])
def test_the_owners_address_is_for_release_alone(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("DATABASE_OWNER_URL", NAMED["DATABASE_OWNER_URL"])
    plan = plan_of(environ)
    assert "DATABASE_OWNER_URL" not in plan.environment(name)
    assert plan.environment("release")["DATABASE_OWNER_URL"] == "postgresql+psycopg://owner:o@db/hotline"


def test_every_process_bears_the_run_and_the_flags(environ: dict[str, str]) -> None:
    plan = plan_of(environ)
    told = plan.environment("jobs")
    assert told["HOTLINE_RUN"] == plan.run
    assert told["HOTLINE__SERVER__PORT"] == "9000"
    assert told["HOTLINE__REHEARSAL__PEOPLE"] == "none"
    assert told["HOTLINE__CARRIERS__TWILIO__API_BASE"] == "http://127.0.0.1:9002"


def test_account_and_token_are_made_once(environ: dict[str, str]) -> None:
    first, second = plan_of(environ), plan_of(environ)
    assert (first.account_sid, first.auth_token) == (second.account_sid, second.auth_token)
    assert first.run != second.run


def test_an_account_that_is_named_is_used_in_rehearsal_too(environ: dict[str, str]) -> None:
    account = "AC" + "b" * 32
    plan = plan_of(environ | {"TWILIO_ACCOUNT_SID": account, "TWILIO_AUTH_TOKEN": "named-token"})
    assert plan.environment("hooks")["TWILIO_ACCOUNT_SID"] == account
    assert plan.environment("hooks")["TWILIO_AUTH_TOKEN"] == "named-token"


def test_the_exchange_gets_files_that_it_understands(environ: dict[str, str]) -> None:
    keys = {"TWILIO_API_KEY": "SK" + "1" * 32, "TWILIO_API_SECRET": "a-secret-word"}
    arguments = plan_of(environ | keys).exchange_arguments()
    told = dict(zip(arguments[::2], arguments[1::2], strict=True))
    assert told["--port"] == "9002"
    assert told["--api-key"] == keys["TWILIO_API_KEY"]
    lines = [parse_line(raw) for raw in json.loads(Path(told["--numbers"]).read_text())]
    assert [line.number for line in lines] == ["+862166660000"]
    assert lines[0].voice_url == "http://127.0.0.1:9001/webhooks/twilio/main/voice"
    for name in ("--token-file", "--api-secret-file", "--numbers"):
        assert Path(told[name]).stat().st_mode & 0o077 == 0
    assert not any("a-secret-word" in word for word in arguments), "secrets are no arguments: `ps` shows them"
