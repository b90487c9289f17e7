"""The wire to Twilio: its own HTTP client, with our address, waits, and not one hidden retry.

A request that was sent twice behind our back would be a text that arrives twice.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter
from twilio.http.http_client import TwilioHttpClient
from urllib3.exceptions import NewConnectionError

from hotline.carriers.twilio.account import TWILIO, Account

LARGEST = 64 * 1024 * 1024  # bytes of one recording; two hours are less


class TooLarge(Exception):
    """A recording is larger than any that we let be made."""


class Garbled(requests.RequestException):
    """A success whose words are not Twilio's: a proxy's page, half an answer."""


class Wire(TwilioHttpClient):  # type: ignore[misc]  # the package has no types
    """Sends the client's requests to the account's own base address."""

    def __init__(self, account: Account) -> None:
        proxies = {"http": account.proxy, "https": account.proxy} if account.proxy else None
        super().__init__(proxy=proxies)
        self._account = account
        self.told_at = ""
        self.timeout = (account.connect_wait, account.read_wait)
        self.session.trust_env = False  # settings come from one room, not from the environment or a .netrc
        self.session.mount("http://", HTTPAdapter(max_retries=0))
        self.session.mount("https://", HTTPAdapter(max_retries=0))

    def request(self, method: str, url: str, *args: Any, **named: Any) -> Any:
        """One request, once, with our waits. Raises requests' exceptions."""
        answer = super().request(method, self.moved(url), *args, **named)
        self.told_at = (answer.headers or {}).get("Date", "")
        if 200 <= answer.status_code < 300 and answer.status_code != 204 and not _is_object(answer.text):
            raise Garbled("the answer is no JSON object")
        return answer

    def moved(self, url: str) -> str:
        """An address of Twilio's at the account's base. Raises ValueError for any other host."""
        parts, base, home = urlsplit(url), urlsplit(self._account.api_base), urlsplit(TWILIO)
        if parts.netloc not in (home.netloc, base.netloc):
            raise ValueError(f"the client asks for {parts.netloc}: only {home.netloc} is ours to ask")
        path = base.path.rstrip("/") + parts.path
        return urlunsplit((base.scheme, base.netloc, path, parts.query, ""))

    def knock(self, door: str, form: Mapping[str, str], signature: str) -> int:
        """The status with which a door of ours answers. Raises requests' exceptions."""
        headers = {"X-Twilio-Signature": signature} if signature else {}
        answer = self.session.post(door, dict(form), headers=headers, timeout=self.timeout, allow_redirects=False)
        return int(answer.status_code)

    @contextmanager
    def media(self, path: str) -> Iterator[requests.Response]:
        """A file at the account's base, as a stream."""
        with self.session.get(
            self.moved(TWILIO + path),
            auth=(self._account.user, self._account.secret),
            timeout=self.timeout,
            proxies=self.proxy,
            stream=True,
        ) as response:
            yield response


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def body_of(response: requests.Response) -> bytes:
    """The whole body of a streamed answer. Raises TooLarge."""
    gathered = bytearray()
    for piece in response.iter_content(65536):
        gathered += piece
        if len(gathered) > LARGEST:
            raise TooLarge(f"more than {LARGEST} bytes")
    return bytes(gathered)


def never_left(trouble: requests.RequestException) -> bool:
    """Whether a failed request surely did not reach the other side: no connection was made."""
    if isinstance(trouble, requests.exceptions.ConnectTimeout):
        return True
    cause: object = trouble.args[0] if trouble.args else None
    return isinstance(getattr(cause, "reason", cause), NewConnectionError)
