"""Verification by a person: somebody who did not handle it looks at what was submitted, and mostly passes it."""

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from app.living.case.acting import act
from app.living.case.sight import Sight
from app.living.people.staff import of_role
from cases.phrases import EN, ZH
from dispatch.district import Role

if TYPE_CHECKING:
    from app.living.case.life import Life

_SENT_BACK = 0.09
_MOST = 20  # looks; what is not whole by then waits for somebody else
_HOURS = (8, 18)  # outside of these a leader looks at what presses, from home
_BACK = (
    ("not_done", {ZH: "看不出已经处理好，请再去一次", EN: "nothing shows that it is done: please go again"}),
    ("told_wrong", {ZH: "反馈没说清何时修好，请重新告知居民", EN: "say when it will be mended, and tell the resident"}),
    ("finding_thin", {ZH: "只写了已处理，原因和责任单位没写", EN: "cause and who is responsible are missing"}),
    ("visit_unproven", {ZH: "到场地点与工单不符，请补走访", EN: "the place does not match the order: go there"}),
)


def moment(life: "Life", seen: Sight) -> datetime | None:
    """When somebody looks at it; None for what the reader finds there. What is not whole yet is looked at again."""
    town, luck = life.town, life.luck
    if seen.urgent or life.tries:
        at = town.now + timedelta(minutes=luck.randint(8, 40))
    else:
        at = town.working(luck.randint(20, 240))
    left = at >= town.left_from and not seen.urgent
    return None if left or life.tries > _MOST else at


def look(life: "Life") -> None:
    """They pass it, or send it back once; where one may not, having handled it, another one does."""
    town = life.town
    hour = town.now.astimezone(town.ground.calendar.zone).hour
    usual = Role.VERIFIER if _HOURS[0] <= hour < _HOURS[1] and life.luck.random() < 0.85 else Role.SUPERVISOR
    deed, said = _decision(life)
    for role in dict.fromkeys((usual, Role.SUPERVISOR, Role.LEADER)):
        chosen = partial(of_role, town.ground.district, role, life.luck)
        if act(town, chosen, life.case_id, deed, said):
            return


def _decision(life: "Life") -> tuple[str, dict[str, str]]:
    """The deed, and its fields. Nobody sends the same case back twice."""
    if life.sent_back or life.luck.random() >= _SENT_BACK:
        return "pass", {}
    life.sent_back = True
    reason, words = life.luck.choice(_BACK)
    return "send-back", {"back_reason": reason, "why": words[life.lang]}
