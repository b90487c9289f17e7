"""The answer to the question whether a matter is the one that we know: 1 or 2, or a word."""

import re

from hotline.commands.letters import plain

_SAME = re.compile(
    r"1|一|是的?|对的?|加入|登记|是同一件事?|同一件事?|是这(?:件|个)事?|就是(?:这件事|这个)|yes|same|join|y"
)
_OTHER = re.compile(r"2|二|不是的?|另一件事?|另外一件事?|别的事?|其他事?|不同的?事?|no|other|another|n")


def read_same(text: str) -> bool | None:
    """Whether it is the same matter; None where the text says something else."""
    said = plain(text)
    if _SAME.fullmatch(said):
        return True
    return False if _OTHER.fullmatch(said) else None
