"""Twilio's published parameters for the requests that we make, and a judge that goes by them.

Source: the signatures and parameter notes of the package `twilio` 9.13.0, generated from Twilio's OpenAPI
document `twilio_api_v2010` (package `twilio.rest.api.v2010.account`: message, call, recording), and the value
rules of Twilio's reference pages: E.164 numbers, SIDs of two letters and 32 hex digits, a body of at most
1,600 characters, absolute http(s) addresses whose host has a name without underscore.

The exchange has none of this: a request of ours is judged here, by rules that we did not write.
"""

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

PACKAGE_VERSION = "9.13.0"
API_VERSION = "2010-04-01"


@dataclass(frozen=True)
class Request:
    """A request as it went over the wire."""

    method: str
    target: str  # path and query, raw
    headers: Mapping[str, str]  # names in lower case
    body: bytes = b""


Rule = Callable[[str], bool]


def _matches(pattern: str) -> Rule:
    compiled = re.compile(pattern, re.DOTALL)
    return lambda value: compiled.fullmatch(value) is not None


def _sid(*prefixes: str) -> Rule:
    return _matches(f"(?:{'|'.join(prefixes)})[0-9a-fA-F]{{32}}")


def _one_of(*words: str) -> Rule:
    return lambda value: value in words


def _whole(low: int, high: int) -> Rule:
    return lambda value: re.fullmatch(r"[0-9]+", value) is not None and low <= int(value) <= high


def _at_most(length: int, least: int = 0) -> Rule:
    return lambda value: least <= len(value) <= length


def _url(value: str) -> bool:
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    return (
        parts.scheme in ("http", "https")
        and re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[?[0-9a-fA-F:]+\]?", host) is not None
        and (port is None or 0 < port < 65536)
        and value.isascii()
        and re.search(r"[\s<>\"]", value) is None
    )


E164 = _matches(r"\+[1-9][0-9]{6,14}")
CHANNEL_ADDRESS = _matches(r"(?:whatsapp|messenger|rcs|sms):\S+")
ALPHANUMERIC = _matches(r"(?=.*[A-Za-z])[A-Za-z0-9 +_&-]{1,11}")
SHORT_CODE = _matches(r"[0-9]{3,8}")
SIP = _matches(r"sips?:[^\s@]+@\S+")
CLIENT = _matches(r"client:[A-Za-z0-9_.%+-]+")
BOOLEAN = _one_of("true", "false")
METHOD = _one_of("GET", "POST")
MOMENT = _matches(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?Z)?")
ANY: Rule = lambda value: True  # noqa: E731 - a rule among rules


def _either(*rules: Rule) -> Rule:
    return lambda value: any(rule(value) for rule in rules)


@dataclass(frozen=True)
class Parameter:
    """One parameter: the rule for its value, and whether it may come several times."""

    rule: Rule
    many: bool = False
    most: int = 10


@dataclass(frozen=True)
class Operation:
    """One request of the API: where, by which method, with which parameters."""

    method: str
    path: re.Pattern[str]
    query: Mapping[str, Parameter] = field(default_factory=dict)
    form: Mapping[str, Parameter] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    together: Callable[[Mapping[str, list[str]]], str] = lambda values: ""


def _one(rule: Rule) -> Parameter:
    return Parameter(rule)


def _list(rule: Rule, most: int = 10) -> Parameter:
    return Parameter(rule, many=True, most=most)


MESSAGE_CREATE = {
    "To": _one(_either(E164, CHANNEL_ADDRESS)),
    "StatusCallback": _one(_url),
    "ApplicationSid": _one(_sid("AP")),
    "MaxPrice": _one(_matches(r"\d+(\.\d+)?")),
    "ProvideFeedback": _one(BOOLEAN),
    "Attempt": _one(_whole(1, 1_000_000)),
    "ValidityPeriod": _one(_whole(1, 36_000)),
    "ForceDelivery": _one(BOOLEAN),
    "ContentRetention": _one(_one_of("retain", "discard")),
    "AddressRetention": _one(_one_of("retain", "obfuscate")),
    "SmartEncoded": _one(BOOLEAN),
    "PersistentAction": _list(ANY),
    "TrafficType": _one(_one_of("free")),
    "ShortenUrls": _one(BOOLEAN),
    "ScheduleType": _one(_one_of("fixed")),
    "SendAt": _one(MOMENT),
    "SendAsMms": _one(BOOLEAN),
    "ContentVariables": _one(ANY),
    "MessageIntent": _one(
        _one_of(
            *("otp", "notifications", "marketing", "fraud", "security", "customercare"),
            *("delivery", "education", "polling", "announcements", "events"),
        )
    ),
    "RiskCheck": _one(_one_of("enable", "disable")),
    "From": _one(_either(E164, CHANNEL_ADDRESS, ALPHANUMERIC, SHORT_CODE)),
    "FallbackFrom": _one(_either(E164, ALPHANUMERIC, SHORT_CODE)),
    "MessagingServiceSid": _one(_sid("MG")),
    "Body": _one(_at_most(1600, 1)),
    "MediaUrl": _list(_url),
    "ContentSid": _one(_sid("HX")),
}


def _message_whole(values: Mapping[str, list[str]]) -> str:
    if "From" not in values and "MessagingServiceSid" not in values:
        return "From or MessagingServiceSid is needed"
    if not {"Body", "MediaUrl", "ContentSid"} & set(values):
        return "Body, MediaUrl or ContentSid is needed"
    if values.get("ShortenUrls") == ["true"] and "MessagingServiceSid" not in values:
        return "ShortenUrls needs MessagingServiceSid"
    if "ContentVariables" in values and "ContentSid" not in values:
        return "ContentVariables needs ContentSid"
    return ""


CALL_EVENTS = ("initiated", "ringing", "answered", "completed")
CALL_CREATE = {
    "To": _one(_either(E164, SIP, CLIENT)),
    "From": _one(_either(E164, CLIENT)),
    "Method": _one(METHOD),
    "FallbackUrl": _one(_url),
    "FallbackMethod": _one(METHOD),
    "StatusCallback": _one(_url),
    "StatusCallbackEvent": _list(_one_of(*CALL_EVENTS), most=4),
    "StatusCallbackMethod": _one(METHOD),
    "SendDigits": _one(_matches(r"[0-9A-D#*wW]{1,32}")),
    "Timeout": _one(_whole(1, 600)),
    "Record": _one(BOOLEAN),
    "RecordingChannels": _one(_one_of("mono", "dual")),
    "RecordingStatusCallback": _one(_url),
    "RecordingStatusCallbackMethod": _one(METHOD),
    "RecordingConfigurationId": _one(ANY),
    "SipAuthUsername": _one(ANY),
    "SipAuthPassword": _one(ANY),
    "MachineDetection": _one(_one_of("Enable", "DetectMessageEnd")),
    "MachineDetectionTimeout": _one(_whole(3, 59)),
    "RecordingStatusCallbackEvent": _list(_one_of("in-progress", "completed", "absent"), most=3),
    "Trim": _one(_one_of("trim-silence", "do-not-trim")),
    "CallerId": _one(_either(E164, SIP, CLIENT)),
    "MachineDetectionSpeechThreshold": _one(_whole(1000, 6000)),
    "MachineDetectionSpeechEndThreshold": _one(_whole(500, 5000)),
    "MachineDetectionSilenceTimeout": _one(_whole(2000, 10_000)),
    "AsyncAmd": _one(BOOLEAN),
    "AsyncAmdStatusCallback": _one(_url),
    "AsyncAmdStatusCallbackMethod": _one(METHOD),
    "Passports": _one(ANY),
    "Byoc": _one(_sid("BY")),
    "CallReason": _one(ANY),
    "CallToken": _one(ANY),
    "RecordingTrack": _one(_one_of("inbound", "outbound", "both")),
    "TimeLimit": _one(_whole(1, 86_400)),
    "ClientNotificationUrl": _one(_url),
    "Url": _one(_url),
    "Twiml": _one(_at_most(4000, 1)),
    "ApplicationSid": _one(_sid("AP")),
}


def _call_whole(values: Mapping[str, list[str]]) -> str:
    if not {"Url", "Twiml", "ApplicationSid"} & set(values):
        return "Url, Twiml or ApplicationSid is needed"
    to, sender = values["To"][0], values["From"][0]
    if E164(to) and not E164(sender):
        return "From must be a number where To is one"
    if to == sender:
        return "To and From are the same"
    return ""


PAGING = {
    "PageToken": _one(_at_most(400, 1)),
    "Page": _one(_whole(0, 1_000_000)),
    "PageSize": _one(_whole(1, 1000)),
}
MESSAGE_LIST = {
    "To": _one(_either(E164, CHANNEL_ADDRESS)),
    "From": _one(_either(E164, CHANNEL_ADDRESS, ALPHANUMERIC, SHORT_CODE)),
    "DateSent": _one(MOMENT),
    "DateSent<": _one(MOMENT),
    "DateSent>": _one(MOMENT),
    **PAGING,
}
CALL_STATUS = _one_of("queued", "ringing", "in-progress", "completed", "busy", "failed", "no-answer", "canceled")
CALL_LIST = {
    "To": _one(_either(E164, SIP, CLIENT)),
    "From": _one(_either(E164, SIP, CLIENT)),
    "ParentCallSid": _one(_sid("CA")),
    "Status": _one(CALL_STATUS),
    "StartTime": _one(MOMENT),
    "StartTime<": _one(MOMENT),
    "StartTime>": _one(MOMENT),
    "EndTime": _one(MOMENT),
    "EndTime<": _one(MOMENT),
    "EndTime>": _one(MOMENT),
    **PAGING,
}

_ACCOUNT = rf"/{API_VERSION}/Accounts/AC[0-9a-fA-F]{{32}}"


def _path(rest: str) -> re.Pattern[str]:
    return re.compile(_ACCOUNT + rest)


OPERATIONS: Mapping[str, Operation] = {
    "message.create": Operation(
        "POST", _path(r"/Messages\.json"), form=MESSAGE_CREATE, required=("To",), together=_message_whole
    ),
    "message.list": Operation("GET", _path(r"/Messages\.json"), query=MESSAGE_LIST),
    "call.create": Operation(
        "POST", _path(r"/Calls\.json"), form=CALL_CREATE, required=("To", "From"), together=_call_whole
    ),
    "call.list": Operation("GET", _path(r"/Calls\.json"), query=CALL_LIST),
    "message.fetch": Operation("GET", _path(r"/Messages/[SM]M[0-9a-fA-F]{32}\.json")),
    "media.list": Operation("GET", _path(r"/Messages/[SM]M[0-9a-fA-F]{32}/Media\.json"), query=PAGING),
    "call.fetch": Operation("GET", _path(r"/Calls/CA[0-9a-fA-F]{32}\.json")),
    "recording.delete": Operation("DELETE", _path(r"/Recordings/RE[0-9a-fA-F]{32}\.json")),
    "recording.media": Operation(
        "GET",
        _path(r"/Recordings/RE[0-9a-fA-F]{32}\.(?:wav|mp3)"),
        query={"RequestedChannels": _one(_one_of("1", "2"))},
    ),
}


def faults(request: Request) -> list[str]:
    """What Twilio's published rules have against a request; empty where it is right."""
    parts = urlsplit(request.target)
    operation = next(
        (o for o in OPERATIONS.values() if o.method == request.method and o.path.fullmatch(parts.path)), None
    )
    if operation is None:
        return [f"no such request: {request.method} {parts.path}"]
    found = _key_faults(request.headers)
    query = parse_qsl(parts.query, keep_blank_values=True)
    found += _value_faults(operation.query, query)
    if request.method != "POST":
        return found + (["a body where none belongs"] if request.body else [])
    if request.headers.get("content-type", "").partition(";")[0] != "application/x-www-form-urlencoded":
        return [*found, "the body is no form"]
    try:
        text = request.body.decode("ascii")
        form = parse_qsl(text, keep_blank_values=True, strict_parsing=True, errors="strict")
    except (UnicodeDecodeError, ValueError):
        return [*found, "the form cannot be read"]
    found += _value_faults(operation.form, form)
    values: dict[str, list[str]] = {}
    for name, value in form:
        values.setdefault(name, []).append(value)
    missing = [name for name in operation.required if name not in values]
    found += [f"{name} is needed" for name in missing]
    if not missing and (trouble := operation.together(values)):
        found.append(trouble)
    return found


def _value_faults(table: Mapping[str, Parameter], pairs: list[tuple[str, str]]) -> list[str]:
    found = []
    seen: dict[str, int] = {}
    for name, value in pairs:
        seen[name] = seen.get(name, 0) + 1
        parameter = table.get(name)
        if parameter is None:
            found.append(f"unknown parameter {unquote(name)}")
        elif not parameter.rule(value):
            found.append(f"{name} has the wrong value {value[:60]!r}")
        elif seen[name] > (parameter.most if parameter.many else 1):
            found.append(f"{name} comes too often")
    return found


def _key_faults(headers: Mapping[str, str]) -> list[str]:
    scheme, _, sealed = headers.get("authorization", "").partition(" ")
    try:
        user, _, secret = base64.b64decode(sealed, validate=True).decode().partition(":")
    except ValueError:
        return ["the key cannot be read"]
    if scheme != "Basic" or not _sid("AC", "SK")(user) or not secret:
        return ["no account SID or API key with its secret"]
    return []
