"""A deed of somebody of the office on a case: the one that the case page and `hotline act` do."""

from collections.abc import Callable, Mapping
from uuid import UUID

from app.living.town import Town
from dispatch.acts import doing
from dispatch.acts.refusals import Moved, Refused
from dispatch.loop.who import by_code

_ALL = 10**6  # whoever acts has seen every line of history
Chosen = Callable[[frozenset[str]], str]


def act(town: Town, chosen: Chosen, case_id: UUID, deed: str, said: Mapping[str, str]) -> bool:
    """Somebody, whose code is chosen knowing who is on leave, does a deed on a case; whether it came about: the case
    may have gone on meanwhile."""
    try:
        with town.transaction() as tx:
            who = by_code(tx, chosen(tx.absent))
            told = doing.act(tx, who, case_id, deed, (said, _ALL))
    except (Refused, Moved):
        return False
    return doing.field_of(told) is None
