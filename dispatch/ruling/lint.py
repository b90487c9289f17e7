"""Everything that is wrong with a decision table beside what keeps it from being read at all.

Proven by the closed vocabulary, not sampled: a row that is called dead decides no report that there can be, and a
category that is called uncovered has a report that only the default catches.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from cases.phrases import msg
from dispatch.district.model import District
from dispatch.policy.model import Policy
from dispatch.reading.cells import Fault
from dispatch.ruling.crossing import crossings
from dispatch.ruling.finding import Finding, about
from dispatch.ruling.firing import fired
from dispatch.ruling.rows import cells_of, level_of, outcome_of, words_of
from dispatch.ruling.space import Report, cells
from dispatch.ruling.wordy import words_everywhere

_ROW = re.compile(r"policy\.rules\[(\d+)\]")


def lint(policy: Policy, district: District, faults: Iterable[Fault] = ()) -> tuple[Finding, ...]:
    """All findings, by the order of the rows; those of the whole table last. `faults` are what was wrong when the
    policy was read: they are findings too, and a row of which it is known that it never decides is not told twice."""
    unread = [Finding("cell", _row_of(policy, fault.path), fault) for fault in faults]
    known = {each.rule for each in unread}
    proven = [each for each in _of_firing(policy, district) if each.rule not in known]
    dead = known | {each.rule for each in proven if each.kind == "dead"}
    crossed = (each for each in crossings(policy, district) if each.rule not in dead)
    found = [*unread, *_of_rows(policy, district), *proven, *crossed, *words_everywhere(policy)]
    order = {rule.id: at for at, rule in enumerate(policy.rules)}
    return tuple(sorted(found, key=lambda each: order.get(each.rule, len(order))))


def _row_of(policy: Policy, path: str) -> str:
    """The id of the row that a fault is about; "" where it is about something else."""
    row = _ROW.match(path)
    return policy.rules[int(row[1]) - 1].id if row else ""


def _of_rows(policy: Policy, district: District) -> Iterator[Finding]:
    for at, rule in enumerate(policy.rules):
        yield from cells_of(at, rule, policy, district)
        yield from words_of(at, rule)
        yield from level_of(at, rule, policy)
        yield from outcome_of(at, rule, district)


def _of_firing(policy: Policy, district: District) -> Iterator[Finding]:
    """Rows that never decide or that change nothing, and what no row decides; what nothing describes, and the branch in
    which that stands, are the default's own."""
    seen = fired(policy, cells(policy, district))
    for at, rule in enumerate(policy.rules):
        instead = seen.instead.get(at)
        if instead is None:
            yield about(at, rule, "dead", "when")
        elif instead == {rule.outcome}:
            yield about(at, rule, "adds_nothing", "send")
    for code, example in seen.alone.items():
        if code not in policy.branch(policy.fallback):
            yield _uncovered(policy, code, example)


def _uncovered(policy: Policy, code: str, report: Report) -> Finding:
    example = replace(report, category=code).label
    trouble = msg("ruling.uncovered", category=policy.category(code).name, code=code, example=example)
    return Finding("uncovered", "", Fault("policy.rules", trouble, msg("ruling.uncovered.do", rule=policy.default.id)))
