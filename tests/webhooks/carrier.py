"""A carrier as Twilio is one: its parameters, its way to write a form, signatures by its own library."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote_plus

from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from dispatch.lines import Line

ACCOUNT = "AC" + "0123456789abcdef" * 2
TOKENS = ("primary-token-of-the-tests", "secondary-token-of-the-tests")
SUB_ACCOUNT, SUB_TOKEN = "AC" + "5" * 32, "token-of-our-sub-account"
BASE = "https://hotline.example"
LINE = Line("main", "+862166660000", "xingfu")
FORM = "application/x-www-form-urlencoded"

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Carrier:
    """Makes requests as Twilio does. Every signature is made by Twilio's library, never by ours."""

    account: str = ACCOUNT
    token: str = TOKENS[0]
    base: str = BASE

    def sid(self, prefix: str, number: int) -> str:
        return f"{prefix}{number:032x}"

    def text(self, number: int = 1, body: str = "三号楼二单元没有电", **more: str) -> list[tuple[str, str]]:
        sid = self.sid("SM", number)
        said = {
            **{"MessageSid": sid, "SmsSid": sid, "SmsMessageSid": sid, "AccountSid": self.account},
            **{
                "From": "+8613800000001",
                "To": LINE.number,
                "Body": body,
                "NumMedia": "0",
                "NumSegments": "1",
            },
            **{"SmsStatus": "received", "ApiVersion": "2010-04-01", "FromCity": "", "ToCountry": "CN"},
        }
        return list({**said, **more}.items())

    def turn(self, number: int = 1, **more: str) -> list[tuple[str, str]]:
        said = {
            **{"CallSid": self.sid("CA", number), "AccountSid": self.account, "From": "+8613800000001"},
            **{
                "To": LINE.number,
                "CallStatus": "ringing",
                "Direction": "inbound",
                "ApiVersion": "2010-04-01",
            },
            **{"Caller": "+8613800000001", "Called": LINE.number, "FromCity": "SHANGHAI", "FromZip": ""},
        }
        return list({**said, **more}.items())

    def call_status(self, number: int = 1, status: str = "completed", **more: str) -> list[tuple[str, str]]:
        return self.turn(
            number,
            **{"CallStatus": status, "CallDuration": "61", "SequenceNumber": "3", "Duration": "2", **more},
        )

    def receipt(self, number: int = 1, status: str = "delivered", **more: str) -> list[tuple[str, str]]:
        sid = self.sid("SM", number)
        said = {
            **{"MessageSid": sid, "SmsSid": sid, "MessageStatus": status, "SmsStatus": status},
            **{
                "AccountSid": self.account,
                "From": LINE.number,
                "To": "+8613800000001",
                "ApiVersion": "2010-04-01",
            },
        }
        return list({**said, **more}.items())

    def recording(self, number: int = 1, status: str = "completed", **more: str) -> list[tuple[str, str]]:
        sid = self.sid("RE", number)
        said = {
            **{"RecordingSid": sid, "CallSid": self.sid("CA", number), "AccountSid": self.account},
            **{"RecordingStatus": status, "RecordingDuration": "12", "RecordingChannels": "1"},
            **{"RecordingUrl": f"https://api.twilio.com/{sid}", "ErrorCode": "0"},
        }
        return list({**said, **more}.items())

    def signature(self, target: str, pairs: Pairs = ()) -> str:
        made: str = RequestValidator(self.token).compute_signature(self.base + target, MultiDict(pairs))
        return made

    def headers(self, target: str, pairs: Pairs = ()) -> dict[str, str]:
        return {"X-Twilio-Signature": self.signature(target, pairs), "I-Twilio-Idempotency-Token": "7f0c"}


def encode(pairs: Pairs) -> bytes:
    """A form as Twilio's Java client writes it."""
    return "&".join(f"{quote_plus(name)}={quote_plus(value, safe='*')}" for name, value in pairs).encode()
