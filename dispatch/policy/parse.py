"""A raw policy becomes values, or all its faults at once."""

from collections.abc import Mapping
from types import MappingProxyType

from cases.phrases import msg
from dispatch.policy.categories import read_categories
from dispatch.policy.clocks import read_calendar, read_ladder, read_targets
from dispatch.policy.model import Category, Policy
from dispatch.policy.rule_rows import read_default, read_rules
from dispatch.policy.words import read_kind_words, read_menu, read_risks, read_texts
from dispatch.reading.cells import Fault, Table, shown
from dispatch.reading.script import plain


class PolicyErrors(ValueError):
    """A raw policy that cannot be used, with everything that is wrong with it."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


def parse(raw: Mapping[str, object]) -> Policy:
    """The policy of a raw `[policy]` table. Raises PolicyErrors with all faults at once."""
    faults: list[Fault] = []
    table = Table(raw, "policy", faults)
    categories = read_categories(table)
    rules = read_rules(table, categories)
    policy = Policy(
        categories=MappingProxyType(categories),
        fallback=_fallback(table, categories),
        rules=rules,
        default=read_default(table, rules),
        targets=read_targets(table),
        ladder=read_ladder(table),
        calendar=read_calendar(table),
        menu=read_menu(table, categories),
        risks=read_risks(table),
        kind_words=read_kind_words(table),
        texts=read_texts(table),
    )
    _check_keywords(table, categories)
    table.close()
    if faults:
        raise PolicyErrors(tuple(faults))
    return policy


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
        for word in category.keywords:
            owner = owners.setdefault(plain(word), code)
            if owner != code:
                path = f"categories.{code}.keywords"
                trouble = msg("dispatch.fault.keyword_of", given=shown(word), owner=owner)
                table.fault(path, trouble, msg("dispatch.fault.keep_in_one"))
