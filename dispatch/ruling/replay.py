"""What another table would have done with the reports of the past."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from cases.steps import Level
from dispatch.district.model import District
from dispatch.policy.model import Policy
from dispatch.routing import Around, choose
from dispatch.rules import RuleTable, compile_rules
from dispatch.ruling.values import Asked


@dataclass(frozen=True, slots=True)
class Past:
    """A case of the past: what was asked of the table, when (on the office's clock), which units gave it back with
    right, and the code of the unit that had it in the end."""

    number: str
    asked: Asked
    at: datetime
    gave_back: frozenset[str]
    unit: str


@dataclass(frozen=True, slots=True)
class Went:
    """Where a table sends a case: the row, the level, the unit and the person (codes), and what it decides beside that:
    the set of limits, whether few see it, who does a part."""

    rule: str
    level: Level
    unit: str
    worker: str | None
    sla: str | None = None
    confidential: bool = False
    co_handlers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A case that the draft would have sent elsewhere, to somebody else or at another level."""

    number: str
    before: Went
    after: Went


@dataclass(frozen=True, slots=True)
class Replayed:
    """How a draft differs over the cases of a stretch of time.

    `load` has for each unit its cases by the table in force and by the draft; `spared` the cases that were returned
    with right and that the draft would have sent at once to who had them in the end; `caused` those that it would have
    sent to a unit that gave them back; `uncovered` those that only the draft's default catches, while a row decides
    now.
    """

    cases: int
    changes: tuple[Change, ...]
    load: Mapping[str, tuple[int, int]]
    spared: tuple[str, ...]
    caused: tuple[str, ...]
    uncovered: tuple[str, ...]


def replay(past: Iterable[Past], before: Policy, after: Policy, district: District) -> Replayed:
    """Ask both tables about every case of the past."""
    now_in_force, draft = compile_rules(before), compile_rules(after)
    changes, loads = [], (Counter[str](), Counter[str]())
    spared, caused, uncovered = [], [], []
    count = 0
    for case in past:
        count += 1
        went, goes = (_ask(table, case, district) for table in (now_in_force, draft))
        loads[0][went.unit] += 1
        loads[1][goes.unit] += 1
        if replace(went, rule="") != replace(goes, rule=""):
            changes.append(Change(case.number, went, goes))
        if went.unit in case.gave_back and goes.unit == case.unit:
            spared.append(case.number)
        if goes.unit in case.gave_back and went.unit not in case.gave_back:
            caused.append(case.number)
        if goes.rule == after.default.id and went.rule != before.default.id:
            uncovered.append(case.number)
    load = {unit: (loads[0][unit], loads[1][unit]) for unit in sorted({*loads[0], *loads[1]})}
    return Replayed(count, tuple(changes), load, tuple(spared), tuple(caused), tuple(uncovered))


def _ask(table: RuleTable, case: Past, district: District) -> Went:
    verdict = table.match(case.asked.facts)
    around = Around(at_work=case.asked.facts.working_time, skill=verdict.outcome.skill)
    choice = choose(verdict, case.asked.place, district, case.at, around)
    send, worker = verdict.outcome, choice.worker.code if choice.worker else None
    beside = (send.sla, send.confidential, send.co_handlers)
    return Went(verdict.rule, verdict.level, choice.unit.code, worker, *beside)
