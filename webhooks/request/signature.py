"""Who is there: Twilio's signature over our own address, the raw query and what was sent.

The address is the *configured* public base with the request's raw path and query. The Host header and
forwarded headers are the caller's to choose, and a decoded query is no longer what was signed.
One pass and constant-time comparison; `twilio.request_validator` is the oracle in the tests.
"""

import hmac
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha1, sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

Pairs = Sequence[tuple[bytes, bytes]]

_ALGORITHMS = {"HMAC_SHA1": sha1, "HMAC_SHA256": sha256}
_DEFAULT_PORT = {"http": 80, "https": 443}


def raw_target(environ: Mapping[str, Any]) -> str:
    """Path and query as they stood in the request line, undecoded.

    Servers that keep no request line give the path decoded; ours are plain ASCII, so that is the same.
    """
    for name in ("RAW_URI", "REQUEST_URI"):
        if environ.get(name):
            return str(environ[name])
    path = f"{environ.get('SCRIPT_NAME', '')}{environ.get('PATH_INFO', '')}"
    query = environ.get("QUERY_STRING", "")
    return f"{path}?{query}" if query else path


def algorithm_named(settings: str) -> str:
    """The algorithm that the header X-Twilio-Webhooks-Signature-Settings names; HMAC_SHA1 without one."""
    for part in settings.split(","):
        name, _, value = part.partition("=")
        if name.strip() == "algorithm" and value.strip():
            return value.strip().upper()
    return "HMAC_SHA1"


def base_forms(public_base: str) -> tuple[bytes, ...]:
    """The public base without and with its port: Twilio is inconsistent, and signs now one, now the other.

    Raises ValueError for a base that is no plain http(s) address.
    """
    parts = urlsplit(public_base)
    plain = parts.scheme in _DEFAULT_PORT and parts.hostname and not (parts.query or parts.fragment)
    if not plain or "@" in parts.netloc:
        raise ValueError(f"public base {public_base!r} is no plain address: give https://host[:port][/path]")
    port = parts.port or _DEFAULT_PORT[parts.scheme]
    host = parts.netloc.removesuffix(f":{parts.port}")
    path = parts.path.rstrip("/")
    return tuple(f"{parts.scheme}://{place}{path}".encode() for place in (host, f"{host}:{port}"))


class Verifier:
    """Says whether a request was signed with one of our tokens, for our address. Never raises."""

    def __init__(self, public_base: str, tokens: Iterable[str]) -> None:
        self._bases = base_forms(public_base)
        secrets = [token.encode() for token in tokens if token]
        self._keys = {
            name: [hmac.new(secret, digestmod=digest) for secret in secrets] for name, digest in _ALGORITHMS.items()
        }

    def form(self, target: str, pairs: Pairs, signature: str, algorithm: str = "HMAC_SHA1") -> bool:
        """For a form: every name with each of its values is signed, whatever it is called."""
        said = b"".join(name + value for name, value in sorted(set(pairs)))
        return self._signed(target, said, signature, algorithm)

    def json(self, target: str, body: bytes, signature: str, algorithm: str = "HMAC_SHA1") -> bool:
        """For JSON: the signed query must hold the body's hash, else the body would go unchecked."""
        given = parse_qs(target.partition("?")[2], errors="replace").get("bodySHA256", [""])[0]
        same = hmac.compare_digest(sha256(body).hexdigest().encode(), given.encode())
        return self._signed(target, b"", signature, algorithm) and same

    def _signed(self, target: str, said: bytes, signature: str, algorithm: str) -> bool:
        try:
            address, given = target.encode("latin-1"), signature.encode("latin-1")
        except UnicodeEncodeError:  # no WSGI server makes such a string
            return False
        if address.find(b"?") == len(address) - 1:
            address = address[:-1]  # an empty query is not signed
        good = False
        for key in self._keys.get(algorithm, ()):
            for base in self._bases:
                mac = key.copy()
                mac.update(base + address + said)
                good |= hmac.compare_digest(b64encode(mac.digest()), given)
        return good
