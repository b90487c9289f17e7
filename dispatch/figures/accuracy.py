"""Dispatch accuracy by what decided: the row of the decision table, or the person who gave the case by hand."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from cases.states import Coded
from dispatch.figures.counting import Period, Value, count
from dispatch.figures.definitions import Figure, Item
from dispatch.figures.facts import CaseFacts, Ordered


class Whose(Coded):
    """By what accuracy is told apart."""

    RULE = "rule"
    DISPATCHER = "dispatcher"

    @classmethod
    def catalogue(cls) -> str:
        return "figures"


def _by_rule(order: Ordered) -> str:
    return order.rule


def _by_person(order: Ordered) -> str:
    return order.by


_KEYS: Mapping[Whose, Callable[[Ordered], str]] = {Whose.RULE: _by_rule, Whose.DISPATCHER: _by_person}


def accuracy(found: Sequence[CaseFacts], period: Period, scope: str, whose: Whose) -> Mapping[str, Value]:
    """The figure `accurate` for each rule, or for each who gave a case, that gave any in the period: the orders whose
    return was not upheld in the end, of all. The worst comes first, then whoever gave most."""
    key = _KEYS[whose]
    of: dict[str, list[CaseFacts]] = {}
    for case in found:  # each is counted over its own cases alone: many rules over many cases stay quick
        for each in {key(order) for order in case.orders} - {""}:
            of.setdefault(each, []).append(case)
    values = {each: count(figure_of(whose, each), of[each], period, scope) for each in sorted(of)}
    given = {each: value for each, value in values.items() if value.of}
    return dict(sorted(given.items(), key=lambda pair: (pair[1].share or 0.0, -len(pair[1].of), pair[0])))


def figure_of(whose: Whose, wanted: str) -> Figure:
    """The figure `accurate` of one rule, or of one who gave cases."""
    return Figure("accurate", _of(_KEYS[whose], wanted))


def _of(key: Callable[[Ordered], str], wanted: str) -> Callable[[CaseFacts], Iterator[Item]]:
    def over(case: CaseFacts) -> Iterator[Item]:
        return (Item(order.at, not order.upheld, order.path) for order in case.orders if key(order) == wanted)

    return over
