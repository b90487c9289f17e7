"""The signature against Twilio's own checker."""

from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from exchange.wire.signature import sign

TOKEN = "0123456789abcdef0123456789abcdef"
_words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@given(
    st.lists(st.tuples(st.sampled_from(["Body", "From", "Digits", "a", "A"]), _words), max_size=8),
    st.sampled_from(
        [
            "https://a.test/voice",
            "http://127.0.0.1:8001/w?x=%E6%A5%BC&y=a+b",
            "https://a.test:8443/x?bodySHA256=1",
        ]
    ),
)
def test_twilio_accepts_it(pairs: list[tuple[str, str]], url: str) -> None:
    signature = sign(TOKEN, url, pairs)
    validator = RequestValidator(TOKEN)
    assert validator.validate(url, MultiDict(pairs), signature)
    assert not RequestValidator("another").validate(url, MultiDict(pairs), signature)
    assert not validator.validate(url + "x", MultiDict(pairs), signature)
    assert not validator.validate(url, MultiDict([*pairs, ("Zusatz", "1")]), signature)


def test_a_known_vector() -> None:
    # twilio-python's own: tests/unit/test_request_validator.py
    params = [
        ("CallSid", "CA1234567890ABCDE"),
        ("Digits", "1234"),
        ("From", "+14158675309"),
        ("To", "+18005551212"),
        ("Caller", "+14158675309"),
    ]
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert sign("12345", url, params) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="
