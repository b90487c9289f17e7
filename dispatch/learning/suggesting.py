"""Which categories a text may be of, for whoever takes it down: by the model that understanding uses too, and by the
catalogue's words, which know what nobody taught the model."""

from dispatch.matters import Suggestion, rank
from dispatch.matters.learnt.shipped import shipped
from dispatch.transaction import Tx

_MOST = 8  # of which dangers, and what the office's catalogue does not have, are left out


def likely(tx: Tx, text: str) -> tuple[Suggestion, ...]:
    """The categories of the catalogue that a text may be of, the likeliest first. Never raises."""
    learnt = (tx.learnt or shipped()).suggest(text, most=_MOST)
    found = {each.label: each for each in learnt if each.label in tx.policy.categories}
    for said in rank(text, tx.policy):
        other = found.get(said.label)
        if said.score and other is None:
            found[said.label] = said
        elif said.score and other is not None:
            why = tuple(dict.fromkeys((*said.why, *other.why)))
            found[said.label] = Suggestion(said.label, max(said.score, other.score), why)
    return tuple(sorted(found.values(), key=lambda each: -each.score))
