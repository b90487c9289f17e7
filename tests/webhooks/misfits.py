"""Requests that fit no door, most of them signed: what each kind is answered stands in test_hostile.py."""

import io
from hashlib import sha256

from tests.webhooks.attacker import ROOT, Attack, Attacker
from tests.webhooks.carrier import encode
from webhooks.request.body import LIMIT


def json_that_is_no_object(a: Attacker) -> Attack:
    target, _ = a.honest()
    body = a.random.choice([b"[]", b"null", b"{", b"\xff\xfe", b"[" * 30_000, b'{"a":1}' * 2, b'"' + a.word().encode()])
    return a.json(f"{target}?bodySHA256={sha256(body).hexdigest()}", body)


def repeated_known_name(a: Attacker) -> Attack:
    target, pairs = a.honest()
    name, value = a.random.choice([pair for pair in pairs if pair[0] in {"AccountSid", "From", "To", "CallSid"}])
    pairs.insert(a.random.randrange(len(pairs)), (name, value + a.word()))
    return a.signed(target, pairs)


def malformed_sid(a: Attacker) -> Attack:
    target, pairs = a.honest()
    bad = [
        "",
        "SM1",
        "CA" + "0" * 33,
        "XX" + "0" * 32,
        "CA" + "0" * 31 + "\n",
        "' OR 1=1 --",
        "../" + "0" * 31,
        "\0",
    ]
    sids = {"MessageSid", "CallSid", "RecordingSid", "AccountSid"}
    at = a.random.choice([n for n, pair in enumerate(pairs) if pair[0] in sids])
    pairs[at] = (pairs[at][0], a.random.choice(bad))
    return a.signed(target, pairs)


def malformed_number(a: Attacker) -> Attack:
    bad = [
        "+86 138",
        "+8613800000001;ext=1",
        "１３８",
        "+8613800000001\n",
        "<script>",
        "+" + "1" * 33,
        "\0",
        "%2B86",
    ]
    door, name = a.random.choice([a.text, a.turn]), a.random.choice(["From", "To"])
    if (door, name) != (a.turn, "From"):  # a call is taken whatever exchanges on the way made of its number
        bad += ["+0", "+86110", "+" + "1" * 16]
    return a.signed(*door(**{name: a.random.choice(bad)}))


def other_account(a: Attacker) -> Attack:
    target, pairs = a.honest()
    other = f"AC{a.random.getrandbits(127):032x}"
    return a.signed(target, [(name, other if name == "AccountSid" else value) for name, value in pairs])


def media_that_cannot_be(a: Attacker) -> Attack:
    bad = [
        {"NumMedia": "11"},
        {"NumMedia": "-1"},
        {"NumMedia": "1e1"},
        {"NumMedia": "1"},
        {"MediaUrl0": "https://a.b/c"},
    ]
    bad.append({"NumMedia": "1", "MediaUrl0": "file:///etc/passwd", "MediaContentType0": "text/plain"})
    return a.signed(*a.text(**a.random.choice(bad)))


def values_that_cannot_be(a: Attacker) -> Attack:
    turns = [
        {"Digits": "1;2"},
        {"Confidence": "nan"},
        {"RecordingDuration": "1h"},
        {"CallStatus": "<b>"},
        {"RecordingSid": "x"},
    ]
    return a.signed(*a.turn(**a.random.choice(turns)))


def missing_known_name(a: Attacker) -> Attack:
    target, pairs = a.honest()
    owed = {
        "AccountSid",
        "MessageSid",
        "CallSid",
        "RecordingSid",
        "CallStatus",
        "MessageStatus",
        "RecordingStatus",
    }
    gone = a.random.choice([name for name, _ in pairs if name in owed])
    return a.signed(target, [pair for pair in pairs if pair[0] != gone])


def large(a: Attacker) -> Attack:
    return a.signed(*a.text(Body="楼" * (LIMIT // 9 + a.random.randrange(9_000))))


def large_without_a_length(a: Attacker) -> Attack:
    target, pairs = a.honest()
    body = encode([*pairs, ("More", "x" * (LIMIT + a.random.randrange(100_000)))])
    environ = {
        "wsgi.input": io.BytesIO(body),
        "wsgi.input_terminated": True,
        "HTTP_TRANSFER_ENCODING": "chunked",
    }
    return Attack(target, b"", a.carrier.headers(target, pairs), {"environ": environ})


def large_and_unsigned(a: Attacker) -> Attack:
    return Attack(a.honest()[0], b"x" * (LIMIT + 1 + a.random.randrange(10_000)), {}, {"content_type": "text/plain"})


def other_content_type(a: Attacker) -> Attack:
    attack = a.signed(*a.honest())
    kinds = [
        "text/plain",
        "multipart/form-data; boundary=x",
        "text/xml",
        "",
        "application/jsonp",
        "application/octet-stream",
    ]
    attack.how = {"content_type": a.random.choice(kinds)}
    return attack


def other_method(a: Attacker) -> Attack:
    attack = a.signed(*a.honest())
    attack.how = {"method": a.random.choice(["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])}
    return attack


def no_such_place(a: Attacker) -> Attack:
    target = a.random.choice(
        ["/west/sms", "/main/voice/1000", "/main/voice/-1", "/main/voice/x", "/main/sms/", "//main/sms"]
    )
    return a.signed(ROOT + target, a.carrier.text(a.random.getrandbits(100)))
