"""A case as somebody of the living town sees it."""

from datetime import UTC, datetime
from uuid import UUID

from app.living.case.sight import Sight

NOW = datetime(2025, 11, 11, 2, 0, tzinfo=UTC)
SIGHT = Sight(
    id=UUID(int=1), now=NOW, number="20251111-000001", state="dispatched", level="L3", kind="request",
    category="entrance-door", attempt=1, awaits=None, estate="幸福里小区", building="3", entrance="2", road=None,
    due_at=None, unit="xingfuli-south", worker="xingfuli-grid-02", short="1", named=True,
    owing=frozenset({"sign_for", "visit", "finding", "told", "call_back"}), dues={},
)  # fmt: skip
