"""The categories of a raw policy: a tree in which a branch takes from its parent what it does not say."""

from typing import Literal

from cases.clock.sla import Level
from cases.phrases import Name, msg
from cases.steps import Verification
from dispatch.policy.limits import read_limit, read_own_targets
from dispatch.policy.model import Category, Kind, ServiceLine, Sla
from dispatch.reading.cells import Table, shown

_NO_SLA: Literal["none"] = "none"
_BY_LEVEL: Literal["level"] = "level"
# What the top of a branch has where it says nothing.
_ROOT = Category(
    code="",
    parent=None,
    service_line=ServiceLine.SELF_GOVERNMENT,
    name=Name(""),
    kind=Kind.REQUEST,
    level=Level.L3,
    keywords=(),
    visit_owed=True,
    finding_owed=True,
    told_owed=True,
    verdict_owed=True,
    sla=_BY_LEVEL,
    verification=None,
)


def read_categories(policy: Table) -> dict[str, Category]:
    """The categories in the order of the file; one whose parent is at fault is left out."""
    tables = dict(policy.table("categories").entries())
    if not tables:
        policy.fault("categories", msg("dispatch.fault.empty"), msg("dispatch.fault.add_category"))
    found: dict[str, Category] = {}
    for code in tables:
        _read(code, tables, found, ())
    return {code: found[code] for code in tables if code in found}


def _read(code: str, tables: dict[str, Table], found: dict[str, Category], below: tuple[str, ...]) -> None:
    """Read a category after its parent; `below` has the codes that asked for it."""
    if code in found:
        return
    table = tables[code]
    parent = table.text("parent", "")
    if parent and parent not in tables:
        table.fault(
            "parent", msg("dispatch.fault.no_category", given=shown(parent)), msg("dispatch.fault.name_category")
        )
        return
    if code in below:
        table.fault("parent", msg("dispatch.fault.circle"), msg("dispatch.fault.open_circle"))
        return
    if parent:
        _read(parent, tables, found, (*below, code))
    if parent and parent not in found:
        return
    found[code] = _category(code, table, found[parent] if parent else _ROOT)


def _category(code: str, table: Table, parent: Category) -> Category:
    category = Category(
        code=code,
        parent=table.text("parent", "") or None,
        service_line=_service_line(table, parent),
        name=table.name("name"),
        kind=table.choice("kind", Kind, parent.kind),
        level=table.choice("level", Level, parent.level),
        keywords=table.texts("keywords"),
        visit_owed=_flag(table, "visit", parent.visit_owed),
        finding_owed=_flag(table, "finding", parent.finding_owed),
        told_owed=_flag(table, "told", parent.told_owed),
        verdict_owed=_flag(table, "verdict", parent.verdict_owed),
        sla=_sla(table, parent),
        verification=_verification(table, parent),
        targets=read_own_targets(table, parent.targets),
    )
    table.close()
    return category


def _service_line(table: Table, parent: Category) -> ServiceLine:
    if table.has("parent"):
        if table.has("service_line"):
            table.fault("service_line", msg("dispatch.fault.of_parent"), msg("dispatch.fault.say_at_top"))
        table.value("service_line")
        return parent.service_line
    return table.choice("service_line", ServiceLine)


def _flag(table: Table, key: str, usual: bool) -> bool:
    said = table.flag(key, usual)
    return usual if said is None else said


def _sla(table: Table, parent: Category) -> Sla:
    said = table.text("sla", "")
    if said in (_NO_SLA, _BY_LEVEL):
        return _NO_SLA if said == _NO_SLA else _BY_LEVEL
    if not said:
        return parent.sla
    return read_limit(table, "sla", said) or parent.sla


def _verification(table: Table, parent: Category) -> Verification | None:
    return table.choice("verification", Verification) if table.has("verification") else parent.verification
