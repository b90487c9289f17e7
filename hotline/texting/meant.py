"""Which order a worker's command means."""

import sqlalchemy as sa

from cases.models import cases
from dispatch.loop.who import Who
from dispatch.loop.work import Job, NoSuchJob, find_job, jobs_of
from dispatch.models import unit
from dispatch.reports import OpenCase
from dispatch.transaction import Tx
from dispatch.understanding import understand
from hotline.commands import Deed, Verb
from hotline.texting.matching import follow

_LEADS_TOO = (Verb.SAFE, Verb.RESUME, Verb.EXTEND, Verb.OBJECT)  # what a lead says of a case that others hold


def meant(tx: Tx, who: Who, deed: Deed) -> Job:
    """The order that a command names. Raises NoSuchJob."""
    try:
        return find_job(tx, who.id, deed.order)
    except NoSuchJob as none:
        only = jobs_of(tx, who.id)[0] if len(none.open) == 1 else None
        if only is not None and deed.order == str(only.short):
            return only  # its order has not left yet, and so had no number
        if only is not None and deed.verb is Verb.ARRIVE and not deed.rest and len(deed.order) == 4:
            return only  # 到 4471: the code stands where the only order's number was left out
        led = _led(tx, who, deed.order) if deed.verb in _LEADS_TOO else None
        if led is None:
            raise
        return led


def _led(tx: Tx, who: Who, number: str) -> Job | None:
    """A case of the units that somebody leads, by its whole number."""
    if not who.leads or not number:
        return None
    row = tx.conn.execute(
        sa.select(cases)
        .join(unit, unit.c.id == cases.c.unit_id)
        .where(
            cases.c.office_id == tx.office_id,
            cases.c.number == number,
            (unit.c.path == who.path) | unit.c.path.startswith(who.path + "/", autoescape=True),
        )
    ).one_or_none()
    return Job(row.id, row.number, None, row) if row else None


def belongs(tx: Tx, job: Job, words: str) -> bool:
    """Whether words can be about an order: what names another place or matter is a report of its own."""
    row = job.row
    case = OpenCase(row.id, row.number, row.category, row.estate, row.building, row.road, row.received_at)
    return follow(words, understand(tx, words), (case,))[0] is not None
