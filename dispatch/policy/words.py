"""Menu, risk words, words of a kind, and the office's own texts in a raw policy."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from cases.clock.sla import Level
from cases.danger import Danger
from cases.phrases import LANGUAGES, msg
from dispatch.policy.model import Category, Kind, KindWords, MenuKey, RiskWords, VulnerableWords
from dispatch.reading.cells import Table, one_of, shown, twice

GAP = "…"
"""Between the parts of a word that need not stand side by side: 塌…压到."""

EITHER = "＆"
"""Between two parts that need not stand side by side, whichever comes first: 味＆头晕."""

_KEY = re.compile(r"[0-9]")
_TEXT_ID = re.compile(r"[a-z_]+(\.[a-z0-9_]+)+")
# A word may make a request a complaint or a report. Never an enquiry: that would give it a longer limit.
_KINDS = (Kind.REQUEST, Kind.COMPLAINT, Kind.REPORT)


def read_menu(policy: Table, categories: Mapping[str, Category]) -> tuple[MenuKey, ...]:
    """The keys in the order in which the menu names them."""
    tables = list(policy.tables("menu"))
    keys = tuple(_menu_key(table, categories) for table in tables)
    for key, times in Counter(key.key for key in keys).items():
        if key and times > 1:
            policy.fault("menu", *twice(msg("dispatch.part.key"), key, times))
    if keys and all(key.category for key in keys):
        policy.fault("menu", msg("dispatch.fault.no_person"), msg("dispatch.fault.add_person"))
    return keys


def _menu_key(table: Table, categories: Mapping[str, Category]) -> MenuKey:
    entry = MenuKey(table.text("key"), table.name("name"), table.text("category", "") or None)
    if entry.key and not _KEY.fullmatch(entry.key):
        table.fault("key", msg("dispatch.fault.no_key", given=shown(entry.key)), msg("dispatch.fault.write_key"))
    if entry.category and entry.category not in categories:
        trouble = msg("dispatch.fault.no_category", given=shown(entry.category))
        table.fault("category", trouble, msg("dispatch.fault.name_category"))
    table.close()
    return entry


def read_risks(policy: Table) -> tuple[RiskWords, ...]:
    """The groups of words that raise the level."""
    return tuple(_risk(code, table) for code, table in policy.table("risks").entries())


def _risk(code: str, table: Table) -> RiskWords:
    group = RiskWords(
        id=code,
        level=table.choice("level", Level),
        words=table.texts("words", required=True),
        name=table.name("name"),
        people=table.whole("people", 0),
        vulnerable=table.choice("vulnerable", Level) if table.has("vulnerable") else None,
        always=bool(table.flag("always", False)),
        danger=table.choice("danger", Danger) if table.has("danger") else None,
    )
    check_words(table, "words", group.words)
    table.close()
    return group


def check_words(table: Table, name: str, words: Iterable[str]) -> None:
    """A word in parts has signs around each gap."""
    for word in words:
        parts = parts_of(word)
        if len(parts) > 1 and not all(part.strip() for part in parts):
            trouble = msg("dispatch.fault.gap_at_edge", given=shown(word))
            table.fault(name, trouble, msg("dispatch.fault.write_around_gap"))


def parts_of(word: str) -> list[str]:
    """The parts of a word, in the order in which they are written; one where it has no gap."""
    return word.replace(EITHER, GAP).split(GAP)


def read_harmless(policy: Table) -> tuple[str, ...]:
    """Words that hold a word of danger and tell of none."""
    table = policy.table("harmless")
    words = table.texts("words")
    table.close()
    return words


def read_vulnerable(policy: Table) -> tuple[VulnerableWords, ...]:
    """The groups of words that name somebody vulnerable."""
    groups = []
    for code, table in policy.table("vulnerable").entries():
        groups.append(VulnerableWords(code, table.texts("words", required=True), table.name("name")))
        table.close()
    return tuple(groups)


def read_kind_words(policy: Table) -> tuple[KindWords, ...]:
    """The words by which people say what kind a matter is."""
    table = policy.table("kind_words")
    found = tuple(KindWords(kind, table.texts(kind.value)) for kind in _KINDS if table.has(kind.value))
    for kind in Kind:
        if kind not in _KINDS and table.has(kind.value):
            table.value(kind.value)
            table.fault(kind.value, msg("dispatch.fault.not_by_word"), one_of(_KINDS))
    table.close()
    return found


def read_texts(policy: Table) -> Mapping[str, Mapping[str, str]]:
    """The sentences that the office says in its own words, by message id and language."""
    texts: dict[str, Mapping[str, str]] = {}
    for code, table in policy.table("texts").entries():
        if not _TEXT_ID.fullmatch(code):
            policy.fault(f"texts.{code}", msg("dispatch.fault.no_message"), msg("dispatch.fault.write_message"))
        texts[code] = MappingProxyType({lang: table.text(lang) for lang in LANGUAGES})
        table.close()
    return MappingProxyType(texts)
