"""How the command line speaks: sentences on stdout, trouble on stderr, or JSON alone."""

import json
import sys

from app.phrasebook import Catalogues
from cases.phrases import Message, Phrasebook


class Voice:
    """Speaks one language. `as_json`: stdout holds JSON alone, so sentences go nowhere."""

    def __init__(self, lang: str, as_json: bool = False, book: Phrasebook | None = None) -> None:
        self.lang = lang
        self.as_json = as_json
        self._book = book or Catalogues()

    def text(self, message: Message) -> str:
        return self._book.say(message, self.lang)

    def say(self, message: Message) -> None:
        """A sentence for the person at the terminal."""
        if not self.as_json:
            print(self.text(message), flush=True)

    def warn(self, message: Message) -> None:
        """Trouble, in one plain message."""
        print(self.text(message), file=sys.stderr, flush=True)

    def show(self, value: object) -> None:
        """A value for a program."""
        print(json.dumps(value, ensure_ascii=False, indent=1, default=str), flush=True)


def speak_whatever_the_locale() -> None:
    """A terminal that lacks a sign shows a stand-in instead of ending the command."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
