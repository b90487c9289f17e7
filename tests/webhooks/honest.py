"""Honest requests in all the forms a carrier may send."""

from collections.abc import Iterator
from random import Random

from tests.webhooks.carrier import ACCOUNT, SUB_ACCOUNT, SUB_TOKEN, TOKENS, Carrier

ROOT = "/webhooks/twilio"
QUERIES = (
    "",
    "",
    "?step=2&lang=zh",
    "?msg=a+b&z=1&a=2",
    "?x=%2B86138&y=a%26b",
    "?msg=%E6%A5%BC%E9%81%93&x=a%20b",
    "?t=It%27s&u=it's",
    "?a=1&a=1&b=%e6%a5%bc",
    "?q=~*!()',;:@/?",
    "?Body=x&AccountSid=y",
)
CALLERS = ["+8613800000001", "anonymous", "", "+266696687", "10086", "sip:a@b.example"]
CALLERS += ["SIP:a@b.example", "+86110", "+0", "+8613800000001000"]
BODIES = (
    "三号楼二单元没有电，电梯里有人",
    "Lift in building 3 is stuck & smoking! 50% <b>\"'",
    "",
    "\U0001f600" * 70,
    "a\0b\u202ec\ud7ff\ufffe",
    "line one\r\nline two\ttab",
    "=+-@ '; DROP TABLE cases; --",
    "{named} %s \\u0041 &amp; <?xml?>",
    "楼" * 1600,
    "From: Mr Li, Body=lift, To=you, MessageSid and CallStatus",
    "call me From+8613900000009 NumMedia1",
    "SpeechResultTo+862166660000AccountSid",
)
BASES = ("https://hotline.example", "https://hotline.example:443")
ADDED = (
    ("Latitude", "31.2"),
    ("AddOns", '{"status":"successful"}'),
    ("NewIn2031", ""),
    ("SmsExtra", "楼"),
    ("OptOutType", "STOP"),
)


def requests(count: int) -> Iterator[tuple[str, list[tuple[str, str]], Carrier]]:
    random = Random(4)
    for number in range(count):
        account, token = random.choice([*((ACCOUNT, token) for token in TOKENS), (SUB_ACCOUNT, SUB_TOKEN)])
        carrier = Carrier(account, token, random.choice(BASES))
        path, pairs = _one(carrier, random, number)
        added = [random.choice(ADDED) for _ in range(random.randrange(4))]
        pairs = [*pairs, *added, *added[:1]]
        random.shuffle(pairs)
        line = random.choice(["/main", "/east", ""]) if not path.startswith("voice/") else "/main"
        yield f"{ROOT}{line}/{path}{random.choice(QUERIES)}", pairs, carrier


def _one(carrier: Carrier, random: Random, number: int) -> tuple[str, list[tuple[str, str]]]:
    turn = {
        "From": random.choice(CALLERS),
        "SpeechResult": random.choice(BODIES),
        "Confidence": random.choice(["", "0", "0.8751", "1.0"]),
        "Digits": random.choice(["", "1", "12#", "*", "hangup"]),
        "StirVerstat": "TN-Validation-Passed-A",
    }
    return random.choice(
        [
            ("sms", carrier.text(number, random.choice(BODIES), From=f"+86138{number:08}")),
            ("sms", carrier.text(number, "x", MessagingServiceSid="MG" + "1" * 32, From="1069012345678")),
            (
                "sms",
                carrier.text(number, "", NumMedia="1", MediaUrl0="https://a.example/1", MediaContentType0="image/png"),
            ),
            ("voice", carrier.turn(number)),
            (f"voice/{number % 12}", carrier.turn(number, **turn)),
            (
                "voice/3",
                carrier.turn(number, RecordingSid=f"RE{number:032x}", RecordingDuration="-1", RecordingUrl="https://x"),
            ),
            (
                "status",
                carrier.call_status(number, random.choice(["initiated", "in-progress", "no-answer", "canceled"])),
            ),
            (
                "status",
                carrier.receipt(number, random.choice(["queued", "partially_delivered", "read"]), ErrorCode=""),
            ),
            ("status", carrier.receipt(number, "sent", From="MG", RawDlrDoneDate="2611241200")),
            ("recording", carrier.recording(number, random.choice(["completed", "absent", "in-progress"]))),
            ("recording", carrier.recording(number, "absent", RecordingDuration="-1", RecordingUrl="")),
        ]
    )
