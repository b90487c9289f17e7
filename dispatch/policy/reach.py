"""Whether the policy fits an office: the units that its rules and its calendar name must be in its district."""

from collections.abc import Iterator

from cases.phrases import msg
from dispatch.district.model import District
from dispatch.policy.model import Policy, Rule
from dispatch.reading.cells import Fault, shown


def unknown_units(policy: Policy, district: District) -> tuple[Fault, ...]:
    """A fault for each unit that a rule sends to or looks for, or that has hours, and that the district lacks."""
    rows = [(f"policy.rules[{place}]", rule) for place, rule in enumerate(policy.rules, 1)]
    rows.append(("policy.default", policy.default))
    faults = [fault for path, rule in rows for fault in _unknown(path, rule, district)]
    for code in policy.unit_hours:
        if district.unit(code) is None:
            trouble = msg("dispatch.fault.no_unit_for_hours", given=shown(code), office=district.units[0].name)
            faults.append(Fault(f"policy.calendar.units.{code}", trouble, msg("dispatch.fault.mend_unit")))
    for code in policy.figuring.residents:
        if district.unit(code) is None:
            trouble = msg("figures.fault.no_unit", given=shown(code), office=district.units[0].name)
            faults.append(Fault(f"policy.figures.residents.{code}", trouble, msg("dispatch.fault.mend_unit")))
    return tuple(faults)


def _unknown(path: str, rule: Rule, district: District) -> Iterator[Fault]:
    named = [("when.area", code) for code in rule.when.area]
    if rule.outcome.unit is not None:
        named.append(("send.unit", rule.outcome.unit))
    named += [("send.co_handlers", code) for code in rule.outcome.co_handlers]
    for cell, code in named:
        if district.unit(code) is None:
            trouble = msg(
                "dispatch.fault.no_unit_for_rule", given=shown(code), rule=rule.id, office=district.units[0].name
            )
            yield Fault(f"{path}.{cell}", trouble, msg("dispatch.fault.mend_unit"))
