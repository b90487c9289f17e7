"""What is promised: the limits of a case by its category, level and attempt, in the policy that counts for it."""

from collections.abc import Mapping
from datetime import datetime

from cases.clock.sla import Limit
from cases.loop.deeds import Standing
from cases.steps import Step, Verification, verification_for
from dispatch.policy.limits import limits_of
from dispatch.transaction import Tx

__all__ = ["limits_for", "limits_of", "next_opening", "verification_of"]


def limits_for(tx: Tx, case: Standing) -> Mapping[Step, Limit | None]:
    """The limits that count for a case's attempt; empty where nothing is promised."""
    policy = tx.policy_at(case.row.policy_version)
    category = policy.category(case.row.category)
    rework = case.attempt > 1
    return limits_of(policy, category, case.level, case.row.kind, rework=rework, sla=case.row.sla) or {}


def next_opening(tx: Tx, since: datetime | None = None) -> datetime:
    """When the office opens on the next working day after that moment, or after now."""
    day = tx.calendar.next_working_day(tx.calendar.local_day(since or tx.now))
    return tx.calendar.windows_on(day)[0][0]


def verification_of(tx: Tx, case: Standing) -> Verification:
    """Who verifies: nobody, the system by the evidence, or a person where policy leaves it to one and a time for it
    is promised; and a person for a share of what the evidence passes, always the same cases."""
    policy = tx.policy_at(case.row.policy_version)
    default = verification_for(case.level, rework=case.attempt > 1)
    wanted = policy.category(case.row.category).verification or default
    if wanted is Verification.NONE:
        return wanted
    timed = limits_for(tx, case).get(Step.VERIFY) is not None
    looked = wanted is Verification.PERSON or policy.verifying.picks(_digest(tx, case))
    return Verification.PERSON if policy.verifying.persons and timed and looked else Verification.EVIDENCE


def _digest(tx: Tx, case: Standing) -> bytes:
    return tx.vault.number_hash(tx.office_id, f"verification/{case.id}")
