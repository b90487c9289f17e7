"""What an office learns: a month of corrections helps, a poisoned week is refused; versions, undo, damaged bodies."""

import json
import logging
from dataclasses import replace

import pytest

from dispatch.learning import versions
from dispatch.learning.comparing import ENOUGH, Compared, Figures, is_kept_case
from dispatch.learning.suggesting import likely
from dispatch.learning.training import Attempt, Ground, attempt, ground, teaches
from dispatch.learning.versions import Course
from dispatch.loop.who import NotYours, by_code
from dispatch.matters.learnt.file import to_bytes
from dispatch.matters.learnt.shipped import shipped
from dispatch.transaction import Door
from tests.dispatch.sample import policy
from tests.dispatch.taught import HERE, month, poisoned
from tests.people import SHEN_YUEHUA, WU_CHUNMEI
from tests.stage import LINE, Stage

SUPERVISOR, LIAISON = SHEN_YUEHUA.worker, WU_CHUNMEI.worker


@pytest.fixture(scope="module")
def on() -> Ground:
    return ground()


@pytest.fixture(scope="module")
def good(on: Ground) -> Attempt:
    return attempt(month(), None, policy(), on)


@pytest.mark.slow
def test_a_month_of_corrections_raises_the_right_share_on_a_kept_third(good: Attempt) -> None:
    compared = good.compared
    assert good.takes_over, compared.worse
    assert compared.own.texts >= 30
    assert compared.own.right > compared.own_before.right + 0.3
    assert compared.shipped.recall >= compared.shipped_before.recall - 0.005
    assert len(month()) * 0.95 <= good.lessons + compared.own.texts <= len(month())


@pytest.mark.slow
def test_a_poisoned_week_is_refused(good: Attempt, on: Ground) -> None:
    after_a_good_month = attempt([*month(), *poisoned()], good.model, policy(), on)
    assert "own_right" in after_a_good_month.compared.worse
    from_the_first_day = attempt(poisoned(7, 40), None, policy(), on)
    assert "sense" in from_the_first_day.compared.worse


def test_what_is_heard_as_danger_teaches_nothing() -> None:
    """A gas leak that was closed as something plain would teach that it is no danger."""
    assert not teaches("家里一股煤气味，头晕", policy())
    assert teaches("楼道灯不亮", policy())


def figures(**other: float) -> Figures:
    return Figures(**{"texts": ENOUGH, "right": 0.8, "recall": 0.9, "false_alarms": 0.02, **other})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("own", "shipped_", "worse"),
    [
        ({}, {}, ()),
        ({}, {"right": 0.791, "recall": 0.896, "false_alarms": 0.024}, ()),
        ({"texts": ENOUGH - 1}, {}, ("few",)),
        ({"right": 0.799}, {}, ("own_right",)),
        ({"right": 0.2}, {}, ("sense", "own_right")),
        ({"false_alarms": 0.021}, {}, ("own_alarms",)),
        ({}, {"right": 0.78}, ("right",)),
        ({}, {"recall": 0.89}, ("recall",)),
        ({}, {"false_alarms": 0.03}, ("alarms",)),
    ],
)
def test_each_figure_that_is_worse_refuses(
    own: dict[str, float], shipped_: dict[str, float], worse: tuple[str, ...]
) -> None:
    assert Compared(figures(), figures(**own), figures(), figures(**shipped_)).worse == worse


def test_the_kept_third_is_a_third_and_the_same_again() -> None:
    cases = [each.case_id for each in month(5, 900)]
    kept = [is_kept_case(each) for each in cases]
    assert 250 < sum(kept) < 350
    assert kept == [is_kept_case(each) for each in cases]


def here() -> Attempt:
    """What is in force without more ado: the shipped model with the labels of lifts and of rubbish exchanged."""
    model = shipped()
    other = {"rubbish-overflow": "lift", "lift": "rubbish-overflow"}
    exchanged = replace(model, labels=tuple(other.get(label, label) for label in model.labels))
    return Attempt(exchanged, Compared(figures(), figures(), figures(), figures()), 9, 9)


def put(door: Door, tried: Attempt) -> int:
    with door.transaction(LINE) as tx:
        number: int = versions.keep(tx, tried, versions.course(tx)).number
    return number


def test_all_processes_see_a_new_version_and_its_undoing(stage: Stage) -> None:
    other = Door(stage.engine, stage.vault, stage.door.phrasebooks, lambda _who, _at: None)
    before = [likely_first(door) for door in (stage.door, other)]
    assert before == ["lift", "lift"]
    assert put(stage.door, here()) == 1
    assert [likely_first(door) for door in (stage.door, other)] == ["rubbish-overflow"] * 2
    assert put(other, here()) == 2
    with other.transaction(LINE) as tx:
        assert versions.undo(tx, by_code(tx, SUPERVISOR), "听错电梯") == 1
    with stage.door.transaction(LINE) as tx:
        assert [(row.number, row.state) for row in versions.listed(tx)] == [(2, "undone"), (1, "in_force")]
        [undone, _] = versions.listed(tx)
        assert (undone.ended_by, undone.ended_why) == (f"staff:{SUPERVISOR}", "听错电梯")
        assert versions.course(tx).held
        assert versions.undo(tx, by_code(tx, SUPERVISOR), "还是听错") is None
    assert [likely_first(door) for door in (stage.door, other)] == ["lift", "lift"]
    with stage.door.transaction(LINE) as tx, pytest.raises(versions.NothingToUndo):
        versions.undo(tx, by_code(tx, SUPERVISOR), "再来")


def likely_first(door: Door) -> str:
    with door.transaction(LINE) as tx:
        return likely(tx, "电梯")[0].label if tx.learnt is None else tx.learnt.suggest("电梯")[0].label


def test_only_a_supervisor_takes_back(stage: Stage) -> None:
    put(stage.door, here())
    with stage.door.transaction(LINE) as tx, pytest.raises(NotYours):
        versions.undo(tx, by_code(tx, LIAISON), "不想要")
    assert likely_first(stage.door) == "rubbish-overflow"


@pytest.mark.parametrize("harm", ["cut", "other version", "nothing"])
def test_a_body_that_cannot_be_used_is_logged_and_what_is_shipped_goes_on(
    stage: Stage, caplog: pytest.LogCaptureFixture, harm: str
) -> None:
    put(stage.door, here())
    raw = to_bytes(here().model)
    bad = {"cut": raw[:-9], "other version": raw.replace(b"model 1", b"model 9", 1), "nothing": b""}[harm]
    stage.plant("UPDATE matter_model SET body = :body", body=bad)
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            assert likely_first(stage.door) == "lift"
    assert [each.message.startswith("matter_model_refused: number 1") for each in caplog.records] == [True]


def test_what_was_overtaken_while_it_was_reckoned_is_refused(stage: Stage) -> None:
    with stage.door.transaction(LINE) as tx:
        there: Course = versions.course(tx)
    put(stage.door, here())
    with stage.door.transaction(LINE) as tx:
        row = versions.keep(tx, here(), there)
        assert (row.number, row.state, json.loads(row.figures)["worse"]) == (2, "refused", ["overtaken"])


def test_a_refused_version_is_kept_with_its_figures_alone(stage: Stage) -> None:
    bad = replace(here(), compared=Compared(figures(), figures(right=0.5), figures(), figures()))
    put(stage.door, bad)
    assert likely_first(stage.door) == "lift"
    [row] = stage.rows("SELECT state, body, figures FROM matter_model")
    assert (row.state, row.body) == ("refused", None)
    assert json.loads(str(row.figures))["own"]["right"] == 0.5


def test_old_bodies_are_forgotten(stage: Stage) -> None:
    for _ in range(versions.BODIES + 3):
        put(stage.door, here())
    kept = stage.rows("SELECT number FROM matter_model WHERE body IS NOT NULL ORDER BY number")
    assert [row.number for row in kept] == list(range(3, versions.BODIES + 4))


def test_names_that_only_this_office_has_are_all_taught() -> None:
    assert {each.category for each in month()} == set(HERE)
