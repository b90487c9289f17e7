"""What happens to a modelled case that nobody of the office does: carriers, residents, and moments that come."""

from collections.abc import Callable, Mapping

from tests.dispatch.modelled import TURN, Case
from tests.dispatch.modelled_deeds import resume


def arrived(case: Case) -> None:
    """The carrier's word on the newest telling: it arrived."""
    if case.texts[-1] in ("pending", "failed"):
        case.texts[-1] = "kept"
        if case.owes("told") and case.state in (*TURN, "to_verify", "answered"):
            case.told()


def lost(case: Case) -> None:
    """It did not arrive."""
    if case.texts[-1] != "pending":
        return
    case.texts[-1] = "failed"
    if not case.owes("told") or "pending" in case.texts:
        return
    if case.state == "answered":
        case.again()
    elif case.state == "to_verify":
        case.state = "in_progress"


def rang(case: Case) -> None:
    """Whoever holds it spoke to the resident through us."""
    if case.state in TURN:
        case.begin()
        case.keep("first_contact")
    case.spoken = True


def answered(case: Case, said: str) -> None:
    """The resident answers the newest text that asked in this attempt."""
    if case.is_asked and case.asked not in ("", "answered", "failed"):
        case.asked = "answered"
        case.answer(said)


def _auto_sign(case: Case) -> None:
    case.owed["sign_for"] = True
    case.state = "in_progress" if case.state == "dispatched" else case.state


def _silent(case: Case) -> None:
    """Nobody answered the text; a question by call is nobody's who can only text."""
    case.asked = "unanswered" if case.asked == "open" else case.asked


def _archive(case: Case) -> None:
    case.state = "archived"


_Itself = tuple[Callable[[Case], bool], Callable[[Case], None]]
# What the system does when its moment has come, by the lines of history that tell of it.
BY_ITSELF: Mapping[str, _Itself] = {
    "auto_signed": (lambda case: case.owes("sign_for") and case.state in ("dispatched", "rework"), _auto_sign),
    "submitted": (
        lambda case: case.state in ("in_progress", "rework") and not case.owes("visit", "finding", "told"),
        Case.submitted,
    ),
    "not_reached": (lambda case: case.is_asked and case.asked == "open", _silent),
    "resumed": (lambda case: case.state == "suspended", resume),
    "reopened": (lambda case: case.state == "closed", Case.again),
    "archived": (lambda case: case.state == "closed", _archive),
}  # fmt: skip
