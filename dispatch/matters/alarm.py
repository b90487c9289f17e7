"""Which dangers to life a text tells of: by the policy's words of danger, and by what was learnt beside them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from cases.clock.sla import Level
from cases.danger import Danger
from dispatch.matters.urgency import Urgency
from dispatch.matters.weighing import Weighed
from dispatch.policy.model import Policy

_ORDER = tuple(Danger)
# Of groups that were written before they named their danger.
_OF_GROUP: Mapping[str, Danger] = MappingProxyType(
    {
        "life": Danger.MEDICAL, "crisis": Danger.CRISIS, "threat": Danger.THREAT, "group": Danger.GROUP,
        "crowd": Danger.GROUP, "minor": Danger.MISSING, "helpless": Danger.FALL,
    }
)  # fmt: skip
_OF_CATEGORY: Mapping[str, Danger] = MappingProxyType(
    {
        "fire": Danger.FIRE, "gas-smell": Danger.GAS, "fight": Danger.VIOLENCE, "missing-person": Danger.MISSING,
        "crisis": Danger.CRISIS, "group-incident": Danger.GROUP,
    }
)  # fmt: skip
_CATEGORY: Mapping[Danger, str] = MappingProxyType(
    {danger: code for code, danger in _OF_CATEGORY.items()} | {Danger.THREAT: "fight"}
)
_ANY = "danger-now"  # the category of a danger that has none of its own


@dataclass(frozen=True, slots=True)
class Alarms:
    """The dangers that a text tells of, the most pressing first; of these, those that no listed word says (`heard`)."""

    kinds: tuple[Danger, ...] = ()
    heard: tuple[Danger, ...] = ()


def of_words(pressing: Urgency, category: str) -> Alarms:
    """By the groups of words of danger, and by a category whose every matter is one."""
    if pressing.level is not Level.L1:
        return Alarms()
    told = [_OF_CATEGORY.get(category), *(group.danger or _OF_GROUP.get(group.id) for group in pressing.alarming)]
    return Alarms(_sorted(each for each in told if each is not None) or (Danger.MEDICAL,))


def with_learnt(alarms: Alarms, weighed: Weighed) -> Alarms:
    """What was learnt says it too, or alone."""
    if not weighed.alarming:
        return alarms
    heard = tuple(kind for kind in weighed.kinds if kind not in alarms.kinds)
    return Alarms(_sorted((*alarms.kinds, *heard)), heard)


def _sorted(kinds: Iterable[Danger]) -> tuple[Danger, ...]:
    return tuple(sorted(set(kinds), key=_ORDER.index))


def stands_for(alarms: Alarms, by_words: str, *, said: bool, policy: Policy) -> str:
    """The category of a danger: that of the words where they say one that is urgent itself or the danger has none of
    its own, else the danger's."""
    own = _CATEGORY.get(alarms.kinds[0])
    if said and (own is None or policy.category(by_words).level is Level.L1):
        return by_words
    code = own or _ANY
    return code if code in policy.categories else by_words
