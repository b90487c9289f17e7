"""Requests that Twilio's npm package signs, a second implementation beside Python's, are taken at our doors."""

import json
import random
import string
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.contracts.npm import node
from tests.webhooks.carrier import BASE, TOKENS, encode
from tests.webhooks.doors import Doors

pytestmark = pytest.mark.contracts
_MANY = 1_000
_SIGNS = string.printable + "三号楼没有电，漏水！？ñé\u0301👍🏽\u200d\u3000“”&=+%#"


@dataclass(frozen=True, slots=True)
class Signed:
    """The address that is called, and what was signed for it."""

    address: str
    signature: str


Signer = Callable[..., Signed]


@pytest.fixture(scope="module")
def sign() -> Iterator[Signer]:
    with node("signer.mjs", stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:

        def asked(**what: Any) -> Signed:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps(what) + "\n")
            process.stdin.flush()
            return Signed(**json.loads(process.stdout.readline()))

        yield asked


def words(chance: random.Random) -> str:
    return "".join(chance.choices(_SIGNS, k=chance.randint(1, 90)))


def test_a_thousand_texts_and_calls(sign: Signer) -> None:
    chance, doors = random.Random("npm"), Doors()
    codes: list[int] = []
    for number in range(_MANY):
        extra = {f"X{chance.randint(1, 99)}": words(chance) for _ in range(chance.randint(0, 3))}
        if number % 2:
            door, form = "sms", doors.carrier.text(number, words(chance), **extra)
        else:
            door, form = "voice", doors.carrier.turn(number, **extra)
        token = chance.choice(TOKENS)
        signed = sign(token=token, url=f"{BASE}/webhooks/twilio/main/{door}", form=dict(form))
        answer = doors.send(signed.address.removeprefix(BASE), encode(form), {"X-Twilio-Signature": signed.signature})
        codes.append(answer.status_code)
    assert codes == [200] * _MANY


@pytest.mark.parametrize("changed", ["token", "url", "form"])
def test_what_was_signed_for_something_else_is_not(sign: Signer, changed: str) -> None:
    doors = Doors()
    form, url = doors.carrier.text(1, "三号楼没有电"), f"{BASE}/webhooks/twilio/main/sms"
    said = {"token": TOKENS[0], "url": url, "form": dict(form)}
    other = {"token": "another", "url": f"{url}?x=1", "form": {**dict(form), "Body": "五号楼没有电"}}
    signed = sign(**{**said, changed: other[changed]})
    headers = {"X-Twilio-Signature": signed.signature}
    assert doors.send(url.removeprefix(BASE), encode(form), headers).status_code == 403
