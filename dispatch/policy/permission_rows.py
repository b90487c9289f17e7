"""What may be asked for, in a raw policy."""

from types import MappingProxyType

from cases.clock.happened import HoldReason
from cases.clock.sla import Limit
from cases.phrases import msg
from dispatch.policy.limits import read_limit
from dispatch.policy.permissions import Approver, ExtensionTerms, HoldTerms, Permissions
from dispatch.reading.cells import Table, one_of

_TIMES_MOST = 20


def read_permissions(policy: Table) -> Permissions:
    """The tables `holds` and `extensions` of a raw policy; what they do not say is as usual."""
    holds = {}
    for name, table in policy.table("holds").entries():
        terms = HoldTerms(table.choice("approver", Approver, Approver.OFFICE), _cap(table))
        table.close()
        if name in set(HoldReason):
            holds[HoldReason(name)] = terms
        else:
            policy.fault(f"holds.{name}", msg("dispatch.fault.unknown"), one_of(HoldReason))
    table = policy.table("extensions")
    extensions = ExtensionTerms(table.whole("times", 2, most=_TIMES_MOST), _cap(table))
    table.close()
    return Permissions(MappingProxyType(holds), extensions)


def _cap(table: Table) -> Limit | None:
    said = table.text("cap", "")
    return read_limit(table, "cap", said) if said else None
