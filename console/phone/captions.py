"""What is said in a call, as captions in the visitor's language."""

import re
from collections.abc import Mapping
from typing import Any

from cases.phrases import Message, msg

# What the exchange notes by itself, and our sentence for it. Numbers are left out: both sides see the hotline's.
_NOTES = (
    (re.compile(r"\[connected with .*\]"), "phonepage.note.connected"),
    (re.compile(r"\[ringing .*\]"), "phonepage.note.ringing"),
    (re.compile(r"\[disconnected after (?P<seconds>\d+) s\]"), "phonepage.note.disconnected"),
    (re.compile(r"\[nobody was dialled\]"), "phonepage.note.nobody"),
    (re.compile(r"\[(?:.*: )?(?:busy|no-answer|failed|canceled)\]"), "phonepage.note.missed"),
    (re.compile(r"\[keys (?P<keys>[0-9*#]*)\]"), "phonepage.note.keys"),
    (re.compile(r"\[https?://.*\]"), "phonepage.note.sound"),
)


def side(part: Mapping[str, Any], me: str) -> str:
    """Who said it, seen from this phone: me, them, line or note."""
    who = str(part["who"])
    if who == "exchange":
        return "note"
    return who if who == "line" else "me" if who == me else "them"


def spoken(says: str) -> str | Message:
    """The words as they were said, or our sentence for what the exchange notes."""
    for pattern, id_ in _NOTES:
        if found := pattern.fullmatch(says):
            return msg(id_, **found.groupdict())
    return says
