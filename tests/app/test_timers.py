"""`timers` goes on whatever happens in one of its rounds."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from app.processes.timers import LOOK, Rounds
from app.processes.watch import Watch
from app.wiring import House


class _Nowhere:
    root = Path("/nowhere")


@dataclass
class _Broken:
    """A house in which whatever is touched fails, each time with something else."""

    folder: type[_Nowhere] = _Nowhere
    tries: int = 0

    @property
    def door(self) -> None:
        self.tries += 1
        raise (IndexError, ZeroDivisionError, OSError)[self.tries % 3]


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> _Broken:
    monkeypatch.setattr("app.proof.keys.signer", lambda folder: None)
    return _Broken()


def test_no_trouble_ends_it(house: _Broken) -> None:
    rounds = Rounds(cast("House", house), Watch(timedelta(minutes=5)))
    assert [rounds.go() for _ in range(5)] == [LOOK] * 5
    assert house.tries == 5
