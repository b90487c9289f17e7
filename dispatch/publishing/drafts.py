"""Drafts of the decision table, from the first hand to the version in force.

What is published is the newest policy with the draft's rows in the place of its own: everything else of it stays.
Versions only grow; a rollback is a new version with old rows, so that every case keeps the one by which it was routed.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases.states import Role
from dispatch.due import errands
from dispatch.due.errands import Errand, Kind
from dispatch.loop.who import Who, demand
from dispatch.models import policy_version
from dispatch.people import roster
from dispatch.policy import Fault, Policy, Rule, parse, read, unknown_units
from dispatch.policy.parse import PolicyErrors
from dispatch.publishing.models import rule_draft, rule_draft_past
from dispatch.transaction import Tx

TABLES = ("rules", "default")  # of the policy, that a draft has
_NEWEST = sa.select(policy_version.c.number).order_by(policy_version.c.number.desc()).limit(1).with_for_update()
_BEGINS = {"change": "open", "rollback": "approved"}


class DraftTrouble(ValueError):
    """That cannot be done with this draft; `code` says why (no_why, no_draft, decided, same_person, not_writer, past,
    no_version, same_rules, same_draft, changed)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is done with a draft, and the version of it that was looked at: if it has another by now, nothing
    is done."""

    why: str
    seen: int


def propose(tx: Tx, who: Who, rules: Mapping[str, Any], why: str) -> int:
    """Store a draft; its number. Raises PolicyErrors with all that keeps it from being used, DraftTrouble, NotYours."""
    demand(who, Role.SUPERVISOR, Role.DISPATCHER)
    return _store(tx, who, _different(tx, rules), why, "change")


def change(tx: Tx, number: int, who: Who, rules: Mapping[str, Any], said: Reason) -> int:
    """An open draft gets other rows: the next version of it, its number. What it was is kept. Raises as `propose`."""
    demand(who, Role.SUPERVISOR, Role.DISPATCHER)
    row = open_one(tx, number, said.seen)
    body = _different(tx, rules)
    if _table(tx, body) == _table(tx, json.loads(row.body)):
        raise DraftTrouble("same_draft")
    if not said.why.strip():
        raise DraftTrouble("no_why")
    before = {"body": row.body, "why": row.changed_why or row.why, "revision": row.revision}
    written = {"written_by": row.changed_by or row.proposed_by, "written_at": row.changed_at or row.proposed_at}
    kept = {"id": tx.new_id(), "office_id": tx.office_id, "draft_id": row.id}
    tx.conn.execute(sa.insert(rule_draft_past).values(**kept, **before, **written))
    by = {"changed_by": who.actor, "changed_at": tx.now, "changed_why": said.why.strip()}
    now = {"body": json.dumps(body, ensure_ascii=False), "revision": row.revision + 1, **by}
    tx.conn.execute(sa.update(rule_draft).where(rule_draft.c.id == row.id).values(now))
    return int(row.revision) + 1


def approve(tx: Tx, number: int, who: Who, seen: int, from_at: datetime | None = None) -> datetime:
    """A second person agrees: in force from a moment on, by default at once; that moment. `seen`: the version of the
    draft that they looked at. Raises PolicyErrors where the draft no longer fits the policy in force, DraftTrouble,
    NotYours."""
    row = _to_decide(tx, number, who, seen)
    _sound(tx, json.loads(row.body))
    begins = from_at or tx.now
    if begins < tx.now:
        raise DraftTrouble("past")
    decided = {"decided_by": who.actor, "decided_at": tx.now, "from_at": begins, "state": "approved"}
    tx.conn.execute(sa.update(rule_draft).where(rule_draft.c.id == row.id).values(decided))
    if begins > tx.now:
        errands.put(tx, Kind.PUBLISH_RULES, row.id, begins)
    else:
        _publish(tx, row)
    return begins


def refuse(tx: Tx, number: int, who: Who, said: Reason) -> None:
    """A second person does not agree, and says why. Raises DraftTrouble, NotYours."""
    _end(tx, _to_decide(tx, number, who, said.seen), who, "refused", said.why)


def withdraw(tx: Tx, number: int, who: Who, said: Reason) -> None:
    """Whoever wrote on a draft takes it back, and says why: that needs no second person. Raises DraftTrouble,
    NotYours."""
    demand(who, Role.SUPERVISOR, Role.DISPATCHER)
    row = open_one(tx, number, said.seen)
    if who.actor not in hands(row, past(tx, row.id)):
        raise DraftTrouble("not_writer")
    _end(tx, row, who, "withdrawn", said.why)


def roll_back(tx: Tx, who: Who, version: int, why: str) -> int:
    """The rows of an earlier version are in force again at once, as a new version; its number.

    One person does it: what harms now cannot wait for a second. Raises DraftTrouble, NotYours, PolicyErrors.
    """
    demand(who, Role.SUPERVISOR)
    found = tx.conn.execute(sa.select(policy_version.c.body).where(policy_version.c.number == version)).scalar()
    if found is None or version == tx.policy_version:
        raise DraftTrouble("no_version")
    old = json.loads(found)
    body = _sound(tx, {name: old[name] for name in TABLES})
    number = _store(tx, who, body, why, "rollback")
    row = tx.conn.execute(sa.select(rule_draft).where(rule_draft.c.number == number)).one()
    return _publish(tx, row)


def publish(tx: Tx, errand: Errand) -> None:
    """The moment of an approved draft has come. One that no longer fits fails, and is shown with what failed."""
    row = tx.conn.execute(sa.select(rule_draft).where(rule_draft.c.id == errand.ref).with_for_update()).one()
    if row.state == "approved":
        _sound(tx, json.loads(row.body))
        _publish(tx, row)


def listed(tx: Tx) -> Sequence[Any]:
    """All drafts of the office, the newest first."""
    mine = sa.select(rule_draft).where(rule_draft.c.office_id == tx.office_id)
    return tx.conn.execute(mine.order_by(rule_draft.c.number.desc())).all()


def past(tx: Tx, draft_id: UUID) -> Sequence[Any]:
    """The earlier versions of a draft, the first at the head."""
    mine = sa.select(rule_draft_past).where(rule_draft_past.c.draft_id == draft_id)
    return tx.conn.execute(mine.order_by(rule_draft_past.c.revision)).all()


def hands(row: Any, before: Sequence[Any]) -> frozenset[str]:
    """Everybody who wrote on a draft, now or in its earlier versions: none of them decides on it."""
    return frozenset(filter(None, (row.proposed_by, row.changed_by, *(each.written_by for each in before))))


def one(tx: Tx, number: int) -> Any:
    """A draft of the office. Raises DraftTrouble."""
    mine = (rule_draft.c.number == number, rule_draft.c.office_id == tx.office_id)
    row = tx.conn.execute(sa.select(rule_draft).where(*mine)).one_or_none()
    if row is None:
        raise DraftTrouble("no_draft")
    return row


def rules_in_force(tx: Tx) -> dict[str, Any]:
    """The raw rows of the table in force."""
    raw = roster.policy_in_force(tx.conn)
    return {name: raw[name] for name in TABLES}


def drafted(tx: Tx, rules: Mapping[str, Any]) -> tuple[Policy, tuple[Fault, ...]]:
    """The policy in force with other rows, as far as it can be read, and all that keeps it from being used."""
    whole = {**roster.policy_in_force(tx.conn), **{name: rules[name] for name in TABLES if name in rules}}
    policy, faults = read(whole)
    return policy, faults or unknown_units(policy, tx.district)


def policy_of(tx: Tx) -> dict[str, Any]:
    """The raw policy in force, its row locked: versions come one after another."""
    tx.conn.execute(_NEWEST)
    return roster.policy_in_force(tx.conn)


def _sound(tx: Tx, rules: Mapping[str, Any]) -> dict[str, Any]:
    """The rows in their stored form, where the policy with them can be used and fits the district."""
    whole = {**policy_of(tx), **{name: rules[name] for name in TABLES if name in rules}}
    faults = unknown_units(parse(whole), tx.district)
    if faults:
        raise PolicyErrors(faults)
    return {name: whole[name] for name in TABLES}


def _different(tx: Tx, rules: Mapping[str, Any]) -> dict[str, Any]:
    """The rows in their stored form, where they can be used and say something else than what is in force."""
    body = _sound(tx, rules)
    if _table(tx, body) == (tx.policy.rules, tx.policy.default):  # however it is written
        raise DraftTrouble("same_rules")
    return body


def _table(tx: Tx, rules: Mapping[str, Any]) -> tuple[tuple[Rule, ...], Rule]:
    made = drafted(tx, rules)[0]
    return made.rules, made.default


def _store(tx: Tx, who: Who, body: Mapping[str, Any], why: str, kind: str) -> int:
    """A change waits for a second person; a rollback does not."""
    if not why.strip():
        raise DraftTrouble("no_why")
    number: int = tx.conn.execute(sa.select(sa.func.coalesce(sa.func.max(rule_draft.c.number), 0) + 1)).scalar_one()
    tx.conn.execute(
        sa.insert(rule_draft).values(
            id=tx.new_id(), office_id=tx.office_id, number=number, kind=kind, state=_BEGINS[kind],
            body=json.dumps(body, ensure_ascii=False), base=tx.policy_version, why=why.strip(),
            proposed_by=who.actor, proposed_at=tx.now,
        )
    )  # fmt: skip
    return number


def _to_decide(tx: Tx, number: int, who: Who, seen: int) -> Any:
    demand(who, Role.SUPERVISOR)
    row = open_one(tx, number, seen)
    if who.actor in hands(row, past(tx, row.id)):
        raise DraftTrouble("same_person")
    return row


def _end(tx: Tx, row: Any, who: Who, state: str, why: str) -> None:
    """It comes to nothing."""
    if not why.strip():
        raise DraftTrouble("no_why")
    decided = {"decided_by": who.actor, "decided_at": tx.now, "decided_why": why.strip(), "state": state}
    tx.conn.execute(sa.update(rule_draft).where(rule_draft.c.id == row.id).values(decided))


def open_one(tx: Tx, number: int, seen: int) -> Any:
    """An open draft, locked, as it was when it was looked at. Raises DraftTrouble."""
    mine = (rule_draft.c.number == number, rule_draft.c.office_id == tx.office_id)
    row = tx.conn.execute(sa.select(rule_draft).where(*mine).with_for_update()).one_or_none()
    if row is None:
        raise DraftTrouble("no_draft")
    if row.state != "open":
        raise DraftTrouble("decided")
    if seen != row.revision:
        raise DraftTrouble("changed")
    return row


def _publish(tx: Tx, row: Any) -> int:
    """A new policy version; its number."""
    whole = {**policy_of(tx), **json.loads(row.body)}
    version: int = tx.conn.execute(sa.select(sa.func.max(policy_version.c.number) + 1)).scalar_one()
    body = json.dumps(whole, ensure_ascii=False)
    put = sa.insert(policy_version).values(number=version, body=body, state="in_force", imported_at=tx.now)
    tx.conn.execute(put)
    done = {"state": "published", "version": version, "from_at": tx.now}
    tx.conn.execute(sa.update(rule_draft).where(rule_draft.c.id == row.id).values(done))
    return version
