"""What may be said at the doors: each known name with one value, identifiers, numbers and counts matched whole.

A name that is not known is ignored however often it comes: Twilio adds parameters without notice. A known name
that comes again with the same value says nothing new: Twilio's signature is over the set of names and values, so
the two requests are one and the same to it, and so they are to us. With another value it is refused.
"""

from collections.abc import Collection, Sequence
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from cases.report import is_caller
from webhooks.request.body import Pair

_E164 = r"\+[1-9][0-9]{6,14}"
_SHORT = r"[0-9]{3,20}"  # service numbers, and the long numbers of text gateways
_HIDDEN = r"(?i:anonymous|restricted|unavailable|unknown|blocked|private)?"
_OTHER = r"(?i:sips?|client):[^\s]{1,255}"  # callers that have no number
_ODD = r"\+?[0-9]{1,32}"  # what exchanges on the way make of a number: no number that could be rung
HUNG_UP = "hangup"  # keyed by nobody: the caller ended the recording by hanging up


def _sid(prefix: str) -> StringConstraints:
    return StringConstraints(pattern=f"^(?:{prefix})[0-9a-fA-F]{{32}}$")


CallSid = Annotated[str, _sid("CA")]
MessageSid = Annotated[str, _sid("SM|MM")]
RecordingSid = Annotated[str, _sid("RE")]
AccountSid = Annotated[str, _sid("AC")]
NoCallSid = Annotated[str, StringConstraints(pattern="^(?:CA[0-9a-fA-F]{32})?$")]
NoRecordingSid = Annotated[str, StringConstraints(pattern="^(?:RE[0-9a-fA-F]{32})?$")]
Number = Annotated[str, StringConstraints(pattern=f"^(?:{_E164}|{_SHORT})$")]
Called = Annotated[str, StringConstraints(pattern=f"^(?:{_E164}|{_SHORT}|{_HIDDEN}|{_OTHER})$")]
Caller = Annotated[str, StringConstraints(pattern=f"^(?:{_ODD}|{_HIDDEN}|{_OTHER})$")]
Status = Annotated[str, StringConstraints(pattern="^[a-z]{1,20}(?:[-_][a-z]{1,20})?$")]
NoStatus = Annotated[str, StringConstraints(pattern="^(?:[a-z]{1,20}(?:[-_][a-z]{1,20})?)?$")]
Digits = Annotated[str, StringConstraints(pattern=f"^(?:[0-9*#A-Dw]{{0,64}}|{HUNG_UP})$")]
Count = Annotated[str, StringConstraints(pattern="^[0-9]{0,10}$")]
Seconds = Annotated[str, StringConstraints(pattern="^(?:-1|[0-9]{0,6})$")]  # Twilio says -1 for "not known"
Share = Annotated[str, StringConstraints(pattern=r"^(?:[0-9]{1,3}(?:\.[0-9]{1,20})?(?:[eE]-[0-9]{1,2})?)?$")]
Bridged = Annotated[str, StringConstraints(pattern="^(?:true|false)?$")]
MediaCount = Annotated[str, StringConstraints(pattern="^(?:10|[0-9])$")]
Address = Annotated[str, StringConstraints(pattern=r"^https?://[^\s]{1,2000}$")]
MimeType = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,100}(?:;[\x20-\x7e]{0,100})?$")]


class Form(BaseModel):
    """What every request says."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    account: AccountSid = Field(alias="AccountSid")


class VoiceForm(Form):
    """A turn of a call."""

    sid: CallSid = Field(alias="CallSid")
    caller: Caller = Field(alias="From")
    called: Called = Field(alias="To")
    call_status: Status = Field(alias="CallStatus")
    digits: Digits = Field("", alias="Digits")
    speech: str = Field("", alias="SpeechResult")
    confidence: Share = Field("", alias="Confidence")
    recording: NoRecordingSid = Field("", alias="RecordingSid")
    recording_seconds: Seconds = Field("", alias="RecordingDuration")
    parent: NoCallSid = Field("", alias="ParentCallSid")
    dialed: NoStatus = Field("", alias="DialCallStatus")
    dialed_seconds: Seconds = Field("", alias="DialCallDuration")


class TextForm(Form):
    """A text that came in. `media` holds (address, content type)."""

    sid: MessageSid = Field(alias="MessageSid")
    sender: Number = Field(alias="From")
    receiver: Number = Field(alias="To")
    body: str = Field(alias="Body")
    media_count: MediaCount = Field("0", alias="NumMedia")
    media: tuple[tuple[Address, MimeType], ...] = Field((), alias="media")
    same_sid: MessageSid | None = Field(None, alias="SmsMessageSid")
    old_sid: MessageSid | None = Field(None, alias="SmsSid")

    @model_validator(mode="after")
    def _agree(self) -> "TextForm":
        if {self.same_sid or self.sid, self.old_sid or self.sid} != {self.sid}:
            raise ValueError("SmsSid and SmsMessageSid name another message than MessageSid")
        if len(self.media) != int(self.media_count):
            raise ValueError("NumMedia counts other media than are named")
        return self


class CallStatusForm(Form):
    """The carrier's word on a call."""

    sid: CallSid = Field(alias="CallSid")
    status: Status = Field(alias="CallStatus")
    sequence: Count = Field("", alias="SequenceNumber")
    seconds: Seconds = Field("", alias="CallDuration")
    caller: Caller = Field("", alias="From")
    called: Called = Field("", alias="To")
    parent: NoCallSid = Field("", alias="ParentCallSid")


class ReceiptForm(Form):
    """The carrier's word on a text of ours."""

    sid: MessageSid = Field(alias="MessageSid")
    status: Status = Field(alias="MessageStatus")
    sequence: Count = Field("", alias="SequenceNumber")
    error: Count = Field("", alias="ErrorCode")


class DialedForm(Form):
    """What came of connecting a call with somebody else."""

    sid: CallSid = Field(alias="CallSid")
    status: Status = Field(alias="DialCallStatus")
    leg: NoCallSid = Field("", alias="DialCallSid")
    seconds: Seconds = Field("", alias="DialCallDuration")
    bridged: Bridged = Field("", alias="DialBridged")


class RecordingForm(Form):
    """The carrier's word on a recording."""

    sid: RecordingSid = Field(alias="RecordingSid")
    call: CallSid = Field(alias="CallSid")
    status: Status = Field(alias="RecordingStatus")
    seconds: Seconds = Field("", alias="RecordingDuration")


_FORMS = (VoiceForm, TextForm, CallStatusForm, ReceiptForm, DialedForm, RecordingForm)
_MEDIA = {f"Media{what}{n}" for what in ("Url", "ContentType") for n in range(10)}
KNOWN = frozenset({str(field.alias) for form in _FORMS for field in form.model_fields.values()} - {"media"} | _MEDIA)

F = TypeVar("F", bound=Form)


class Misfit(ValueError):
    """What was said does not fit. The message names the parameters, never their values."""


def read(form: type[F], pairs: Sequence[Pair], accounts: Collection[str]) -> F:
    """The request's known parameters as a form of ours; raises Misfit where one does not fit."""
    values = _known_once(pairs)
    try:
        given = form.model_validate({**values, "media": _media(values)})
    except ValidationError as trouble:
        raise Misfit("; ".join(_faults(trouble))) from None
    if given.account not in accounts:
        raise Misfit("AccountSid: is not ours")
    return given


def _known_once(pairs: Sequence[Pair]) -> dict[str, str]:
    values: dict[str, str] = {}
    for raw_name, value in dict.fromkeys(pairs):
        name = raw_name.decode("ascii", "replace")
        if name not in KNOWN:
            continue
        if name in values:
            raise Misfit(f"{name}: came more than once, with different values")
        values[name] = value.decode("utf-8", "replace")
    return values


def _media(values: dict[str, str]) -> list[tuple[str, str]]:
    """The media named, in their order; a half of one that is missing is empty, and will not fit."""
    named = [n for n in range(10) if f"MediaUrl{n}" in values or f"MediaContentType{n}" in values]
    return [(values.get(f"MediaUrl{n}", ""), values.get(f"MediaContentType{n}", "")) for n in named]


def _faults(trouble: ValidationError) -> list[str]:
    return [f"{'.'.join(str(step) for step in fault['loc'])}: {fault['msg']}" for fault in trouble.errors()]


def verbatim(pairs: Sequence[Pair], name: str) -> str:
    """A value as it came, for the vault: bytes that are no UTF-8 are written out instead of being lost."""
    for raw_name, value in pairs:
        if raw_name == name.encode():
            return value.decode("utf-8", "backslashreplace")
    return ""


def number_of(caller: str) -> str:
    """The caller's number, or empty where it is withheld, keyed as a word, or no number at all."""
    return caller if is_caller(caller) else ""


def keyed(digits: str) -> str:
    """The keys that were pressed: none where the caller hung up."""
    return "" if digits == HUNG_UP else digits


def whole(text: str) -> int | None:
    """A count that was said; None where it was not, or is not known."""
    return int(text) if text.isdigit() else None


def share(text: str) -> float | None:
    """A confidence from 0 to 1; None where it was not said or makes no sense."""
    value = float(text) if text else None
    return value if value is not None and value <= 1 else None
