"""A year with what happens in one: late, done again, given back, merged, void, extended, opened again. Every figure is
counted a second time, simply, from the lines of history."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from itertools import count as ever
from random import Random
from typing import Any

import pytest

from cases.lifecycle import IllegalDeed
from dispatch.acts.refusals import Refused
from dispatch.due import handlers
from dispatch.figures.counting import Period, count, lies_in
from dispatch.figures.definitions import BY_CODE, FIGURES
from dispatch.figures.reading import read_received, report_of
from dispatch.loop import finding, reopening, returns, submitting, telling, visits
from dispatch.loop.closing import NothingToDecide
from dispatch.loop.returns import Reason
from dispatch.loop.verdicts import Answer
from dispatch.loop.visits import Proof
from dispatch.loop.who import NotYours
from dispatch.reports import Taken
from tests.dispatch.looping import at_desk, case, does, question, says, sound, visit_code
from tests.dispatch.shifts import holder, wind_to
from tests.dispatch.test_life_leaving import DISPATCHER, SUPERVISOR, act
from tests.people import LU_SIYUAN
from tests.stage import LINE, Stage

FIRST = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
WORDS = ("幸福里小区3号楼2单元楼道灯坏了", "和平一村5号楼下水道堵了", "幸福里小区3号楼1单元停水了")
CASES = 27
USUAL = ((3, "sign"), (5, "visit"), (6, "find"), (20, "tell"), (21, "submit"), (30, "answer"))
LATE = ((80, "visit"), (100, "find"), (200, "tell"), (201, "submit"), (230, "answer"))
STORIES: tuple[tuple[tuple[float, str], ...], ...] = (
    USUAL,
    LATE,
    ((2, "return"), (4, "uphold"), (30, "sign"), *((at + 24, deed) for at, deed in USUAL[1:])),
    ((2, "return"), (4, "reject"), *((at + 24, deed) for at, deed in USUAL[1:])),
    ((3, "merge"),),
    ((3, "void"), (4, "approve")),
    ((3, "sign"), (24, "extend"), (26, "grant"), *((at + 48, deed) for at, deed in USUAL[1:])),
    (*USUAL[:2], (8, "exclude"), *USUAL[2:]),
    (*USUAL, (200, "reopen"), *((at + 210, deed) for at, deed in USUAL)),
    (*USUAL, *((at + 40, deed) for at, deed in USUAL), *((at + 80, deed) for at, deed in USUAL[:4])),
)


@dataclass
class Year:
    """Plays what was drawn, each deed at its moment; what is not possible then is left out, as in life."""

    stage: Stage
    draw: Random
    done: dict[str, int] = field(default_factory=dict)
    plan: list[tuple[datetime, int, Any, str]] = field(default_factory=list)
    order: Iterator[int] = field(default_factory=ever)
    number: int = 0

    def play(self) -> None:
        for number in range(CASES):
            begin = FIRST + timedelta(days=13 * number + self.draw.random(), hours=self.draw.random() * 10)
            heappush(self.plan, (begin, next(self.order), number, "report"))
        while self.plan:
            at, _, subject, deed = heappop(self.plan)
            wind_to(self.stage, at)
            with self.stage.door.transaction(LINE) as tx:
                handlers.fire_due(tx)
            if deed == "report":
                self.report(at, STORIES[subject % len(STORIES)])
            elif self.tried(subject, deed):
                self.done[deed] = self.done.get(deed, 0) + 1

    def report(self, at: datetime, story: tuple[tuple[float, str], ...]) -> Taken:
        """A case, and what happens to it; what is still open in the end is taken back, else it climbs the ladder for
        ever."""
        self.number += 1
        taken = self.stage.text(WORDS[self.number % len(WORDS)], number=f"+8613800001{self.number:03}")
        for hours, deed in (*story, (story[-1][0] * 2 + 60, "withdraw")):
            moment = at + timedelta(hours=hours * (0.5 + self.draw.random()))
            heappush(self.plan, (moment, next(self.order), taken, deed))
        return taken

    def tried(self, taken: Taken, deed: str) -> bool:
        try:
            getattr(self, f"_{deed}")(taken)
        except (IllegalDeed, Refused, NothingToDecide, NotYours, IndexError, ValueError):
            return False
        return True

    def _by(self, taken: Taken) -> str:
        return holder(self.stage, taken.number)

    def _sign(self, taken: Taken) -> None:
        does(self.stage, visits.sign, taken, by=self._by(taken))

    def _visit(self, taken: Taken) -> None:
        with at_desk(self.stage, self._by(taken)) as (tx, who):
            visits.arrive(tx, who, taken.case_id, Proof(visit_code(tx, taken.case_id)))

    def _find(self, taken: Taken) -> None:
        does(self.stage, finding.find, taken, "查看过，属物业", by=self._by(taken))

    def _tell(self, taken: Taken) -> None:
        if does(self.stage, telling.tell, taken, "已处理", by=self._by(taken)).id == "desk.work.telling":
            rows = self.stage.rows(
                "SELECT id FROM outbox WHERE case_id = :id AND purpose = 'told' ORDER BY created_at, id",
                id=taken.case_id,
            )
            with self.stage.door.transaction(LINE) as tx:
                telling.delivered(tx, rows[-1].id)

    def _submit(self, taken: Taken) -> None:
        does(self.stage, submitting.submit, taken, by=self._by(taken))

    def _answer(self, taken: Taken) -> None:
        weights = (5, 2, 3, 1)
        says(self.stage, question(self.stage, taken), self.draw.choices(list(Answer), weights)[0])

    def _return(self, taken: Taken) -> None:
        does(self.stage, returns.request, taken, Reason.NOT_OURS, by=self._by(taken))

    def _uphold(self, taken: Taken) -> None:
        with at_desk(self.stage, LU_SIYUAN.worker) as (tx, who):
            returns.uphold(tx, taken.number, "binhe", "地点属滨河", who)

    def _reject(self, taken: Taken) -> None:
        with at_desk(self.stage, LU_SIYUAN.worker) as (tx, who):
            returns.reject(tx, taken.number, "归本单位", who)

    def _merge(self, taken: Taken) -> None:
        lead = self.report(case(self.stage, taken).last_at, USUAL)
        act(self.stage, taken.case_id, "merge", lead=lead.number, why="同一件事")

    def _void(self, taken: Taken) -> None:
        act(self.stage, taken.case_id, "propose", by=SUPERVISOR, kind="void", why="测试登记")

    def _approve(self, taken: Taken) -> None:
        act(self.stage, taken.case_id, "approve", by="leader")

    def _extend(self, taken: Taken) -> None:
        until = (case(self.stage, taken).due_at + timedelta(days=3)).date().isoformat()
        act(self.stage, taken.case_id, "extend", by=SUPERVISOR, extension_reason="material", until=until, why="等配件")

    def _grant(self, taken: Taken) -> None:
        act(self.stage, taken.case_id, "grant", by=DISPATCHER)

    def _withdraw(self, taken: Taken) -> None:
        act(self.stage, taken.case_id, "withdraw", why="不再反映")

    def _exclude(self, taken: Taken) -> None:
        act(self.stage, taken.case_id, "exclude", by=DISPATCHER, exclusion_reason="beyond_powers", why="不属本街道职权")
        act(self.stage, taken.case_id, "grant", by=SUPERVISOR)

    def _reopen(self, taken: Taken) -> None:
        row = case(self.stage, taken)
        with self.stage.door.transaction(LINE) as tx:
            reopening.reopen(tx, row.party_id, taken.number, "又坏了")


@dataclass
class Told:
    """A case as its lines of history tell it, one after another."""

    lines: list[dict[str, Any]]
    path: str
    paths: dict[str, str]

    def of(self, *kinds: str) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["kind"] in kinds]

    def attempt_at(self, seq: int) -> int:
        return 1 + sum(line["seq"] <= seq for line in self.of("redone", "reopened"))

    def unit_at(self, seq: int) -> str:
        given = [line for line in self.of("dispatched", "rerouted") if line["seq"] <= seq]
        return self.paths[given[-1]["facts"]["unit"]]

    def left_out(self) -> str:
        told = self.of("excluded", "included")
        if told and told[-1]["kind"] == "excluded":
            return "excluded"
        ends = {"voided": "void", "merged": "merged", "unmerged": "", "declined": "declined"}
        return next((ends[line["kind"]] for line in reversed(self.lines) if line["kind"] in ends), "")

    def promises(self, step: str, timers: list[Any]) -> Iterator[tuple[datetime, bool, str]]:
        """When each promise on a step fell due, whether it was kept in time, and whose it was."""
        for row in {(row.attempt, row.path): row for row in timers if row.step == step}.values():
            ours = step in ("verify", "call_back")  # whoever has the case by then
            mine = [
                line
                for line in self.lines[2:]
                if self.attempt_at(line["seq"]) == row.attempt and (ours or self.unit_at(line["seq"]) == row.path)
            ]
            kept = [line for line in mine if line["kind"] in KEEPS[step] and not self.annulled(line)]
            late = any(
                line["kind"] in ("breached", "auto_signed")
                and (line["facts"]["step"], line["facts"]["attempt"]) == (step, row.attempt)
                for line in mine
            )
            if kept:
                yield row.due_at, not late and moment(kept[0]) <= row.due_at, self.path if ours else row.path
            elif late or row.ended_at is None or row.ended_at >= row.due_at:
                yield row.due_at, False, self.path if ours else row.path

    def annulled(self, line: dict[str, Any]) -> bool:
        """A step that an answer made undone: nobody had spoken to the resident."""
        if line["kind"] == "verdict":
            after = [each["kind"] for each in self.lines if each["seq"] == line["seq"] + 1]
            return after == ["annulled"]
        again = [
            each["seq"] for each in self.of("annulled") if self.attempt_at(each["seq"]) == self.attempt_at(line["seq"])
        ]
        return line["kind"] in ("told", "verified") and any(line["seq"] < seq for seq in again)


KEEPS = {
    "sign_for": ("signed",), "first_contact": ("contacted", "arrived"), "visit": ("arrived",), "finding": ("found",),
    "told": ("told",), "verify": ("verified",), "call_back": ("verdict", "unreachable"),
}  # fmt: skip


def moment(line: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(line["at"])


Items = Iterator[tuple[datetime, bool, str]]


def simply(code: str, told: Told, row: Any, timers: list[Any]) -> Items:
    """What a figure counts over, found in the lines of one case."""
    received = datetime.fromisoformat(told.lines[0]["facts"]["received_at"])
    if code in KEEPS:
        yield from told.promises(code, timers)
    elif code in ("accepted", "answered", "extended", "repeated", "found_first"):
        yes = {
            "accepted": told.left_out() not in ("void", "declined"), "answered": bool(told.of("answered")),
            "extended": bool(told.of("extended")), "repeated": row.repeat_of is not None,
            "found_first": told.lines[0]["facts"]["channel"] in ("round", "inspection"),
        }  # fmt: skip
        yield received, yes[code], told.path
    elif code in ("finished", "on_time") and row.due_at is not None:
        since = max([moment(line) for line in told.of("reopened")], default=received)
        ends = [moment(line) for line in told.of("told") if moment(line) >= since and not told.annulled(line)]
        gone = [moment(line) for line in told.of("withdrawn")]
        end = min(ends, default=None if gone else row.closed_at)
        if end is not None or not gone or gone[0] >= row.due_at:
            yield row.due_at, end is not None and (code == "finished" or end <= row.due_at), told.path
    elif code in ("contacted", "solved", "satisfied", "reworked"):
        for line in told.of("verdict"):
            said = line["facts"]["answer"]
            after = [each["kind"] for each in told.lines if each["seq"] > line["seq"]]
            redone = "redone" in after and "verdict" not in after[: after.index("redone")]
            yes = {
                "contacted": said != "not_contacted", "solved": said in ("satisfied", "dissatisfied"),
                "satisfied": said == "satisfied", "reworked": redone,
            }  # fmt: skip
            if code in ("contacted", "reworked") or said != "not_contacted":
                yield moment(line), yes[code], told.path
    elif code in ("accurate", "returned"):
        yield from orders(code, told)
    elif code in ("really_solved", "first_time"):
        yield from closings(code, told, row)


def orders(code: str, told: Told) -> Items:
    given = told.of("dispatched", "rerouted")
    for line, after in zip(given, [*given[1:], None], strict=True):
        until = after["seq"] if after else 10**9
        asked = [each for each in told.of("return_asked", "return_upheld") if line["seq"] < each["seq"] < until]
        upheld = any(each["kind"] == "return_upheld" for each in asked)
        yield moment(line), (bool(asked) if code == "returned" else not upheld), told.unit_at(line["seq"])


def closings(code: str, told: Told, row: Any) -> Items:
    ended = told.of("closed", "withdrawn", "voided", "merged", "declined")
    closed = [line for line in ended if line["kind"] != "withdrawn"]  # which is no outcome
    again = [moment(line) for line in told.of("reopened")]
    if code == "first_time" and closed:
        first = moment(closed[0])
        soon = any(at - first <= timedelta(days=30) for at in again)
        solved = closed[-1]["facts"].get("closing") == "solved" and not told.of("redone", "reopened")
        yield first, solved and not soon, told.path
    how = ended[-1]["facts"].get("closing") if ended and row.closed_at is not None else None
    if code == "really_solved" and how in ("solved", "explained"):
        yield moment(ended[-1]), how == "solved", told.path


def all_told(stage: Stage) -> list[tuple[Told, Any, list[Any]]]:
    paths = {str(row.code): str(row.path) for row in stage.rows("SELECT code, path FROM unit")}
    found = []
    for row in stage.rows("SELECT c.*, u.path FROM cases c JOIN unit u ON u.id = c.unit_id ORDER BY c.received_at"):
        lines = stage.rows("SELECT canonical FROM event WHERE case_id = :id ORDER BY seq", id=row.id)
        timers = stage.rows(
            "SELECT t.*, u.path FROM timer t JOIN unit u ON u.id = t.unit_id "
            "WHERE t.case_id = :id AND t.due_at IS NOT NULL ORDER BY t.due_at, t.id",
            id=row.id,
        )
        told = Told([json.loads(str(line.canonical)) for line in lines], str(row.path), paths)
        found.append((told, row, list(timers)))
    return found


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_each_figure_is_what_the_lines_of_history_say(stage: Stage) -> None:
    year = Year(stage, Random(7))
    year.play()
    wanted = {
        "return",
        "uphold",
        "reject",
        "merge",
        "void",
        "approve",
        "extend",
        "grant",
        "reopen",
        "answer",
        "exclude",
        "withdraw",
    }
    assert wanted <= set(year.done), year.done
    sound(stage)
    told = all_told(stage)
    quarters = [FIRST + timedelta(days=92 * n) for n in range(5)]
    periods = [Period(FIRST, FIRST + timedelta(days=420)), *map(Period, quarters, quarters[1:])]
    seen = 0
    for period in periods:
        for scope in ("xingfu", "xingfu/heping", "xingfu/xingfuli"):
            with stage.door.transaction(LINE) as tx:
                found = report_of(tx, period, scope)
                quickly = count(BY_CODE["found_first"], read_received(tx, period), period, scope)
            assert quickly == found.values["found_first"]
            for figure in FIGURES:
                items = [
                    (row.number, yes)
                    for case_, row, timers in told
                    if case_.left_out() not in figure.leaves_out
                    for at, yes, path in simply(figure.code, case_, row, timers)
                    if period.has(at) and lies_in(path, scope)
                ]
                value = found.values[figure.code]
                counted = (sorted(number for number, yes in items if yes), sorted(number for number, _ in items))
                assert (sorted(value.yes), sorted(value.of)) == counted, (figure.code, scope, period)
                seen += len(items)
    assert seen > 1000
