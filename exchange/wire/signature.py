"""Twilio's signature over a request: HMAC-SHA1 of exact URL and sorted parameters, base64. Pure."""

import base64
import hashlib
import hmac
from collections.abc import Iterable


def sign(token: str, url: str, params: Iterable[tuple[str, str]] = ()) -> str:
    """The X-Twilio-Signature of a request to `url` with these form parameters (none for GET)."""
    joined = "".join(name + value for name, value in sorted(set(params)))
    mac = hmac.new(token.encode(), (url + joined).encode(), hashlib.sha1)
    return base64.b64encode(mac.digest()).decode()
