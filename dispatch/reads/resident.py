"""What a resident's own pages read: one case by its address or number, its open question, what came in lately."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases.loop.models import question
from cases.models import IS_OPEN, cases, owed
from cases.phrases import Message, msg
from cases.report import Channel
from cases.steps import Level, Step
from dispatch.beside.progress import stands, stands_aloud
from dispatch.loop.expecting import ASKED
from dispatch.loop.verdicts import ANSWERABLE
from dispatch.models import unit
from dispatch.transaction import Tx

_told = owed.alias("told")
_IS_TOLD = sa.and_(_told.c.case_id == cases.c.id, _told.c.attempt == cases.c.attempt, _told.c.step == str(Step.TOLD))


@dataclass(frozen=True, slots=True)
class Own:
    """An open case as whoever told it hears of it without a code: its number, where it stands, who has it until
    when. `aloud` is said after the number; `named` says of what kind it is too, for whoever reads it."""

    number: str
    aloud: Message
    named: Message


def own_open(tx: Tx, party_id: UUID) -> list[Own]:
    """The open cases of a party, the newest first; what is confidential is not told without its code."""
    rows = tx.conn.execute(
        sa.select(cases, unit.c.name_zh, unit.c.name_en)
        .join(unit, unit.c.id == cases.c.unit_id)
        .where(
            cases.c.office_id == tx.office_id, cases.c.party_id == party_id, cases.c.confidential.is_(False),
            sa.text(f"cases.{IS_OPEN}"),
        )
        .order_by(cases.c.received_at.desc())
        .limit(20)
    )  # fmt: skip
    return [Own(row.number, stands_aloud(row), stands(row, _kind(tx, row))) for row in rows]


def _kind(tx: Tx, row: Any) -> Message | str:
    """Of what kind a case is; nothing of what danger was told: others may read that telephone."""
    if Level(row.level) is Level.L1:
        return ""
    return msg("talk.text.category", category=tx.policy.category(row.category).name)


def by_address(tx: Tx, address: str) -> Any | None:
    """The case of a public address, with its unit's names and when the resident was told; None where there is none."""
    return _one(tx, cases.c.address == address)


def by_id(tx: Tx, case_id: UUID) -> Any | None:
    """As `by_address`, by the case's id."""
    return _one(tx, cases.c.id == case_id)


def _one(tx: Tx, which: sa.ColumnElement[bool]) -> Any | None:
    return tx.conn.execute(
        sa.select(
            cases, unit.c.name_zh.label("unit_zh"), unit.c.name_en.label("unit_en"), _told.c.done_at.label("told_at")
        )
        .join(unit, unit.c.id == cases.c.unit_id)
        .outerjoin(_told, _IS_TOLD)
        .where(cases.c.office_id == tx.office_id, which)
    ).one_or_none()


def open_question(tx: Tx, case_id: UUID) -> UUID | None:
    """The question to the resident that this case waits for the answer of: the last that was asked in its attempt
    and that `verdicts.answer` takes an answer to."""
    by_text = sa.and_(question.c.channel == "text", question.c.state.in_(ANSWERABLE))
    return tx.conn.execute(
        sa.select(question.c.id)
        .join(cases, (cases.c.id == question.c.case_id) & (cases.c.attempt == question.c.attempt))
        .where(
            question.c.case_id == case_id, cases.c.state.in_(ASKED), cases.c.awaits.is_(None),
            by_text | (question.c.state == "open"),
        )
        .order_by(question.c.asked_at.desc(), question.c.id.desc())
        .limit(1)
    ).scalar()  # fmt: skip


def taken_lately(tx: Tx, party_id: UUID, within: timedelta) -> int:
    """How many cases this party's number was given for on the pages, of late."""
    return tx.conn.execute(
        sa.select(sa.func.count()).where(
            cases.c.office_id == tx.office_id, cases.c.party_id == party_id, cases.c.channel == str(Channel.WEB),
            cases.c.received_at > tx.now - within,
        )
    ).scalar_one()  # fmt: skip
