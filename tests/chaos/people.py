"""Workers and residents who read their texts and do what these ask for, as people would: sign, go there, find
out, tell, report done; and, asked by text, say whether it is solved."""

import random
import re
import threading
from dataclasses import dataclass, field

from exchange.phones import parse_phone
from tests.chaos.sender import Agenda, Kind, Sender

_LOOK = 0.4  # seconds between two looks at the telephone
_ORDER = re.compile(r"【派单】(\d{8}-\d+).*请回复“签收\s?(\d+)”", re.DOTALL)
_NEXT = re.compile(r"发“(到|查明|反馈|办结) (\d+)")
_RECEIPT = re.compile(r"编号(\d{8}-\d+).*走访码(\d{4})", re.DOTALL)
_QUESTION = re.compile(r"请回复：1办好了")
_SAYS = {"查明": "灯泡老化，已查清", "反馈": "已经换好，请放心使用", "办结": ""}


@dataclass
class People:
    """`willing` is the share of orders that are worked on; the others are left to go late."""

    sender: Sender
    agenda: Agenda
    chance: random.Random
    willing: float = 0.3
    over: threading.Event = field(default_factory=threading.Event)
    _seen: int = 0
    _codes: dict[str, str] = field(default_factory=dict)  # of a case
    _done: set[tuple[str, str, str]] = field(default_factory=set)  # (worker, case, verb): what was sent already
    _orders: dict[tuple[str, str], str] = field(default_factory=dict)  # (worker, short number): the case taken on

    def begin(self) -> None:
        """From now on they look at their telephones."""
        self.agenda.after(_LOOK, self._look)

    def answers_calls(self, *numbers: str) -> None:
        """These people, when the hotline calls, press 1: they take it."""
        for number in numbers:
            self.sender.carrier.switch.set_phone(parse_phone({"number": number, "calls": "answer", "keys": "1"}))

    def _look(self) -> None:
        fresh = self.sender.carrier.switch.ledger.list("message", self._seen)
        for text in fresh:
            self._seen = text["seq"]
            if text["direction"] != "inbound":
                self._read(text["to"], text["body"])
        if not self.over.is_set():
            self.agenda.after(_LOOK, self._look)

    def _read(self, me: str, body: str) -> None:
        if receipt := _RECEIPT.search(body):
            self._codes[receipt[1]] = receipt[2]
        elif order := _ORDER.search(body):
            if self.chance.random() < self.willing:
                self._orders[me, order[2]] = order[1]
                self._say(me, f"签收 {order[2]}", Kind.COMMAND)
        elif step := _NEXT.search(body):
            self._go_on(me, step[1], step[2])
        elif _QUESTION.search(body):
            self._say(me, self.chance.choices(("1", "2", "3"), (7, 1, 2))[0], Kind.VERDICT)

    def _go_on(self, me: str, verb: str, short: str) -> None:
        """The next step of an order that this worker has taken on."""
        case = self._orders.get((me, short))
        if case is None or (me, case, verb) in self._done:
            return
        self._done.add((me, case, verb))
        rest = self._codes.get(case, "幸福里小区3号楼2单元") if verb == "到" else _SAYS[verb]
        self._say(me, f"{verb} {short} {rest}".strip(), Kind.COMMAND)

    def _say(self, me: str, body: str, kind: Kind) -> None:
        self.agenda.after(self.chance.uniform(0.2, 1.5), lambda: self.sender.text(me, body, kind))
