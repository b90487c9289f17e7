"""Texts of residents as Twilio would post them: signed, each from a number of its own, each a whole report."""

import hmac
from base64 import b64encode
from collections.abc import Iterator
from itertools import count
from urllib.parse import urlencode

from bench.ground import ACCOUNT, LINE, PUBLIC, TOKEN

PATH = "/webhooks/twilio/main/sms"
# Whole reports of the sample district: each becomes a routed case at once.
MATTERS = (
    "幸福里小区3号楼2单元楼道灯坏了",
    "和平一村5号楼下水道堵了，污水流到路上",
    "幸福里小区7号楼1单元停水了",
    "幸福里小区5号楼门口垃圾没人清运",
    "和平一村2号楼3单元电梯坏了",
)
_numbers = count(1)


def posts(matters: tuple[str, ...] = MATTERS, path: str = PATH) -> Iterator[bytes]:
    """Requests without end, ready to be sent; no two are alike, not even between two calls."""
    for number in _numbers:
        yield _request(path, _form(number, matters[number % len(matters)]))


def made(many: int, path: str = PATH) -> Iterator[bytes]:
    """So many requests, made before the first is sent: signing them is no part of what is measured."""
    source = posts(path=path)
    return iter([next(source) for _ in range(many)])


def _form(number: int, words: str) -> dict[str, str]:
    sid = f"SM{number:032x}"
    return {
        "ToCountry": "CN", "ToState": "", "SmsMessageSid": sid, "NumMedia": "0", "ToCity": "", "FromZip": "",
        "SmsSid": sid, "FromState": "", "SmsStatus": "received", "FromCity": "", "Body": words, "FromCountry": "CN",
        "To": LINE, "ToZip": "", "NumSegments": "1", "MessageSid": sid, "AccountSid": ACCOUNT,
        "From": f"+86139{number:08d}", "ApiVersion": "2010-04-01",
    }  # fmt: skip


def _request(path: str, form: dict[str, str]) -> bytes:
    said = "".join(name + form[name] for name in sorted(form))
    mac = hmac.new(TOKEN.encode(), (PUBLIC + path + said).encode(), "sha1")
    body = urlencode(form).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"X-Twilio-Signature: {b64encode(mac.digest()).decode()}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
