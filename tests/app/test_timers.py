"""`timers` goes on whatever happens in one of its rounds."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from app.processes import timers
from app.processes.timers import LOOK, Rounds
from app.processes.watch import Watch
from app.wiring import House
from dispatch.transaction import DatabaseAway, RowHeld


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


@dataclass
class _Two:
    """Two offices, of which the first has a row that somebody holds, or no database at all."""

    trouble: Exception
    offices: tuple[str, ...] = ("held", "free")

    def __post_init__(self) -> None:
        self.left = {"held": 3, "free": 3}

    def fire(self, _house: object, office: str, _watch: object) -> bool:
        if office == "held":
            raise self.trouble
        self.left[office] -= 1
        return self.left[office] >= 0


def test_what_is_held_in_one_office_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    two = _Two(RowHeld("somebody has it"))
    monkeypatch.setattr(timers, "_fire_some", two.fire)
    with pytest.raises(RowHeld):
        timers.fire_due(cast("House", two), Watch(timedelta(minutes=5)))
    assert two.left == {"held": 3, "free": -1}
    two = _Two(DatabaseAway("gone"))
    monkeypatch.setattr(timers, "_fire_some", two.fire)
    with pytest.raises(DatabaseAway):
        timers.fire_due(cast("House", two), Watch(timedelta(minutes=5)))
    assert two.left["free"] == 3, "nobody else would fare better"
