"""Whoever has a case, by text: signs, arrives, finds, tells, submits; with a wrong code or a bare claim at times."""

from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from app.living.case.sight import Sight
from cases.phrases import EN, ZH
from dispatch.people.roster import DESK_CODE
from hotline.events import Media

if TYPE_CHECKING:
    from app.living.case.life import Life

_REASONS = (
    "1 不归我们管",
    "2 地址不对，这栋不在本网格",
    "3 内容不全，说不清是哪一户",
    "4 重复，已有工单",
    "5 没有权限，要专业队伍",
)
_NEWS = "人员已到现场，正在处理"
_SAFE = "现场已无危险"
_WRONG = ("4827", "7163")
_MOST = 10  # tries; what has not come about by then waits for somebody else


class Working:
    """The deeds of whoever holds the case."""

    def __init__(self, life: "Life") -> None:
        self.life = life
        self.town = life.town
        self.done: Counter[str] = Counter()

    def do(self, seen: Sight) -> None:
        """The next step, now."""
        step = self.step(seen)
        self.done[step] += 1
        getattr(self, f"_{step}")(seen)

    def step(self, seen: Sight) -> str:
        """What is done next: who goes there at once need not sign."""
        goes = seen.step == "sign_for" and "visit" in seen.owing and not self.life.fate.returned
        return "visit" if goes and not self.life.fate.signs else seen.step

    def again_at(self, seen: Sight) -> datetime | None:
        """When a step is tried again that has not come about; None after too many times."""
        minutes = self.life.luck.randint(5, 40)
        if self.life.tries > _MOST:
            return None
        return self.town.now + timedelta(minutes=minutes) if seen.urgent else self.town.working(minutes)

    def _say(self, seen: Sight, words: str, media: tuple[Media, ...] = ()) -> None:
        """A text of the holder's."""
        number = self.town.ground.numbers.get(seen.worker)
        if number is not None:
            self.town.doors.text(number, words, media)

    def _sign_for(self, seen: Sight) -> None:
        fate, luck = self.life.fate, self.life.luck
        if fate.returned and seen.attempt == 1 and not seen.urgent and self.done["sign_for"] == 1:
            self._say(seen, f"退单 {seen.short} {luck.choice(_REASONS)}")
            return
        self._say(seen, f"签收 {seen.short}")
        if fate.rings and self.life.resident is not None and not seen.urgent:
            self.town.soon(luck.randint(200, 1500), self._ring)

    def _ring(self) -> None:
        seen = self.life.look()
        if seen.state == "in_progress":
            self._say(seen, f"电 {seen.short}")

    def _visit(self, seen: Sight) -> None:
        fate, luck, code, place = self.life.fate, self.life.luck, self._code(seen), _place(seen)
        times = self.done["visit"]
        if fate.bare and times == 1:
            self._say(seen, f"到 {seen.short}")
        elif fate.wrong_code and code and times == 1:
            self._say(seen, f"到 {seen.short} {_WRONG[code == _WRONG[0]]}")
        elif code and (luck.random() < 0.8 or not place or times % 2 == 0):
            self._say(seen, f"到 {seen.short} {code}")
        elif place:
            self._say(seen, f"到 {seen.short} {place}")
        else:
            photo = Media("https://photos.example/" + self.town.doors.sid("ME"), "image/jpeg")
            self._say(seen, f"到 {seen.short}", (photo,))
        if "interim" in seen.owing and times == 1:
            self.town.soon(luck.randint(600, 3000), self._news)

    def _news(self) -> None:
        """Where there is danger: news on the way, or that it is safe."""
        seen = self.life.look()
        if "interim" not in seen.owing or seen.state != "in_progress":
            return
        self.done["news"] += 1
        if self.done["news"] == 1 and self.life.luck.random() < 0.5:
            self._say(seen, f"进展 {seen.short} {_NEWS}")
            self.town.soon(5400, self._news)
        else:  # the duty desk leads wherever the case is
            self.town.doors.text(self.town.ground.numbers[DESK_CODE], f"安全 {seen.number} {_SAFE}")

    def _finding(self, seen: Sight) -> None:
        self._say(seen, f"查明 {seen.short} {self.life.saying.found[ZH]}")

    def _told(self, seen: Sight) -> None:
        """The text to the resident; where it did not arrive they are rung first."""
        if self.life.tries % 2 == 0:
            self._say(seen, f"电 {seen.short}")
            return
        lang = self.life.resident.lang if self.life.resident else ZH
        self._say(seen, f"反馈 {seen.short} {self.life.saying.told[EN if lang == EN else ZH]}")

    def _submit(self, seen: Sight) -> None:
        if self.life.luck.random() < 0.85:  # else the system does, next morning
            self._say(seen, f"办结 {seen.short}")

    def _code(self, seen: Sight) -> str:
        resident = self.life.resident
        return self.town.phones.visit_code(resident.number, seen.number) if resident else ""


def _place(seen: Sight) -> str:
    """The place of the matter as somebody there would name it."""
    if seen.road:
        return seen.road
    if seen.estate and seen.building:
        house = "号楼" if seen.building.isdigit() else "栋"
        return f"{seen.building}{house}" + (f"{seen.entrance}单元" if seen.entrance else "")
    return seen.estate or ""
