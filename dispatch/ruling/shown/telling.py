"""Rows and reports in words that an office clerk reads: names in the place of codes, a column at a time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cases.phrases import Message, Name, msg
from dispatch.district.model import District
from dispatch.policy.model import Outcome, Policy, When
from dispatch.rules import Facts

Said = Message | Name | str


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a column: any of these values."""

    column: str
    values: tuple[Said, ...]

    @property
    def label(self) -> Message:
        """The column's name."""
        return msg(f"rulebook.column.{self.column}")


def conditions(when: When, policy: Policy, district: District) -> tuple[Cell, ...]:
    """The cells of a row's conditions that say something, in the order of the columns."""
    cells: tuple[tuple[str, Iterable[Said]], ...] = (
        ("category", (_category(code, policy) for code in when.categories)),
        ("kind", (each.label for each in when.kinds)),
        ("level", (each.label for each in when.levels)),
        ("place", (each.label for each in when.places)),
        ("area", (_unit(code, district) for code in when.area)),
        ("service_line", (each.label for each in when.service_lines)),
        ("keywords", when.keywords),
        ("channel", (each.label for each in when.channels)),
        ("working_time", _flag("working_time", when.working_time)),
        ("season", (each.label for each in when.seasons)),
        ("source", (each.label for each in when.sources)),
        ("caller", (each.label for each in when.caller)),
        ("people", (each.label for each in when.people)),
        ("again", _flag("again", when.again)),
    )
    return _full(cells)


def outcome(send: Outcome, policy: Policy, district: District) -> tuple[Cell, ...]:
    """The cells of a row's outcome that say something."""
    to: Said = _unit(send.unit, district) if send.unit else send.to.label
    sla = policy.slas.get(send.sla) if send.sla else None
    cells: tuple[tuple[str, Iterable[Said]], ...] = (
        ("to", (to,)),
        ("role", (send.role.label,) if send.role else ()),
        ("skill", (send.skill,) if send.skill else ()),
        ("send_level", (send.level.label,) if send.level else ()),
        ("sla", (sla.name if sla else send.sla,) if send.sla else ()),
        ("confidential", _flag("confidential", send.confidential or None)),
        ("co_handlers", (_unit(code, district) for code in send.co_handlers)),
        ("notice", (send.notice,) if send.notice else ()),
    )
    return _full(cells)


def report(facts: Facts, policy: Policy, district: District) -> tuple[Cell, ...]:
    """What a rule looked at, in the same columns. What is nothing special is left out."""
    caller = facts.caller
    cells: tuple[tuple[str, Iterable[Said]], ...] = (
        ("category", (_category(facts.category, policy),)),
        ("kind", (facts.kind.label,)),
        ("level", (facts.level.label,)),
        ("place", (facts.place_kind.label,)),
        ("area", (_unit(code, district) for code in facts.area[-1:])),
        ("service_line", (facts.service_line.label,)),
        ("keywords", sorted(facts.keywords)),
        ("channel", (facts.channel.label,)),
        ("working_time", _flag("working_time", facts.working_time)),
        ("season", (facts.season.label,)),
        ("source", (caller.source.label,)),
        ("caller", (each.label for each in sorted(caller.traits))),
        ("people", (facts.people.label,)),
        ("again", _flag("again", facts.again or None)),
    )
    return _full(cells)


def _full(cells: Iterable[tuple[str, Iterable[Said]]]) -> tuple[Cell, ...]:
    made = (Cell(column, tuple(values)) for column, values in cells)
    return tuple(cell for cell in made if cell.values)


def _category(code: str, policy: Policy) -> Said:
    found = policy.categories.get(code)
    return found.name if found else code


def _unit(code: str, district: District) -> Said:
    found = district.unit(code)
    return found.name if found else code


def _flag(column: str, said: bool | None) -> Iterator[Said]:
    if said is not None:
        yield msg(f"rulebook.{column}.{'yes' if said else 'no'}")
