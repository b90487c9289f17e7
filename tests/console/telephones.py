"""Written stand-ins for what the phones' page is handed: an exchange, a clock, and the record of one case."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from cases.phrases import Name
from console.phone.page import PUBLIC
from console.phone.parts import Contact, Face, Far, PhoneParts, PhoneTrouble, Seen
from tests.console.house import LINE, House, make_app

RESIDENT = "+8613800000001"
NEIGHBOUR = "+8613800000002"
WORKER = "+8613900000032"
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
CASE = Seen(
    number="20261124-000001", state="dispatched", resident=RESIDENT, worker=WORKER,
    worker_name=Name("李红梅", "Li Hongmei"), short=1, signed=False, kept=frozenset(), settled=True, late=False,
    closed=False, waits_until=None, breaks_at=NOW + timedelta(days=1),
)  # fmt: skip
# What the record makes of a worker's text, by how it begins.
DEEDS: Mapping[str, Mapping[str, Any]] = {
    "签收 1": {"signed": True, "state": "in_progress"},
    "到 1 4471": {"kept": frozenset({"visit"})},
    "查明 1": {"kept": frozenset({"visit", "finding"})},
    "反馈 1": {"kept": frozenset({"visit", "finding", "told"})},
    "办结 1": {"state": "to_call_back"},
}


@dataclass
class FakeTelephones:
    """Keeps texts; calls do what the test says. `away`: nobody answers."""

    record: "FakeRecord"
    texts: list[tuple[str, str]] = field(default_factory=list)
    received: list[tuple[str, str]] = field(default_factory=list)
    acts: list[tuple[str, str, str, dict[str, str]]] = field(default_factory=list)
    calls: dict[str, dict[str, Any]] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    away: bool = False

    def look(self, number: str, since: int) -> Mapping[str, Any]:
        if self.away:
            raise PhoneTrouble("connection refused", away=True)
        mine: list[dict[str, Any]] = [{"mine": True, "body": body} for who, body in self.texts if who == number]
        theirs = [{"mine": False, "body": body} for who, body in self.received if who == number]
        shown: list[dict[str, Any]] = [
            {"seq": seq, "with": LINE.number, "at": "", "arrived": "lost" not in text["body"], **text}
            for seq, text in enumerate([*mine, *theirs], 1)
        ]
        return {
            "number": number, "next": len(shown), "call": self.calls.get(number),
            "texts": [text for text in shown if text["seq"] > since],
        }  # fmt: skip

    def hold(self, number: str, since: int) -> Mapping[str, Any]:
        self.held.add(number)
        return self.look(number, since)

    def text(self, number: str, line: str, body: str) -> str:
        assert line == LINE.number
        self.texts.append((number, body))
        sid = f"SM{len(self.texts)}"
        self.record.hears(number, body, sid)
        return sid

    def dial(self, number: str, line: str) -> str:
        self.acts.append((number, "", "dial", {}))
        return "CA1"

    def act(self, number: str, sid: str, deed: str, given: Mapping[str, str]) -> None:
        if sid != "CA1":
            raise PhoneTrouble("this call does not ring any more")
        self.acts.append((number, sid, deed, dict(given)))


@dataclass
class FakeClock:
    """Stands still until it is wound, which is at once."""

    record: "FakeRecord"
    now: datetime = NOW
    wound: list[object] = field(default_factory=list)
    can_be_wound: bool = True
    counts: Mapping[str, int] | None = None
    trouble: str = ""
    others: int = 0  # so many looks find that somebody else winds

    def face(self) -> Face:
        winding, self.others = self.others > 0, max(self.others - 1, 0)
        return Face(self.now, UTC, winding, self.counts, self.trouble)

    def wind(self, far: Far) -> bool:
        self.wound.append(far)
        return far is not Far.NEXT_DUE

    def wind_to(self, moment: datetime) -> bool:
        self.wound.append(moment)
        self.now = moment
        self.record.wind_to(moment)
        return True


@dataclass
class FakeRecord:
    """Two cases at most: a resident's first report, and a neighbour's. `deaf`: nothing comes of any text. `drawn`: a
    person looks at what is submitted; `looked`: how often somebody did. `told_before`: each report is asked about, and
    2 makes it a case; `asked` are the SIDs of those that are."""

    cases: dict[str, Seen] = field(default_factory=dict)
    sids: dict[str, str] = field(default_factory=dict)
    deaf: bool = False
    drawn: bool = False
    looked: int = 0
    told_before: bool = False
    asked: dict[str, str] = field(default_factory=dict)
    order_waits_until: datetime | None = None

    def hears(self, number: str, body: str, sid: str) -> None:
        """What a text does in the record."""
        if self.deaf:
            return
        if number == WORKER:
            [change] = [change for words, change in DEEDS.items() if body.startswith(words)]
            self.cases[RESIDENT] = replace(self.cases[RESIDENT], **change)
            if self.drawn and body.startswith("办结"):
                self.cases[RESIDENT] = replace(self.cases[RESIDENT], state="to_verify")
        elif number == RESIDENT and number in self.cases:
            assert body == "1"
            self.cases[RESIDENT] = replace(self.cases[RESIDENT], state="closed", closed=True)
        elif self.told_before and number not in self.asked:
            self.asked[number] = sid
        else:
            assert (body == "2") is self.told_before
            self.sids[self.asked.pop(number, sid)] = number
            self.cases[number] = replace(CASE, resident=number, waits_until=self.order_waits_until)

    def wind_to(self, moment: datetime) -> None:
        """What falls due by then has happened."""
        for number, case in self.cases.items():
            late = case.breaks_at is not None and case.breaks_at <= moment
            self.cases[number] = replace(case, late=late, waits_until=None)

    def people(self) -> Sequence[Contact]:
        return [
            Contact(RESIDENT, Name("王秀英", "Wang Xiuying")),
            Contact(NEIGHBOUR, Name("李建国", "Li Jianguo")),
            Contact(WORKER, Name("李红梅", "Li Hongmei"), Name("幸福里南院", "Xingfuli South Courtyard")),
        ]

    def case_of(self, sids: Sequence[str]) -> Seen | None:
        found = [self.cases[self.sids[sid]] for sid in sids if sid in self.sids]
        return found[-1] if found else None

    def asks(self, sid: str) -> bool:
        return sid in self.asked.values()

    def look_over(self, sids: Sequence[str]) -> None:
        self.looked += 1
        self.cases[RESIDENT] = replace(self.cases[RESIDENT], state="to_call_back")


@dataclass
class Desk:
    """The console with telephones, and hands into them."""

    house: House
    telephones: FakeTelephones
    clock: FakeClock
    record: FakeRecord


@contextmanager
def with_telephones(house: House) -> Iterator[Desk]:
    """The house's console, with the phones' page."""
    record = FakeRecord()
    telephones, clock = FakeTelephones(record), FakeClock(record)
    phone = PhoneParts(telephones, clock, record, wait=lambda seconds: None)
    parts = replace(house.parts, phone=phone, public=PUBLIC)
    yield Desk(replace(house, parts=parts, app=make_app(parts)), telephones, clock, record)
