"""Hands for the tests of the ladder: firings, a carrier that delivers or not, somebody above the office."""

from collections.abc import Callable, Collection
from datetime import timedelta

from cases.firing import Fired, Firing
from cases.steps import Step
from dispatch import escalation, outbox
from dispatch.outbox import CALL, Outgoing
from dispatch.reports import Taken
from dispatch.ringing import outcomes
from tests.stage import LINE, Stage

ABOVE = "+8613900007777"


def fire(stage: Stage, taken: Taken, kind: Firing, rung: int = 0, step: Step = Step.VISIT) -> None:
    """One firing on a case, told."""
    times = {Firing.WARNED: 1, Firing.BREACHED: 2}.get(kind, 2 + rung)
    [row] = stage.rows("SELECT unit_id, worker_id, level FROM cases WHERE id = :id", id=taken.case_id)
    stage.plant(
        "UPDATE timer SET fired = :times WHERE case_id = :id AND step = :step",
        times=times, id=taken.case_id, step=str(step),
    )  # fmt: skip
    with stage.door.transaction(LINE) as tx:
        fired = Fired(
            kind, taken.case_id, taken.number, step, row.level, row.unit_id, row.worker_id, tx.now, rung, 1, times
        )
        escalation.tell(tx, [fired])


def put_above(stage: Stage, number: str = ABOVE) -> None:
    """The contact above the office has a number."""
    stage.plant(
        "UPDATE policy_version SET body = jsonb_set(body::jsonb, "
        "ARRAY['ladder', (jsonb_array_length(body::jsonb -> 'ladder') - 1)::text, 'number'], "
        "to_jsonb(CAST(:number AS text)))::text",
        number=number,
    )


def leave(stage: Stage, lost: Callable[[Outgoing], bool] = lambda _: False) -> list[Outgoing]:
    """Everything that waits leaves, and the carrier says of each text that it arrived, or that it was lost. What left;
    calls ring, and nobody has answered yet."""
    left: list[Outgoing] = []
    while True:
        with stage.door.transaction(LINE) as tx:
            item = outbox.take(tx)
            if item is None:
                return left
            outcomes.sent(tx, item, sid_of(item))
        left.append(item)
        if item.channel != CALL:
            with stage.door.transaction(LINE) as tx:
                status, error = ("undelivered", "30003") if lost(item) else ("delivered", "")
                outcomes.take_receipt(tx, sid_of(item), status, error=error)


def sid_of(item: Outgoing) -> str:
    return f"{'CA' if item.channel == CALL else 'SM'}{item.id.hex}"


def to(numbers: Collection[str]) -> Callable[[Outgoing], bool]:
    """Whether something goes to one of these."""
    return lambda item: item.number in numbers


HOUR = timedelta(hours=1)
