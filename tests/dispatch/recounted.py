"""A case's history for the pure reckoning, with what each attempt and each correction promises."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from cases.clock.happened import About, Happened, Subject, Terms
from cases.clock.lines import Line, abouts, happened, versions
from cases.report import Channel
from cases.states import Deed
from cases.steps import Level
from dispatch.transaction import Tx


def events_and_terms(tx: Tx, row: Any, lines: Sequence[Line]) -> tuple[list[Happened], list[Terms]]:
    """What happened to a case (its row, its lines), and what each attempt promises as it begins."""
    by = versions(lines, row.policy_version)
    at_first = abouts(lines, About(row.category, row.kind, Level(row.level), row.sla))

    def terms(about: About, nth: int) -> Terms:
        known = row.party_id is not None
        of = Subject(about.category, about.kind, about.level, Channel(row.channel), known, about.sla)
        return tx.terms(by[nth], of, rework=nth > 0)

    events, nth = list[Happened](), 0
    for each in happened(lines, tx.calendar):
        nth += each.deed in (Deed.REDO, Deed.REOPEN)
        events.append(each if each.about is None else replace(each, terms=terms(each.about, nth)))
    return events, [terms(about, nth) for nth, about in enumerate(at_first)]
