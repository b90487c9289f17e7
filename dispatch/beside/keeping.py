"""The resident hears by one text that their answer is late or that another unit has the matter: at most once a day for
each case, none where they take no texts, and of what does not press none at night."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from cases.loop.deeds import Standing, standing
from cases.models import assignment
from cases.phrases import Message, Name, msg
from cases.states import CLOSED, State
from cases.steps import URGENT, Level, Step
from dispatch.due import errands
from dispatch.due.errands import Errand, Kind
from dispatch.life.deciding import tell_resident
from dispatch.loop.verdicts import by_day
from dispatch.models import outbox
from dispatch.transaction import Tx

AGAIN = timedelta(days=1)
_PURPOSES = ("news_late", "news_moved")


def tell(tx: Tx, errand: Errand) -> None:
    """Tell what is still so; what may not be said yet is told later."""
    if errand.case_id is None:
        return
    case = standing(tx, errand.case_id, lock=True)
    news = _news(tx, case)
    if news is None:
        return
    at = max(tx.now, _last(tx, case))
    at = at if case.level in URGENT else by_day(tx, at)
    if at > tx.now:
        errands.put(tx, Kind.RESIDENT_NEWS, case.id, at, case.id)
    else:
        tell_resident(tx, case, news.id, **news.params)


def _news(tx: Tx, case: Standing) -> Message | None:
    """What they are to hear as it stands now: that it is late goes before who has it."""
    if case.state in CLOSED or case.state is State.SUSPENDED or case.row.party_id is None:
        return None
    unit = next((each for each in tx.district.units if each.id == case.row.unit_id), None)
    holder: Name | str = unit.name if unit else ""
    due = case.row.due_at
    if case.owes(Step.TOLD) and due is not None and due <= tx.now:
        return msg("talk.text.news_late", due=due, holder=holder)
    # Whom danger was told of is rung meanwhile, by whoever has it.
    if case.level is Level.L1 or not case.owes(Step.TOLD) or not _has_moved(tx, case):
        return None
    promise = msg("desk.receipt.promise", due=due) if due else msg("desk.receipt.no_promise")
    return msg("talk.text.news_moved", holder=holder, promise=promise)


def _has_moved(tx: Tx, case: Standing) -> bool:
    """Whether another unit had it within the last days, in this attempt."""
    before = sa.exists().where(
        assignment.c.case_id == case.id, assignment.c.attempt == case.attempt,
        assignment.c.unit_id != case.row.unit_id, assignment.c.until_at > tx.now - 2 * AGAIN,
    )  # fmt: skip
    return bool(tx.conn.execute(sa.select(before)).scalar())


def _last(tx: Tx, case: Standing) -> datetime:
    """The moment from which they may be told again."""
    mine = (outbox.c.case_id == case.id, outbox.c.purpose.in_(_PURPOSES))
    last: datetime | None = tx.conn.execute(sa.select(sa.func.max(outbox.c.created_at)).where(*mine)).scalar()
    return last + AGAIN if last is not None else tx.now
