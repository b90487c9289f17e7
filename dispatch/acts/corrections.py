"""The rows of correcting what a case is about, in the table of deeds."""

from collections.abc import Callable, Mapping

from cases.phrases import Message
from cases.states import Role
from cases.steps import Level
from dispatch.acts.action import Action, Given
from dispatch.acts.facts import Facts
from dispatch.acts.fields import Field, Kind
from dispatch.correcting import applying, planning, proposing
from dispatch.correcting.planning import Plan
from dispatch.correcting.wanted import Wanted, read
from dispatch.loop.who import NotYours
from dispatch.policy.model import Kind as MatterKind


def _correct(given: Given) -> Message:
    if not proposing.may_correct(given.tx, given.who, given.case):
        raise NotYours(given.who, Role.DISPATCHER)
    return applying.correct(given.tx, given.case, read(given.values), given["why"], given.who.actor)


def _suggest(given: Given) -> Message:
    return proposing.suggest(given.tx, given.who, given.case, given.values, given["why"])


def _confirm(given: Given) -> Message:
    return proposing.confirm(given.tx, given.who, given.case)


def _dismiss(given: Given) -> Message:
    return proposing.dismiss(given.tx, given.who, given.case, given["why"])


def with_right_place(given: Given) -> str:
    """A return is upheld because the place was wrong: the right one is put down, and whose it is by that, where no
    unit was named. Raises Refused."""
    wanted = Wanted(place=given["place"])
    to = given["unit"] or applying.whose(given.tx, given.case, wanted)
    applying.put_right(given.tx, given.case, wanted, given["why"], given.who.actor)
    return to


def foreseen(given: Given) -> Plan:
    """What would come of a correction, or of the one that was suggested. Raises Refused."""
    return planning.plan(given.tx, given.case, read(given.values))


def suggested(given: Given) -> Plan | None:
    """What would come of the one that was suggested."""
    found = proposing.suggested(given.tx, given.case)
    return planning.plan(given.tx, given.case, read(found[0])) if found else None


def _may(name: str) -> Callable[[Facts], bool]:
    return lambda facts: name in facts.correcting


_WHY = Field("why")
_FIELDS = (
    Field("category", Kind.CATEGORY, needed=False),
    Field("matter_kind", Kind.CHOICE, needed=False, options=tuple(MatterKind), family="dispatch.kind"),
    Field("level", Kind.CHOICE, needed=False, options=tuple(Level), family="cases.level"),
    Field("place", Kind.LINE, needed=False),
    Field("persons", Kind.LINE, needed=False),
    Field("parts", Kind.PARTS, needed=False),
    _WHY,
)
_ON_TOP = ("dispatcher", "duty_desk")
CORRECTIONS: Mapping[str, Action] = {
    "correct": Action(_correct, _may("correct"), _FIELDS, _ON_TOP, foresee=foreseen),
    "suggest": Action(_suggest, _may("suggest"), _FIELDS, foresee=foreseen),
    "confirm": Action(_confirm, _may("confirm"), whose=_ON_TOP, foresee=suggested),
    "dismiss": Action(_dismiss, _may("dismiss"), (_WHY,), _ON_TOP),
}
