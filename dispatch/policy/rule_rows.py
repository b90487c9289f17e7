"""The rows of the decision table in a raw policy."""

from collections import Counter
from collections.abc import Mapping, Sequence

from cases.clock.sla import Level
from cases.phrases import Name, msg
from cases.report import Channel
from dispatch.district.model import Role
from dispatch.places.model import PlaceKind
from dispatch.policy.cover import never_reached
from dispatch.policy.model import Category, Destination, Kind, Outcome, Rule, ServiceLine, SlaSet, When
from dispatch.reading.cells import Table, one_of, shown, twice
from dispatch.ruling.conditions import People, Season, Source, Trait

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
        seasons=table.choices("season", Season),
        sources=table.choices("source", Source),
        caller=table.choices("caller", Trait),
        people=table.choices("people", People),
        again=table.flag("again"),
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
        skill=table.text("skill", "") or None,
        sla=table.text("sla", "") or None,
        confidential=bool(table.flag("confidential")),
        co_handlers=table.texts("co_handlers"),
    )
    if len(set(outcome.co_handlers)) < len(outcome.co_handlers) or unit in outcome.co_handlers:
        table.fault("co_handlers", msg("ruling.fault.co_handlers"), msg("ruling.fault.keep_others"))
    table.close()
    return outcome


def check_slas(policy: Table, rules: Sequence[Rule], slas: Mapping[str, SlaSet]) -> None:
    """A set of limits that a row chooses must be there; the last row is the default."""
    for place, rule in enumerate(rules, 1):
        if rule.outcome.sla and rule.outcome.sla not in slas:
            path = "default" if place == len(rules) else f"rules[{place}]"
            trouble = msg("ruling.fault.no_sla", given=shown(rule.outcome.sla))
            policy.fault(f"{path}.send.sla", trouble, one_of(slas) if slas else msg("ruling.fault.add_sla"))


def _notice(table: Table) -> Name | None:
    return table.name("notice") if table.has("notice") else None
