"""Rounds of a raw policy: checklists, and the kinds of plans that a grid or courtyard can have."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from cases.phrases import Message, Name, msg
from cases.steps import Grade
from dispatch.reading.cells import Table, one_of, shown
from dispatch.rounds.checklist import Checklist, Item, Section
from dispatch.rounds.periods import BadRule, check_rule

_ANY_DAY = date(2026, 1, 1)  # a rule must hold from whichever day
_POINTS_MOST, _WEIGHT_MOST = 100, 20


class RoundKind(StrEnum):
    """What is done on a round: people and places are visited, or the ground is inspected and scored."""

    ROUND = "round"
    INSPECTION = "inspection"

    @property
    def label(self) -> Message:
        """The kind in words."""
        return msg(f"rounds.kind.{self.value}")


class Per(StrEnum):
    """Whose plan it is."""

    GRID = "grid"
    COURTYARD = "courtyard"


class Visited(StrEnum):
    """What of the district a new plan visits by itself: entrances, whole buildings, or estates and roads."""

    ENTRANCES = "entrances"
    BUILDINGS = "buildings"
    GROUNDS = "grounds"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Template:
    """A kind of plan. `grade` is how well a visit must be proven; an inspection has the code of its checklist."""

    code: str
    name: Name
    kind: RoundKind
    rule: str
    per: Per
    visited: Visited
    grade: Grade
    checklist: str | None


def read_rounds(policy: Table) -> tuple[Mapping[str, Template], Mapping[str, Checklist]]:
    """The tables `rounds` and `checklists`; none where the policy has none."""
    checklists = {code: _checklist(code, table) for code, table in policy.table("checklists").entries()}
    templates = {code: _template(code, table, checklists) for code, table in policy.table("rounds").entries()}
    return MappingProxyType(templates), MappingProxyType(checklists)


def _template(code: str, table: Table, checklists: Mapping[str, Checklist]) -> Template:
    kind = table.choice("kind", RoundKind)
    checklist = table.text("checklist", "") or None
    if checklist is not None and checklist not in checklists:
        table.fault("checklist", msg("dispatch.fault.not_a_word", given=shown(checklist)), one_of(checklists))
    if (checklist is None) is (kind is RoundKind.INSPECTION):
        needs = msg(f"rounds.fault.{kind}_checklist")
        table.fault("checklist", needs, msg(f"rounds.fault.{kind}_checklist_remedy"))
    grade = table.choice("grade", Grade, Grade.PLACE)
    if grade is Grade.CLAIMED:
        table.fault("grade", msg("rounds.fault.claimed"), one_of(each for each in Grade if each is not Grade.CLAIMED))
    found = Template(
        code, table.name("name"), kind, _rule(table), table.choice("per", Per, Per.GRID),
        table.choice("targets", Visited, Visited.BUILDINGS), grade, checklist,
    )  # fmt: skip
    table.close()
    return found


def _rule(table: Table) -> str:
    said = table.text("rule")
    try:
        if said:
            check_rule(said, _ANY_DAY)
    except BadRule as bad:
        table.fault("rule", msg(f"rounds.rule.{bad.why}", given=shown(said)), msg("rounds.rule.remedy"))
    return said


def _checklist(code: str, table: Table) -> Checklist:
    found = Checklist(code, table.name("name"), tuple(_items(table)))
    codes = [item.code for item in found.items]
    if not codes or len(set(codes)) != len(codes):
        table.fault("items", msg("rounds.fault.items"), msg("rounds.fault.items_remedy"))
    table.close()
    return found


def _items(table: Table) -> Iterator[Item]:
    for row in table.tables("items"):
        yield Item(
            row.text("code"), row.choice("section", Section), row.name("name"),
            row.whole("most", 10, least=1, most=_POINTS_MOST), row.whole("weight", 1, least=1, most=_WEIGHT_MOST),
        )  # fmt: skip
        row.close()
