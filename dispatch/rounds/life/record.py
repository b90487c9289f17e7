"""The record of a round as a whole: a line for each thing that happened to it beside its visits."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases.history import SYSTEM
from cases.pen import read_content, seal_content
from cases.phrases import Message, Name, msg
from cases.states import Coded
from dispatch.duty.moves import MoveReason
from dispatch.figures.counting import Period
from dispatch.models import unit
from dispatch.people.roster import DESK_CODE
from dispatch.reads.queries import within
from dispatch.rounds.models import round_event, rounds
from dispatch.transaction import Tx

MOVED, HANDED, MISSED = "moved", "handed", "missed"


class MissReason(Coded):
    """Why a round was not done. `lapsed` is the system's own: its successor was over as well."""

    NO_ACCESS = "no_access"
    SHORT_OF_STAFF = "short_of_staff"
    WEATHER = "weather"
    OTHER_WORK = "other_work"
    NOT_NEEDED = "not_needed"
    OTHER = "other"
    LAPSED = "lapsed"

    @classmethod
    def catalogue(cls) -> str:
        return "rounds"


BY_HAND = tuple(reason for reason in MissReason if reason is not MissReason.LAPSED)


def write(tx: Tx, round_id: UUID, kind: str, facts: Mapping[str, Any], by: tuple[str, str] = (SYSTEM, "")) -> None:
    """A line; `by` is who did it, and their words."""
    actor, words = by
    tx.put(
        round_event, id=tx.new_id(), office_id=tx.office_id, round_id=round_id, kind=kind, at=tx.now, actor=actor,
        facts=json.dumps(dict(facts)), content_id=seal_content(tx, "words", words) if words else None,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """A line of the record for people: when, by whom, what happened, and their words (empty: none)."""

    at: datetime
    actor: str
    what: Message
    words: str


def lines(tx: Tx, round_id: UUID) -> list[Told]:
    """The record of a round, from its beginning."""
    rows = tx.conn.execute(
        sa.select(round_event).where(round_event.c.round_id == round_id).order_by(round_event.c.at, round_event.c.id)
    )
    return [
        Told(
            row.at, row.actor, msg(f"rounds.event.{row.kind}", **dict(_places(tx, row.kind, json.loads(row.facts)))),
            read_content(tx, row.content_id) if row.content_id else "",
        )
        for row in rows
    ]  # fmt: skip


def _places(tx: Tx, kind: str, facts: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The facts as they are said: moments are read, codes are named."""
    for name, value in facts.items():
        if name == "reason":
            yield name, (MoveReason if kind == HANDED else MissReason)(value).label
        elif name in ("before", "after"):
            yield name, _named(tx, value)
        else:
            yield name, datetime.fromisoformat(value) if name.endswith("_at") else value


def _named(tx: Tx, code: str) -> Name | str:
    worker = tx.district.worker(code)
    return worker.name if worker else tx.district.duty_desk.name if code == DESK_CODE else code or "–"


def missed(tx: Tx, scope: str, due: Period) -> Counter[MissReason]:
    """Why rounds of a scope that fell due in a stretch of time were missed, each reason with how many."""
    rows = tx.conn.execute(
        sa.select(round_event.c.facts)
        .join(rounds, rounds.c.id == round_event.c.round_id)
        .join(unit, unit.c.id == rounds.c.unit_id)
        .where(round_event.c.kind == MISSED, rounds.c.office_id == tx.office_id, within(scope))
        .where(rounds.c.due_at >= due.from_at, rounds.c.due_at < due.to_at)
    )
    return Counter(MissReason(json.loads(facts)["reason"]) for facts in rows.scalars())
