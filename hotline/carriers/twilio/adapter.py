"""The carrier port spoken to Twilio through its own client, which is loaded at the first use."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from hotline.carriers.port import (
    CallOut,
    Capabilities,
    CarrierSilent,
    Later,
    ListedCall,
    ListedText,
    Missing,
    Outcome,
    Reason,
    Refused,
    Sent,
    Sound,
    TextOut,
    TextsIn,
    TextsOut,
    Unknown,
)
from hotline.carriers.twilio.account import Account
from hotline.carriers.twilio.errors import judge
from hotline.events import Media

if TYPE_CHECKING:
    from hotline.carriers.twilio.wire import Wire

LONGEST_BODY = 1600
PAGE = 200
MOST_LISTED = 5_000
_MOST_MEDIA = 10  # a text has no more
_SLACK = timedelta(minutes=2)  # their clock and ours


class TwilioCarrier:
    """One account at Twilio, or at whoever speaks its API."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._wire: Wire | None = None
        self._loaded: Any = None

    @property
    def capabilities(self) -> Capabilities:
        """Everything; which of it a country allows is known only by trying."""
        return Capabilities(TextsIn.any, TextsOut.free, call=True, record=True, bridge=True, steer=True)

    def send_text(self, text: TextOut) -> Outcome:
        """Hand a text over."""
        if not text.body.strip() or len(text.body) > LONGEST_BODY:
            return Refused("body", Reason.bad_body)
        service = self._account.messaging_service
        sender = {"messaging_service_sid": service} if service else {"from_": text.line.number}
        return self._make(
            lambda: self._client.messages.create(
                to=text.to,
                body=text.body,
                status_callback=self._ours(text.status_path),
                **sender,
            )
        )

    def place_call(self, call: CallOut) -> Outcome:
        """Ring somebody."""
        return self._make(
            lambda: self._client.calls.create(
                to=call.to,
                from_=call.line.number,
                url=self._ours(call.path),
                method="POST",
                status_callback=self._ours(call.status_path),
                status_callback_event=["initiated", "ringing", "answered", "completed"],
                status_callback_method="POST",
                timeout=call.ring_seconds,
            )
        )

    def look_up(self, text: TextOut, since: datetime, known: Collection[str] = ()) -> Sent | None:
        """The text in Twilio's list with the same receiver and words, made since; None if there is none.

        A text that waits there has no moment of sending by which Twilio could choose, so we choose by when it was made.
        """
        rows = self._list(lambda: self._client.messages.list(to=text.to, limit=MOST_LISTED, page_size=PAGE))
        words = text.body.split()  # white space may have been changed on the way
        ours = [r for r in rows if r.sid not in known and _asked_for(r.direction) and _made(r, since)]
        same = [r for r in ours if (r.body or "").split() == words]
        return Sent(same[-1].sid) if same else None  # the list is newest first

    def look_up_call(self, call: CallOut, since: datetime, known: Collection[str] = ()) -> Sent | None:
        """The call in Twilio's list from our line to that number, made since; None if there is none.

        A call that has not begun yet has no start by which Twilio could choose, so we choose.
        """
        rows = self._list(
            lambda: self._client.calls.list(to=call.to, from_=call.line.number, limit=PAGE, page_size=PAGE)
        )
        fresh = [r for r in rows if r.sid not in known and _asked_for(r.direction) and _made(r, since)]
        return Sent(fresh[-1].sid) if fresh else None  # the list is newest first

    def fetch_recording(self, sid: str) -> Sound | Missing | Later:
        """A recording's sound, as WAV."""
        from hotline.carriers.twilio.wire import TooLarge, body_of

        path = f"/2010-04-01/Accounts/{self._account.sid}/Recordings/{sid}.wav"
        try:
            with self._open_wire().media(path) as response:
                if response.status_code in (404, 410):
                    return Missing(f"HTTP {response.status_code}")
                if response.status_code != 200:
                    return Later(f"HTTP {response.status_code}")
                return Sound(body_of(response), response.headers.get("Content-Type", "audio/x-wav"))
        except TooLarge as trouble:
            return Missing(str(trouble))
        except OSError as trouble:  # all of requests' troubles are OSErrors
            return Later(type(trouble).__name__)

    def delete_recording(self, sid: str) -> bool:
        """Have a recording deleted; one that is gone already counts."""
        done = self._make(lambda: _Deleted(sid, self._client.recordings(sid).delete()))
        return isinstance(done, Sent) or (isinstance(done, Refused) and done.code in ("20404", "404"))

    def list_messages(self, since: datetime) -> list[ListedText]:
        """What Twilio holds of texts both ways since then. Raises CarrierSilent."""
        rows = self._list(
            lambda: self._client.messages.list(date_sent_after=_utc(since), limit=MOST_LISTED, page_size=PAGE)
        )
        return [_text(row) for row in rows]

    def list_calls(self, since: datetime) -> list[ListedCall]:
        """What Twilio holds of calls both ways since then. Raises CarrierSilent."""
        rows = self._list(
            lambda: self._client.calls.list(start_time_after=_utc(since), limit=MOST_LISTED, page_size=PAGE)
        )
        return [_call(row) for row in rows]

    def find_text(self, sid: str) -> ListedText | None:
        """One text with what is attached to it. Raises CarrierSilent."""
        row = self._find(lambda: self._client.messages(sid).fetch())
        if row is None:
            return None
        text = _text(row)
        if not text.media_count:
            return text
        attached = self._find(lambda: self._client.messages(sid).media.list(limit=_MOST_MEDIA)) or []
        base = self._account.api_base.rstrip("/")
        named = [Media(base + each.uri.removesuffix(".json"), each.content_type or "") for each in attached]
        return replace(text, media=tuple(named))

    def find_call(self, sid: str) -> ListedCall | None:
        """One call. Raises CarrierSilent."""
        row = self._find(lambda: self._client.calls(sid).fetch())
        return _call(row) if row is not None else None

    def _ours(self, path: str) -> str:
        """The whole address of one of our doors."""
        return self._account.public_base.rstrip("/") + path

    @property
    def account(self) -> Account:
        """Whose account it is."""
        return self._account

    @property
    def told_at(self) -> str:
        """When Twilio's last answer was given by its own clock, as it writes moments; empty before the first."""
        return self._open_wire().told_at

    def ask(self, question: Callable[[Any], Any]) -> Any:
        """Whatever else Twilio's own client can do, once. Raises CarrierSilent."""
        return self._list(lambda: question(self._client))

    def knock(self, door: str, form: Mapping[str, str], signature: str) -> int:
        """The HTTP status with which one of our own doors answers this form. Raises CarrierSilent."""
        return int(self._list(lambda: self._open_wire().knock(door, form, signature)))

    @property
    def _client(self) -> Any:
        if self._loaded is None:
            from twilio.rest import Client

            account = self._account
            self._loaded = Client(
                account.user,
                account.secret,
                account.sid,
                http_client=self._open_wire(),
                environment={"TWILIO_EDGE": ""},  # an empty mapping would make it read the real environment
            )
        return self._loaded

    def _open_wire(self) -> "Wire":
        if self._wire is None:
            from hotline.carriers.twilio.wire import Wire

            self._wire = Wire(self._account)
        return self._wire

    def _make(self, ask: Callable[[], Any]) -> Outcome:
        """Do something at Twilio once, and say what became of it."""
        from requests import RequestException
        from twilio.base.exceptions import TwilioException

        from hotline.carriers.twilio.wire import never_left

        try:
            sid = ask().sid
        except TwilioException as trouble:
            status, code = getattr(trouble, "status", 0), getattr(trouble, "code", None)
            return judge(status, code, str(getattr(trouble, "msg", trouble)))
        except RequestException as trouble:
            name = type(trouble).__name__
            return Later(name) if never_left(trouble) else Unknown(name)
        return Sent(sid) if sid else Unknown("an answer without a SID")

    def _find(self, ask: Callable[[], Any]) -> Any:
        """What Twilio has there; None where it has nothing."""
        try:
            return self._list(ask)
        except CarrierSilent as trouble:
            if getattr(trouble.__cause__, "status", 0) == 404:
                return None
            raise

    def _list(self, ask: Callable[[], Any]) -> Any:
        from requests import RequestException
        from twilio.base.exceptions import TwilioException

        try:
            return ask()
        except (TwilioException, RequestException) as trouble:
            raise CarrierSilent(f"it could not be read: {type(trouble).__name__}") from trouble


class _Deleted:
    """The answer to a deletion, in the shape of the other answers."""

    def __init__(self, sid: str, done: bool) -> None:
        self.sid = sid if done else ""


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _made(row: Any, since: datetime) -> bool:
    """Whether something was made since then, by Twilio's clock and ours; where Twilio does not say, it may be."""
    return row.date_created is None or row.date_created >= _utc(since - _SLACK)


def _inbound(direction: str | None) -> bool:
    return direction == "inbound"


def _asked_for(direction: str | None) -> bool:
    """Whether it left because we asked the API: a leg that a call dials is listed too, between the same numbers."""
    return direction == "outbound-api"


def _text(row: Any) -> ListedText:
    whom, count = (row.from_ or "", row.to or ""), str(row.num_media or "0")
    attached = int(count) if count.isdigit() else 0
    return ListedText(row.sid, *whom, row.body or "", row.status or "", _inbound(row.direction), _at(row), attached)


def _call(row: Any) -> ListedCall:
    return ListedCall(row.sid, row._from or "", row.to or "", row.status or "", _inbound(row.direction), row.start_time)


def _at(row: Any) -> datetime | None:
    found: datetime | None = row.date_sent or row.date_created
    return found
