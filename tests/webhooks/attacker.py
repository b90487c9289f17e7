"""Somebody who must not come in, and what they send."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.webhooks.carrier import Carrier, encode

ROOT = "/webhooks/twilio"
OURS = "https://hotline.example"


@dataclass
class Attack:
    """One request as it goes over the wire."""

    target: str
    body: bytes
    headers: dict[str, str]
    how: dict[str, Any] = field(default_factory=dict)


class Attacker:
    """Has captured honest requests, knows our code, and for the signed kinds even holds the token."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.carrier = Carrier()

    def honest(self) -> tuple[str, list[tuple[str, str]]]:
        """The address and the parameters of an honest request."""
        number = self.random.getrandbits(100)
        path, kind = self.random.choice(
            [
                ("sms", "text"),
                ("voice", "turn"),
                ("voice/1", "turn"),
                ("status", "call_status"),
                ("status", "receipt"),
                ("recording", "recording"),
            ]
        )
        return f"{ROOT}/main/{path}", getattr(self.carrier, kind)(number)

    def text(self, **more: str) -> tuple[str, list[tuple[str, str]]]:
        return f"{ROOT}/main/sms", self.carrier.text(self.random.getrandbits(100), **more)

    def turn(self, **more: str) -> tuple[str, list[tuple[str, str]]]:
        return f"{ROOT}/main/voice", self.carrier.turn(self.random.getrandbits(100), **more)

    def signed(self, target: str, pairs: list[tuple[str, str]]) -> Attack:
        return Attack(target, encode(pairs), self.carrier.headers(target, pairs))

    def by(self, target: str, pairs: list[tuple[str, str]], **changes: str) -> Attack:
        """Signed by somebody with other settings than the honest carrier's."""
        return Attack(target, encode(pairs), Carrier(**changes).headers(target, pairs))

    def word(self) -> str:
        return "".join(self.random.choices("abcXYZ019+_- 楼", k=self.random.randint(1, 12)))

    def json(self, target: str, body: bytes) -> Attack:
        return Attack(target, body, self.carrier.headers(target), {"content_type": "application/json"})
