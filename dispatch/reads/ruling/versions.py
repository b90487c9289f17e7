"""The versions in force as they were entered: the district, the policies one after another."""

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from dispatch.models import district_version, policy_version
from dispatch.publishing.models import rule_draft
from dispatch.transaction import Tx


def district_body(tx: Tx) -> dict[str, Any]:
    """The raw district that is in force."""
    versions = sa.select(district_version.c.body).where(district_version.c.office_id == tx.office_id)
    newest = versions.order_by(district_version.c.number.desc()).limit(1)
    raw: dict[str, Any] = json.loads(tx.conn.execute(newest).scalar_one())
    return raw


def policy_versions(tx: Tx, most: int) -> Sequence[Any]:
    """The newest versions of the policy: number, since when, and the draft that it came of (number, kind, why, by
    whom), where it came of one."""
    came_of = sa.and_(rule_draft.c.version == policy_version.c.number, rule_draft.c.office_id == tx.office_id)
    return tx.conn.execute(
        sa.select(
            policy_version.c.number, policy_version.c.imported_at, rule_draft.c.number.label("draft"),
            rule_draft.c.kind, rule_draft.c.why, rule_draft.c.proposed_by, rule_draft.c.decided_by,
        )
        .outerjoin(rule_draft, came_of)
        .order_by(policy_version.c.number.desc())
        .limit(most)
    ).all()  # fmt: skip
