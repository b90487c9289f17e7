"""How Twilio's REST interface answers: errors, pages, moments; and who may ask."""

import hmac
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time
from email.utils import format_datetime
from typing import Any, Final, NoReturn
from urllib.parse import urlencode

from flask import Response, jsonify, request
from werkzeug.exceptions import HTTPException

from exchange.ledger import Entry
from exchange.wire.asking import Account

_LARGEST_PAGE: Final = 1000


class Refused(Exception):
    """A request that Twilio would not take: its status, code and words."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message

    def answer(self) -> tuple[Response, int]:
        """As Twilio writes it."""
        body = {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }
        return jsonify(body), self.status


def from_http(trouble: HTTPException) -> Refused:
    """The framework's own refusal in Twilio's form."""
    status = trouble.code or 500
    codes = {404: 20404, 405: 20004}
    return Refused(status, codes.get(status, 20001), trouble.description or trouble.name)


def absent() -> NoReturn:
    """Nothing stands at this address."""
    raise Refused(404, 20404, f"The requested resource {request.path} was not found")


def check_caller(account: Account, sid: str) -> None:
    """Let in who shows the account's token or the API key's secret, for this account only."""
    given = request.authorization
    name, secret = ("", "")
    if given is not None and given.type == "basic":
        name, secret = given.username or "", given.password or ""
    keys = {account.sid: account.token}
    if account.api_key:
        keys[account.api_key] = account.api_secret
    right = keys.get(name, "")
    if not right or not hmac.compare_digest(right.encode(), secret.encode()) or sid != account.sid:
        raise Refused(401, 20003, "Authenticate")


def shown(moment: str | None) -> str | None:
    """A moment of the ledger's in RFC 2822."""
    return None if moment is None else format_datetime(datetime.fromisoformat(moment))


def within(moment: str | None, name: str) -> bool:
    """Whether a moment is in the span that the request's `name`, `name`> and `name`< ask for."""
    asked = [(sign, request.args.get(name + sign, "")) for sign in ("", ">", "<")]
    if not any(value for _, value in asked):
        return True
    if moment is None:
        return False
    at = datetime.fromisoformat(moment)
    return all(_fits(at, sign, value, name) for sign, value in asked if value)


def _fits(at: datetime, sign: str, value: str, name: str) -> bool:
    try:
        bound = datetime.fromisoformat(value)
    except ValueError:
        raise Refused(400, 20001, f"{name} is not a date: {value}") from None
    whole_day = len(value) == len("2026-11-24")
    bound = bound.replace(tzinfo=bound.tzinfo or UTC)
    if sign == "":
        return at.date() == bound.date()
    if sign == ">":
        return at >= bound
    return at <= (datetime.combine(bound.date(), time.max, bound.tzinfo) if whole_day else bound)


def page(name: str, entries: Sequence[Entry], show: Callable[[Entry], dict[str, Any]]) -> Response:
    """One page of a list, in Twilio's form; the entries come newest first."""
    size = _count("PageSize", 50, 1)
    number = _count("Page", 0, 0)
    size = min(size, _LARGEST_PAGE)
    begin = number * size
    part = entries[begin : begin + size]

    def address(wanted: int) -> str:
        kept = [(key, value) for key, value in request.args.items(multi=True) if key not in {"Page", "PageSize"}]
        return f"{request.path}?{urlencode([*kept, ('PageSize', size), ('Page', wanted)])}"

    return jsonify(
        {
            name: [show(entry) for entry in part],
            "page": number,
            "page_size": size,
            "start": begin,
            "end": begin + max(len(part) - 1, 0),
            "uri": address(number),
            "first_page_uri": address(0),
            "next_page_uri": address(number + 1) if begin + size < len(entries) else None,
            "previous_page_uri": address(number - 1) if number else None,
        }
    )


def _count(name: str, default: int, low: int) -> int:
    raw = request.args.get(name, "")
    if raw == "":
        return default
    if not raw.isdecimal() or not low <= int(raw) < 1_000_000:
        raise Refused(400, 20006, f"{name} is not a number from {low}: {raw[:20]}")
    return int(raw)
