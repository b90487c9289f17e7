"""What a resident has to say before there is a question: more, how does it stand, hurry, no more texts."""

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from app.living.case.acting import act
from app.living.case.sight import Sight
from cases.phrases import EN, ZH

if TYPE_CHECKING:
    from app.living.case.life import Life

_MORE = {
    ZH: ("补充 家里白天有人，可以随时来", "补充 昨晚又发生了一次", "补充 隔壁几家也一样"),
    EN: ("add: somebody is at home all day", "add: it happened again last night"),
}
_HURRY = {ZH: ("催办", "怎么还没人来", "还没消息，抓紧一点"), EN: ("urge", "nobody came yet, any news?")}
_SOON = {
    ZH: ("师傅下午到，请留意电话", "正在联系责任单位，今天回话", "已和物业约好，今天一起上门"),
    EN: ("somebody comes this afternoon", "we are asking whoever is responsible"),
}
_STOP = {ZH: "退订", EN: "STOP"}
_HOW = {ZH: "查 {number} {code}", EN: "? {number} {code}"}
_SHARE_MORE, _SHARE_HOW, _SHARE_STOP = 0.06, 0.03, 0.008
_ANSWERED = 0.7  # of those who ask for haste hear from whoever has it


def plan(life: "Life", seen: Sight) -> None:
    """What comes of this resident while the case is open, by lot."""
    luck, town = life.luck, life.town
    if life.resident is None or life.resident.landline:
        return
    for share, say in ((_SHARE_MORE, _add), (_SHARE_HOW, _ask)):
        if luck.random() < share:
            town.plan(_by_day(life, luck.randint(20, 1500)), partial(say, life))
    if seen.due_at is not None and luck.random() > life.resident.patience * 4:
        wait = (seen.due_at - seen.now) * luck.uniform(0.4, 1.1)
        town.plan(town.awake(luck, seen.now + min(wait, timedelta(days=8))), lambda: _hurry(life))
    if luck.random() < _SHARE_STOP:
        town.plan(_by_day(life, luck.randint(30, 600)), lambda: _stop(life))


def _by_day(life: "Life", minutes: int) -> datetime:
    return life.town.awake(life.luck, life.town.now + timedelta(minutes=minutes))


def _open(life: "Life") -> bool:
    return life.look().state in ("dispatched", "in_progress", "rework")


def _write(life: "Life", words: str) -> None:
    if life.resident is not None:
        life.town.doors.text(life.resident.number, words)


def _add(life: "Life") -> None:
    if life.resident is not None and _open(life):
        _write(life, life.luck.choice(_MORE[life.resident.lang]))


def _hurry(life: "Life") -> None:
    if life.resident is not None and _open(life):
        _write(life, life.luck.choice(_HURRY[life.resident.lang]))
        if life.luck.random() < _ANSWERED:
            life.town.plan(life.town.working(life.luck.randint(5, 120)), lambda: _soon(life))


def _soon(life: "Life") -> None:
    """Whoever has the case answers that somebody asked for haste."""
    seen = life.look()
    if seen.worker and _open(life):
        act(
            life.town,
            lambda _absent: seen.worker,
            life.case_id,
            "answer-urge",
            {"words": life.luck.choice(_SOON[life.lang])},
        )


def _ask(life: "Life") -> None:
    """How does it stand? With the code that the receipt gave."""
    if life.resident is not None:
        code = life.town.phones.query_code(life.resident.number, life.number)
        _write(life, _HOW[life.resident.lang].format(number=life.number, code=code or "000000"))


def _stop(life: "Life") -> None:
    """No more texts; what waits to leave is called off."""
    if life.resident is not None:
        life.town.hand.shown = None  # the moment of a stop is read from the database's clock
        _write(life, _STOP[life.resident.lang])
        life.town.hand.stopped = True
