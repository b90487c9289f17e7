"""What nobody here knows for sure: how long it waits for a person, and what that person is offered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from cases.clock.sla import Limit, Measure
from dispatch.matters.finding import MatterFinding, rank
from dispatch.matters.suggestion import Suggestion
from dispatch.policy.model import Policy

UNSURE, UNCLEAR, CORRECTION = "unsure", "unclear", "correction"
LIMITS: Mapping[str, Limit] = {
    UNSURE: Limit(15, Measure.WORKING_MINUTES),
    UNCLEAR: Limit(1, Measure.WORKING_DAYS),  # nothing is owed to anybody: looked at all the same
}
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Offer:
    """A category that a person may take: how likely it is in percent (None: nobody says), and the policy's words that
    speak for it. `proposed`: by the second reader, who was asked later."""

    category: str
    percent: int | None
    words: tuple[str, ...]
    proposed: bool = False


def offers(text: str, matter: MatterFinding, policy: Policy) -> tuple[Offer, ...]:
    """The likeliest three, the best first; those that words speak for where nothing was learnt of it."""
    by_words = {each.label: each for each in rank(text, policy)}
    found = [_offer(each, by_words) for each in matter.best if each.label in policy.categories]
    known = {each.category for each in found}
    more = (each for each in by_words.values() if each.label not in known and each.why)
    return (*found, *(Offer(each.label, None, each.why) for each in more))[:_SHOWN]


def with_proposed(offered: Sequence[Offer], category: str | None) -> tuple[Offer, ...]:
    """With what the second reader proposes: marked where it is offered already, else beside the others."""
    if category is None:
        return tuple(offered)
    if any(each.category == category for each in offered):
        return tuple(replace(each, proposed=each.category == category) for each in offered)
    return (*offered, Offer(category, None, (), proposed=True))


def _offer(each: Suggestion, by_words: Mapping[str, Suggestion]) -> Offer:
    said = by_words.get(each.label)
    return Offer(each.label, round(each.score * 100), each.why or (said.why if said else ()))


def as_facts(offered: Sequence[Offer]) -> list[dict[str, object]]:
    """As a line of history keeps them: codes, numbers and the policy's own words."""
    return [{"category": each.category, "percent": each.percent, "words": list(each.words)} for each in offered]


def from_facts(kept: Sequence[Mapping[str, object]]) -> tuple[Offer, ...]:
    """As they were kept."""
    return tuple(Offer(str(each["category"]), _percent(each["percent"]), _words(each["words"])) for each in kept)


def _percent(kept: object) -> int | None:
    return kept if isinstance(kept, int) else None


def _words(kept: object) -> tuple[str, ...]:
    return tuple(str(word) for word in kept) if isinstance(kept, list) else ()
