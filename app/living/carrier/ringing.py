"""Telephones that we ring: who answers, and what they press or say."""

from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from app.living.case.answering import said
from app.living.town import Town
from dispatch.outbox import ABOVE_CALL, ORDER_CALL, RELAY_CALL, Outgoing

if TYPE_CHECKING:
    from app.living.case.life import Life

_STAFF_ANSWER, _STAFF_TAKE = 0.88, 0.95
_RESIDENT_ANSWERS = 0.55
_WORKER_ANSWERS, _CONNECTED = 0.95, 0.85


@dataclass
class Ringing:
    """Rings somebody for us."""

    town: Town
    rung: Counter[str] = field(default_factory=Counter)

    def ring(self, item: Outgoing, sid: str) -> None:
        """A telephone rings."""
        self.rung[item.number] += 1
        luck = self.town.luck(f"ring/{item.number}/{self.rung[item.number]}")
        if item.purpose == ORDER_CALL:
            key = ("1" if luck.random() < _STAFF_TAKE else "2") if luck.random() < _STAFF_ANSWER else ""
            self._keys(item, sid, key)
        elif item.purpose == RELAY_CALL:
            self._relay(item, sid, luck)
        elif item.purpose == ABOVE_CALL:
            self._keys(item, sid, "1" if luck.random() < _STAFF_ANSWER else "")
        else:
            life = self._life(item)
            answers = life is not None and luck.random() < _RESIDENT_ANSWERS
            self._keys(item, sid, said(life) if life is not None and answers else "")

    def _life(self, item: Outgoing) -> "Life | None":
        return self.town.lives.get(item.case_id) if item.case_id is not None else None

    def _keys(self, item: Outgoing, sid: str, key: str) -> None:
        """They press a key at the question; no key: nobody answers."""
        doors = self.town.doors
        if not key:
            self.town.soon(24, lambda: doors.out_status(item.id, sid, "no-answer", 0))
            return
        doors.out_turn(item.id, sid, 0)
        self.town.soon(9, lambda: doors.out_turn(item.id, sid, 1, key))
        self.town.soon(12, lambda: doors.out_status(item.id, sid, "completed", 12))
        life = self._life(item)
        if life is not None:
            self.town.soon(14, life.peek)

    def _relay(self, item: Outgoing, sid: str, luck: Random) -> None:
        """The worker answers and is connected with the resident, who may not answer."""
        doors = self.town.doors
        if luck.random() > _WORKER_ANSWERS:
            self.town.soon(24, lambda: doors.out_status(item.id, sid, "no-answer", 0))
            return
        doors.out_turn(item.id, sid, 0)
        spoke = luck.random() < _CONNECTED
        seconds = luck.randint(35, 220) if spoke else 0
        status = "completed" if spoke else "no-answer"
        to = doors.sid("CA")
        self.town.soon(seconds + 20, lambda: doors.dialed(item.id, to, status, seconds))
        self.town.soon(seconds + 25, lambda: doors.out_status(item.id, sid, "completed", seconds + 15))
