"""Hands for tests of the loop by text: a matter brought to the door, and on to the resident's question."""

from dataclasses import dataclass

from dispatch import outbox
from dispatch.due import handlers
from dispatch.loop import telling
from tests.hotline.talking import Talker
from tests.people import LI_HONGMEI, WANG_XIUYING
from tests.stage import LINE, Stage

LAMP = "幸福里小区3号楼2单元501室楼道灯坏了"


@dataclass
class Street:
    """A resident and the grid worker of that house; `code` is the visit code of the newest matter."""

    stage: Stage
    resident: Talker
    worker: Talker
    code: str = ""

    def report(self, words: str = LAMP) -> str:
        """A matter of the resident's; its number."""
        (receipt,) = self.resident.text(words)
        leave(self.stage)
        self.code = receipt.split("走访码")[1][:4]
        self.worker.news()
        return receipt.split("编号")[1][:15]

    def solve(self, short: str = "1") -> list[str]:
        """All of the worker's deeds; what the resident is asked at the end."""
        for deed in (f"到 {short} {self.code}", f"查明 {short} 灯管烧坏", f"反馈 {short} 灯已换好", f"办结 {short}"):
            self.worker.text(deed)
        self.delivered()
        return self.resident.news()[1:]

    def delivered(self) -> None:
        """The carrier's word that what was told has arrived."""
        rows = self.stage.rows("SELECT id FROM outbox WHERE purpose = 'told' ORDER BY created_at, id")
        for (told,) in rows:
            with self.stage.door.transaction(LINE) as tx:
                telling.delivered(tx, told)

    def state(self, number: str) -> str:
        ((state,),) = self.stage.rows("SELECT state FROM cases WHERE number = :number", number=number)
        return str(state)


def leave(stage: Stage) -> None:
    """All texts that wait are taken by the carrier; with them the orders get their short numbers."""
    left = True
    while left:
        with stage.door.transaction(LINE) as tx:
            item = outbox.take(tx)
            left = item is not None
            if item is not None:
                outbox.sent(tx, item, "SM" + item.id.hex)


def done(stage: Stage) -> None:
    """All errands and timers that are due are done."""
    left = True
    while left:
        with stage.door.transaction(LINE) as tx:
            left = handlers.fire_next(tx)


def street(stage: Stage) -> Street:
    """王秀英 and 李红梅, who is on duty."""
    return Street(stage, Talker(stage, WANG_XIUYING.number), Talker(stage, LI_HONGMEI.number))
