"""Carrying a request to the application: over HTTP, or into a WSGI application in this process."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from threading import local
from typing import Any, Final, Protocol
from urllib.parse import urlencode, urlsplit

import requests
from werkzeug.datastructures import Headers
from werkzeug.test import Client, EnvironBuilder

TIMEOUT: Final = 15.0
"""Seconds in which an answer must be whole."""
_CONNECT: Final = 5.0
_LARGEST: Final = 256 * 1024

Params = Sequence[tuple[str, str]]
Answer = tuple[int, Mapping[str, str], bytes]


class NoConnection(Exception):
    """The application could not be reached, or the connection broke before an answer."""


class TooSlow(Exception):
    """No whole answer within the time."""


class Transport(Protocol):
    """Carries one request; parameters of a POST are its form. Raises NoConnection or TooSlow."""

    def __call__(self, method: str, url: str, params: Params, headers: Mapping[str, str]) -> Answer:
        """Send it and give status, headers and body."""
        ...


class HttpTransport:
    """Over HTTP, with a session for each thread; redirects are not followed, proxies not asked."""

    def __init__(self) -> None:
        self._mine = local()

    def __call__(self, method: str, url: str, params: Params, headers: Mapping[str, str]) -> Answer:
        """Send it and give status, headers and body."""
        end = time.monotonic() + TIMEOUT
        try:
            answer = self._session().request(
                method,
                url,
                data=_form(method, params),
                headers={**headers, **_form_header(method)},
                timeout=(_CONNECT, TIMEOUT),
                allow_redirects=False,
                stream=True,
            )
            with answer:
                return answer.status_code, answer.headers, _whole(answer, end)
        except requests.ConnectTimeout as trouble:
            raise NoConnection(f"no connection within {_CONNECT:.0f} s") from trouble
        except requests.Timeout as trouble:
            raise TooSlow(f"no answer within {TIMEOUT:.0f} s") from trouble
        except (requests.RequestException, ValueError) as trouble:
            if time.monotonic() >= end:
                raise TooSlow(f"no whole answer within {TIMEOUT:.0f} s") from trouble
            raise NoConnection(str(trouble)) from trouble

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._mine, "session", None)
        if session is None:
            session = self._mine.session = requests.Session()
            session.trust_env = False
        return session


def _whole(answer: requests.Response, end: float) -> bytes:
    body = b""
    for piece in answer.iter_content(16 * 1024):
        body += piece
        if time.monotonic() > end:
            raise requests.Timeout
        if len(body) > _LARGEST:
            break
    return body


def _form(method: str, params: Params) -> bytes | None:
    return None if method == "GET" else urlencode(params).encode()


def _form_header(method: str) -> dict[str, str]:
    return {} if method == "GET" else {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}


Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class WsgiTransport:
    """Into a WSGI application in this process, for tests without sockets."""

    def __init__(self, application: Wsgi) -> None:
        self._application = application

    def __call__(self, method: str, url: str, params: Params, headers: Mapping[str, str]) -> Answer:
        """Call the application and give status, headers and body."""
        parts = urlsplit(url)
        raw = parts.path + (f"?{parts.query}" if parts.query else "")
        heads = Headers({**headers, **_form_header(method)})
        builder = EnvironBuilder(
            path=parts.path,
            base_url=f"{parts.scheme}://{parts.netloc}/",
            query_string=parts.query,
            method=method,
            data=_form(method, params),
            headers=heads,
        )
        environ = {**builder.get_environ(), "REQUEST_URI": raw, "RAW_URI": raw, "REMOTE_ADDR": "127.0.0.1"}
        body, status, answered = Client(self._application).run_wsgi_app(environ, buffered=True)
        return int(status.split()[0]), dict(answered), b"".join(body)
