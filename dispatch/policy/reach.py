"""Whether the policy and an office's district fit: the units that its rules and its calendar name must be there, and
what stands beside the units should serve matters that there are, and be asked for."""

from collections.abc import Iterator

from cases.phrases import msg
from dispatch.district.beside import Expert
from dispatch.district.model import District
from dispatch.policy.model import Policy, Rule, ServiceLine
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


def unasked(policy: Policy, district: District) -> tuple[Fault, ...]:
    """What serves a matter that is none, and experts whom no matter and no rule leads to."""
    known = {*policy.categories, *ServiceLine}
    wanted = {rule.outcome.skill for rule in (*policy.rules, policy.default) if rule.outcome.skill}
    beside = district.beside
    served = [(f"points {each.code}", each.serves) for each in beside.points]
    served += [(f"experts {each.code}", each.serves) for each in beside.experts]
    served += [(f"other_lines {each.number}", each.serves) for each in beside.other_lines]
    strange = (_strange(path, word) for path, words in served for word in words if word not in known)
    return (*strange, *(fault for each in beside.experts for fault in _skills(each, wanted)))


def _strange(path: str, word: str) -> Fault:
    return Fault(path, msg("beside.warn.no_matter", given=shown(word)), msg("beside.warn.no_matter.do"))


def _skills(expert: Expert, wanted: set[str]) -> Iterator[Fault]:
    """A skill that no rule wants is no trouble where the expert is led to by the matters that they know."""
    if expert.skills and not expert.serves and wanted.isdisjoint(expert.skills):
        said = ", ".join(expert.skills)
        trouble = msg("beside.warn.skill_unasked", skill=said)
        yield Fault(f"experts {expert.code}", trouble, msg("beside.warn.skill_unasked.do"))
