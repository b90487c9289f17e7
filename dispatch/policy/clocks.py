"""Targets and ladder of a raw policy."""

from collections.abc import Mapping
from types import MappingProxyType

from cases.clock.sla import DEFAULT_TARGETS, Targets, TargetSet
from cases.phrases import msg
from cases.report import is_e164
from cases.steps import Step
from dispatch.policy.limits import step_limit
from dispatch.policy.model import Rung
from dispatch.reading.cells import Table, one_of, shown

_TOP = "district"
_WHO = ("worker", "courtyard", "committee", "office", _TOP)


def read_targets(policy: Table) -> Mapping[TargetSet, Targets]:
    """The limits by column and step. What the policy does not say is as in the built-in table."""
    tables = dict(policy.table("targets").entries())
    for name, table in tables.items():
        if name not in set(TargetSet):
            policy.fault(f"targets.{name}", msg("dispatch.fault.no_column"), one_of(TargetSet))
            for step in Step:
                table.value(step)
    columns = {column: _column(tables.get(column.value), DEFAULT_TARGETS[column]) for column in TargetSet}
    return MappingProxyType(columns)


def _column(table: Table | None, usual: Targets) -> Targets:
    if table is None:
        return usual
    limits = {step: step_limit(table, step, usual[step]) for step in Step}
    table.close()
    return MappingProxyType(limits)


def read_ladder(policy: Table) -> tuple[Rung, ...]:
    """The rungs in order; the one above the office needs a named contact."""
    rungs = tuple(_rung(table) for table in policy.tables("ladder"))
    if not rungs:
        policy.fault("ladder", msg("dispatch.fault.empty"), msg("dispatch.fault.add_rung"))
    order = [_WHO.index(rung.who) for rung in rungs]
    if order != sorted(set(order)):
        remedy = msg("dispatch.fault.keep_order", words=", ".join(_WHO))
        policy.fault("ladder", msg("dispatch.fault.not_upwards"), remedy)
    return rungs


def _rung(table: Table) -> Rung:
    who = table.text("who")
    if who and who not in _WHO:
        table.fault("who", msg("dispatch.fault.not_a_word", given=shown(who)), one_of(_WHO))
    contact = table.name("contact") if who == _TOP or table.has("contact") else None
    number = table.text("number") if table.has("number") else ""
    if number and not is_e164(number):
        table.fault("number", msg("coi.fault.number", given=shown(number)), msg("coi.fault.number_how"))
    table.close()
    return Rung(who if who in _WHO else _WHO[0], contact, number)
