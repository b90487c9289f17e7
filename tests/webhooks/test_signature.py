"""Our one-pass signature says what Twilio's own library says, and yes only to what was signed for us."""

import hashlib
import json
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from webhooks.request.body import form_pairs
from webhooks.request.signature import Verifier, algorithm_named, base_forms, raw_target

TOKEN = "12345"
URI = "/myapp.php?foo=1&bar=2"
PARAMS = [
    ("CallSid", "CA1234567890ABCDE"),
    ("Digits", "1234"),
    ("From", "+14158675309"),
    ("To", "+18005551212"),
    ("Caller", "+14158675309"),
]
JSON_BODY = b'{"property": "value", "boolean": true}'
JSON_HASH = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"


def _bytes(pairs: Any) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in pairs]


# The inputs and results that Twilio publishes with its Python library.
@pytest.mark.parametrize(
    ("base", "signature"),
    [
        pytest.param("https://mycompany.com", "RSOYDt4T1cUTdK1PDd93/VVr8B8=", id="plain"),
        pytest.param("https://mycompany.com:1234", "RSOYDt4T1cUTdK1PDd93/VVr8B8=", id="port removed, https"),
        pytest.param("http://mycompany.com:1234", "Zmvh+3yNM1Phv2jhDCwEM3q5ebU=", id="port kept, http"),
        pytest.param("https://mycompany.com", "kvajT1Ptam85bY51eRf/AJRuM3w=", id="port added, https"),
        pytest.param("http://mycompany.com", "0ZXoZLH/DfblKGATFgpif+LLRf4=", id="port added, http"),
    ],
)
def test_published_vectors(base: str, signature: str) -> None:
    verifier = Verifier(base, [TOKEN])
    assert verifier.form(URI, _bytes(PARAMS), signature)
    assert not verifier.form(URI, _bytes(PARAMS[:-1]), signature)
    assert not verifier.form(URI + "0", _bytes(PARAMS), signature)


def test_published_vector_with_a_repeated_name() -> None:
    pairs = [("Sid", "CA123"), ("SidAccount", "AC123"), ("Digits", "5678"), ("Digits", "1234")]
    assert Verifier("https://mycompany.com", [TOKEN]).form(URI, _bytes(pairs), "IK+Dwps556ElfBT0I3Rgjkr1wJU=")


def test_published_vector_of_a_json_body() -> None:
    verifier = Verifier("https://mycompany.com", [TOKEN])
    target, signature = f"{URI}&bodySHA256={JSON_HASH}", "a9nBmqA0ju/hNViExpshrM61xv4="
    assert verifier.json(target, JSON_BODY, signature)
    assert not verifier.json(target, JSON_BODY + b" ", signature)
    assert not verifier.json(
        URI, JSON_BODY, RequestValidator(TOKEN).compute_signature(f"https://mycompany.com{URI}", {})
    )


def test_json_signed_as_an_empty_form_without_its_hash_is_not_ours() -> None:
    signature = RequestValidator(TOKEN).compute_signature("https://a.example/x", {})
    assert RequestValidator(TOKEN).validate("https://a.example/x", {}, signature), "the library would say yes"
    assert not Verifier("https://a.example", [TOKEN]).json("/x", JSON_BODY, signature)


BASES = st.sampled_from(
    [
        "https://a.example",
        "http://a.example",
        "https://a.example:443",
        "http://a.example:8001",
        "https://a.example/hot",
    ]
)
WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
NAMES = st.one_of(st.sampled_from(["Body", "From", "Digits", "AddOns", "Bo", "dy"]), WORDS.filter(bool))
PAIRS = st.lists(st.tuples(NAMES, WORDS), max_size=8)
QUERIES = st.lists(st.tuples(st.sampled_from("abcz"), WORDS, st.sampled_from([quote, quote_plus])), max_size=3)
MUTATIONS = st.sampled_from(["none", "none", "value", "drop", "add", "target", "token", "port", "signature"])


def _mutated(how: str, target: str, pairs: list[tuple[str, str]]) -> tuple[str, list[tuple[str, str]]]:
    if how == "value" and pairs:
        return target, [(pairs[0][0], pairs[0][1] + "x"), *pairs[1:]]
    if how == "drop":
        return target, pairs[1:]
    if how == "add":
        return target, [*pairs, ("Body", "more")]
    return (target + "&e=1", pairs) if how == "target" else (target, pairs)


@given(base=BASES, pairs=PAIRS, query=QUERIES, how=MUTATIONS, second=st.booleans())
def test_same_verdict_as_twilios_library(
    base: str, pairs: list[tuple[str, str]], query: list[Any], how: str, second: bool
) -> None:
    raw = "&".join(f"{name}={escape(value)}" for name, value, escape in query)
    target = f"/webhooks/twilio/main/sms?{raw}" if raw else "/webhooks/twilio/main/sms"
    tokens = ("one", "two")
    signer = RequestValidator("three" if how == "token" else tokens[second])
    signed_base = base.replace(".example", ".example:80") if how == "port" else base
    signature = signer.compute_signature(signed_base + target, MultiDict(pairs))
    if how == "signature":
        signature = signature[:-2] + ("A=" if signature[-2] != "A" else "B=")
    target, pairs = _mutated(how, target, pairs)
    oracle = any(RequestValidator(token).validate(base + target, MultiDict(pairs), signature) for token in tokens)
    body = "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in pairs).encode()
    assert Verifier(base, tokens).form(target, form_pairs(body), signature) is oracle
    if how == "none":
        assert oracle


@given(body=st.binary(max_size=60).map(lambda raw: json.dumps({"b": raw.hex()}).encode()), wrong=st.booleans())
def test_json_same_verdict_as_twilios_library(body: bytes, wrong: bool) -> None:
    digest = hashlib.sha256(body + (b"!" if wrong else b"")).hexdigest()
    target = f"/webhooks/twilio/main/status?bodySHA256={digest}&x=%E6%A5%BC"
    signature = RequestValidator("one").compute_signature(f"https://a.example{target}", {})
    oracle = RequestValidator("one").validate(f"https://a.example{target}", body.decode(), signature)
    assert Verifier("https://a.example", ["one"]).json(target, body, signature) is oracle is not wrong


@given(target=st.text(), signature=st.text(), algorithm=st.text(), body=st.binary(max_size=40))
def test_never_raises_and_never_says_yes_to_noise(target: str, signature: str, algorithm: str, body: bytes) -> None:
    verifier = Verifier("https://a.example", ["one", ""])
    for named in ("HMAC_SHA1", "HMAC_SHA256", algorithm):
        assert not verifier.form(target, form_pairs(body), signature, named)
        assert not verifier.json(target, body, signature, named)


def test_json_with_a_target_that_is_no_address() -> None:
    assert not Verifier("https://a.example", ["one"]).json("//[x?bodySHA256=%FF", b"{}", "")


def test_an_empty_token_opens_nothing() -> None:
    verifier = Verifier("https://a.example", ["one", ""])
    signature = RequestValidator("").compute_signature("https://a.example/x", {})
    assert not verifier.form("/x", [], signature)


def test_an_empty_query_is_not_signed_as_in_twilios_library() -> None:
    signature = RequestValidator("one").compute_signature("https://a.example/x", {})
    assert RequestValidator("one").validate("https://a.example/x?", {}, signature)
    assert Verifier("https://a.example", ["one"]).form("/x?", [], signature)


@pytest.mark.parametrize(
    ("settings", "algorithm"),
    [
        ("", "HMAC_SHA1"),
        ("key=webhooks_sharedkey_1,algorithm=HMAC_SHA256", "HMAC_SHA256"),
        ("algorithm= hmac_sha256 ", "HMAC_SHA256"),
        ("algorithm=,key=1", "HMAC_SHA1"),
        ("algorithm=none", "NONE"),
    ],
)
def test_the_algorithm_is_the_one_that_the_header_names(settings: str, algorithm: str) -> None:
    assert algorithm_named(settings) == algorithm
    signature = RequestValidator("one").compute_signature("https://a.example/x", {}, "HMAC_SHA256")
    said = Verifier("https://a.example", ["one"]).form("/x", [], signature, algorithm)
    assert said is RequestValidator("one").validate("https://a.example/x", {}, signature, algorithm)


def test_both_forms_of_the_base() -> None:
    assert base_forms("https://a.example/") == (b"https://a.example", b"https://a.example:443")
    assert base_forms("http://127.0.0.1:8001") == (b"http://127.0.0.1", b"http://127.0.0.1:8001")
    assert base_forms("http://[::1]:8001/hot/") == (b"http://[::1]/hot", b"http://[::1]:8001/hot")


@pytest.mark.parametrize(
    "base",
    [
        "",
        "a.example",
        "ftp://a.example",
        "https://",
        "https://u:p@a.example",
        "https://a.example/?q",
        "https://a/#f",
    ],
)
def test_a_base_that_cannot_be_signed_for_is_refused_at_the_start(base: str) -> None:
    with pytest.raises(ValueError, match="public base"):
        base_forms(base)


def test_the_raw_target_is_what_stood_in_the_request_line() -> None:
    decoded = {"SCRIPT_NAME": "/hot", "PATH_INFO": "/x", "QUERY_STRING": "a=%20"}
    assert raw_target({**decoded, "RAW_URI": "/hot/x?a=%20", "REQUEST_URI": "/y"}) == "/hot/x?a=%20"
    assert raw_target({**decoded, "REQUEST_URI": "/hot/x?a=+"}) == "/hot/x?a=+"
    assert raw_target(decoded) == "/hot/x?a=%20"
    assert raw_target({"PATH_INFO": "/x", "QUERY_STRING": ""}) == "/x"
