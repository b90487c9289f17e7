"""What a deed in the table is: how it is done, what it asks for, and when it is possible."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cases.loop.deeds import Standing
from cases.phrases import Message
from dispatch.acts.facts import Facts
from dispatch.acts.fields import Field
from dispatch.correcting.planning import Plan
from dispatch.loop.who import Who
from dispatch.transaction import Tx


@dataclass(frozen=True, slots=True)
class Given:
    """A case, locked, who does something to it, and what they wrote."""

    tx: Tx
    who: Who
    case: Standing
    values: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "").strip()

    @property
    def number(self) -> str:
        return str(self.case.row.number)


@dataclass(frozen=True, slots=True)
class Action:
    """A deed: `do` says what is to be told to whoever did it; `ready` whether it is possible now.

    `other` is the field with the number of another case that it changes too; empty: the one in which it is merged.
    `whose` are roles of the office of whom one does it where nobody is named (at the command line); none: whoever
    holds the case. `foresee`: what would come of it, to be shown before it is done; None where there is nothing.
    """

    do: Callable[[Given], Message | None]
    ready: Callable[[Facts], bool]
    fields: tuple[Field, ...] = ()
    whose: tuple[str, ...] = ()
    other: str | None = None
    foresee: Callable[[Given], Plan | None] | None = None
