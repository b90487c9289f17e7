"""Logs are JSON lines without personal data, from us and from libraries."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from app import logs


@pytest.fixture(autouse=True)
def quiet_again() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def test_a_line_has_no_number_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    logs.start_logs("web", "info")
    facts = {"from": "+8613800000001", "deep": {"list": ["13912345678", 3]}, "count": 2}
    logs.note("door.refused", facts)
    logging.getLogger("library").warning("could not reach %s", "+86 138 0000 0001")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["event"].split(" ")[0] for line in lines] == ["door.refused", "could"]
    assert lines[0]["process"] == "web"
    assert lines[0]["count"] == 2
    said = json.dumps(lines)
    for secret in ("13800000001", "13912345678", "0000 0001"):
        assert secret not in said


def test_trouble_names_its_kind(capsys: pytest.CaptureFixture[str]) -> None:
    logs.start_logs("jobs", "info")
    logs.trouble("bell.away", ConnectionError("refused"))
    line = json.loads(capsys.readouterr().err)
    assert (line["level"], line["error"]) == ("warning", "ConnectionError: refused")


def test_what_is_below_the_level_is_not_said(capsys: pytest.CaptureFixture[str]) -> None:
    logs.start_logs("web", "error")
    logs.note("door.refused", {})
    assert capsys.readouterr().err == ""
