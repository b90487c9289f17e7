"""The form to report: what was filled in, and what is wrong with it, field by field."""

import re
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from cases.phrases import Message, msg
from cases.report import clean
from dispatch.inbox import facts_of
from dispatch.people.numbers import read_number
from hotline.menu import is_nonsense

WHAT, WHERE, NAME, NUMBER = 1000, 200, 40, 40  # characters
_KEY = re.compile(r"[0-9a-f]{32}")


def new_key() -> str:
    """A form's own key: whoever does not have the form cannot guess it."""
    return secrets.token_hex(16)


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in the form. `asked`: where it is was asked for once already. `trap` is a field that people do
    not see and leave empty."""

    key: str = ""
    office: str = ""
    what: str = ""
    where: str = ""
    number: str = ""
    name: str = ""
    asked: bool = False
    trap: str = ""

    @property
    def facts(self) -> str:
        """What must not differ between two sendings of one form."""
        return facts_of(self.office, self.what, self.where, self.number, self.name)


def read(form: Mapping[str, str]) -> Filled:
    """The form as it came; a key that is none of ours is replaced, so that it can be no other's."""
    key = form.get("key", "")
    return Filled(
        key=key if _KEY.fullmatch(key) else new_key(),
        office=form.get("office", "")[:NAME],
        what=clean(form.get("what", "")),
        where=clean(form.get("where", "")),
        number=clean(form.get("number", "")),
        name=clean(form.get("name", "")),
        asked=form.get("asked", "") == "1",
        trap=form.get("website", ""),
    )


def faults(filled: Filled, line: str, ours: Collection[str]) -> dict[str, Message]:
    """What is wrong, by field: trouble and remedy. `line` is the number that will answer, `ours` are all of ours."""
    found: dict[str, Message] = {}
    if filled.trap:
        found["website"] = msg("resident.fault.website")
    if is_nonsense(filled.what):
        found["what"] = msg("resident.fault.what")
    for field, most in (("what", WHAT), ("where", WHERE), ("name", NAME)):
        count = len(getattr(filled, field))
        if count > most:
            found[field] = msg("resident.fault.long", count=count, most=most)
    if filled.number and _number(filled, line, ours) is None:
        found["number"] = msg("resident.fault.number")
    elif filled.name and not filled.number:
        found["name"] = msg("resident.fault.name")
    return found


def _number(filled: Filled, line: str, ours: Collection[str]) -> str | None:
    found = read_number(filled.number, line) if len(filled.number) <= NUMBER else None
    return found if found not in ours else None
