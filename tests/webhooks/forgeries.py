"""Requests that were not signed for us as they stand: all are 403."""

import json
from hashlib import sha256

from tests.webhooks.attacker import OURS, ROOT, Attack, Attacker
from tests.webhooks.carrier import encode


def unsigned(a: Attacker) -> Attack:
    target, pairs = a.honest()
    return Attack(target, encode(pairs), {})


def empty_signature(a: Attacker) -> Attack:
    attack = a.signed(*a.honest())
    attack.headers["X-Twilio-Signature"] = a.random.choice(["", " ", "\t"])
    return attack


def garbage_signature(a: Attacker) -> Attack:
    attack = a.signed(*a.honest())
    good = attack.headers["X-Twilio-Signature"]
    bad = a.random.choice(["", "=", "é" * 28, good[:-1], good + "=", good.lower() + "!", f"{good}, {good}", "0" * 4000])
    attack.headers["X-Twilio-Signature"] = bad
    return attack


def other_secret(a: Attacker) -> Attack:
    return a.by(*a.honest(), token=a.random.choice([a.word(), "x", "primary-token-of-the-test", "\0"]))


def other_accounts_token(a: Attacker) -> Attack:
    """Signed for us, with the token of an account that is not ours; sometimes in its own name."""
    account = a.random.choice([a.carrier.account, "AC" + "9" * 32])
    target, pairs = a.honest()
    said = [(name, account if name == "AccountSid" else value) for name, value in pairs]
    return a.by(target, said, token="the token of another account", account=account)


def changed_value(a: Attacker) -> Attack:
    target, pairs = a.honest()
    attack = a.signed(target, pairs)
    at = a.random.randrange(len(pairs))
    pairs[at] = (pairs[at][0], pairs[at][1] + a.word())
    return Attack(target, encode(pairs), attack.headers)


def added_parameter(a: Attacker) -> Attack:
    target, pairs = a.honest()
    return Attack(target, encode([*pairs, (a.word(), a.word())]), a.carrier.headers(target, pairs))


def dropped_parameter(a: Attacker) -> Attack:
    target, pairs = a.honest()
    at = a.random.randrange(len(pairs))
    return Attack(target, encode(pairs[:at] + pairs[at + 1 :]), a.carrier.headers(target, pairs))


def other_host(a: Attacker) -> Attack:
    host = a.random.choice(["evil.example", "hotline.example.evil.example", "localhost", "hotline.exampl"])
    attack = a.by(*a.honest(), base=f"https://{host}")
    attack.headers |= {"X-Forwarded-Host": host, "Forwarded": f"host={host};proto=https", "Host": host}
    attack.headers |= {"X-Forwarded-Proto": "https", "X-Original-Url": attack.target}
    return attack


def other_port(a: Attacker) -> Attack:
    port = a.random.choice(["8443", "80", "0443", "1"])
    attack = a.by(*a.honest(), base=f"{OURS}:{port}")
    attack.headers |= {"X-Forwarded-Port": port, "Host": f"hotline.example:{port}"}
    return attack


def other_scheme(a: Attacker) -> Attack:
    base = OURS.replace("https", a.random.choice(["http", "HTTPS", "wss", "https:"]))
    attack = a.by(*a.honest(), base=a.random.choice([base, base + ":443", OURS + "/"]))
    attack.headers |= {"X-Forwarded-Proto": "http"}
    return attack


def other_door(a: Attacker) -> Attack:
    target, pairs = a.honest()
    others = [
        f"{ROOT}/east/sms",
        f"{ROOT}/sms",
        f"{ROOT}/main/voice/2",
        f"{ROOT}/main/fallback",
        target + "/1",
    ]
    attack = a.signed(target, pairs)
    attack.target = a.random.choice([other for other in others[:4] if other != target])
    return attack


def other_query(a: Attacker) -> Attack:
    target, pairs = a.honest()
    attack = a.signed(f"{target}?msg=%E6%A5%BC%E9%81%93&x=a%20b", pairs)
    query = a.random.choice(
        ["msg=楼道&x=a b", "msg=%E6%A5%BC%E9%81%93&x=a+b", "x=a%20b&msg=%E6%A5%BC%E9%81%93", "", "y=1"]
    )
    attack.target = f"{target}?{query}".replace("楼道", "%e6%a5%bc%e9%81%93").replace(" ", "%2520")
    return attack


def shared_key_algorithm(a: Attacker) -> Attack:
    attack = a.signed(*a.honest())
    name = a.random.choice(["HMAC_SHA256", "none", "HMAC_MD5", "HMAC_SHA1;x"])
    attack.headers["X-Twilio-Webhooks-Signature-Settings"] = f"key=1,algorithm={name}"
    return attack


def json_as_an_empty_form(a: Attacker) -> Attack:
    target, pairs = a.honest()
    return a.json(target, json.dumps(dict(pairs)).encode())


def json_with_another_body(a: Attacker) -> Attack:
    target, pairs = a.honest()
    digest = sha256(json.dumps(dict(pairs)).encode()).hexdigest()
    pairs.append(("Extra", a.word()))
    query = a.random.choice([f"bodySHA256={digest}", f"bodySHA256={digest.upper()}", "bodySHA256=", "bodysha256=1"])
    return a.json(f"{target}?{query}", json.dumps(dict(pairs)).encode())


def form_under_a_json_signature(a: Attacker) -> Attack:
    target, pairs = a.honest()
    body = encode(pairs)
    target = f"{target}?bodySHA256={sha256(body).hexdigest()}"
    return Attack(target, body, a.carrier.headers(target))
