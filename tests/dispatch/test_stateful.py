"""Whatever people do, in any order, allowed or not, once, twice or rolled back: a pure model of a case's life
(`modelled`) says what is possible and what comes of it, and the record agrees after every step. At the end of each run
no invariant is broken, the times for which somebody pays add up, and history alone gives every deadline that is stored.

By itself it drives the same 2,000 cases each time; HOTLINE_STATEFUL_CASES=5000 drives as many, other ones each time.
"""

import json
import os
from collections import Counter
from contextlib import ExitStack
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from app.embedded.postgres import EmbeddedPostgres
from cases.clock.lines import KINDS, Line
from cases.clock.reckoning import told_of
from cases.clock.replay import Replay
from cases.clock.workdays import DayKind
from cases.steps import BESIDE, Step
from dispatch.calendar import entering
from dispatch.calendar.changing import Stretch
from dispatch.calendar.versions import Made, Source
from dispatch.reads import checks
from dispatch.transaction import Tx
from tests.conftest import fresh_database, template
from tests.dispatch.driven import Life
from tests.dispatch.driving import Driver
from tests.dispatch.looping import DANGER, ENQUIRY, LAMP, PRAISE, UNPLAYED
from tests.dispatch.modelled import LOOP, Kind
from tests.dispatch.recounted import events_and_terms
from tests.dispatch.shifts import OFFICE, WATER
from tests.dispatch.test_life_verifying import people_verify
from tests.stage import LINE, build, found

UNREACHED = LOOP - {"first_contact", "told", "call_back"}
KINDS_OF = (
    Kind(LAMP),
    Kind(LAMP),
    Kind(WATER, urgent=True, holds=False),
    Kind(DANGER, LOOP | {"interim"}, urgent=True, holds=False),
    Kind(ENQUIRY, LOOP - {"visit"}, frozenset({"told", "call_back"}), enquiry=True, holds=False),
    Kind(LAMP, UNREACHED, known=False),
    Kind(PRAISE, LOOP - {"visit", "call_back"}, frozenset(), frozenset(), holds=False),
)
TOGETHER = 100  # cases of one run
ROUNDS, LONG, SHORT = 9, 12, 10  # of these a few live long, two steps in each round; of the others some act
SEARCH = "HOTLINE_STATEFUL_CASES" in os.environ  # other lives each time; otherwise always the same ones
CASES = int(os.environ.get("HOTLINE_STATEFUL_CASES", "2000"))
PARTS = 4  # that are driven side by side where there are processors
HOURS = 24
UNDONE = 0.25  # how often what falls due comes to nothing first
PASSES = (45, 2, 8, 10, 14, 16, 19, 30)  # until which hour of the office's clock, or how many minutes
CHANGES = (*[""] * 24, "off", "work", "closed", "hours", "usual")
LUNCHLESS = ((time(8), time(12)), (time(12, 30), time(16)))
USUAL = ((time(9), time(12)), (time(13), time(17, 30)))
SEED = st.integers(0, 2**32)


class Lives(RuleBasedStateMachine):
    """Many cases at once in a database of their own."""

    part: int  # of the parts each draws for itself
    open_stage: Any  # gives a stage, and takes it down with the stack
    done: Counter[str]  # how often each thing was done, in all runs

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.driver = Driver(self.open_stage(self.stack))

    @initialize(seed=SEED)
    def begins(self, seed: int) -> None:
        draw = Random(f"{self.part} {seed}")
        for _ in range(TOGETHER):
            self.driver.report(draw.choice(KINDS_OF))

    @rule(seed=SEED)
    def a_while(self, seed: int) -> None:
        """People act; the calendar may change, and time passes."""
        draw = Random(f"{self.part} {seed} {sum(self.driver.steps.values())}")
        long, short = self.driver.lives[:LONG], self.driver.lives[LONG:]
        for life in (*long, *long, *draw.sample(short, SHORT)):
            self.driver.step(life, draw)
        now, changes, passes = self.driver.now.astimezone(OFFICE), draw.choice(CHANGES), draw.choice(PASSES)
        if changes:
            with self.driver.stage.door.transaction(LINE) as tx:
                day = (now + timedelta(days=draw.randrange(5))).date()
                entering.enter(tx, _change(tx, day, changes), Made(Source.EDIT, "", "staff:supervisor"))
        then = now.replace(hour=passes, minute=20, second=0, microsecond=0) if passes < HOURS else now
        if passes >= HOURS:
            then = now + timedelta(minutes=passes)
        self.driver.passes(then if then > now else then + timedelta(days=1), undone=draw.random() < UNDONE)

    def teardown(self) -> None:
        try:
            if not self.driver.wrong:
                self.driver.passes(self.driver.now + timedelta(minutes=5), undone=False)
                with self.driver.stage.door.transaction(LINE) as tx:
                    _sound(tx, self.driver)
        finally:
            self.done.update(self.driver.steps)
            self.driver.eyes.close()
            self.stack.close()


def _change(tx: Tx, day: date, change: str) -> entering.Change:
    if change in ("off", "work"):
        return entering.of_day(day, DayKind.OFF if change == "off" else DayKind.WORK, "调整")
    if change == "closed":
        start = datetime.combine(day, time(10), OFFICE)
        return entering.of_closure(tx, Stretch(start, start + timedelta(hours=5)), "台风")
    return entering.of_hours(tx, LUNCHLESS if change == "hours" else USUAL)


def _sound(tx: Tx, driver: Driver) -> None:
    """No invariant is broken (whether texts leave is not played here), and each case's history alone says what is
    stored of it."""
    lives = {life.number: life for life in driver.lives}
    broken = [(row.name, row.subject, row.trouble) for row in checks.broken(tx) if row.name not in UNPLAYED]
    assert not broken, "\n".join(
        driver.told(lives[subject], f"{name}: {trouble}") if subject in lives else f"{name} {subject}: {trouble}"
        for name, subject, trouble in broken[:3]
    )
    for life in driver.lives:
        _recounted(tx, driver, life)


def _recounted(tx: Tx, driver: Driver, life: Life) -> None:
    row = driver.one("SELECT * FROM cases WHERE id = :id", id=life.id)
    events = driver.rows("SELECT kind, at, actor, canonical FROM event WHERE case_id = :id ORDER BY seq", id=life.id)
    lines = [Line(each.kind, each.at, each.actor, json.loads(each.canonical)["facts"]) for each in events]
    lines = [line for line in lines if line.kind in KINDS]
    happening, terms = events_and_terms(tx, row, lines)
    end = row.closed_at or tx.now
    replay = Replay(terms, strict=False)  # who takes what the system signed for signs once more
    for each in happening:
        replay.take(each)
    if row.closed_at is None:
        replay.reach(end)
    told = told_of(replay, tx.hours(row.policy_version), end)
    runs = [each for each in told.steps if each.ended_at is None and not each.stands]
    loop = {str(each.step): each.due_at for each in runs if each.step is not Step.RETURN_REQUEST}
    stored = {step: due for step, due in life.due.items() if Step(step) not in BESIDE}
    assert loop == stored, driver.told(life, f"(history, stored): {loop} {stored}")
    if told.promises and told.promises[-1].ended_at is None and row.state != "suspended":
        assert row.due_at == told.promises[-1].due_at, driver.told(life, "the promise")
    charges = told.charges
    assert (charges[0].start, charges[-1].end) == (row.received_at, end), driver.told(life, "the ends")
    assert all(a.end == b.start for a, b in pairwise(charges)), driver.told(life, "a gap")
    total = sum((each.time for each in charges), timedelta())
    assert total == end - row.received_at, driver.told(life, f"{total} paid of {end - row.received_at}")


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("part", range(PARTS))
def test_the_record_is_as_the_model_says(part: int, postgres: EmbeddedPostgres, request: pytest.FixtureRequest) -> None:
    done: Counter[str] = Counter()

    def open_stage(stack: ExitStack) -> Any:
        name = template(postgres, "stage", found)
        stage = build(stack.enter_context(fresh_database(postgres, request, name)), postgres)
        stack.callback(stage.owner.dispose)
        stack.callback(stage.engine.dispose)
        people_verify(stage, "committee-service")  # what presses and what is done again is looked at
        return stage

    machine = type("Lives", (Lives,), {"part": part, "open_stage": staticmethod(open_stage), "done": done})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=max(1, CASES // PARTS // TOGETHER), stateful_step_count=ROUNDS, deadline=None, database=None,
            phases=(Phase.generate,), derandomize=not SEARCH, print_blob=True, suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    print(sum(done.values()), "steps:", ", ".join(f"{name} {times}" for name, times in done.most_common()))
