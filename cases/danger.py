"""The kinds of danger to life that words may tell of; what is answered at once goes by them."""

from enum import StrEnum

from cases.phrases import Message, msg


class Danger(StrEnum):
    """A danger to life or limb, the most pressing first where several are told."""

    CRISIS = "crisis"
    FIRE = "fire"
    GAS = "gas"
    VIOLENCE = "violence"
    THREAT = "threat"
    WATER = "water"
    MEDICAL = "medical"
    ELECTRIC = "electric"
    COLLAPSE = "collapse"
    TRAPPED = "trapped"
    MISSING = "missing"
    FALL = "fall"
    GROUP = "group"

    @property
    def label(self) -> Message:
        """The danger in words."""
        return msg(f"cases.danger.{self.value}")
