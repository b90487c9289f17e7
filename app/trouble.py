"""Trouble that a person can do something about: said in one plain message, never as a traceback."""

from cases.phrases import Message, msg


class Trouble(Exception):
    """What went wrong and what helps, as messages; the command line prints them and exits with `code`."""

    def __init__(self, *messages: Message, code: int = 1) -> None:
        super().__init__("; ".join(f"{m.id} {dict(m.params)}" for m in messages))
        self.messages = messages
        self.code = code


def trouble(id_: str, /, **params: object) -> Trouble:
    """A Trouble with one message by its id."""
    return Trouble(msg(id_, **params))
