"""What the next page says of what was just done: said once, kept in the session until then."""

from flask import session

from cases.phrases import Message

_KEPT = "said"


def say(id_: str, /, **places: str | int) -> None:
    """Have the next page say this."""
    session[_KEPT] = [id_, places]


def heard() -> Message | None:
    """What is to be said now, and never again; None where nothing is."""
    kept = session.pop(_KEPT, None)
    return Message(kept[0], kept[1]) if kept else None
