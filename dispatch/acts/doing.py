"""Doing a deed that a page offers: as long as the case is where the page saw it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases.lifecycle import IllegalDeed
from cases.loop.deeds import standing
from cases.models import cases, event
from cases.phrases import Message, msg
from dispatch.acts.fields import WORDS_MOST, Field, Kind
from dispatch.acts.refusals import Moved, Refused
from dispatch.acts.table import ACTIONS, Action, Given
from dispatch.correcting.planning import Plan
from dispatch.duty.giving import UnknownPerson
from dispatch.loop.closing import NothingToDecide, SamePerson
from dispatch.loop.who import NotYours, Partial, Who
from dispatch.reads.possible import look
from dispatch.reports import UnknownUnit
from dispatch.ringing import CannotRing
from dispatch.transaction import Tx

# Lines of history after which everything is possible that was possible before: a clock spoke, somebody looked.
QUIET = (
    "warned", "breached", "escalated", "revealed", "looked", "text_failed", "relay_missed", "order_call", "order_round",
)  # fmt: skip
# Answers of a use case that say no, and the field to which they belong.
_NO = {
    "code_wrong": "visit_code", "code_closed": "visit_code", "claimed": "visit_code", "other_place": "place",
    "too_long": "words", "find_how": "words", "tell_how": "words", "news_how": "words", "safe_how": "words",
    "call_first": "", "visit_first": "", "finding_first": "", "nobody_to_tell": "",
    "visit_lacking": "", "finding_lacking": "", "told_lacking": "",
    "return_late": "", "return_again": "", "return_rework": "", "return_final": "",
}  # fmt: skip


def act(tx: Tx, who: Who, case_id: UUID, name: str, said: tuple[Mapping[str, str], int]) -> Message | None:
    """Do it; what whoever did it is told. `said` is what they wrote, and the last line of history they had seen.

    Raises Moved, Refused; LookupError for a deed that is none. A `no` that a use case answers is in the message
    (see `field_of`) and what it counted stays.
    """
    values, seen = said
    action = ACTIONS[name]
    if action.other is not None:
        _lock_together(tx, case_id, values.get(action.other, "").strip())
    case = standing(tx, case_id, lock=True)
    if lines := _since(tx, case_id, seen):
        raise Moved(lines)
    if not action.ready(look(tx, who, case)):
        raise Refused(msg("casepage.refused.not_now"))
    given = Given(tx, who, case, {field.name: values.get(field.name, "") for field in action.fields})
    _check(action, given)
    return _do(action, given)


def foresee(tx: Tx, who: Who, case: Any, name: str, values: Mapping[str, str]) -> Plan | None:
    """What would come of a deed on a case (its row) that was written so; None for one that foresees nothing. Changes
    nothing. Raises Refused."""
    action = ACTIONS[name]
    if action.foresee is None:
        return None
    given = Given(tx, who, standing(tx, case.id), values)
    for field in action.fields:
        trouble = _trouble(field, given[field.name]) if given[field.name] else None
        if trouble is not None:
            raise Refused(trouble, field.name)
    plan = action.foresee(given)
    if plan is not None and plan.is_empty:
        raise Refused(msg("correct.refused.nothing"))
    return plan


def _lock_together(tx: Tx, case_id: UUID, number: str) -> None:
    """Lock a case and those that change with it (the one of that number, the one in which it is merged, those that are
    merged in it) in the order of their ids: so two such deeds never wait for each other."""
    lead = sa.select(cases.c.merged_into).where(cases.c.id == case_id).scalar_subquery()
    together = sa.or_(
        cases.c.id == case_id, cases.c.id == lead, cases.c.merged_into == case_id, cases.c.number == number
    )
    mine = sa.select(cases.c.id).where(cases.c.office_id == tx.office_id, together)
    tx.conn.execute(mine.order_by(cases.c.id).with_for_update(key_share=True))


def _since(tx: Tx, case_id: UUID, seen: int) -> Sequence[Any]:
    mine = (event.c.case_id == case_id, event.c.seq > seen, event.c.kind.not_in(QUIET))
    return tx.conn.execute(sa.select(event).where(*mine).order_by(event.c.seq)).all()


def _check(action: Action, given: Given) -> None:
    for field in action.fields:
        trouble = _trouble(field, given[field.name])
        if trouble is not None:
            raise Refused(trouble, field.name)


def _trouble(field: Field, value: str) -> Message | None:
    if field.needed and not value:
        return msg(f"casepage.needs.{field.kind}")
    if len(value) > WORDS_MOST:
        return msg("casepage.needs.shorter", length=len(value), most=WORDS_MOST)
    if value and field.kind is Kind.CHOICE and value not in field.options:
        return msg("casepage.needs.choice")
    return None


def _do(action: Action, given: Given) -> Message | None:
    try:
        return action.do(given)
    except UnknownUnit as no:
        raise Refused(msg("casepage.refused.no_unit"), "units" if "units" in given.values else "unit") from no
    except UnknownPerson as no:
        raise Refused(msg("casepage.refused.no_person"), "person") from no
    except NotYours as no:
        raise Refused(msg("casepage.refused.not_yours", need=no.need.label)) from no
    except (Partial, SamePerson) as no:
        kind = "partial" if isinstance(no, Partial) else "same_person"
        raise Refused(msg(f"casepage.refused.{kind}")) from no
    except NothingToDecide as no:
        raise Refused(msg("casepage.refused.not_now")) from no
    except IllegalDeed as no:
        raise Refused(msg("casepage.refused.illegal", why=no.why.reason)) from no
    except CannotRing as no:
        raise Refused(no.why) from no


def field_of(told: Message | None) -> str | None:
    """The field to which a use case's "no" belongs (empty: the whole); None where it did what was asked."""
    if told is None or not told.id.startswith("desk.work."):
        return None
    return _NO.get(told.id.removeprefix("desk.work."))
