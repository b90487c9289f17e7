"""The rows of the decision table in a raw policy."""

from collections import Counter
from collections.abc import Mapping

from cases.clock.sla import Level
from cases.phrases import Name, msg
from cases.report import Channel
from dispatch.district.model import Role
from dispatch.places.model import PlaceKind
from dispatch.policy.cover import never_reached
from dispatch.policy.model import Category, Destination, Kind, Outcome, Rule, ServiceLine, When
from dispatch.reading.cells import Table, shown, twice

_ID = msg("dispatch.part.id")


def read_rules(policy: Table, categories: Mapping[str, Category]) -> tuple[Rule, ...]:
    """The rows in order. Doubled ids and rows that can never decide are noted."""
    rows = [(table, _rule(table, categories)) for table in policy.tables("rules")]
    times = Counter(rule.id for _, rule in rows)
    for table, rule in rows:
        if rule.id and times[rule.id] > 1:
            table.fault("id", *twice(_ID, rule.id, times[rule.id]))
    rules = tuple(rule for _, rule in rows)
    for table, rule in rows:
        for named in rule.over:
            if named not in times:
                table.fault("over", msg("dispatch.fault.no_rule", given=shown(named)), msg("dispatch.fault.name_rule"))
    for place, why in never_reached(rules, categories):
        rows[place][0].fault("when", why, msg("dispatch.fault.move_rule"))
    return rules


def read_default(policy: Table, rules: tuple[Rule, ...]) -> Rule:
    """The named rule for what no row decides."""
    if not policy.has("default"):
        policy.fault("default", msg("dispatch.fault.missing"), msg("dispatch.fault.add_default"))
        policy.value("default")
        return Rule("", When(), Outcome(Destination.DUTY_DESK))
    table = policy.table("default")
    rule = Rule(table.text("id"), When(), _outcome(table.table("send")))
    if rule.id in {row.id for row in rules}:
        table.fault("id", *twice(_ID, rule.id, 1 + sum(row.id == rule.id for row in rules)))
    table.close()
    return rule


def _rule(table: Table, categories: Mapping[str, Category]) -> Rule:
    rule = Rule(
        table.text("id"), _when(table.table("when"), categories), _outcome(table.table("send")), table.texts("over")
    )
    table.close()
    return rule


def _when(table: Table, categories: Mapping[str, Category]) -> When:
    when = When(
        categories=table.texts("category"),
        kinds=table.choices("kind", Kind),
        levels=table.choices("level", Level),
        places=table.choices("place", PlaceKind),
        area=table.texts("area"),
        service_lines=table.choices("service_line", ServiceLine),
        keywords=table.texts("keywords"),
        channels=table.choices("channel", Channel),
        working_time=table.flag("working_time"),
    )
    for code in when.categories:
        if code not in categories:
            table.fault(
                "category", msg("dispatch.fault.no_category", given=shown(code)), msg("dispatch.fault.name_category")
            )
    table.close()
    return when


def _outcome(table: Table) -> Outcome:
    unit = table.text("unit", "") or None
    if unit and table.has("to"):
        table.fault("unit", msg("dispatch.fault.beside_to"), msg("dispatch.fault.keep_one"))
    if not unit and not table.has("to"):
        table.fault("to", msg("dispatch.fault.missing"), msg("dispatch.fault.add_destination"))
    outcome = Outcome(
        to=table.choice("to", Destination, Destination.DUTY_DESK),
        unit=unit,
        role=table.choice("role", Role) if table.has("role") else None,
        level=table.choice("level", Level) if table.has("level") else None,
        notice=_notice(table),
    )
    table.close()
    return outcome


def _notice(table: Table) -> Name | None:
    return table.name("notice") if table.has("notice") else None
