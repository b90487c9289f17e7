"""The kinds of danger to life that words may tell of; what is answered at once goes by them."""

from enum import StrEnum

from cases.phrases import Message, msg


class Danger(StrEnum):
    """A danger to life or limb, the most pressing first where several are told: what would take the helper too comes
    before the one who lies there (first aid begins with the safety of the scene)."""

    CRISIS = "crisis"
    FIRE = "fire"
    GAS = "gas"
    VIOLENCE = "violence"
    THREAT = "threat"
    WATER = "water"
    ELECTRIC = "electric"
    COLLAPSE = "collapse"
    MEDICAL = "medical"
    TRAPPED = "trapped"
    MISSING = "missing"
    FALL = "fall"
    GROUP = "group"

    @property
    def label(self) -> Message:
        """The danger in words."""
        return msg(f"cases.danger.{self.value}")
