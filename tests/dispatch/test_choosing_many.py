"""Random offices in a real database: people come and go, shifts end, cases come in. After every change each open case
has exactly one live owner, and a minute later nobody who is away or gone holds what presses or is due before they are
back."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest

from app.days import day_names
from app.embedded.postgres import APP
from app.migrations.run import grant
from cases.report import Channel
from cases.steps import Level
from dispatch import desk
from dispatch.calendar import versions
from dispatch.calendar.table import named, of_policy
from dispatch.district import District, parse_district, warnings
from dispatch.due import handlers
from dispatch.duty import leaves, moves
from dispatch.lines import Line
from dispatch.loop import returns, visits
from dispatch.loop.who import by_code
from dispatch.people import parties, roster
from dispatch.people.parties import party_of
from dispatch.policy import parse
from dispatch.reads import checks
from dispatch.reports import Correction, Report, Taken
from dispatch.transaction import Tx
from tests.stage import Stage

pytestmark = pytest.mark.slow
SEEDS = range(30)
STEPS = 14
ESTATES = ("翠湖花园", "金桂苑", "望江新村", "松涛里", "映月小区", "百合家园", "枫林苑", "紫荆小区", "海棠里")
ROLES = ("grid_worker", "courtyard_member", "liaison", "committee_head", "duty", "supervisor", "agent")


def named_(code: str) -> dict[str, str]:
    return {"zh": code, "en": code}


def random_district(draw: Random, code: str) -> dict[str, Any]:
    """A tree with holes: units without anybody, grids without a worker, posts without a number, gaps in the rota."""
    committees = [f"{code}-c{n}" for n in range(draw.randint(0, 3))]
    courtyards = [(f"{above}-y{n}", above) for above in committees for n in range(draw.randint(0, 3))]
    units = [code, *committees, *(yard for yard, _ in courtyards)]
    workers = [
        {
            "code": f"{unit}-{n}", "unit": unit, "name": named_(f"{unit}-{n}"), "role": draw.choice(ROLES),
            **({"phone": f"+8613{draw.randrange(10**9):09}"} if draw.random() < 0.85 else {}),
            **({"capacity": draw.randint(1, 4)} if draw.random() < 0.5 else {}),
        }
        for unit in units for n in range(draw.choice((0, 1, 2, 2, 3)))
    ]  # fmt: skip
    codes = [row["code"] for row in workers]
    grids, estates = [], []
    for n, (yard, above) in enumerate(courtyards):
        theirs = [row["code"] for row in workers if row["unit"] == yard]
        grid = {"code": f"{yard}-g", "committee": above}
        grids.append(grid | ({"worker": draw.choice(theirs)} if theirs and draw.random() < 0.8 else {}))
        buildings = [{"number": str(b), "courtyard": yard, "grid": grid["code"]} for b in (1, 2)]
        estates.append({"name": {"zh": ESTATES[n], "en": f"Estate {n}"}, "buildings": buildings})
    duty = [
        {"unit": draw.choice(units), "worker": draw.choice(codes), "from": f"{draw.randrange(24):02}:00",
         "to": f"{draw.randrange(24):02}:30"}
        for _ in range(draw.randint(0, 8) if codes else 0)
    ]  # fmt: skip
    return {
        "office": {"code": code, "name": named_(code)},
        "duty_desk": {"name": named_("desk"), "phone": f"+8621{draw.randrange(10**8):08}"},
        "committees": [{"code": each, "name": named_(each)} for each in committees],
        "courtyards": [{"code": yard, "name": named_(yard), "committee": above} for yard, above in courtyards],
        "grids": grids, "workers": workers, "estates": estates, "roads": [], "duty": duty,
    }  # fmt: skip


@dataclass
class Office:
    """A random office, what happens to it, and what was done, to be read where a check fails."""

    stage: Stage
    draw: Random
    line: Line
    raw: dict[str, Any]
    cases: list[Taken] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    @property
    def district(self) -> District:
        return parse_district(self.raw)

    def within(self, deed: Callable[[Tx], object]) -> None:
        with self.stage.door.transaction(self.line) as tx:
            deed(tx)

    def settle(self) -> None:
        """All that is due, until nothing is."""
        for _ in range(2000):
            with self.stage.door.transaction(self.line) as tx:
                if not handlers.fire_next(tx):
                    return
        raise AssertionError("it never comes to rest")

    # --- what can happen

    def report(self) -> None:
        for _ in range(self.draw.randint(1, 4)):
            estates = self.raw["estates"]
            where = f"{self.draw.choice(estates)['name']['zh']}{self.draw.randint(1, 2)}号楼" if estates else ""
            level = self.draw.choice(list(Level))
            number = f"+8615{self.draw.randrange(40):09}"

            def take(tx: Tx, words: str = f"{where}楼道灯坏了", level: Level = level, number: str = number) -> None:
                correct = Correction(level=str(level))
                report = Report(Channel.TEXT, party_of(tx, number), words, tx.now, corrected=correct)
                self.cases.append(desk.take_report(tx, report))

            self.within(take)

    def leave(self) -> None:
        who = self._somebody()
        if who:
            length = self.draw.choice((timedelta(hours=2), timedelta(hours=9), timedelta(days=1), timedelta(days=4)))
            self.within(lambda tx: leaves.leave(tx, who, "sick", tx.now, tx.now + length, "x"))

    def back(self) -> None:
        def take_back(tx: Tx) -> None:
            for each in leaves.leaves(tx)[:1]:
                leaves.cancel_leave(tx, each.id)

        self.within(take_back)

    def time(self) -> None:
        self.stage.wind(timedelta(minutes=self.draw.choice((10, 95, 400, 1000))))

    def gone(self) -> None:
        """Somebody leaves the office: the district no longer knows them."""
        who = self._somebody()
        if not who:
            return
        for part, key in (("workers", "code"), ("duty", "worker")):
            self.raw[part] = [row for row in self.raw[part] if row[key] != who]
        for grid in self.raw["grids"]:
            if grid.get("worker") == who:
                del grid["worker"]
        with self.stage.owner.begin() as conn:
            roster.take_district(conn, self.stage.vault, roster.offices(conn)[self.line.office], self.raw)
        self.within(moves.look_over)

    def stop(self) -> None:
        numbers = [row["phone"] for row in self.raw["workers"] if "phone" in row]
        if not numbers:
            return
        number = self.draw.choice(numbers)

        def text(tx: Tx) -> None:
            party = party_of(tx, number)
            parties.stop(tx, party.id)
            if party.worker_id is not None:
                moves.stopped(tx, party.worker_id)

        self.within(text)

    def visit(self) -> None:
        """Whoever holds a case begins with it."""
        found = self._held()
        if found:
            case_id, code, visit_code = found

            def go(tx: Tx) -> None:
                visits.sign(tx, by_code(tx, code), case_id)
                visits.arrive(tx, by_code(tx, code), case_id, visits.Proof(code=visit_code))

            self.within(go)

    def give_back(self) -> None:
        """A return is asked and upheld, by whoever may."""
        found = self._held()
        others = [unit.code for unit in self.district.units]
        deciders = [row["code"] for row in self.raw["workers"] if row["role"] == "supervisor"]
        if not found or not deciders:
            return
        case_id, code, _ = found
        [number] = [each.number for each in self.cases if each.case_id == case_id]
        to = self.draw.choice(others)

        def settle(tx: Tx) -> None:
            before = tx.conn.exec_driver_sql("SELECT unit_id FROM cases WHERE id = %(id)s", {"id": case_id}).scalar()
            unit = tx.district.unit(to)
            if unit is None or unit.id == before:
                return
            returns.request(tx, by_code(tx, code), case_id, returns.Reason.NOT_OURS)
            if tx.conn.exec_driver_sql("SELECT state FROM cases WHERE id = %(id)s", {"id": case_id}).scalar() != (
                "return_pending"
            ):
                return
            returns.uphold(tx, number, to, "不归他们", by_code(tx, deciders[0]))

        self.within(settle)

    def _somebody(self) -> str | None:
        codes = [row["code"] for row in self.raw["workers"]]
        return self.draw.choice(codes) if codes else None

    def _held(self) -> tuple[UUID, str, str] | None:
        """A case that was just dispatched, in the hands of a person who is known, and its visit code."""
        rows = self.stage.rows(
            "SELECT c.id, s.code FROM cases c JOIN staff s ON s.id = c.worker_id JOIN office o ON o.id = c.office_id "
            "WHERE o.code = :office AND c.state = 'dispatched' AND s.active AND s.role <> 'duty_desk' ORDER BY c.id",
            office=self.line.office,
        )
        codes = {each.case_id: each.visit_code for each in self.cases}
        found = self.draw.choice(rows) if rows else None
        return (found[0], str(found[1]), codes[found[0]]) if found else None  # type: ignore[return-value, index]


def found_office(stage: Stage, seed: int) -> Office:
    draw = Random(seed)
    code = f"o{seed}"
    raw = random_district(draw, code)
    with stage.owner.begin() as conn:
        id_ = roster.found_office(conn, stage.vault, raw, "Asia/Shanghai")
        table = named(of_policy(parse(roster.policy_in_force(conn))), day_names())
        versions.found(conn, id_, table, roster.moment(conn))
        grant(conn, APP)
    office = Office(stage, draw, Line(f"l{seed}", f"+8621{seed:08}", code), raw)
    office.within(moves.ensure_shift_errand)
    return office


OWNERS = """
SELECT c.number, c.state FROM cases c JOIN office o ON o.id = c.office_id AND o.code = :office
LEFT JOIN assignment a ON a.case_id = c.id AND a.until_at IS NULL
GROUP BY c.id HAVING count(a.id) <> 1 OR bool_or(a.worker_id IS DISTINCT FROM c.worker_id OR a.unit_id <> c.unit_id)
"""
# In a unit's hands, held by somebody who is on leave: what presses, or what the unit owes before they are back.
HELD_BY_ABSENT = """
SELECT c.number, c.level, s.code FROM cases c JOIN office o ON o.id = c.office_id AND o.code = :office
JOIN staff s ON s.id = c.worker_id
JOIN (SELECT staff_id, max(until_at) AS back FROM absence, clock WHERE cancelled_at IS NULL
      AND from_at <= now() + ahead AND until_at > now() + ahead GROUP BY staff_id) away ON away.staff_id = s.id
WHERE c.state IN ('dispatched', 'in_progress', 'rework') AND (c.level IN ('L1', 'L2') OR EXISTS (
    SELECT FROM timer t, clock WHERE t.case_id = c.id AND t.state = 'open' AND t.payer = 'unit'
    AND t.step <> 'sign_for' AND t.due_at > now() + ahead AND t.due_at <= away.back))
"""
HELD_BY_NOBODY = """
SELECT c.number, c.level, s.code FROM cases c JOIN office o ON o.id = c.office_id AND o.code = :office
LEFT JOIN staff s ON s.id = c.worker_id
WHERE c.state IN ('dispatched', 'in_progress', 'rework') AND (s.id IS NULL OR NOT s.active)
"""


def holds_after(office: Office, *, settled: bool) -> None:
    def rows(query: str) -> list[Any]:
        return list(office.stage.rows(query, office=office.line.office))

    assert rows(OWNERS) == [], office.done
    if settled:
        assert rows(HELD_BY_ABSENT) == [], office.done
        assert rows(HELD_BY_NOBODY) == [], office.done
        parked = office.stage.rows("SELECT kind, trouble FROM errand WHERE state = 'parked'")
        assert parked == [], office.done


@pytest.mark.parametrize("seed", SEEDS)
def test_one_owner_and_nothing_with_whoever_is_away(stage: Stage, seed: int) -> None:
    office = found_office(stage, seed)
    deeds = (office.report, office.report, office.leave, office.leave, office.time, office.time, office.back,
             office.gone, office.stop, office.visit, office.give_back)  # fmt: skip
    office.report()
    for _ in range(STEPS):
        deed = office.draw.choice(deeds)
        office.done.append(deed.__name__)
        deed()
        holds_after(office, settled=False)
        stage.wind(timedelta(minutes=1))
        office.settle()
        holds_after(office, settled=True)
    with stage.door.transaction(office.line) as tx:
        ours = ("OWNER", "TIMER", "ROUTE", "CLOCK")
        assert [each for each in checks.broken(tx) if each.name in ours] == [], office.done


def test_the_offices_have_the_holes_that_are_meant() -> None:
    """What is drawn has vacant posts, empty units, gaps in the rota, and offices of one unit."""
    drawn = [parse_district(random_district(Random(seed), f"o{seed}")) for seed in SEEDS]
    assert any(len(each.units) == 1 for each in drawn)
    assert any(len(each.units) > 8 for each in drawn)
    assert any(not each.workers for each in drawn) or any(len(each.workers) < 3 for each in drawn)
    assert any(grid.worker is None for each in drawn for grid in each.grids)
    told = {fault.trouble.id for each in drawn for fault in warnings(each)}
    assert {"choice.fault.vacant", "dispatch.fault.grid_without_worker", "dispatch.fault.nobody_on_duty"} <= told
