"""Limits in a policy: how they are read, and which of them a case gets."""

from collections.abc import Mapping
from types import MappingProxyType

from cases.clock.happened import Subject, Terms
from cases.clock.sla import Level, Limit, Targets, TargetSet, parse_limit, target_set
from cases.phrases import msg
from cases.steps import URGENT, WINDOWS, Step, owed_steps
from dispatch.policy.model import Category, Policy, SlaSet
from dispatch.reading.cells import Table, one_of, shown


def limits_of(  # noqa: PLR0913 - whose policy, which matter, in which attempt, by which set
    policy: Policy, category: Category, level: Level, kind: str, *, rework: bool = False, sla: str | None = None
) -> Targets | None:
    """What is promised for a category at a level; None where the category has no SLA.

    A finish limit of the category's own holds for what is ordinary and done for the first time; limits that it names
    by column win over all others but those of the set that a rule chose (`sla`), which holds the first time.
    """
    chosen = policy.slas.get(sla) if sla and not rework else None
    if category.sla == "none" and chosen is None:
        return None
    column = target_set(level, kind, rework=rework)
    limits = dict(policy.targets[column])
    if isinstance(category.sla, Limit) and level not in URGENT and not rework:
        limits[Step.TOLD] = category.sla
    return limits | dict(category.targets.get(column, {})) | (dict(chosen.limits) if chosen else {})


def terms_of(policy: Policy, of: Subject, *, rework: bool = False) -> Terms:
    """What is owed and promised in an attempt. What is no promise of a kind of matter is one between the desks all the
    same: there the level's own limits hold. What is done again is not returned."""
    category = policy.category(of.category)
    owed = owed_steps(category.owes, of.channel, of.level, reachable=of.reachable)
    level = policy.targets[TargetSet(of.level.value)]
    windows = {step: level.get(step) for step in WINDOWS if not (rework and step is Step.RETURN_REQUEST)}
    limits = limits_of(policy, category, of.level, of.kind, rework=rework, sla=of.sla)
    return Terms(frozenset(each.step for each in owed), limits, windows)


def read_limit(table: Table, key: str, said: str) -> Limit | None:
    """A limit such as "2 wh"; None for "none" and for a faulty one, which is noted."""
    try:
        return parse_limit(said)
    except ValueError:
        table.fault(key, msg("dispatch.fault.no_limit", given=shown(said)), msg("dispatch.fault.write_limit"))
        return None


def step_limit(table: Table, step: Step, usual: Limit | None) -> Limit | None:
    """The limit that a table names for a step; `usual` where it names none."""
    said = table.text(step.value, "")
    return read_limit(table, step.value, said) if said else usual


def read_own_targets(
    category: Table, usual: Mapping[TargetSet, Targets]
) -> Mapping[TargetSet, Mapping[Step, Limit | None]]:
    """The limits of a category's own, by column and step, over those of its parent."""
    found = {column: dict(limits) for column, limits in usual.items()}
    for name, table in category.table("targets").entries():
        if name not in set(TargetSet):
            category.fault(f"targets.{name}", msg("dispatch.fault.no_column"), one_of(TargetSet))
            continue
        said = {step: step_limit(table, step, None) for step in Step if table.has(step.value)}
        table.close()
        found[TargetSet(name)] = found.get(TargetSet(name), {}) | said
    return MappingProxyType({column: MappingProxyType(limits) for column, limits in found.items()})


def read_slas(policy: Table) -> Mapping[str, SlaSet]:
    """The named sets of limits: `[policy.slas.winter]` with a name in both languages and limits by step."""
    return MappingProxyType({code: _sla(table) for code, table in policy.table("slas").entries()})


def _sla(table: Table) -> SlaSet:
    name = table.name("name")
    limits = {step: step_limit(table, step, None) for step in Step if table.has(step.value)}
    if not limits:
        table.fault("told", msg("ruling.fault.no_limits"), msg("ruling.fault.add_limit"))
    table.close()
    return SlaSet(name, MappingProxyType(limits))
