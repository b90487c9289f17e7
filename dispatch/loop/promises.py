"""What is promised: the limits of a case by its category, level and attempt, in the policy that counts for it."""

from collections.abc import Mapping
from datetime import datetime

from cases.clock.sla import Level, Limit, target_set
from cases.loop.deeds import Standing
from cases.steps import URGENT, Step, Verification, verification_for
from dispatch.policy import Category, Policy
from dispatch.transaction import Tx


def limits_of(
    policy: Policy, category: Category, level: Level, kind: str, *, rework: bool = False
) -> Mapping[Step, Limit | None] | None:
    """What is promised for a category at a level; None where the category has no SLA."""
    if category.sla == "none":
        return None
    limits = dict(policy.targets[target_set(level, kind, rework=rework)])
    if isinstance(category.sla, Limit) and level not in URGENT and not rework:
        limits[Step.TOLD] = category.sla
    return limits


def limits_for(tx: Tx, case: Standing) -> Mapping[Step, Limit | None]:
    """The limits that count for a case's attempt; empty where nothing is promised."""
    policy = tx.policy_at(case.row.policy_version)
    category = policy.category(case.row.category)
    return limits_of(policy, category, case.level, case.row.kind, rework=case.attempt > 1) or {}


def next_opening(tx: Tx, since: datetime | None = None) -> datetime:
    """When the office opens on the next working day after that moment, or after now."""
    day = tx.calendar.next_working_day(tx.calendar.local_day(since or tx.now))
    return tx.calendar.windows_on(day)[0][0]


def verification_of(tx: Tx, case: Standing) -> Verification:
    """Who verifies: nobody, or the system by the evidence. Persons who verify are not there yet: what policy
    leaves to one is verified by the evidence, of which it asks no less."""
    category = tx.policy_at(case.row.policy_version).category(case.row.category)
    wanted = category.verification or verification_for(case.level, rework=case.attempt > 1)
    return Verification.NONE if wanted is Verification.NONE else Verification.EVIDENCE
