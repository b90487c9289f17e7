"""What a worker has in hand, told in a text: as many orders as fit, what is due first before."""

from collections.abc import Sequence

from cases.phrases import Message, msg
from cases.report import segments
from cases.steps import Level
from dispatch.loop.who import Who
from dispatch.loop.work import Job, jobs_of
from dispatch.orders import place_of
from dispatch.transaction import Tx

MOST = 3  # segments of a text


def fitted(tx: Tx, who: Who, lang: str, id_: str, **params: object) -> Message:
    """What a person has in hand, in a sentence; as many as fit into the segments of a text."""
    jobs = jobs_of(tx, who.id)
    for shown in range(len(jobs), 0, -1):
        more = msg("desk.work.more", count=len(jobs) - shown) if shown < len(jobs) else ""
        whole = msg(id_, **params, orders=_items(tx, jobs[:shown]), more=more, count=len(jobs))
        if segments(tx.say(whole, lang)) <= MOST:
            return whole
    return msg("desk.work.too_many", count=len(jobs))


def joined(said: Sequence[Message]) -> Message:
    """Several sentences, a line each."""
    whole = said[-1]
    for each in reversed(said[:-1]):
        whole = msg("desk.work.both", first=each, rest=whole)
    return whole


def called(job: Job) -> str:
    """How an order is spoken of: by its short number, where it has one."""
    return job.number if job.short is None else str(job.short)


def _items(tx: Tx, jobs: Sequence[Job]) -> Message | str:
    said: Message | str = ""
    for job in reversed(jobs):
        row = job.row
        item = msg(
            "desk.work.item" if row.due_at else "desk.work.item_open",
            n=called(job), level=Level(row.level).label, category=tx.policy.category(row.category).name,
            place=place_of(tx, row), due=row.due_at or "",
        )  # fmt: skip
        said = msg("desk.work.items", first=item, rest=said)
    return said
