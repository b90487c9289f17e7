"""Fault points: armed in rehearsal only, they end the process at the crossing that was named, and nowhere else."""

import os
import signal
from pathlib import Path

import pytest

from app import faultpoints
from app.sections import Settings

ARMED = {"rehearsal": {"crash_at": {"commit.after": 2}}}


@pytest.fixture
def killed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The kills that were asked for; none is done."""
    found: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "kill", lambda pid, sign: found.append((pid, sign)))
    return found


def test_the_process_ends_at_the_named_crossing(tmp_path: Path, killed: list[tuple[int, int]]) -> None:
    cross = faultpoints.crossing(Settings.model_validate(ARMED), tmp_path, "jobs")
    for point in ("commit.before", "commit.after", "commit.before"):
        cross(point)
    assert killed == []
    cross("commit.after")
    assert killed == [(os.getpid(), signal.SIGKILL)]
    assert (tmp_path / "crashed.log").read_text() == "jobs commit.after\n"


@pytest.mark.parametrize(
    "sections",
    [
        {},
        ARMED | {"carriers": {"kind": "twilio"}},
        ARMED | {"server": {"host": "0.0.0.0"}},
    ],
)
def test_otherwise_nothing_happens(
    tmp_path: Path, killed: list[tuple[int, int]], sections: dict[str, dict[str, object]]
) -> None:
    cross = faultpoints.crossing(Settings.model_validate(sections), tmp_path, "hooks")
    for _ in range(4):
        cross("commit.after")
    assert killed == []
    assert list(tmp_path.iterdir()) == []


def test_a_point_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="crash_at"):
        Settings.model_validate({"rehearsal": {"crash_at": {"commit.during": 1}}})
