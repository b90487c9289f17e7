"""Twilio's answers that are no success, told apart: never, not now, perhaps.

The codes are from Twilio's error dictionary. A code that is not listed counts by its HTTP status.
"""

from types import MappingProxyType

from hotline.carriers.port import Hindrance, Later, Reason, Refused, Unknown

_NEVER = MappingProxyType(
    {
        21610: Reason.opted_out,
        21211: Reason.bad_number,  # not a valid To
        21217: Reason.bad_number,
        21219: Reason.bad_number,  # not verified (trial account)
        21421: Reason.bad_number,
        21608: Reason.bad_number,  # not verified (trial account)
        21214: Reason.bad_number,  # To cannot be reached
        21265: Reason.bad_number,  # a short code
        21266: Reason.bad_number,  # To and From are the same
        21215: Reason.no_texts,  # geographic permission
        21216: Reason.no_texts,  # blocked number
        21408: Reason.no_texts,  # region not enabled
        21612: Reason.no_texts,  # not reachable by text
        21614: Reason.no_texts,  # a landline
        21635: Reason.no_texts,
        21602: Reason.bad_body,
        21605: Reason.bad_body,
        21617: Reason.bad_body,
        21619: Reason.bad_body,
        21210: Reason.bad_sender,
        21212: Reason.bad_sender,
        21603: Reason.bad_sender,
        21606: Reason.bad_sender,
        21659: Reason.bad_sender,
        21660: Reason.bad_sender,
        21661: Reason.bad_sender,
        21701: Reason.bad_sender,
        21703: Reason.bad_sender,
    }
)
# What the carrier tells afterwards of a text that it took.
_UNDELIVERED = MappingProxyType(
    {
        30002: Reason.bad_sender,  # the account was suspended meanwhile
        30003: Reason.unreachable,
        30004: Reason.blocked,
        30005: Reason.bad_number,  # unknown, or no longer in service
        30006: Reason.no_texts,  # a landline, or a carrier that cannot be reached
        30007: Reason.filtered,
        30008: Reason.other,
        30032: Reason.bad_sender,  # a toll-free number that was not verified
        30034: Reason.bad_sender,  # a number that was not registered
        30035: Reason.bad_sender,
    }
)


def reason_of(code: str) -> Reason:
    """Why a text was not accepted or not delivered, by Twilio's code; other where the code is none that we know."""
    number = int(code) if code.isdecimal() else 0
    return _UNDELIVERED.get(number) or _NEVER.get(number) or Reason.other


# Too many requests, too many calls or texts at once: not processed.
_BUSY = frozenset({20429, 21611, 14107})
# A wrong or closed key, a suspended account: not processed, and whoever mends it finds the texts still waiting.
_CREDENTIALS = frozenset({20003, 20005, 20006, 20008, 20403})
_CREDENTIALS_STATUS = frozenset({401, 403, 407})


def judge(status: int, code: int | None, words: str) -> Refused | Later | Unknown:
    """What an answer with this HTTP status and this code of Twilio's means for what we asked."""
    trouble = f"HTTP {status}, code {code or 'none'}: {words}"[:300]
    if status >= 500:
        return Unknown(trouble)
    if code in _BUSY or status == 429:
        return Later(trouble, why=Hindrance.busy)
    if code in _CREDENTIALS or status in _CREDENTIALS_STATUS:
        return Later(trouble, why=Hindrance.credentials)
    if code is not None and code in _NEVER:
        return Refused(str(code), _NEVER[code])
    if 400 <= status < 500 and status != 408:
        return Refused(str(code or status), Reason.other)
    return Unknown(trouble)
