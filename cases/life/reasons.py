"""What may be asked for, and the codes of the reasons for it. Those of a hold stand in `cases.clock.happened`."""

from cases.states import Coded


class _Worded(Coded):
    """A code whose words stand in the catalogue of the life of a case."""

    @classmethod
    def catalogue(cls) -> str:
        return "life"


class Request(_Worded):
    """What one person asks for and another decides. A waiver is for the visit, an exception for another step, an
    exclusion is from the figures."""

    HOLD = "hold"
    EXTENSION = "extension"
    WAIVER = "waiver"
    EXCEPTION = "exception"
    EXCLUSION = "exclusion"


class Decision(_Worded):
    """What became of it; overtaken: the case went on before anybody decided."""

    GRANTED = "granted"
    REFUSED = "refused"
    OVERTAKEN = "overtaken"


class ExtensionReason(_Worded):
    """Why a target cannot be kept."""

    MATERIAL = "material"
    OTHER_BODY = "other_body"
    LARGE_WORKS = "large_works"
    NEIGHBOURS = "neighbours"


class WaiverReason(_Worded):
    """Why nobody goes there."""

    RESIDENT_DECLINES = "resident_declines"
    NO_ACCESS = "no_access"
    NO_PLACE = "no_place"
    SETTLED_REMOTELY = "settled_remotely"


class ExceptionReason(_Worded):
    """Why an owed step is left out."""

    RESIDENT_DECLINES = "resident_declines"
    NOT_REACHABLE = "not_reachable"
    OTHER_PROCEEDING = "other_proceeding"
    NOTHING_THERE = "nothing_there"


class ExclusionReason(_Worded):
    """Why a case does not count in the figures."""

    FORCE_MAJEURE = "force_majeure"
    BEYOND_POWERS = "beyond_powers"
    PRIVATE_DISPUTE = "private_dispute"
    ABUSE = "abuse"
    DUPLICATE = "duplicate"


class Resumption(_Worded):
    """Through what a case that was held goes on."""

    UNIT = "unit"
    OFFICE = "office"
    REVIEW = "review"
    ANSWERED = "answered"
