"""A raw policy becomes values, or all its faults at once."""

from collections.abc import Mapping
from types import MappingProxyType

from cases.phrases import msg
from dispatch.choice.terms import read_choosing
from dispatch.policy.calendars import read_calendar
from dispatch.policy.categories import read_categories
from dispatch.policy.clocks import read_ladder, read_targets
from dispatch.policy.figuring import read_figuring
from dispatch.policy.limits import read_slas
from dispatch.policy.model import Category, Policy
from dispatch.policy.permission_rows import read_permissions
from dispatch.policy.rule_rows import check_slas, read_default, read_rules
from dispatch.policy.watching import read_beside, read_verifying
from dispatch.policy.words import (
    check_words,
    read_harmless,
    read_kind_words,
    read_menu,
    read_risks,
    read_texts,
    read_vulnerable,
)
from dispatch.reading.cells import Fault, Table, shown
from dispatch.reading.script import plain
from dispatch.rounds.templates import read_rounds
from dispatch.ruling.seasons import read_seasons
from dispatch.same.measures import read_same


class PolicyErrors(ValueError):
    """A raw policy that cannot be used, with everything that is wrong with it."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


def parse(raw: Mapping[str, object]) -> Policy:
    """The policy of a raw `[policy]` table. Raises PolicyErrors with all faults at once."""
    policy, faults = read(raw)
    if faults:
        raise PolicyErrors(faults)
    return policy


def read(raw: Mapping[str, object]) -> tuple[Policy, tuple[Fault, ...]]:
    """The policy of a raw `[policy]` table as far as it can be read, and all its faults."""
    faults: list[Fault] = []
    table = Table(raw, "policy", faults)
    categories = read_categories(table)
    slas = read_slas(table)
    rules = read_rules(table, categories)
    default = read_default(table, rules)
    check_slas(table, (*rules, default), slas)
    fallback = _fallback(table, categories)
    calendar, unit_hours = read_calendar(table)
    rounds, checklists = read_rounds(table)
    policy = Policy(
        categories=MappingProxyType(categories),
        fallback=fallback,
        rules=rules,
        default=default,
        targets=read_targets(table),
        ladder=read_ladder(table),
        calendar=calendar,
        unit_hours=unit_hours,
        menu=read_menu(table, categories),
        risks=read_risks(table),
        vulnerable=read_vulnerable(table),
        harmless=read_harmless(table),
        kind_words=read_kind_words(table),
        texts=read_texts(table),
        permissions=read_permissions(table),
        verifying=read_verifying(table),
        beside=read_beside(table),
        figuring=read_figuring(table),
        choosing=read_choosing(table),
        same=read_same(table),
        rounds=rounds,
        checklists=checklists,
        seasons=read_seasons(table),
        slas=slas,
    )
    _check_keywords(table, categories)
    table.close()
    return policy, tuple(faults)


def _fallback(table: Table, categories: Mapping[str, Category]) -> str:
    code = table.text("fallback")
    if code and code not in categories:
        table.fault(
            "fallback", msg("dispatch.fault.no_category", given=shown(code)), msg("dispatch.fault.name_fallback")
        )
    return code


def _check_keywords(table: Table, categories: Mapping[str, Category]) -> None:
    """A keyword belongs to one category, else the file's order would decide."""
    owners: dict[str, str] = {}
    for code, category in categories.items():
        check_words(table, f"categories.{code}.keywords", category.keywords)
        for word in category.keywords:
            owner = owners.setdefault(plain(word), code)
            if owner != code:
                path = f"categories.{code}.keywords"
                trouble = msg("dispatch.fault.keyword_of", given=shown(word), owner=owner)
                table.fault(path, trouble, msg("dispatch.fault.keep_in_one"))
