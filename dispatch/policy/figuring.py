"""How figures are made, in a raw policy: the weights of the score, from how many items on units are ranked, and how
many residents they have."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from cases.phrases import msg
from dispatch.figures.definitions import THREE
from dispatch.reading.cells import Table

_WHOLE = 100
# Contacted, solved, satisfied: the weights that Jungar Banner publishes for its three rates.
_WEIGHTS = (30, 35, 35)
_MINIMUM = 10
_MOST_RESIDENTS = 10_000_000


@dataclass(frozen=True, slots=True)
class Figuring:
    """`weights` of the three rates, in hundredths; `minimum`: fewer items are not ranked; `residents` of units, by
    code."""

    weights: Mapping[str, int] = field(default_factory=lambda: dict(zip(THREE, _WEIGHTS, strict=True)))
    minimum: int = _MINIMUM
    residents: Mapping[str, int] = field(default_factory=dict)


def read_figuring(policy: Table) -> Figuring:
    """The table `figures` of a raw policy; what it does not say is as usual."""
    table = policy.table("figures")
    weighted = table.table("weights")
    weights = {code: weighted.whole(code, usual, most=_WHOLE) for code, usual in zip(THREE, _WEIGHTS, strict=True)}
    if sum(weights.values()) != _WHOLE:
        table.fault(
            "weights",
            msg("figures.fault.weights", sum=sum(weights.values())),
            msg("figures.remedy.weights"),
        )
    weighted.close()
    minimum = table.whole("minimum", _MINIMUM, most=1000)
    peopled = table.table("residents")
    residents = {code: peopled.whole(code, 0, most=_MOST_RESIDENTS) for code in peopled.keys()}  # noqa: SIM118 - not a mapping
    peopled.close()
    table.close()
    return Figuring(MappingProxyType(weights), minimum, MappingProxyType(residents))
