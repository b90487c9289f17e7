"""What a rule decides beside the route, as a case is opened: that it is confidential, and who does a part of it."""

from uuid import UUID

from cases.loop.deeds import standing
from dispatch.rules import Verdict
from dispatch.side import cohandling, confiding
from dispatch.transaction import Tx


def begin(tx: Tx, case_id: UUID, verdict: Verdict) -> None:
    """Most rules decide nothing of it, and nothing is read then."""
    outcome = verdict.outcome
    if not outcome.confidential and not outcome.co_handlers:
        return
    case = standing(tx, case_id)
    if outcome.confidential:
        confiding.by_rule(tx, case, verdict.rule)
    for code in outcome.co_handlers:
        cohandling.by_rule(tx, case, code, verdict.rule)
