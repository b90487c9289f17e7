"""A second person decides about what was asked, of whatever kind it is; what of all this somebody may do now."""

from collections.abc import Iterator
from typing import Any

from cases.life.reasons import Request
from cases.loop.deeds import Standing
from cases.states import Deed, Illegal, State, after
from cases.steps import Step
from dispatch.life import deciding, extensions, holds, waivers
from dispatch.loop.who import Who, demand
from dispatch.side import excluding
from dispatch.transaction import Tx


def grant(tx: Tx, who: Who, case: Standing, kind: str) -> None:
    """Grant what was asked (of that kind, or the only thing). Raises NothingToDecide, NotYours, SamePerson,
    IllegalDeed, Refused."""
    row = deciding.named(tx, case, kind)
    if row.kind == Request.HOLD:
        holds.grant(tx, who, case, row)
    elif row.kind == Request.EXTENSION:
        extensions.grant(tx, who, case, row)
    elif row.kind == Request.EXCLUSION:
        excluding.grant(tx, who, case, row)
    else:
        waivers.grant(tx, who, case, row)


def deny(tx: Tx, who: Who, case: Standing, said: tuple[str, str]) -> None:
    """Refuse what was asked (of that kind, or the only thing), and why. Raises as `grant`."""
    kind, words = said
    row = deciding.named(tx, case, kind)
    if row.kind == Request.EXCLUSION:
        demand(who, *excluding.DECIDERS)
    lead = row.kind == Request.HOLD and holds.may_grant(tx, who, case, row)
    deciding.demand_second(tx, who, case, row, lead=lead)
    deciding.refuse(tx, who, case, row, words)


def possible(tx: Tx, who: Who, case: Standing) -> frozenset[str]:
    """The names (in the table of deeds) of what somebody may do now to a case."""
    return frozenset(_possible(tx, who, case))


def _possible(tx: Tx, who: Who, case: Standing) -> Iterator[str]:
    asked = {Request(row.kind): row for row in deciding.open_requests(tx, case)}
    if Request.HOLD not in asked and _may_hold(tx, who, case):
        yield "hold"
    if case.state is State.SUSPENDED and _may_resume(tx, who, case):
        yield "resume"
    if Request.EXTENSION not in asked and extensions.may_ask(tx, who, case):
        yield "extend"
    if Request.WAIVER not in asked and waivers.may_ask(tx, who, case, Step.VISIT):
        yield "waive"
    if Request.EXCEPTION not in asked and any(waivers.may_ask(tx, who, case, step) for step in waivers.EXCEPTED):
        yield "except"
    if any(row.asked_by != who.actor and _decides(tx, who, case, row) for row in asked.values()):
        yield from ("grant", "deny")


def _may_hold(tx: Tx, who: Who, case: Standing) -> bool:
    mine = case.row.worker_id == who.id
    signs = mine and case.state is State.DISPATCHED and case.owes(Step.SIGN_FOR)
    if not signs and isinstance(after(case.state, Deed.HOLD), Illegal):
        return False
    return (mine or deciding.speaks(tx, who, case)) and holds.latest_review(tx, case) is not None


def _may_resume(tx: Tx, who: Who, case: Standing) -> bool:
    return case.row.worker_id == who.id or deciding.speaks(tx, who, case) or who.part in deciding.DECIDERS


def _decides(tx: Tx, who: Who, case: Standing, row: Any) -> bool:
    if row.kind == Request.HOLD:
        return holds.may_grant(tx, who, case, row)
    if row.kind == Request.EXCLUSION:
        return who.part in excluding.DECIDERS
    return deciding.may_decide(tx, who, case, lead=False)
