"""The forms of the deeds that are possible now: their fields with choices, what was written, what was refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cases.loop.deeds import standing
from cases.phrases import Message, Name, msg
from dispatch.acts import doing
from dispatch.acts.fields import Field, Kind
from dispatch.acts.table import ACTIONS
from dispatch.beside import referring
from dispatch.correcting.planning import Plan
from dispatch.duty import giving
from dispatch.life.leaving_reasons import OtherLine
from dispatch.loop.who import Who
from dispatch.people.reveal import Contact
from dispatch.reads.possible import possible
from dispatch.side import calls, cohandling
from dispatch.transaction import Tx

# What a use case says to a worker's telephone is about texts; the page says it in its own words.
SPOKEN = frozenset(
    {
        "arrived", "arrived_before", "claimed", "code_wrong", "code_closed", "other_place", "found", "telling",
        "told_by_call", "too_long", "call_first", "news", "news_until", "safe", "submitted", "submitted_closed",
        "submitted_waiting", "return_asked", "return_late", "return_again", "return_rework", "return_final",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a form that was sent: the deed, what was written, and why it was not done (`where`: at which
    field), or what happened to the case meanwhile. `contact` is what was looked at, `plan` what would come of it."""

    name: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    is_good: bool = False
    trouble: Message | None = None
    where: str = ""
    moved: Sequence[Any] = ()
    contact: Contact | None = None
    plan: Plan | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be chosen; `depth` how far below the first it stands."""

    value: str
    label: Message | Name
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """A field of a form; `trouble` says what is wrong with what was written."""

    field: Field
    choices: Sequence[Choice]
    value: str
    trouble: Message | None


@dataclass(frozen=True, slots=True)
class Form:
    """The form of one deed; `trouble` is about the whole. `looks`: what would come of it is shown before it is done;
    `plan` is that."""

    name: str
    fields: Sequence[Shown]
    trouble: Message | None
    is_tried: bool
    looks: bool = False
    plan: Plan | None = None


def said_of(name: str, told: Message | None) -> Message:
    """What the page says when a deed is done, or a use case refused it in a sentence of its own."""
    if told is None:
        return msg(f"casepage.done.{name.replace('-', '_')}")
    last = told.id.rpartition(".")[2]
    return Message(f"casepage.said.{last}", told.params) if last in SPOKEN else told


def forms(tx: Tx, who: Who, case: Any, outcome: Outcome) -> list[Form]:
    """A form for each deed that this person may do to the case (its row) now."""
    return [_form(tx, (who, case), name, outcome) for name in possible(tx, who, case)]


def _form(tx: Tx, of: tuple[Who, Any], name: str, outcome: Outcome) -> Form:
    tried = outcome if outcome.name == name else Outcome()
    fields = [
        Shown(
            each, _choices(tx, of, each), tried.values.get(each.name, ""),
            tried.trouble if each.name == tried.where else None,
        )
        for each in ACTIONS[name].fields
    ]  # fmt: skip
    whole = tried.trouble if not tried.where else None
    waiting = doing.foresee(tx, *of, name, {}) if name == "confirm" else None
    looks = ACTIONS[name].foresee is not None
    return Form(name, fields, whole, bool(tried.name), looks, tried.plan if looks and ACTIONS[name].fields else waiting)


def _choices(tx: Tx, of: tuple[Who, Any], field: Field) -> list[Choice]:
    who, case = of
    if field.kind is Kind.UNIT:
        units = [unit for unit in tx.district.units if who.covers("/".join(unit.path))]
        return [Choice(unit.code, unit.name, len(unit.path) - len(units[0].path)) for unit in units]
    if field.kind is Kind.UNITS:  # a whistle calls whomever it needs, of all the office
        return [Choice(unit.code, unit.name, len(unit.path) - 1) for unit in tx.district.units]
    if field.kind is Kind.CALLED:
        return [Choice(unit.code, unit.name) for unit in calls.choices(tx, case.id)]
    if field.kind is Kind.REFERRED:
        return [Choice(code, name) for code, name in referring.choices(tx, standing(tx, case.id)).items()]
    if field.kind is Kind.CATEGORY:
        return [Choice(code, one.name, len(tx.policy.branch(code)) - 1) for code, one in tx.policy.categories.items()]
    if field.kind is Kind.PERSON:
        return [Choice(one.code, one.name) for one in giving.people(tx, standing(tx, case.id))]
    if field.kind is Kind.CO:
        return [Choice(unit.code, unit.name) for unit in cohandling.units(tx, case.id)]
    if field.name == "line_name":  # lines of the district that the closed list has not
        listed = {str(line) for line in OtherLine}
        return [Choice(line.number, line.name) for line in tx.district.beside.other_lines if line.number not in listed]
    return [Choice(option, msg(f"{field.family}.{option}")) for option in field.options]
