"""The district in force as it was entered."""

import json
from typing import Any

import sqlalchemy as sa

from dispatch.models import district_version
from dispatch.transaction import Tx


def district_body(tx: Tx) -> dict[str, Any]:
    """The raw district that is in force."""
    versions = sa.select(district_version.c.body).where(district_version.c.office_id == tx.office_id)
    newest = versions.order_by(district_version.c.number.desc()).limit(1)
    raw: dict[str, Any] = json.loads(tx.conn.execute(newest).scalar_one())
    return raw
