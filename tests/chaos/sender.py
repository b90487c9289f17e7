"""Traffic: people who text and call at their own pace, whatever has become of us (an open loop)."""

import heapq
import itertools
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum

from exchange.caller import Caller
from tests.chaos.carrier import Carrier

_WORKERS = 24
_ESTATES = (("幸福里小区", 9), ("和平一村", 8))
_MATTERS = (
    "楼道灯不亮", "下水道堵了", "垃圾没人清运", "楼道堆满杂物", "井盖松动", "路灯不亮", "有人占用消防通道",
    "楼下广场舞太吵", "小区绿化没人修剪", "单元门坏了关不上",
)  # fmt: skip
_URGENT = ("整栋楼停水了", "电梯坏了有人被困", "楼里停电了", "暖气管爆了漏水")


class Kind(StrEnum):
    """What a text is to us: what must become of it."""

    MATTER = "matter"  # its case
    PLACE = "place"  # the case of the matter before it
    GREETING = "greeting"  # kept; the case of the matter after it
    FOLLOW = "follow"  # a case, an open one or its own
    COMMAND = "command"  # an answer, no report
    VERDICT = "verdict"  # an answer to our question, kept with its case


@dataclass
class History:
    """What was sent, as its sender knows it: the kind of each text by its SID, and what failed on our side."""

    texts: dict[str, Kind] = field(default_factory=dict)
    repeated: int = 0
    troubles: list[str] = field(default_factory=list)


class Agenda:
    """Deeds at their moments, done by a few hands. A deed that takes long delays no other."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._count = itertools.count()
        self._changed = threading.Condition()
        self._hands = ThreadPoolExecutor(_WORKERS, thread_name_prefix="people")
        self._open = True
        self._busy = 0
        self.troubles: list[str] = []
        self._thread = threading.Thread(target=self._work, name="agenda", daemon=True)
        self._thread.start()

    def after(self, seconds: float, deed: Callable[[], None]) -> None:
        """Do it so many seconds from now."""
        with self._changed:
            heapq.heappush(self._heap, (time.monotonic() + seconds, next(self._count), deed))
            self._changed.notify()

    def idle(self) -> bool:
        """Whether nothing is planned or under way."""
        with self._changed:
            return not self._heap and self._busy == 0

    def behind(self) -> int:
        """How much is under way, or should have been begun by now."""
        with self._changed:
            return self._busy + sum(moment <= time.monotonic() for moment, *_ in self._heap)

    def close(self) -> None:
        """Nothing more is begun; what is under way ends."""
        with self._changed:
            self._open = False
            self._heap.clear()
            self._changed.notify()
        self._thread.join()
        self._hands.shutdown()

    def _work(self) -> None:
        while True:
            with self._changed:
                while self._open and (not self._heap or self._heap[0][0] > time.monotonic()):
                    wait = self._heap[0][0] - time.monotonic() if self._heap else None
                    self._changed.wait(wait)
                if not self._open:
                    return
                deed = heapq.heappop(self._heap)[2]
                self._busy += 1
            self._hands.submit(self._do, deed)

    def _do(self, deed: Callable[[], None]) -> None:
        try:
            deed()
        except Exception as trouble:
            self.troubles.append(f"{type(trouble).__name__}: {trouble}")
        finally:
            with self._changed:
                self._busy -= 1


@dataclass
class Sender:
    """Residents. `again` is the share of contacts of which a request comes once more."""

    carrier: Carrier
    chance: random.Random
    agenda: Agenda
    again: float = 0.1
    history: History = field(default_factory=History)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(13_700_100_001))

    def begin(self, rate: float, seconds: float) -> None:
        """Plan everything that is said by itself: so many contacts a second (each text and call counts)."""
        at, count = 0.0, 0
        while at < seconds:
            count += 1
            at += self.chance.expovariate(rate / 1.45)  # a meeting has 1.45 contacts on average
            self.agenda.after(at, self.chance.choices(self._MEETINGS, self._WEIGHTS)[0].__get__(self))

    def text(self, number: str, body: str, kind: Kind) -> None:
        """One text, now; some of its requests come again."""
        sid = self.carrier.text(number, body)
        self.history.texts[sid] = kind
        self._perhaps_again(sid)

    def call(self, number: str, *words: str, keys: tuple[str, ...] = (), patience: int = 2) -> None:
        """One call, now; some of its requests come again."""
        sid = self.carrier.call(number, Caller(words, keys, patience))
        self._perhaps_again(sid)

    def _perhaps_again(self, about: str) -> None:
        if self.chance.random() < self.again:
            self.history.repeated += 1
            seed = self.chance.random()
            self.agenda.after(
                self.chance.choice((0.0, 0.3, 3.0)), lambda: self.carrier.deliver_again(about, random.Random(seed))
            )

    def _someone(self) -> str:
        return f"+86{next(self._numbers)}"

    def _matter(self) -> str:
        return self.chance.choice(_URGENT if self.chance.random() < 0.08 else _MATTERS)

    def _place(self) -> str:
        estate, buildings = self.chance.choice(_ESTATES)
        return f"{estate}{self.chance.randint(1, buildings)}号楼{self.chance.randint(1, 3)}单元"

    # Meetings: what one person does.

    def one_text(self) -> None:
        self.text(self._someone(), self._place() + self._matter(), Kind.MATTER)

    def _matter_then_place(self) -> None:
        me, place = self._someone(), self._place()
        self.text(me, self._matter(), Kind.MATTER)
        self.agenda.after(self.chance.uniform(0.2, 2), lambda: self.text(me, place, Kind.PLACE))

    def _greeting_first(self) -> None:
        me, matter = self._someone(), self._place() + self._matter()
        self.text(me, "你好", Kind.GREETING)
        self.agenda.after(self.chance.uniform(0.2, 2), lambda: self.text(me, matter, Kind.MATTER))

    def _text_and_more(self) -> None:
        me = self._someone()
        self.text(me, self._place() + self._matter(), Kind.MATTER)
        more = self.chance.choice(("怎么还没来人", "补充：一楼到二楼都是这样", "催一下"))
        kind = Kind.FOLLOW if more != "催一下" else Kind.COMMAND
        self.agenda.after(self.chance.uniform(0.5, 3), lambda: self.text(me, more, kind))

    def _stopped(self) -> None:
        me, matter = self._someone(), self._place() + self._matter()
        self.text(me, "退订", Kind.COMMAND)
        self.agenda.after(self.chance.uniform(0.2, 1), lambda: self.text(me, matter, Kind.MATTER))

    def _asking(self) -> None:
        self.text(self._someone(), self.chance.choice(("帮助", "查", "谢谢")), Kind.COMMAND)

    def call_at_once(self) -> None:
        self.call(self._someone(), self._place() + self._matter())

    def _call_in_two(self) -> None:
        self.call(self._someone(), self._matter(), self._place())

    def _call_with_key(self) -> None:
        self.call(self._someone(), self._place() + self._matter(), keys=("2",))

    def _silent_call(self) -> None:
        self.call(self._someone(), patience=1)

    _MEETINGS = (
        one_text, _matter_then_place, _greeting_first, _text_and_more, _stopped, _asking,
        call_at_once, _call_in_two, _call_with_key, _silent_call,
    )  # fmt: skip
    _WEIGHTS = (32, 15, 8, 10, 9, 6, 8, 6, 3, 3)
