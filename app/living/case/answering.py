"""The resident's word: an answer to the question, a matter taken up again, haste, more words, no more texts."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from app.living.case.sight import Sight
from cases.phrases import EN, ZH
from dispatch.loop import verdicts
from dispatch.people.parties import party_of

if TYPE_CHECKING:
    from app.living.case.life import Life

_FIRST = (("1", 76), ("2", 12), ("3", 9), ("4", 3))
_AGAIN = (("1", 66), ("2", 10), ("3", 22), ("4", 2))
_WORDS = {
    ZH: {
        "1": ("", "", "", " 谢谢", " 很快，点赞", " 师傅很耐心"),
        "2": (" 来得有点慢", " 催了两次才来", ""),
        "3": (" 还是老样子", " 第二天又坏了", ""),
        "4": ("", " 没接到电话"),
    },
    EN: {"1": ("", " thank you"), "2": (" too slow", ""), "3": (" it is broken again", ""), "4": ("",)},
}
_TAKE_UP = {ZH: "重办 {number} 又坏了，请再来看看", EN: "reopen {number} it is broken again"}
_BY_TEXT = 0.68  # of the residents answer the question by a text
_REOPENED = 0.04


def said(life: "Life") -> str:
    """What the resident says of it: the key 1 to 4."""
    table = _AGAIN if life.attempt > 1 else _FIRST
    return life.luck.choices([key for key, _ in table], [often for _, often in table])[0]


def writes(life: "Life") -> bool:
    """Whether there is somebody who can text."""
    return life.resident is not None and not life.resident.landline


def will_answer(life: "Life") -> bool:
    """Whether the resident answers the question by a text."""
    return writes(life) and life.luck.random() < _BY_TEXT


def moment(life: "Life", seen: Sight) -> datetime:
    """When the resident answers; whoever leaves it to a call is looked at a day later."""
    town, luck = life.town, life.luck
    if life.answers and not life.tries:
        wait = timedelta(minutes=luck.randint(6, 90 if seen.urgent else 500))
        return town.awake(luck, town.now + wait)
    return town.working(luck.randint(400, 500))


def answer(life: "Life") -> None:
    """The answer by text; where several are asked at once it names its question."""
    resident = life.resident
    if resident is None or life.tries > 1:
        return
    key = said(life)
    with life.town.transaction() as tx:
        asked = verdicts.open_questions(tx, party_of(tx, resident.number).id)
    mine = next((each.short for each in asked if each.case_id == life.case_id), None)
    prefix = f"{mine} " if mine is not None and len(asked) > 1 else ""
    life.town.doors.text(resident.number, f"{prefix}{key}{life.luck.choice(_WORDS[resident.lang][key])}")


def reopens_at(life: "Life") -> datetime | None:
    """When it is taken up again; None where it is not, as with most."""
    if life.reopened or not writes(life) or life.luck.random() > _REOPENED:
        return None
    life.reopened = True
    return life.town.awake(life.luck, life.town.now + timedelta(days=life.luck.uniform(1, 14)))


def reopen(life: "Life", seen: Sight) -> None:
    """It is taken up again by text."""
    if life.resident is not None:
        life.town.doors.text(life.resident.number, _TAKE_UP[life.resident.lang].format(number=seen.number))
