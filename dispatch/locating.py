"""A case of danger was opened before anybody knew where it is: now the place is told, and it goes where it belongs."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases import history, lifecycle
from cases.models import cases
from cases.phrases import ZH, msg
from cases.report import Channel
from cases.states import CLOSED, State
from dispatch import orders
from dispatch.desk import reroute, supplement
from dispatch.models import unit
from dispatch.places import Place
from dispatch.transaction import Tx
from dispatch.understanding import Told, Understood, route

ACTOR = "resident"


def locate(tx: Tx, case_id: UUID, understood: Understood, words: str) -> Place | None:
    """The place of a case that had none, as its reporter tells it now: whoever must act hears it, and where another
    unit is nearer it goes there. None where the words name no place, or the case has one: they are only added."""
    row = tx.conn.execute(sa.select(cases).where(cases.c.id == case_id).with_for_update()).one()
    place = understood.place.place
    if place is None or row.estate or row.road or State(row.state) in CLOSED:
        supplement(tx, case_id, words)
        return None
    lifecycle.note(tx, case_id, "located", ACTOR, words, _facts(place))
    values = {
        "estate": place.estate, "building": place.building, "entrance": place.unit,
        "road": f"{place.road}{place.number}号" if place.road and place.number else place.road,
        "place_kind": str(place.kind), "grid": place.grid,
    }  # fmt: skip
    tx.conn.execute(sa.update(cases).where(cases.c.id == case_id).values(values))
    _go_there(tx, row, understood)
    return place


def _facts(place: Place) -> dict[str, Any]:
    return {"estate": place.estate, "building": place.building, "place_kind": str(place.kind)}


def _go_there(tx: Tx, row: Any, understood: Understood) -> None:
    """Where the rules would have sent it, had the place been known; whoever has it hears of the place otherwise."""
    chosen = route(tx, understood, Told(Channel(row.channel))).choice
    holds = tx.conn.execute(sa.select(unit.c.code).where(unit.c.id == row.unit_id)).scalar_one()
    if chosen.unit.code == holds:
        orders.tell_holder(tx, row.id, "supplement")
    else:
        why = tx.say(msg("danger.there", unit=chosen.unit.name), ZH)
        reroute(tx, row.number, chosen.unit.code, why, history.SYSTEM)
