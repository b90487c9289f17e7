"""The sample's verifier, for a visitor of the tour: passes the visitor's case where it waits for a person."""

from collections.abc import Iterator, Sequence
from contextlib import suppress

from app.rehearsal.seen import latest_of
from cases.loop.deeds import standing
from dispatch.life import verifying
from dispatch.loop.submitting import VERIFIERS, is_whole
from dispatch.loop.who import Partial, Who, by_id
from dispatch.transaction import Tx


def look_over(tx: Tx, sids: Sequence[str]) -> None:
    """Pass the case of one of these SIDs, by somebody who verifies and did not handle it; nothing where it waits for
    something else."""
    case = latest_of(tx, sids)
    if case is None or not is_whole(standing(tx, case.id, lock=True)):
        return
    for who in _verifiers(tx):
        with suppress(Partial):
            verifying.accept(tx, who, case.id)
            return


def _verifiers(tx: Tx) -> Iterator[Who]:
    for role in VERIFIERS:
        for worker in tx.district.workers:
            if worker.role is role and worker.id in tx.staff.people:
                yield by_id(tx, worker.id)
