"""Learning by night: when it is time, what keeps it from it, and what the commands say."""

import json
from datetime import timedelta

import pytest

from app.processes.learning import nightly
from app.processes.learning.nightly import Nightly, is_time
from dispatch.learning import versions
from dispatch.transaction import Door
from tests.dispatch.test_learning import here
from tests.stage import LINE, Stage

from .test_records import Say, command, say

__all__ = ["command", "say"]

NIGHT = timedelta(hours=17)  # from ten in the morning to three at night


class House:
    """A house with one office."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self.offices = ("xingfu",)


@pytest.mark.parametrize(
    ("ahead", "last", "settled", "time"),
    [
        (NIGHT, None, False, True),
        (timedelta(), None, False, False),
        (timedelta(), None, True, True),
        (NIGHT, timedelta(minutes=20), True, False),
        (NIGHT, timedelta(days=1), False, True),
        (timedelta(), timedelta(days=1), True, False),
        (timedelta(), timedelta(days=3), True, True),
        (timedelta(), timedelta(days=3), False, False),
    ],
)
def test_once_a_night_and_by_day_only_where_nights_were_missed(
    stage: Stage, ahead: timedelta, last: timedelta | None, settled: bool, time: bool
) -> None:
    stage.wind(ahead)
    with stage.door.transaction(LINE) as tx:
        assert is_time(tx, tx.now - last if last else None, settled=settled) is time


def test_an_office_with_few_cases_does_not_learn(stage: Stage) -> None:
    stage.wind(NIGHT)
    assert Nightly(House(stage.door)).go() == []  # type: ignore[arg-type]


def test_what_was_undone_is_not_learnt_again_by_night(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nightly, "FEW", 0)
    with stage.door.transaction(LINE) as tx:
        row = versions.keep(tx, here(), versions.course(tx))
    stage.plant("UPDATE matter_model SET figures = replace(figures, '\"cases\": 0', '\"cases\": -1')")
    stage.wind(NIGHT)
    due = Nightly(House(stage.door))  # type: ignore[arg-type]
    assert due._is_due("xingfu")
    assert not due._is_due("xingfu"), "a night is looked at once"
    stage.plant("UPDATE matter_model SET state = 'undone' WHERE number = :number", number=row.number)
    assert not Nightly(House(stage.door))._is_due("xingfu")  # type: ignore[arg-type]


def test_the_commands_say_where_there_is_nothing(say: Say) -> None:
    code, out, _ = say("classify", "versions")
    assert (code, "what is shipped speaks" in out) == (0, True)
    code, out, err = say("classify", "train", "--now")
    assert (code, out, "none is closed or corrected" in err) == (1, "", True)
    code, _, err = say("classify", "undo", "--as", "supervisor", "--why", "x")
    assert (code, "Nothing to take back" in err) == (1, True)
    assert json.loads(say("classify", "versions", "-o", "json")[1]) == {"versions": []}
    code, _, err = say("classify", "undo", "--as", "nobody-here", "--why", "x")
    assert code == 1
    assert "nobody-here" in err
