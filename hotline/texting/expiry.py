"""Dialogues whose question nobody answered: let go in time, with the matter that they know of."""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from cases.models import report
from cases.report import Channel
from dispatch import desk
from dispatch.lines import Line
from dispatch.people import parties
from dispatch.reports import Report
from dispatch.transaction import Fault, Tx, fault_of
from hotline.commands import is_nudge
from hotline.hearing import waiting_sids
from hotline.models import dialogue
from hotline.texting import standing as stands
from hotline.texting.standing import EXPIRED, MATTER_ASKED, PLACE_ASKED, WAITING, Open

PARKED = "parked"
PARKED_AFTER = 5  # texts that said nothing and failed tries to let go, together


def expire_next(tx: Tx) -> bool:
    """Let one dialogue go whose question was not answered in time; whether there was one."""
    found = tx.conn.execute(
        sa.select(dialogue.c.id)
        .where(
            dialogue.c.office_id == tx.office_id,
            dialogue.c.expires_at <= tx.now,
            dialogue.c.state.in_(WAITING),
        )
        .order_by(dialogue.c.expires_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).scalar()
    if found is None:
        return False
    try:
        with tx.savepoint():
            expire(tx, found)
    except Exception as trouble:
        _park(tx, found, fault_of(trouble))
    return True


def _park(tx: Tx, dialogue_id: UUID, fault: Fault) -> None:
    """It could not be let go: tried again in a minute, after the third time set aside and shown; where somebody else
    holds what it needs, soon and for as long as they do."""
    tries = dialogue.c.tries + (0 if fault.held else 1)
    tx.conn.execute(
        sa.update(dialogue)
        .where(dialogue.c.id == dialogue_id)
        .values(
            tries=tries,
            trouble=fault.words,
            expires_at=tx.now + (fault.pause if fault.held else timedelta(minutes=1)),
            state=sa.case((tries > PARKED_AFTER, PARKED), else_=dialogue.c.state),
        )
    )


def expire(tx: Tx, dialogue_id: UUID) -> None:
    """Nobody answered: a matter opens its case, its place to be found by a person; a greeting just ends. What
    was offered as the same matter is one of its own. Who urged is waited for by a person, where their matter has not
    come meanwhile."""
    row = tx.conn.execute(sa.select(dialogue).where(dialogue.c.id == dialogue_id)).one()
    has_case = row.state == PLACE_ASKED and row.about_case is not None  # a danger, whose place nobody told
    if not stands.finish(tx, dialogue_id, EXPIRED) or has_case:
        return
    open_ = Open(row.id, row.state, row.tries, row.content_id, row.received_at)
    words = stands.heard(tx, open_)
    urged = row.state == MATTER_ASKED and is_nudge(words)
    if row.state == MATTER_ASKED and not urged:
        return
    if tx.line is None:  # the answers leave by the line that the text came in on
        tx.line = Line(row.line, "", tx.office.code)
    party = parties.party_of(tx, parties.number_of(tx, row.party_id))
    gathered = waiting_sids(tx, party, row.received_at)
    cases = desk.open_cases(tx, party.id) if urged else ()
    if cases:
        case_id = cases[0].id
        for sid in gathered:
            tx.change(report, {"sid": sid}, case_id=case_id)
        desk.urge(tx, case_id)
    else:
        told = Report(
            Channel.TEXT, party, words, row.received_at, gathered=gathered,
            repeat_of=stands.told_before(tx, row.about_case, party.id), nothing=urged,
        )  # fmt: skip
        case_id = desk.take_report(tx, told).case_id
    stands.belongs(tx, dialogue_id, case_id)
