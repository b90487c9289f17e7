"""The district beside its grids: service points, patrol teams, experts, neighbouring lines, and what is to mend."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import g

from cases.phrases import Message, Name, msg
from console.entry.guard import me
from console.supervise.roles import OFFICE
from dispatch.district.beside.hours import told
from dispatch.district.beside.suiting import Near, Offer, said_of
from dispatch.policy import ServiceLine
from dispatch.reads.beside import standing
from dispatch.transaction import Tx
from dispatch.understanding import local


def shown(tx: Tx) -> dict[str, Any]:
    """Everything for the page. What is wrong is shown to those who can put it right."""
    g.zone = tx.office.zone
    return {
        "points": standing.doors(tx),
        "patrols": standing.patrols(tx),
        "experts": tx.district.beside.experts,
        "other_lines": tx.district.beside.other_lines,
        "findings": standing.findings(tx) if me().role in OFFICE else (),
        "beats": {team.code: _committees(tx, team.grids) for team in tx.district.beside.teams},
        "now": tx.now,
        **words_of(tx),
    }


def offered(tx: Tx, offer: Offer) -> dict[str, Any]:
    """What suits a matter, for `offers.html`."""
    return {"offer": offer, **words_of(tx)}


def words_of(tx: Tx) -> dict[str, Callable[[Any], Any]]:
    """What the templates ask about a point or an expert."""

    def opening(near: Near) -> Message:
        return said_of(near, local(tx))

    def matter(code: str) -> Message | Name | str:
        if code in list(ServiceLine):
            return ServiceLine(code).label
        category = tx.policy.categories.get(code)
        return category.name if category else code

    def unit_name(code: str) -> Name:
        unit = tx.district.unit(code)
        return unit.name if unit else Name(code)

    return {
        "opening": opening,
        "matters": lambda codes: [matter(code) for code in codes],
        "hours_told": told,
        "unit_name": unit_name,
        "worker_of": tx.district.worker,
    }


def _committees(tx: Tx, grids: Sequence[str]) -> list[Message]:
    """A beat in words: how many grids of each committee."""
    counts: dict[str, int] = {}
    for code in grids:
        grid = tx.district.grid(code)
        if grid is not None:
            counts[grid.committee] = counts.get(grid.committee, 0) + 1
    named = ((tx.district.unit(code), count) for code, count in counts.items())
    return [msg("beside.page.beat", unit=unit.name, count=count) for unit, count in named if unit is not None]
