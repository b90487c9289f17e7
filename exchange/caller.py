"""The person at the other end: typed words and keys, given as the line asks for them. Pure."""

import re
from dataclasses import dataclass, replace
from typing import Final

from exchange.steps import Converse, Dropped, Listen, Pressed, Silence, Spoke, Take

PATIENCE: Final = 8
"""Silent turns after which a caller who has nothing more to say hangs up."""

Said = Pressed | Spoke | Silence | Dropped


@dataclass(frozen=True, slots=True)
class Caller:
    """What is still to be said and pressed. An empty text is a silence that is meant."""

    texts: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    patience: int = PATIENCE


def parse_keys(raw: str) -> tuple[str, ...]:
    """Read "1,2" or "1,1234#": one group for each question. Raises ValueError with the remedy."""
    groups = tuple(group.strip() for group in raw.split(",")) if raw.strip() else ()
    for group in groups:
        if not re.fullmatch(r"[0-9*#]+", group):
            raise ValueError(f"keys: {group!r} is no key group; write digits, * or #, such as 1,2 or 1,4471#")
    return groups


def answer(caller: Caller, asked: Listen | Take | Converse) -> tuple[Caller, Said]:
    """What the caller does when asked, and the caller as it is after that. Keys that fit go before words."""
    if isinstance(asked, Converse):
        text, left = (caller.texts[0].strip(), caller.texts[1:]) if caller.texts else ("", ())
        return replace(caller, texts=left), Spoke(text) if text else Silence()
    if isinstance(asked, Listen) and asked.keys and caller.keys:
        return replace(caller, keys=caller.keys[1:]), _press(asked, caller.keys[0])
    speaks = isinstance(asked, Take) or asked.speech
    if speaks and caller.texts:
        text = caller.texts[0].strip()
        return replace(caller, texts=caller.texts[1:]), Spoke(text) if text else Silence()
    if caller.patience <= 1:
        return replace(caller, patience=0), Dropped()
    return replace(caller, patience=caller.patience - 1), Silence()


def _press(asked: Listen, group: str) -> Pressed:
    digits = ""
    for key in group:
        if key == asked.finish_on_key:
            return Pressed(digits, key)
        digits += key
        if len(digits) == asked.num_digits:
            break
    return Pressed(digits)
