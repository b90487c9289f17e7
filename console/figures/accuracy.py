"""Dispatch accuracy on the pages: by the row that decided, and by who gave the case; for whom it is, and narrowed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound

from cases.phrases import Message, msg
from console.case.shown import teller_of
from console.entry.guard import me
from dispatch.figures.accuracy import Whose, accuracy
from dispatch.figures.counting import Period, Value
from dispatch.figures.facts import CaseFacts
from dispatch.people.accounts import Role
from dispatch.transaction import Tx
from dispatch.understanding import BY_HAND

CODE = "accurate"  # the figure that is told apart
WORST = 15  # rows that a table has before all are asked for
# How well a person gives cases is for whoever answers for them.
_SEES: Mapping[str, tuple[Whose, ...]] = MappingProxyType(
    {Role.SUPERVISOR: tuple(Whose), Role.ADMIN: tuple(Whose), Role.DISPATCHER: (Whose.RULE,)}
)


@dataclass(frozen=True, slots=True)
class Row:
    """A rule or a person: its key, its name in words, and what is counted."""

    key: str
    name: Message
    value: Value


@dataclass(frozen=True, slots=True)
class Table:
    """The worst first; `all` is how many there are."""

    whose: Whose
    rows: Sequence[Row]
    all: int


def tables(tx: Tx, found: Sequence[CaseFacts], of: tuple[Period, str], *, whole: bool) -> list[Table]:
    """What this account sees, of a period and a part of the district (its path)."""
    made = []
    for whose in _SEES.get(me().role, ()):
        values = list(accuracy(found, *of, whose).items())
        shown = values if whole else values[:WORST]
        rows = [Row(key, name(tx, whose, key), value) for key, value in shown]
        made.append(Table(whose, rows, len(values)))
    return made


def narrowed(code: str, said: MultiDict[str, str]) -> tuple[Whose, str] | None:
    """The one rule or person that the address names, as `rule` or `dispatcher`. Raises NotFound: not for this one."""
    named = [(whose, said[whose.value]) for whose in Whose if said.get(whose.value)]
    if not named:
        return None
    if code != CODE or len(named) > 1 or named[0][0] not in _SEES.get(me().role, ()):
        raise NotFound("not told apart so")
    return named[0]


def name(tx: Tx, whose: Whose, key: str) -> Message:
    """A rule by its id, a person by name."""
    if whose is Whose.DISPATCHER:
        return teller_of(tx).actor(key)
    return msg("figures.rule.by_hand") if key == BY_HAND else msg("figures.rule.row", rule=key)


def kept(chosen: tuple[Whose, str] | None) -> dict[str, Any]:
    """As it stands in addresses."""
    return {} if chosen is None else {chosen[0].value: chosen[1]}
