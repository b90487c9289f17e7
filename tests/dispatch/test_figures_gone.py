"""Figures of cases without an outcome, withdrawn or handed over, and of promises whose moment has not come."""

from datetime import timedelta

import pytest

from dispatch.due import handlers
from dispatch.figures.counting import Period
from dispatch.figures.facts import LeftOut
from dispatch.figures.reading import report_of
from dispatch.figures.report import Report
from dispatch.loop import visits
from dispatch.reports import Taken
from tests.dispatch.looping import LAMP, case, does, to_told
from tests.dispatch.shifts import wind_to
from tests.dispatch.test_life_leaving import act
from tests.stage import LINE, Stage

DAY = timedelta(days=1)
OF_THE_PROMISE = ("finished", "on_time")
HAND_OVER = (
    ("hand-over", {"line": "named", "line_name": "12345", "why": "市级部门的政策"}),
    ("confirm-handover", {"why": "12345王女士接手"}),
)
WAYS = {"withdrawn": (("withdraw", {"why": "自己修好了"}),), "handed_over": HAND_OVER}


def leaves(stage: Stage, taken: Taken, end: str) -> None:
    for name, said in WAYS[end]:
        act(stage, taken.case_id, name, **said)
    assert case(stage, taken).state == end


def figures(stage: Stage, days: int = 60) -> Report:
    """Over so many days before and after now."""
    with stage.door.transaction(LINE) as tx:
        return report_of(tx, Period(tx.now - days * DAY, tx.now + days * DAY), "xingfu")


def counts(report: Report, code: str) -> tuple[int, int]:
    value = report.values[code]
    return len(value.yes), len(value.of)


def past_due(stage: Stage, taken: Taken) -> None:
    wind_to(stage, case(stage, taken).due_at + DAY)
    with stage.door.transaction(LINE) as tx:
        handlers.fire_due(tx)


@pytest.mark.parametrize("end", WAYS)
def test_what_left_before_its_promise_was_due_is_neither_kept_nor_failed(stage: Stage, end: str) -> None:
    taken = stage.text(LAMP)
    leaves(stage, taken, end)
    past_due(stage, taken)
    report = figures(stage)
    for code in (*OF_THE_PROMISE, "first_time"):
        assert counts(report, code) == (0, 0), code
        assert report.values[code].left_out == {LeftOut(end): 1}, code
    assert counts(report, "accepted") == (1, 1), "it came in all the same"
    assert counts(report, "visit") == (0, 0)


@pytest.mark.parametrize("end", WAYS)
def test_what_was_broken_before_it_left_stays_broken(stage: Stage, end: str) -> None:
    """Else whoever is late would have the resident take it back."""
    taken = stage.text(LAMP)
    past_due(stage, taken)
    leaves(stage, taken, end)
    report = figures(stage)
    assert {code: counts(report, code) for code in OF_THE_PROMISE} == dict.fromkeys(OF_THE_PROMISE, (0, 1))
    assert counts(report, "visit") == (0, 1)
    assert counts(report, "first_time") == (0, 0)


@pytest.mark.parametrize("end", WAYS)
def test_what_was_kept_before_it_left_stays_kept(stage: Stage, end: str) -> None:
    taken = stage.text(LAMP)
    to_told(stage, taken)
    leaves(stage, taken, end)
    past_due(stage, taken)
    report = figures(stage)
    assert {code: counts(report, code) for code in OF_THE_PROMISE} == dict.fromkeys(OF_THE_PROMISE, (1, 1))
    assert counts(report, "visit") == (1, 1)
    assert counts(report, "first_time") == (0, 0)


def test_what_is_not_due_yet_counts_on_neither_side_however_far_the_period_reaches(stage: Stage) -> None:
    taken = stage.text(LAMP)
    does(stage, visits.sign, taken)
    steps = ("sign_for", "first_contact", "visit", "finding", "told")
    report = figures(stage)
    assert {code: counts(report, code) for code in (*OF_THE_PROMISE, *steps)} == dict.fromkeys(
        (*OF_THE_PROMISE, *steps), (0, 0)
    )
    past_due(stage, taken)
    report = figures(stage)
    assert {code: counts(report, code) for code in OF_THE_PROMISE} == dict.fromkeys(OF_THE_PROMISE, (0, 1))
    assert (counts(report, "sign_for"), counts(report, "visit")) == ((1, 1), (0, 1))
