"""What somebody in danger is told first: what saves, in one breath, by the kind of danger."""

from collections.abc import Sequence

from cases.danger import Danger
from cases.phrases import Message, Name, msg


def saves(dangers: Sequence[Danger]) -> Message:
    """What saves from the first of these dangers. Raises IndexError where there is none."""
    return msg(f"danger.saves.{dangers[0].value}")


def receipt(dangers: Sequence[Danger], office: Name, number: str, *, place_known: bool) -> Message:
    """The whole first text: what saves, that somebody rings, then where it is. No codes and no terms of ours; who
    wants to die is not given a number either."""
    crisis = dangers[0] is Danger.CRISIS
    where: Message | str = "" if place_known else msg("danger.where_gently" if crisis else "danger.where")
    if crisis:
        return msg("danger.text.crisis", office=office, where=where)
    return msg("danger.text.taken", office=office, saves=saves(dangers), number=number, where=where)
