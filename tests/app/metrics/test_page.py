"""The page of metrics: closed without its token, true to what the database and the processes say, few in number."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families as parsed
from werkzeug.test import TestResponse

from app.metrics.figures import SHOWN
from app.metrics.meters import Meters
from app.metrics.page import TOKEN
from app.metrics.requests import endpoint_class
from app.processes.doors import hooks_of
from app.processes.pages import web_of
from app.proof.checkpoints import Checkpoints
from app.sections import Settings
from app.settings import load
from app.wiring import House
from dispatch.due import jumps
from tests.conftest import ROOT, Valkey
from tests.signing import sign_all
from tests.stage import LINE, Stage

Figures = dict[tuple[str, tuple[tuple[str, str], ...]], float]


@pytest.fixture
def settings(stage: Stage, valkey: Valkey, tmp_path: Path) -> Settings:
    environ = {"HOTLINE_DATA": str(tmp_path / "data"), "DATABASE_URL": stage.database.url, "REDIS_URL": valkey.url}
    return load(environ, ROOT / "config.toml")


@pytest.fixture
def house(settings: Settings) -> Iterator[House]:
    """`timers` beside the pages."""
    made = House(settings, "timers")
    yield made
    made.engine.dispose()


@pytest.fixture
def web(settings: Settings) -> Iterator[Flask]:
    with worker(settings) as app:
        yield app


@contextmanager
def worker(settings: Settings) -> Iterator[Flask]:
    """A worker of `web`."""
    house = House(settings, "web")
    yield web_of(house)
    house.engine.dispose()


def scrape(web: Flask) -> Figures:
    """All that the page shows, by name and labels."""
    answer = asked(web.test_client(), f"Bearer {(token_file(web)).read_text().strip()}")
    assert answer.status_code == 200, answer.text
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in parsed(answer.text)
        for sample in family.samples
    }


def token_file(web: Flask) -> Path:
    meters: Meters = web.extensions["hotline.meters"]
    return meters.files.parent / "secrets" / TOKEN


def asked(client: FlaskClient, authorization: str) -> TestResponse:
    return client.get("/metrics", headers={"Authorization": authorization} if authorization else {})


def of(figures: Figures, name: str, **labels: str) -> float:
    return figures[name, tuple(sorted(labels.items()))]


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer wrong", "Basic {token}", "{token}", "Bearer {token}x"])
def test_without_the_token_it_is_closed(web: Flask, authorization: str) -> None:
    token = token_file(web).read_text().strip()
    answer = asked(web.test_client(), authorization.format(token=token))
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert "hotline_" not in answer.text
    assert token not in answer.text


def test_the_token_is_for_its_owner_only(web: Flask) -> None:
    assert token_file(web).stat().st_mode & 0o077 == 0
    assert len(token_file(web).read_text()) >= 32


def test_it_says_what_the_database_holds(stage: Stage, web: Flask) -> None:
    stage.text("幸福里小区3号楼2单元楼道灯不亮")
    stage.text("和平一村5号楼下水道堵了", "+8613800000002")
    stage.plant("UPDATE outbox SET state = 'unknown' WHERE purpose = 'receipt'")
    stage.plant("UPDATE timer SET state = 'parked' WHERE id = (SELECT id FROM timer WHERE state = 'open' LIMIT 1)")
    stage.wind(timedelta(hours=2))
    found = scrape(web)
    assert of(found, "hotline_database_up") == 1
    assert of(found, "hotline_valkey_up") == 1
    assert of(found, "hotline_open_cases", state="dispatched", level="L3") == 2
    assert of(found, "hotline_outbox_due", channel="text", purpose="order") == 2
    assert 7190 < of(found, "hotline_outbox_lateness_seconds", channel="text", purpose="order") < 7300
    assert of(found, "hotline_outbox_unknown", channel="text") == 2
    assert of(found, "hotline_outbox_unknown", channel="call") == 0
    assert of(found, "hotline_parked", kind="timer") == 1
    assert of(found, "hotline_open_timers", kind="timer") == len(stage.rows("SELECT 1 FROM timer WHERE state = 'open'"))
    assert of(found, "hotline_timer_lateness_seconds", kind="timer") == 0
    assert 7190 < of(found, "hotline_history_unsigned_seconds") < 7300


def test_late_timers_and_the_way_to_the_unit_are_told(stage: Stage, web: Flask, settings: Settings) -> None:
    stage.text("幸福里小区3号楼2单元楼道灯不亮")
    stage.plant("UPDATE cases SET received_at = received_at - interval '40 seconds'")
    found = scrape(web)
    assert of(found, "hotline_intake_to_routed_seconds", quantile="1.0") == pytest.approx(40)
    stage.wind(timedelta(days=30))
    with worker(settings) as another:  # which keeps nothing yet
        late = scrape(another)
    assert of(late, "hotline_timer_lateness_seconds", kind="timer") > timedelta(days=10).total_seconds()
    assert ("hotline_intake_to_routed_seconds", (("quantile", "1.0"),)) not in late


def test_a_checkpoint_covers_history(stage: Stage, web: Flask, house: House, settings: Settings) -> None:
    stage.text("幸福里小区3号楼2单元楼道灯不亮")
    with worker(settings) as another:  # `web` must not keep what it says now
        assert of(scrape(another), "hotline_history_unsigned_seconds") > 0
    sign_all(Checkpoints(house), stage)
    found = scrape(web)
    assert of(found, "hotline_history_unsigned_seconds") == 0
    assert of(found, "hotline_checkpoint_age_seconds") < 60
    # After a restore lines bear the transaction numbers of another server, be they higher or passed through again.
    stage.plant("UPDATE event SET xid = xid + 1000000000, at = at - interval '1 day'")
    stage.plant("UPDATE checkpoint SET at = at - interval '1 hour'")
    with worker(settings) as restored:
        assert of(scrape(restored), "hotline_history_unsigned_seconds") == 0
    stage.text("幸福里小区3号楼2单元的单元门关不上")
    with worker(settings) as later:
        assert 0 < of(scrape(later), "hotline_history_unsigned_seconds") < 600


def test_a_clock_that_jumped_is_shown_until_it_is_settled(stage: Stage, settings: Settings) -> None:
    with worker(settings) as before:
        assert of(scrape(before), "hotline_firing_halted") == 0
    with stage.door.transaction(LINE) as tx:
        assert jumps.notice(tx, tx.now - timedelta(days=2))
    with worker(settings) as after:
        assert of(scrape(after), "hotline_firing_halted") == 1


def test_processes_count_together(web: Flask, house: House) -> None:
    client = web.test_client()
    for _ in range(3):
        assert client.get("/healthz").status_code == 200
    assert client.get("/nowhere").status_code == 404
    house.meters.beat()
    with house.engine.connect():
        found = scrape(web)
        assert of(found, "hotline_database_connections_in_use", process="timers") == 1
    assert of(scrape(web), "hotline_database_connections_in_use", process="timers") == 0
    requests = "hotline_http_request_duration_seconds_count"
    assert of(found, requests, process="web", endpoint="health", status="2xx") == 3
    assert of(found, requests, process="web", endpoint="unknown", status="4xx") == 1
    assert of(found, "hotline_process_up", process="timers") == 1
    assert of(found, "hotline_process_up", process="web") == 1
    assert of(found, "hotline_process_up", process="jobs") == 0
    assert of(found, "hotline_process_starts_total", process="timers") == 1


ALERTS = re.split(r"(?m)^      - alert: ", (ROOT / "deploy" / "alerts.yml").read_text(encoding="utf-8"))[1:]


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.split()[0])
def test_an_alert_says_what_it_means_and_what_to_do(alert: str) -> None:
    assert alert.startswith("Hotline")
    for part in ("expr:", "severity: ", "means: ", "do: "):
        assert alert.count(part) == 1, part


def test_alerts_speak_of_what_is_shown(stage: Stage, web: Flask, house: House) -> None:
    stage.text("幸福里小区3号楼2单元楼道灯不亮")
    assert of(scrape(web), "hotline_history_unsigned_seconds") > 0
    sign_all(Checkpoints(house), stage)
    web.test_client().get("/healthz")
    shown = {name for name, _ in scrape(web)} | {shown.name for shown in SHOWN.values()}
    expressions = [re.search(r"expr:(.*?)\n        (?:for|labels):", alert, re.DOTALL) for alert in ALERTS]
    spoken = {name for found in expressions if found for name in re.findall(r"\bhotline_[a-z0-9_]+", found[1])}
    assert len(spoken) > 12
    assert spoken <= shown
    assert all(name.startswith("hotline_") for name in shown)


def test_classes_of_endpoints_are_few(settings: Settings) -> None:
    twilio = {
        "HOTLINE_DATA": str(settings.folder),
        "DATABASE_URL": settings.database.url or "",
        "TWILIO_AUTH_TOKEN": "x",
    }
    house = House(load(twilio, ROOT / "config.toml"), "hooks")
    doors = {endpoint_class(rule.endpoint) for rule in hooks_of(house).url_map.iter_rules()}
    house.engine.dispose()
    assert {"voice", "out", "sms", "status", "recording", "health"} <= doors
    assert len(doors) < 12
    with worker(settings) as app:
        assert len({endpoint_class(rule.endpoint) for rule in app.url_map.iter_rules()}) < 40


def test_no_label_is_about_anybody(stage: Stage, web: Flask) -> None:
    taken = stage.text("幸福里小区3号楼2单元楼道灯不亮", "+8613812345678")
    web.test_client().get(f"/cases/{taken.number}")
    said = " ".join(value for _, labels in scrape(web) for _, value in labels)
    assert not re.search(r"\d{4}|幸福", said), said


def test_away_is_said_and_the_rest_still_shown(web: Flask, settings: Settings, stage: Stage) -> None:
    assert of(scrape(web), "hotline_database_up") == 1
    stage.plant("ALTER TABLE outbox RENAME TO elsewhere")  # as before a release
    with worker(settings) as behind:
        assert of(scrape(behind), "hotline_database_up") == 0
    environ = {"HOTLINE_DATA": str(settings.folder), "DATABASE_URL": "postgresql://x@127.0.0.1:1/x"}
    away = House(load(environ | {"REDIS_URL": "redis://127.0.0.1:1/0"}, ROOT / "config.toml"), "web")
    found = scrape(web_of(away))
    away.engine.dispose()
    assert of(found, "hotline_database_up") == 0
    assert of(found, "hotline_valkey_up") == 0
    assert of(found, "hotline_process_up", process="web") == 1
    assert not any(name == "hotline_open_timers" for name, _ in found)
