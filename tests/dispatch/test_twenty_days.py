"""Twenty days over fifty cases that nobody touches: who heard what, how often, and what pages say of it."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from cases.steps import Step
from dispatch.due import handlers, moments
from dispatch.outbox import climbed
from dispatch.reads.overdue import overdue
from tests.dispatch.climbing import leave, put_above
from tests.people import SHEN_YUEHUA, ZHOU_GUILAN
from tests.stage import LINE, MORNING, Stage

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
DAYS = timedelta(days=20)
# Of the steps that climb for a unit; the others are the office's own desks'.
RUNGS = {3: {ZHOU_GUILAN.worker}, 4: {ZHOU_GUILAN.worker}, 5: {"supervisor"}, 6: {"leader", "above"}}
L2 = "停水了"


@dataclass
class Days:
    """What passes: everything fires when it is due, the carrier delivers, save to one whose telephone is lost."""

    stage: Stage
    lost: str
    arrived: set[UUID] = field(default_factory=set)

    def pass_until(self, moment: datetime) -> None:
        while True:
            with self.stage.door.transaction(LINE) as tx:
                coming = handlers.fire_due(tx)
            left = leave(self.stage, lost=lambda item: item.number == self.lost)
            self.arrived |= {item.id for item in left if item.channel == "text" and item.number != self.lost}
            with self.stage.owner.begin() as conn:
                moments.show(conn, min(coming or moment, moment))
            if coming is None or coming > moment:
                return


def fifty() -> Iterator[str]:
    """Lamps and dry taps of as many houses: most can wait, some cannot."""
    for n in range(50):
        house, door = n % 10 + 1, n // 10 + 1
        yield f"幸福里小区{house}号楼{door}单元{L2 if n % 5 == 0 else '楼道灯坏了'}"


@pytest.fixture
def days(stage: Stage) -> Days:
    put_above(stage)
    for n, words in enumerate(fifty()):
        stage.text(words, number=f"+86138000100{n:02d}")
    return Days(stage, SHEN_YUEHUA.number)


def heard(stage: Stage) -> dict[tuple[object, ...], Counter[str]]:
    """Who was told of each firing: by case, step and how often its clock had fired."""
    found: dict[tuple[object, ...], Counter[str]] = defaultdict(Counter)
    for row in stage.rows(
        "SELECT n.case_id, n.step, n.attempt, n.fired, coalesce(s.code, 'above') AS who, o.channel FROM notice n "
        "JOIN outbox o ON o.id = n.outbox_id LEFT JOIN staff s ON s.party_id = n.party_id WHERE n.fired IS NOT NULL"
    ):
        if row.channel == "text":
            found[row.case_id, row.step, row.attempt, row.fired][str(row.who)] += 1
    return found


def says_what_arrived(days: Days) -> int:
    """Each late promise is as high on the pages as what arrived; how many stand lower than what was meant."""
    stage, lower = days.stage, 0
    told: Counter[tuple[object, ...]] = Counter()
    for row in stage.rows("SELECT case_id, step, attempt, fired, outbox_id FROM notice WHERE fired IS NOT NULL"):
        if row.outbox_id in days.arrived:
            told[row.case_id, row.step, row.attempt] = max(
                told[row.case_id, row.step, row.attempt], int(str(row.fired))
            )
    rows = stage.rows("SELECT t.*, c.number FROM timer t JOIN cases c ON c.id = t.case_id WHERE t.state = 'open'")
    with stage.door.transaction(LINE) as tx:
        shown = {(each.number, str(each.step)): each for each in overdue(tx)}
        for row in rows:
            times = min(told[row.case_id, row.step, row.attempt], int(str(row.fired)))
            assert climbed.is_reported(tx, UUID(str(row.id))) == (times > climbed.BREACHED)
            late = shown.get((str(row.number), str(row.step)))
            if late is not None:
                assert late.rung == min(max(times - climbed.BREACHED, 0), 4), (row.number, row.step)
                lower += late.underway > late.rung
    return lower


def test_twenty_days_over_fifty_dead_cases(days: Days) -> None:
    stage, lower = days.stage, 0
    assert len(stage.rows("SELECT id FROM cases")) == 50
    for day in range(1, 21):
        days.pass_until(MORNING + timedelta(days=day))
        lower += says_what_arrived(days)
    assert lower, "the supervisor's telephone is lost: somewhere a page says less than was meant"

    found = heard(stage)
    climbing = {key: who for key, who in found.items() if key[1] == str(Step.VISIT) and int(str(key[3])) in RUNGS}
    assert {key[0] for key in climbing} == {row[0] for row in stage.rows("SELECT id FROM cases")}
    urgent = {row[0] for row in stage.rows("SELECT id FROM cases WHERE level = 'L2'")}
    assert len(urgent) == 10
    for key, who in climbing.items():
        rung = int(str(key[3]))
        # What presses is rung through to the office's duty desk, where its own heads stand from the first rung on.
        at_the_desk = key[0] in urgent and rung < 5 and who == Counter(RUNGS[5])
        assert who == Counter(RUNGS[rung]) or at_the_desk, key
    above_the_top = [who for key, who in found.items() if int(str(key[3])) > 6]
    assert above_the_top
    assert all(who == Counter(("leader", "above")) for who in above_the_top)

    digests = stage.rows(
        "SELECT max(n) FROM (SELECT count(*) AS n FROM outbox WHERE purpose = 'digest' "
        "GROUP BY party_id, date_trunc('hour', created_at)) AS hours"
    )
    assert digests == [(1,)]
    assert not stage.rows(
        "SELECT n.id FROM notice n JOIN cases c ON c.id = n.case_id JOIN outbox o ON o.id = n.outbox_id "
        "WHERE o.purpose = 'digest' AND c.level = 'L2' AND n.fired <= 6"
    )
    everybody = Counter(code for who in found.values() for code in who.elements())
    texts = stage.rows(
        "SELECT coalesce(s.code, 'above'), count(*) FILTER (WHERE o.purpose = 'digest'), "
        "count(*) FILTER (WHERE o.purpose = 'escalated') FROM outbox o LEFT JOIN staff s ON s.party_id = o.party_id "
        "WHERE o.purpose IN ('digest', 'escalated') AND o.channel = 'text' GROUP BY 1 ORDER BY 1"
    )
    print(f"told of firings: {dict(everybody)}; digests and single texts: {[tuple(row) for row in texts]}")
