"""Rows of a decision table as the pages show them: in words, with what was found about each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cases.phrases import Message
from dispatch.policy import Policy, Rule
from dispatch.reading.cells import Fault
from dispatch.ruling.comparing import Compared, compare
from dispatch.ruling.finding import Finding
from dispatch.ruling.lint import lint
from dispatch.ruling.shown import telling
from dispatch.ruling.shown.telling import Cell
from dispatch.transaction import Tx


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its place from 1 (0: the default), what it asks, what it decides, and what is wrong with it."""

    place: int
    id: str
    when: tuple[Cell, ...]
    send: tuple[Cell, ...]
    over: tuple[str, ...]
    wrong: tuple[tuple[Message, Message], ...] = ()


@dataclass(frozen=True, slots=True)
class Changed:
    """A row before and after; `columns` are those in which they differ."""

    before: Row
    after: Row
    columns: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What a draft changes, in words."""

    added: tuple[Row, ...]
    removed: tuple[Row, ...]
    changed: tuple[Changed, ...]
    moved: tuple[str, ...]
    count: int


def rows(tx: Tx, policy: Policy, faults: Iterable[Fault] = ()) -> tuple[tuple[Row, ...], tuple[Finding, ...]]:
    """All rows, the default last, and what was found about the table as a whole."""
    found = lint(policy, tx.district, faults)
    by_rule: dict[str, list[Finding]] = {}
    for each in found:
        by_rule.setdefault(each.rule, []).append(each)
    shown = [_row(tx, policy, rule, by_rule.get(rule.id, ()), at) for at, rule in enumerate(policy.rules, 1)]
    default = _row(tx, policy, policy.default, by_rule.get(policy.default.id, ()), 0)
    return (*shown, default), tuple(by_rule.get("", ()))


def _row(tx: Tx, policy: Policy, rule: Rule, found: Sequence[Finding], place: int) -> Row:
    return Row(
        place,
        rule.id,
        telling.conditions(rule.when, policy, tx.district),
        telling.outcome(rule.outcome, policy, tx.district),
        rule.over,
        tuple((each.fault.trouble, each.fault.remedy) for each in found),
    )


def difference(tx: Tx, before: Policy, after: Policy) -> Difference:
    """What a draft changes."""
    seen: Compared = compare(before, after)
    places = {rule.id: at for at, rule in enumerate(after.rules, 1)}
    old = {rule.id: at for at, rule in enumerate(before.rules, 1)}

    def was(rule: Rule) -> Row:
        return _row(tx, before, rule, (), old.get(rule.id, 0))

    def becomes(rule: Rule) -> Row:
        return _row(tx, after, rule, (), places.get(rule.id, 0))

    changed = tuple(
        Changed(one, other, _differing(one, other)) for one, other in ((was(a), becomes(b)) for a, b in seen.changed)
    )
    return Difference(tuple(map(becomes, seen.added)), tuple(map(was, seen.removed)), changed, seen.moved, seen.count)


def _differing(one: Row, other: Row) -> tuple[Message, ...]:
    """The columns in which two rows differ."""
    before, after = ({cell.column: cell for cell in (*row.when, *row.send)} for row in (one, other))
    both = {**before, **after}
    found = [cell.label for column, cell in both.items() if before.get(column) != after.get(column)]
    return (*found, *((telling.Cell("over", ()).label,) if one.over != other.over else ()))
