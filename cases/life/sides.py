"""What stands beside a case and is no state of it: its kinds, and the codes by which people know them."""

from cases.states import Coded


class _Worded(Coded):
    """A code whose words stand in the catalogue of what stands beside cases."""

    @classmethod
    def catalogue(cls) -> str:
        return "side"


class Side(_Worded):
    """What stands beside a case, each with a small history of its own."""

    SUPERVISION = "supervision"
    COHANDLING = "cohandling"
    URGE = "urge"
    FLAG = "flag"
    HANDOVER = "handover"


class Cause(_Worded):
    """Why a case is under supervision: a supervisor ordered it, or it is done again for the second time or later."""

    ORDERED = "ordered"
    REWORK = "rework"


class Flag(_Worded):
    """What a flag says: many callers about one matter, or residents who complain together."""

    GROUP = "group"
    COLLECTIVE = "collective"


class End(_Worded):
    """How it ended: by whom it was opened for, or with the case."""

    RELEASED = "released"
    CASE_OVER = "case_over"
    ACCEPTED = "accepted"
    LET_GO = "let_go"
    RATED = "rated"
    CONFIRMED = "confirmed"


LEVELS = (1, 2, 3)  # of supervision, the lightest first
REWORKS = 3  # the attempt with which supervision opens by itself: the second rework
