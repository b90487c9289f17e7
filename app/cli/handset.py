"""A telephone of the rehearsal: what it asks of the exchange, and what comes of a call or of texts."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

from app.trouble import trouble

_LONGEST = 10.0
_QUIET = 1.0
_EVERY = 0.1

Said = dict[str, str]


@dataclass(slots=True)
class Phone:
    """One person's telephone: what it asks of the exchange, and of the office about the case.

    `number` is theirs; `owner` is the name of the worker whose number it is, empty for residents.
    """

    exchange: str
    web: str
    folder: str
    token: str = field(repr=False)
    number: str = ""
    owner: str = ""
    line: str = ""
    since: int = 0
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.session.trust_env = False
        self.session.headers["Authorization"] = f"Bearer {self.token}"

    @property
    def numbers(self) -> dict[str, str]:
        """Who calls or texts whom."""
        return {"from": self.number, "to": self.line}

    def control(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """One request to the exchange. Raises Trouble with what it says against it."""
        try:
            answer = self.session.request(method, f"{self.exchange}/exchange/{path}", json=body, timeout=120)
            said = answer.json()
        except (requests.RequestException, ValueError):
            raise trouble("phone.no_exchange", address=self.exchange, folder=self.folder) from None
        if answer.status_code != 200:
            raise trouble("phone.refused", why=str(said.get("error") or said.get("message") or said))
        return said

    def inbox_end(self) -> int:
        """Where the inbox ends now; what comes later is news."""
        return int(self.inbox()["next"])

    def inbox(self, since: int = 0) -> Any:
        """The texts that this telephone has received: `messages`, and where the `next` ones begin."""
        return self.control("GET", f"inbox?number={self.number.replace('+', '%2B')}&since={since}")

    def news(self) -> list[str]:
        """The texts that came since the last look."""
        found = self.inbox(self.since)
        self.since = int(found["next"])
        return [message["body"] for message in found["messages"]]

    def belongs_to(self, who: str, lang: str) -> bool:
        """Make this the telephone of a number, or of a worker by their code; False where no worker has it."""
        try:
            answer = self.session.get(f"{self.web}/rehearsal/person", params={"who": who, "lang": lang}, timeout=5)
            said = answer.json() if answer.status_code == 200 else {}
        except (requests.RequestException, ValueError):
            said = {}
        self.number, self.owner = said.get("number", who), said.get("name", "")
        return bool(said.get("number"))

    def case(self, sid: str) -> tuple[bool, dict[str, Any] | None]:
        """Whether the messages of the case of this call or text have left, and the case, if there is one."""
        try:
            answer = self.session.get(f"{self.web}/rehearsal/case", params={"sid": sid}, timeout=5)
            said = answer.json() if answer.status_code == 200 else {}
        except (requests.RequestException, ValueError):
            return False, None
        return bool(said.get("settled")), said.get("case")


@dataclass(slots=True)
class Talk:
    """A call or an exchange of texts, and what came of it."""

    phone: Phone
    sids: list[str]
    conversation: list[Said]
    answered: bool = False
    replies: str = "line"
    case: dict[str, Any] | None = None
    ends: float = field(default_factory=lambda: time.monotonic() + _LONGEST)
    heard: float = field(default_factory=time.monotonic)

    def send(self, body: str) -> list[dict[str, Any]]:
        """Send one text; gives the warnings about the answer to it."""
        said = self.phone.control("POST", "texts", {**self.phone.numbers, "body": body})
        self.sids.append(said["sid"])
        self.conversation.append({"who": "caller", "says": body})
        self.answered = False
        self.heard = time.monotonic()
        warnings: list[dict[str, Any]] = said["warnings"]
        return warnings

    def look(self) -> None:
        """Take in what has come."""
        news = self.phone.news()
        self.conversation += [{"who": self.replies, "says": body} for body in news]
        if news:
            self.answered = True
            self.heard = time.monotonic()

    def await_reply(self, left: int) -> None:
        """Wait for an answer, but not so long that `left` further texts find no time."""
        end = time.monotonic() + max(self.ends - time.monotonic(), 0.0) / (left + 1)
        self.look()
        while not self.answered and time.monotonic() < end:
            time.sleep(_EVERY)
            self.look()

    def settle(self) -> None:
        """Wait until all messages about this have left, at most until it `ends`."""
        while not self._settled() and time.monotonic() < self.ends:
            time.sleep(_EVERY)
        self.look()

    def _settled(self) -> bool:
        found = [self.phone.case(sid) for sid in reversed(self.sids)]
        self.case = next((case for _, case in found if case is not None), None)
        self.look()
        if self.case is not None and any(case and not settled for settled, case in found):
            return False
        if self.case is not None and self.answered:
            return True
        return self.answered and time.monotonic() - self.heard >= _QUIET
