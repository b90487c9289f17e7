"""What somebody may do now to what stands beside a case: names of deeds."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from cases.life.sides import Flag, Side
from cases.loop.deeds import Standing
from cases.states import CLOSED, Deed, Illegal, Role, after
from dispatch.beside import referring
from dispatch.life.deciding import speaks
from dispatch.life.leaving import INTAKE
from dispatch.loop.who import Who
from dispatch.same import proposals, storms
from dispatch.side import cohandling, confiding, excluding, flagging, repeating, rows, supervising, urging, whistling
from dispatch.side.calls import summoned
from dispatch.transaction import Tx


def possible(tx: Tx, who: Who, case: Standing) -> frozenset[str]:
    """The names (in the table of deeds) of what somebody may do now."""
    counting = _figures(tx, who, case)
    called = _whistled(tx, who, case)
    if case.state in CLOSED:
        return frozenset((*counting, *called))
    there = rows.open_rows(tx, case.id)
    of_case = chain.from_iterable(each(tx, who, case, there) for each in (_supervision, _shared, _urged, _handed))
    told = ("refer",) if referring.refers(tx, who, case) else ()
    return frozenset((*of_case, *_marked(who, case, there), *_same(tx, who, case), *counting, *called, *told))


def _same(tx: Tx, who: Who, case: Standing) -> Iterator[str]:
    """What is proposed about it, and the event that is dealt with in it."""
    if proposals.possible(tx, who, case):
        yield from ("join", "apart")
    yield from storms.possible(tx, who, case)


def _figures(tx: Tx, who: Who, case: Standing) -> Iterator[str]:
    if excluding.may_ask(tx, who, case):
        yield "exclude"
    elif who.part in excluding.DECIDERS and not isinstance(after(case.state, Deed.INCLUDE), Illegal):
        yield from ("include",) if excluding.excluded(tx, [case.id]) else ()


def _shared(tx: Tx, who: Who, case: Standing, there: Sequence[Any]) -> Iterator[str]:
    if isinstance(after(case.state, Deed.CO_HANDLE), Illegal):
        return
    parts = [row for row in there if row.kind == Side.COHANDLING]
    if who.part in cohandling.PARTS:
        yield "co-handle"
        yield from ("co-release",) if parts else ()
    mine = cohandling.theirs(tx, who, parts)
    if mine is not None and mine.answered_at is None:
        yield "co-answer"
    if any(row.answered_at is not None for row in parts) and cohandling.leads(tx, who, case):
        yield from ("co-accept", "co-return")


def _whistled(tx: Tx, who: Who, case: Standing) -> Iterator[str]:
    there = [row for row in summoned(tx, case.id) if row.is_open]
    if case.state not in CLOSED:
        yield from ("whistle",) if not there and whistling.whistles(tx, who, case) else ()
        yield from ("come",) if whistling.comes(tx, who, case, there) else ()
    if not isinstance(after(case.state, Deed.RATE), Illegal):
        yield from ("rate",) if any(whistling.rates(who, row) and row.is_over(tx.now) for row in there) else ()


def _handed(_tx: Tx, who: Who, _case: Standing, there: Sequence[Any]) -> Iterator[str]:
    """A hand-over that nobody has confirmed."""
    if who.part in INTAKE and any(row.kind == Side.HANDOVER for row in there):
        yield "confirm-handover"


def _urged(tx: Tx, who: Who, case: Standing, there: Sequence[Any]) -> Iterator[str]:
    asked = any(row.kind == Side.URGE and row.answered_at is None for row in there)
    if asked and urging.answers(tx, who, case):
        yield "answer-urge"


def _marked(who: Who, case: Standing, there: Sequence[Any]) -> Iterator[str]:
    """Flags, repeat links and confidentiality."""
    flags = [row for row in there if row.kind == Side.FLAG]
    if who.part in flagging.PARTS:
        yield from ("flag",) if len(flags) < len(Flag) else ()
    if who.part in flagging.LIFTERS:
        yield from ("unflag",) if flags else ()
    if who.part in repeating.PARTS:
        yield "link" if case.row.repeat_of is None else "unlink"
    if who.part in (confiding.LIFTERS if case.row.confidential else confiding.PARTS):
        yield "disclose" if case.row.confidential else "confide"


def _supervision(tx: Tx, who: Who, case: Standing, there: Sequence[Any]) -> Iterator[str]:
    row = next((each for each in there if each.kind == Side.SUPERVISION), None)
    if row is None:
        yield from ("supervise",) if who.part is Role.SUPERVISOR else ()
        return
    if who.part is Role.SUPERVISOR:
        yield "regrade"
        yield from ("release",) if row.answered_at is not None else ()
    if row.answered_at is None and supervising.answers(who, row) and speaks(tx, who, case):
        yield "account"
