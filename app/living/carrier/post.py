"""The carrier of the town: what leaves arrives, mostly; some texts are lost, landlines take none."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from app.living.carrier.ringing import Ringing
from app.living.town import Town
from dispatch import outbox
from dispatch.outbox import CALL, Outgoing
from dispatch.ringing import outcomes
from dispatch.transaction import Tx

_LOST, _LATE = 0.012, 0.05  # shares of texts that are lost, and whose arrival is told late
_UNREACHABLE = "30003"
_NO_TEXTS = "30006 no_texts"


@dataclass
class Post:
    """Sends what waits to be sent. `landlines` take no texts. Of texts to the `quiet` (the staff) no word comes that
    they arrived before `words_from`: nothing follows from it."""

    town: Town
    ringing: Ringing
    landlines: frozenset[str]
    quiet: frozenset[str]
    words_from: datetime
    sent: Counter[str] = field(default_factory=Counter)

    def send(self) -> None:
        """All that is due now has left; what cannot leave yet is waited for."""
        self.town.hand.leaving = False
        with self.town.transaction() as tx:
            for item in outbox.take_all(tx):
                self._send(tx, item)
        self._await()

    def call_off(self) -> None:
        """What waits for somebody who stopped texts."""
        with self.town.transaction() as tx:
            outcomes.call_off(tx)

    def _await(self) -> None:
        """What may leave later only is looked for then."""
        leaves = self.town.hand.leaves
        for at in sorted(at for at in leaves if at > self.town.now):
            self.town.plan(at, self._look)
        leaves.clear()

    def _look(self) -> None:
        self.town.hand.leaving = True

    def _send(self, tx: Tx, item: Outgoing) -> None:
        if item.channel == CALL:
            sid = self.town.doors.sid("CA")
            outcomes.sent(tx, item, sid)
            self.town.soon(6, lambda: self.ringing.ring(item, sid))
        elif item.number in self.landlines:
            outcomes.refused(tx, item, _NO_TEXTS)
        else:
            self._text(tx, item)

    def _text(self, tx: Tx, item: Outgoing) -> None:
        sid = self.town.doors.sid("SM")
        outcomes.sent(tx, item, sid)
        self.sent[item.number] += 1
        luck = self.town.luck(f"text/{item.number}/{self.sent[item.number]}")
        fate = luck.random()
        if fate < _LOST:
            self.town.soon(luck.randint(3, 20), lambda: self.town.doors.receipt(sid, "undelivered", _UNREACHABLE))
            return
        self.town.phones.take(item.number, item.body)
        if item.number in self.quiet and self.town.now < self.words_from:
            return
        if fate < _LOST + _LATE:
            self.town.soon(luck.randint(20, 240), lambda: self.town.doors.receipt(sid, "delivered"))
        else:
            outcomes.take_receipt(tx, sid, "delivered")
