"""The table itself: right requests pass, and each planted wrong one is refused."""

import base64
from importlib.metadata import version
from urllib.parse import urlencode

import pytest

from tests.hotline.twilio_contract import PACKAGE_VERSION, Request, faults

ACCOUNT = "AC" + "0" * 31 + "1"
RECORDING = "RE" + "a" * 32


def key(sealed: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(sealed.encode()).decode()}


KEY = key(f"{ACCOUNT}:token")
FORM = {**KEY, "content-type": "application/x-www-form-urlencoded"}
HERE = f"/2010-04-01/Accounts/{ACCOUNT}"
DOOR = "https://hotline.example/webhooks/twilio/main/status"

Pairs = list[tuple[str, str]]
TEXT: Pairs = [
    ("To", "+8613800000001"),
    ("From", "+862166660000"),
    ("Body", "已受理"),
    ("StatusCallback", DOOR),
]
CALL: Pairs = [
    ("To", "+8613800000001"),
    ("From", "+862166660000"),
    ("Url", "https://hotline.example/voice"),
    ("StatusCallback", DOOR),
    ("StatusCallbackEvent", "initiated"),
    ("StatusCallbackEvent", "completed"),
    ("Timeout", "30"),
]


def post(path: str, pairs: Pairs, headers: dict[str, str] | None = None) -> Request:
    return Request("POST", HERE + path, FORM if headers is None else headers, urlencode(pairs).encode())


def get(path: str, pairs: Pairs = (), headers: dict[str, str] | None = None) -> Request:  # type: ignore[assignment]
    query = f"?{urlencode(pairs)}" if pairs else ""
    return Request("GET", HERE + path + query, KEY if headers is None else headers)


def text(**changed: str | None) -> Request:
    return post("/Messages.json", changed_pairs(TEXT, changed))


def call(**changed: str | None) -> Request:
    return post("/Calls.json", changed_pairs(CALL, changed))


def changed_pairs(pairs: Pairs, changed: dict[str, str | None]) -> Pairs:
    kept = [(name, value) for name, value in pairs if name not in changed]
    return kept + [(name, value) for name, value in changed.items() if value is not None]


def test_the_table_is_of_the_package_that_is_installed() -> None:
    assert version("twilio") == PACKAGE_VERSION


@pytest.mark.parametrize(
    "request_",
    [
        text(),
        text(From=None, MessagingServiceSid="MG" + "f" * 32),
        text(Body="字" * 1600),
        call(),
        call(Url=None, Twiml="<Response/>"),
        get("/Messages.json", [("To", "+8613800000001"), ("DateSent>", "2026-11-24T08:00:00Z")]),
        get("/Messages.json", [("PageSize", "200"), ("Page", "1"), ("PageToken", "PASM1")]),
        get("/Messages.json", [("DateSent>", "2026-11-24")]),
        get("/Calls.json", [("To", "+8613800000001"), ("From", "+862166660000"), ("PageSize", "200")]),
        call(
            Url="https://hotline.example/webhooks/twilio/main/out/" + "a" * 32,
            StatusCallback="https://hotline.example/webhooks/twilio/main/outstatus/" + "a" * 32,
        ),
        get("/Calls.json", [("StartTime>", "2026-11-24T08:00:00Z"), ("Status", "no-answer")]),
        Request("DELETE", f"{HERE}/Recordings/{RECORDING}.json", KEY),
        get(f"/Recordings/{RECORDING}.wav"),
        get(f"/Messages/SM{'a' * 32}.json"),
        get(f"/Messages/MM{'a' * 32}/Media.json", [("PageSize", "10")]),
        get(f"/Calls/CA{'a' * 32}.json"),
    ],
)  # fmt: skip
def test_right_requests_pass(request_: Request) -> None:
    assert faults(request_) == []


WRONG = {
    "a number without its plus": text(To="8613800000001"),
    "a number with spaces": text(To="+86 138 0000 0001"),
    "a number with a leading zero": text(To="+0138000000"),
    "a number of sixteen digits": text(To="+1234567890123456"),
    "a number with a line end": text(To="+8613800000001\n"),
    "full-width digits": text(To="+８613800000001"),
    "no receiver": text(To=None),
    "no sender": text(From=None),
    "no words": text(Body=None),
    "empty words": text(Body=""),
    "1601 signs": text(Body="字" * 1601),
    "a misspelt name": text(Bodyy="x"),
    "a name in lower case": text(Body=None, body="x"),
    "a service of another kind": text(From=None, MessagingServiceSid="AC" + "f" * 32),
    "a service SID too short": text(From=None, MessagingServiceSid="MG" + "f" * 31),
    "a relative address": text(StatusCallback="/webhooks/twilio/main/status"),
    "an address of another scheme": text(StatusCallback="ftp://hotline.example/x"),
    "an address without a host": text(StatusCallback="https:///x"),
    "an underscore in the host": text(StatusCallback="https://our_hotline.example/x"),
    "an address with a space": text(StatusCallback="https://hotline.example/a b"),
    "an address with Chinese in it": text(StatusCallback="https://hotline.example/状态"),
    "an impossible port": text(StatusCallback="https://hotline.example:99999/x"),
    "words instead of a boolean": text(SmartEncoded="True"),
    "a validity of a day": text(ValidityPeriod="86400"),
    "a schedule that does not exist": text(ScheduleType="later"),
    "links shortened without a service": text(ShortenUrls="true"),
    "variables without a template": text(ContentVariables="{}"),
    "two receivers": post("/Messages.json", [*TEXT, ("To", "+8613800000002")]),
    "eleven pictures": post("/Messages.json", [*TEXT, *[("MediaUrl", "https://a.example/b")] * 11]),
    "a call without a document": call(Url=None),
    "a call whose status goes to a path": call(StatusCallback="/webhooks/twilio/main/outstatus/" + "a" * 32),
    "a list of calls to nobody": get("/Calls.json", [("To", ""), ("From", "+862166660000")]),
    "a call to the own number": call(To="+862166660000"),
    "a call from nobody": call(From=None),
    "a call from a client to a number": call(From="client:desk"),
    "a call with a relative address": call(Url="/webhooks/twilio/main/voice"),
    "an event that does not exist": call(StatusCallbackEvent="busy"),
    "events in one word": call(StatusCallbackEvent="initiated ringing"),
    "a method in lower case": call(StatusCallbackMethod="post"),
    "a method that does not exist": call(Method="PUT"),
    "a ring of zero seconds": call(Timeout="0"),
    "a ring of an hour": call(Timeout="3600"),
    "a ring in fractions": call(Timeout="30.5"),
    "a document in the request that is too long": call(Url=None, Twiml="<" * 4001),
    "keys that no phone has": call(SendDigits="12x"),
    "a detection in lower case": call(MachineDetection="enable"),
    "a list after a day that does not exist": get("/Messages.json", [("DateSent>", "2026-11-40")]),
    "a list after a local time": get("/Messages.json", [("DateSent>", "2026-11-24T08:00:00+08:00")]),
    "a list after a Chinese date": get("/Calls.json", [("StartTime>", "11月24日")]),
    "a list filtered by no column": get("/Messages.json", [("Body", "x")]),
    "a list filtered by a python name": get("/Calls.json", [("start_time_after", "2026-11-24")]),
    "a page of 5000": get("/Messages.json", [("PageSize", "5000")]),
    "a status that does not exist": get("/Calls.json", [("Status", "in_progress")]),
    "a list with a body": Request("GET", HERE + "/Calls.json", KEY, b"a=b"),
    "another version": Request("GET", f"/2008-08-01/Accounts/{ACCOUNT}/Messages.json", KEY),
    "another account's shape": Request("GET", "/2010-04-01/Accounts/XX12/Messages.json", KEY),
    "a recording by a call's SID": Request("DELETE", f"{HERE}/Recordings/CA{'a' * 32}.json", KEY),
    "a recording in another format": get(f"/Recordings/{RECORDING}.flac"),
    "a text by a call's SID": get(f"/Messages/CA{'a' * 32}.json"),
    "a call by a text's SID": get(f"/Calls/SM{'a' * 32}.json"),
    "a method that the resource has not": Request("PUT", HERE + "/Messages.json", FORM, b"To=1"),
    "no key": post("/Messages.json", TEXT, {"content-type": FORM["content-type"]}),
    "a bearer's key": post("/Messages.json", TEXT, {**FORM, "authorization": "Bearer abc"}),
    "a key of no account": post("/Messages.json", TEXT, {**FORM, **key("me:it")}),
    "a key without a secret": post("/Messages.json", TEXT, {**FORM, **key(f"{ACCOUNT}:")}),
    "a body of JSON": post("/Messages.json", TEXT, {**KEY, "content-type": "application/json"}),
    "a form that is none": Request("POST", HERE + "/Messages.json", FORM, b"To"),
    "a form in raw Chinese": Request("POST", HERE + "/Messages.json", FORM, "Body=水".encode()),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_planted_wrong_requests_are_refused(name: str) -> None:
    assert faults(WRONG[name]) != []


def test_there_are_enough_planted_ones() -> None:
    assert len(WRONG) >= 40
