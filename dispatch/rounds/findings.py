"""What is found on a round becomes a case, before anybody called; the case and the task know each other."""

from typing import Any

from cases import lifecycle
from cases.report import Channel
from dispatch import desk
from dispatch.loop.who import Who
from dispatch.reports import Report
from dispatch.rounds.models import round_case
from dispatch.transaction import Tx


def open_case(tx: Tx, who: Who, row: Any, words: str) -> str:
    """A case from the words of a finding at a task's place; its number. The source says whether it was a round or an
    inspection. `row` is from `visiting.task_of`."""
    report = Report(Channel(row.kind), None, words, tx.now, place_text=_place(row), actor=who.actor)
    taken = desk.take_report(tx, report)
    facts = {"template": row.template, "period": row.period.isoformat(), "task": str(row.id)}
    lifecycle.note(tx, taken.case_id, "found_on_round", who.actor, facts=facts)
    tx.put(round_case, task_id=row.id, case_id=taken.case_id, office_id=tx.office_id, at=tx.now)
    return taken.number


def _place(row: Any) -> str:
    """The place as a resident would write it."""
    if row.road:
        return str(row.road)
    building = f"{row.building}号楼" if row.building else ""
    return f"{row.estate or ''}{building}{row.entrance or ''}{'单元' if row.entrance else ''}"
