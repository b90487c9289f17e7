"""One case becomes several: each further matter a case of its own, told together with the first."""

from collections.abc import Sequence

import sqlalchemy as sa

from cases import lifecycle
from cases.loop.deeds import Standing
from cases.models import cases
from cases.report import Channel
from dispatch.desk import take_report
from dispatch.people import parties
from dispatch.reports import Report, Taken
from dispatch.transaction import Tx
from dispatch.understanding import Understood


def split(
    tx: Tx, case: Standing, heard: Sequence[Understood], words: Sequence[str], said: tuple[str, str]
) -> list[Taken]:
    """Cases of their own for these matters, promised from when the first was received; the resident's codes are the
    same for all. `heard` is what was understood of `words`."""
    if not words:
        return []
    row, (why, actor) = case.row, said
    party = parties.party_of(tx, parties.number_of(tx, row.party_id)) if row.party_id else None
    codes = (
        tx.vault.open(case.id, "code", row.code_sealed), tx.vault.open(case.id, "visit_code", row.visit_code_sealed),
    )  # fmt: skip
    told_with = row.told_with or tx.new_id()
    tx.conn.execute(sa.update(cases).where(cases.c.id == case.id).values(told_with=told_with))
    taken = []
    for text, understood in zip(words, heard, strict=True):
        report = Report(
            Channel(row.channel), party, text, row.received_at, actor=actor, codes=codes, told_with=told_with
        )
        part = take_report(tx, report, understood)
        lifecycle.note(tx, part.case_id, "split_from", actor, facts={"first": row.number})
        taken.append(part)
    lifecycle.note(tx, case.id, "split", actor, why, {"numbers": ", ".join(each.number for each in taken)})
    return taken
