"""How the same matter is known again: windows, how alike texts must be, and from how many callers on it is more."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from cases.phrases import msg
from dispatch.reading.cells import Table, one_of, shown

# Of each number what it is without a word, the least and the most.
_NUMBERS: Mapping[str, tuple[int, int, int]] = MappingProxyType(
    {
        "repeat_days": (30, 1, 365),
        "merge_days": (14, 1, 365),
        "back_days": (1095, 30, 3650),
        "alike": (15, 5, 90),
        "group_callers": (8, 3, 1000),
        "group_people": (50, 5, 100_000),
        "group_minutes": (60, 5, 1440),
        "topic_callers": (20, 3, 1000),
        "collective_callers": (5, 3, 1000),
        "collective_days": (90, 2, 365),
        "storm_callers": (10, 3, 1000),
        "storm_minutes": (30, 5, 1440),
    }
)
_RISKS = ("group", "crowd")
_OUTAGES = ("utilities",)


@dataclass(frozen=True, slots=True)
class Same:
    """`repeat_days`: so long the same caller's word goes onto the open case. `merge_days`: so long another's is
    proposed for it. `back_days`: so long a matter that comes back is linked with what was told before. `alike`: of a
    hundred, how alike two texts must be.

    Different callers (or so many `people` whom they name) within `group_minutes` at one place, or `topic_callers` about
    one category anywhere, or one of `group_risks`: a group. `collective_callers` within `collective_days`: a collective
    matter. `storm_callers` within `storm_minutes`: an event that later callers hear of. `outages`: categories (with
    their branches) of which many callers are never a group: the water is off for all of them.
    """

    repeat_days: int = _NUMBERS["repeat_days"][0]
    merge_days: int = _NUMBERS["merge_days"][0]
    back_days: int = _NUMBERS["back_days"][0]
    alike: int = _NUMBERS["alike"][0]
    group_callers: int = _NUMBERS["group_callers"][0]
    group_people: int = _NUMBERS["group_people"][0]
    group_minutes: int = _NUMBERS["group_minutes"][0]
    topic_callers: int = _NUMBERS["topic_callers"][0]
    collective_callers: int = _NUMBERS["collective_callers"][0]
    collective_days: int = _NUMBERS["collective_days"][0]
    storm_callers: int = _NUMBERS["storm_callers"][0]
    storm_minutes: int = _NUMBERS["storm_minutes"][0]
    group_risks: tuple[str, ...] = _RISKS
    outages: tuple[str, ...] = _OUTAGES

    @property
    def repeat(self) -> timedelta:
        return timedelta(days=self.repeat_days)

    @property
    def merge(self) -> timedelta:
        return timedelta(days=self.merge_days)

    @property
    def back(self) -> timedelta:
        return timedelta(days=self.back_days)

    @property
    def group(self) -> timedelta:
        return timedelta(minutes=self.group_minutes)

    @property
    def collective(self) -> timedelta:
        return timedelta(days=self.collective_days)

    @property
    def storm(self) -> timedelta:
        return timedelta(minutes=self.storm_minutes)


def read_same(policy: Table) -> Same:
    """The table `same` of a raw policy; what it does not say is as usual."""
    table = policy.table("same")
    numbers = {
        name: table.whole(name, usual, least=least, most=most) for name, (usual, least, most) in _NUMBERS.items()
    }
    risks = table.texts("group_risks") if table.has("group_risks") else _RISKS
    known = policy.table("risks").keys()
    for risk in (risk for risk in risks if risk not in known and table.has("group_risks")):
        table.fault("group_risks", msg("dispatch.fault.not_a_word", given=shown(risk)), one_of(known))
    outages = table.texts("outages") if table.has("outages") else _OUTAGES
    table.close()
    return Same(**numbers, group_risks=tuple(risks), outages=tuple(outages))
