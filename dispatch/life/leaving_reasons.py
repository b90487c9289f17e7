"""The codes with which a case is sent back by a verifier or leaves the office's hands."""

from cases.states import Coded


class _Worded(Coded):
    """A code whose words stand in the catalogue of endings."""

    @classmethod
    def catalogue(cls) -> str:
        return "ending"


class BackReason(_Worded):
    """What a verifier finds lacking; it says which step is owed again."""

    NOT_DONE = "not_done"
    TOLD_WRONG = "told_wrong"
    VISIT_UNPROVEN = "visit_unproven"
    FINDING_THIN = "finding_thin"


class DeclineReason(_Worded):
    """Why an office does not take a matter up."""

    BEYOND_REMIT = "beyond_remit"
    OTHER_PROCEDURE = "other_procedure"
    TOO_VAGUE = "too_vague"
    SETTLED_BEFORE = "settled_before"


class OtherLine(_Worded):
    """Who takes a matter over: police, fire service, ambulance, psychological help, or a line that is named."""

    POLICE = "110"
    FIRE = "119"
    AMBULANCE = "120"
    COUNSEL = "12356"
    NAMED = "named"


class Proposal(_Worded):
    """How a supervisor proposes that a case ends; another one decides."""

    EXPLAINED = "explained"
    NOT_SUBSTANTIATED = "not_substantiated"
    PLANNED = "planned"
    PARTLY_SOLVED = "partly_solved"
    SETTLED_BY_RESIDENTS = "settled_by_residents"
    VOID = "void"
