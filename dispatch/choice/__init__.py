"""Who of a unit gets a matter: one choice for intake and every move, with a reason for each who could have had it."""

from dispatch.choice.model import NOTHING_KNOWN, Background, Burden, Carried, Judged, Picked, Scene, Wanted, Why
from dispatch.choice.ranking import is_out, people_of, pick
from dispatch.choice.terms import Choosing

__all__ = [
    "NOTHING_KNOWN",
    "Background",
    "Burden",
    "Carried",
    "Choosing",
    "Judged",
    "Picked",
    "Scene",
    "Wanted",
    "Why",
    "is_out",
    "people_of",
    "pick",
]
