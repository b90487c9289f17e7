"""Looks over an account at Twilio: whether all stands there as we need it. It changes nothing unless asked to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from cases.phrases import Message, msg
from dispatch.lines import Line
from hotline.carriers.port import CarrierSilent
from hotline.carriers.twilio.account import TWILIO, Account
from hotline.carriers.twilio.adapter import TwilioCarrier
from hotline.twiml import VOICES

_MOST_OFF = timedelta(seconds=60)  # two clocks; a look-up of a text allows for twice as much
# Which of our doors each address of a number is to lead to. All are asked by POST.
_DOORS = (
    ("voice_url", "voice"), ("voice_fallback_url", "fallback"), ("sms_url", "sms"), ("sms_fallback_url", "fallback"),
    ("status_callback", "status"),
)  # fmt: skip
_FALLBACKS = ("voice_fallback_url", "sms_fallback_url")
# What would answer in place of a number's own addresses.
_INSTEAD = (("voice_application_sid", "voice"), ("sms_application_sid", "texts"), ("trunk_sid", "voice"))


class Grade(StrEnum):
    """How a finding counts."""

    fine = "fine"
    note = "note"  # to be known; nothing that we could mend, or see, from here
    trouble = "trouble"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one subject ("account", "number", …)."""

    subject: str
    grade: Grade
    told: Message


@dataclass(frozen=True, slots=True)
class Change:
    """A setting of a number that is not as we need it."""

    line: Line
    number_sid: str
    setting: str
    now: str
    wanted: str


def look_over(carrier: TwilioCarrier, lines: Sequence[Line], token: str, now: datetime) -> Iterator[Finding]:
    """What is right and what is not, in the order in which it is mended; it ends where nothing more can be seen.
    `token` is what the carrier signs its requests with, `now` this machine's own time."""
    account = carrier.account
    yield _base(account)
    try:
        found = carrier.ask(lambda client: client.api.accounts(account.sid).fetch())
    except CarrierSilent as trouble:
        yield _away(trouble)
        return
    yield _account(found)
    yield _clock(carrier.told_at, now)
    for line in lines:
        yield from _number(carrier, line)
    if account.messaging_service:
        yield Finding("service", Grade.note, msg("doctor.service.own_addresses", sid=account.messaging_service))
    yield _doors(carrier, lines[0], token)
    said = ", ".join(f"{voice.say} ({voice.name})" for voice in VOICES.values())
    heard = ", ".join(voice.hear for voice in VOICES.values())
    yield Finding("speech", Grade.note, msg("doctor.speech", said=said, heard=heard))


def changes(carrier: TwilioCarrier, lines: Sequence[Line]) -> list[Change]:
    """What `setup` would change, of the numbers that are the account's. Raises CarrierSilent."""
    found = [(line, _row(carrier, line)) for line in lines]
    return [change for line, row in found if row for change in _differing(carrier.account, line, row)]


def change(carrier: TwilioCarrier, wanted: Sequence[Change]) -> None:
    """Change these settings, a number at a time. Raises CarrierSilent."""
    for sid in dict.fromkeys(each.number_sid for each in wanted):
        _update(carrier, sid, {each.setting: each.wanted for each in wanted if each.number_sid == sid})


def _update(carrier: TwilioCarrier, sid: str, settings: dict[str, str]) -> None:
    carrier.ask(lambda client: client.incoming_phone_numbers(sid).update(**settings))


def _base(account: Account) -> Finding:
    parts = urlsplit(account.public_base)
    if account.api_base.rstrip("/") != TWILIO:
        return Finding("base", Grade.note, msg("doctor.base.exchange", base=account.public_base, api=account.api_base))
    if parts.scheme != "https":
        return Finding("base", Grade.trouble, msg("doctor.base.plain", base=account.public_base))
    if _at_home(parts.hostname or ""):
        return Finding("base", Grade.trouble, msg("doctor.base.at_home", base=account.public_base))
    return Finding("base", Grade.fine, msg("doctor.base.fine", base=account.public_base))


def _at_home(host: str) -> bool:
    """Whether nobody outside can reach a host of this name."""
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith((".local", ".localhost", ".internal"))


def _away(trouble: CarrierSilent) -> Finding:
    cause = trouble.__cause__
    if getattr(cause, "status", 0) in (401, 403):
        return Finding("account", Grade.trouble, msg("doctor.account.refused", code=getattr(cause, "code", 0)))
    if getattr(cause, "status", 0) == 404:
        return Finding("account", Grade.trouble, msg("doctor.account.absent"))
    return Finding("account", Grade.trouble, msg("doctor.account.away", why=str(cause or trouble)[:200]))


def _account(found: Any) -> Finding:
    if found.status != "active":
        return Finding("account", Grade.trouble, msg("doctor.account.not_active", status=found.status))
    if (found.type or "").lower() == "trial":
        return Finding("account", Grade.note, msg("doctor.account.trial", name=found.friendly_name))
    return Finding("account", Grade.fine, msg("doctor.account.fine", name=found.friendly_name))


def _clock(told: str, now: datetime) -> Finding:
    try:
        theirs = parsedate_to_datetime(told).astimezone(UTC)
    except (TypeError, ValueError):
        return Finding("clock", Grade.note, msg("doctor.clock.untold"))
    off = now - theirs
    told_off = msg("doctor.clock.fast" if off > timedelta() else "doctor.clock.slow", n=abs(round(off.total_seconds())))
    if abs(off) > _MOST_OFF:
        return Finding("clock", Grade.trouble, told_off)
    return Finding("clock", Grade.fine, msg("doctor.clock.fine"))


def _door(account: Account, line: Line, door: str) -> str:
    """The whole address of one of our doors: "voice", "sms", …"""
    return f"{account.public_base.rstrip('/')}/webhooks/twilio/{line.id}/{door}"


def _row(carrier: TwilioCarrier, line: Line) -> Any:
    rows = carrier.ask(lambda client: client.incoming_phone_numbers.list(phone_number=line.number, limit=20))
    return next((row for row in rows if row.phone_number == line.number), None)


def _number(carrier: TwilioCarrier, line: Line) -> Iterator[Finding]:
    try:
        row = _row(carrier, line)
    except CarrierSilent as trouble:
        yield _away(trouble)
        return
    said = {"line": line.id, "number": line.number}
    if row is None:
        yield Finding("number", Grade.trouble, msg("doctor.number.absent", **said))
        return
    for can in ("voice", "sms"):
        if not (row.capabilities or {}).get(can):
            yield Finding("number", Grade.note, msg(f"doctor.number.no_{can}", **said))
    for setting, what in _INSTEAD:
        if getattr(row, setting, None):
            facts = {"setting": setting, "what": msg(f"doctor.number.{what}"), "sid": getattr(row, setting)}
            yield Finding("number", Grade.trouble, msg("doctor.number.instead", **facts, **said))
    wrong = list(_differing(carrier.account, line, row))
    for each in wrong:
        told = {"setting": each.setting, "now": each.now or "–", "wanted": each.wanted}
        yield Finding("number", Grade.trouble, msg("doctor.number.address", **told, **said))
    if not wrong:
        yield Finding("number", Grade.fine, msg("doctor.number.fine", **said))
    yield from _country(carrier.account, line)


def _differing(account: Account, line: Line, row: Any) -> Iterator[Change]:
    for setting, door in _DOORS:
        wanted, now = _door(account, line, door), getattr(row, setting, None) or ""
        if setting in _FALLBACKS and now and urlsplit(now).netloc != urlsplit(wanted).netloc:
            continue  # files on a second host (`hotline fallback`), asked by GET
        method = setting.removesuffix("_url") + "_method"
        if now != wanted:
            yield Change(line, row.sid, setting, now, wanted)
        if (getattr(row, method, None) or "POST") != "POST":
            yield Change(line, row.sid, method, getattr(row, method), "POST")


def _doors(carrier: TwilioCarrier, line: Line, token: str) -> Finding:
    """Knock at our own door as the carrier does, where it does nothing but answer: signed, and not signed."""
    from twilio.request_validator import RequestValidator

    door = _door(carrier.account, line, "fallback")
    call = {"CallSid": "CA" + "0" * 32, "AccountSid": carrier.account.sid, "From": "", "To": line.number}
    signature = RequestValidator(token).compute_signature(door, call)
    try:
        signed, unsigned = carrier.knock(door, call, signature), carrier.knock(door, call, "")
    except CarrierSilent as trouble:
        return Finding("doors", Grade.note, msg("doctor.doors.away", door=door, why=str(trouble.__cause__)[:200]))
    facts = {"door": door, "signed": signed, "unsigned": unsigned}
    if (signed, unsigned) == (200, 403):
        return Finding("doors", Grade.fine, msg("doctor.doors.fine", **facts))
    return Finding(
        "doors", Grade.trouble, msg("doctor.doors.refused" if signed == 403 else "doctor.doors.odd", **facts)
    )


def _country(account: Account, line: Line) -> Iterator[Finding]:
    """What no account can change, or what is registered elsewhere."""
    if line.number.startswith("+86"):
        yield Finding("country", Grade.note, msg("doctor.country.china", line=line.id, number=line.number))
    if line.number.startswith("+1") and not account.messaging_service:
        yield Finding("country", Grade.trouble, msg("doctor.country.unregistered", line=line.id, number=line.number))
