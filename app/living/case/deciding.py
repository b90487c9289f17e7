"""What the desks decide: a return, how it goes on after a second "no", whom to ring for the verdict."""

from typing import TYPE_CHECKING

from app.living.case.answering import said
from app.living.case.sight import Sight
from app.living.town import Town
from cases.states import ClosingKind
from dispatch.district import Role, UnitKind
from dispatch.loop import closing, returns, reworking, verdicts
from dispatch.loop.verdicts import KEYS
from dispatch.loop.who import Who, by_code
from dispatch.reads.callbacks import call_backs
from dispatch.transaction import Tx

if TYPE_CHECKING:
    from app.living.case.life import Life

_AT_A_TIME = 8  # calls back that somebody makes in a session
_ANSWERED = 0.5
_UPHELD = "核对过地址，由该居委会办理"
_REJECTED = "地点在本网格，请继续办理"
_ONCE_MORE = "请与物业一起到场，当面说清"
_PROPOSED = (
    (ClosingKind.EXPLAINED, "产权单位不同意改造，已两次上门说明"),
    (ClosingKind.NOT_SUBSTANTIATED, "两次到场，都没有发现所说的情况"),
)


def on_return(life: "Life", seen: Sight) -> None:
    """A dispatcher upholds a return, and names another unit, or rejects it."""
    town = life.town
    others = [
        unit.code for unit in town.ground.district.units if unit.kind is UnitKind.COMMITTEE and unit.code != seen.unit
    ]
    with town.transaction() as tx:
        who = _who(town, tx, Role.DISPATCHER)
        if life.fate.upheld:
            returns.uphold(tx, seen.number, life.luck.choice(others), _UPHELD, who)
        else:
            returns.reject(tx, seen.number, _REJECTED, who)


def on_second_no(life: "Life", seen: Sight) -> None:
    """A supervisor proposes to close it, which another decides, or has it done once more."""
    town, luck = life.town, life.luck
    with town.transaction() as tx:
        supervisor, leader = _who(town, tx, Role.SUPERVISOR), _who(town, tx, Role.LEADER)
        if life.proposed and luck.random() < 0.85:
            closing.approve(tx, seen.number, leader)
        elif life.proposed:
            closing.refuse(tx, seen.number, leader)
            life.proposed = False
        elif luck.random() < 0.35:
            reworking.order(tx, seen.number, _ONCE_MORE, supervisor)
        else:
            kind, why = luck.choices(_PROPOSED, (3, 1))[0]
            closing.propose(tx, seen.number, kind, why, supervisor)
            life.proposed = True


def ring_round(town: Town, session: str) -> None:
    """Whoever calls back rings those on the list, as many as a session allows."""
    with town.transaction() as tx:
        who = _who(town, tx, Role.CALLER_BACK)
        listed = [row.case.number for row in call_backs(tx, who.path, who).rows]
    known = {life.number: life for life in town.lives.values()}
    luck = town.luck(f"ring-round/{session}")
    for number in listed[:_AT_A_TIME]:
        life = known.get(number)
        answered = luck.random() < _ANSWERED
        with town.transaction() as tx:
            key = KEYS[said(life)] if life is not None and answered else None
            verdicts.attempt(tx, number, _who(town, tx, Role.CALLER_BACK), key)
        if life is not None:
            town.soon(120, life.peek)


def _who(town: Town, tx: Tx, role: Role) -> Who:
    return by_code(tx, town.ground.somebody(role))
