"""Trouble that a person can do something about: said in one plain message, never as a traceback."""

from collections.abc import Iterable
from typing import Protocol

from cases.phrases import Message, msg


class Trouble(Exception):
    """What went wrong and what helps, as messages; the command line prints them and exits with `code`."""

    def __init__(self, *messages: Message, code: int = 1) -> None:
        super().__init__("; ".join(f"{m.id} {dict(m.params)}" for m in messages))
        self.messages = messages
        self.code = code


class Told(Protocol):
    """One thing wrong with an input: where, what, and what helps."""

    @property
    def path(self) -> str: ...
    @property
    def trouble(self) -> Message: ...
    @property
    def remedy(self) -> Message: ...


def told(faults: Iterable[Told]) -> tuple[Message, ...]:
    """Each fault in one sentence."""
    return tuple(msg("app.config.fault", path=each.path, trouble=each.trouble, remedy=each.remedy) for each in faults)


def trouble(id_: str, /, **params: object) -> Trouble:
    """A Trouble with one message by its id."""
    return Trouble(msg(id_, **params))
