"""A text that says that somebody is where a whistle summoned them: 到哨 2, here 2."""

import re

from dispatch.reading.numerals import CHINESE, to_digits
from hotline.commands.letters import aligned

_HERE = re.compile(
    rf"^[\s\"'“‘「【\[(]*(?:(?:已?到哨|已到吹哨点)[\s:,]*(?P<han>[0-9]{{1,3}}|[{CHINESE}]{{1,3}})?(?:号)?"
    r"|here(?:\s+(?P<latin>[0-9]{1,3}))?)[\s.。!~”’」】\])]*$"
)


def read_here(text: str) -> int | None:
    """The number of the whistle that a text answers, 0 where it names none; None for an ordinary text. Asked only for
    a staff number."""
    found = _HERE.match(aligned(text).folded)
    if found is None:
        return None
    said = found["han"] or found["latin"]
    return int(to_digits(said)) if said else 0
