"""A case that is held: which request was granted, and until when it held the case."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from cases.life.models import permission
from cases.pen import Pen


def end(pen: Pen, case_id: UUID, at: datetime) -> None:
    """The hold is over, whichever deed ended it."""
    held = (permission.c.case_id == case_id, permission.c.held_at.is_not(None), permission.c.ended_at.is_(None))
    pen.conn.execute(sa.update(permission).where(*held).values(ended_at=at))
