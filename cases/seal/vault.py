"""The vault: what identifies a person, and what they said, sealed with keys that the database never sees.

Sealed with AES-256-GCM; the row's id and the column's name are bound in, so that a sealed value cannot be
moved to another row. Numbers are looked up by a keyed hash.
"""

import hmac
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from os import urandom
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_VERSION = b"\x01"
_NONCE = 12


class VaultError(Exception):
    """A sealed value cannot be opened: another key, a moved or a changed value."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The vault's keys, 32 bytes each: `seal` for values, `index` for looking numbers up."""

    seal: bytes = field(repr=False)
    index: bytes = field(repr=False)

    @staticmethod
    def read(stored: Mapping[str, str]) -> "Keys":
        """Keys from their stored form (base64). Raises VaultError that names what is wrong."""
        found = {}
        for name in ("seal", "index"):
            try:
                found[name] = b64decode(stored[name], validate=True)
            except (KeyError, ValueError) as trouble:
                raise VaultError(f"vault key {name!r} is missing or not base64") from trouble
            if len(found[name]) != 32:
                raise VaultError(f"vault key {name!r} has {len(found[name])} bytes: 32 are needed")
        return Keys(**found)


class Vault:
    """Seals and opens values."""

    def __init__(self, keys: Keys) -> None:
        self._aead = AESGCM(keys.seal)
        self._index = keys.index

    def seal(self, row: UUID, column: str, value: str | bytes) -> bytes:
        """`value` sealed for this row and column."""
        plain = value.encode() if isinstance(value, str) else value
        nonce = urandom(_NONCE)
        return _VERSION + nonce + self._aead.encrypt(nonce, plain, _bound(row, column))

    def open_bytes(self, row: UUID, column: str, sealed: bytes) -> bytes:
        """The bytes sealed for this row and column. Raises VaultError."""
        sealed = bytes(sealed)
        if sealed[:1] != _VERSION:
            raise VaultError(f"{column} of {row} has an unknown sealing version")
        body = sealed[1:]
        try:
            return self._aead.decrypt(body[:_NONCE], body[_NONCE:], _bound(row, column))
        except InvalidTag as trouble:
            raise VaultError(f"{column} of {row} does not open with this key") from trouble

    def open(self, row: UUID, column: str, sealed: bytes) -> str:
        """The text sealed for this row and column. Raises VaultError."""
        return self.open_bytes(row, column, sealed).decode()

    def number_hash(self, office: UUID, number: str) -> bytes:
        """The keyed hash under which a number is found within an office."""
        return hmac.digest(self._index, office.bytes + number.encode(), sha256)


def _bound(row: UUID, column: str) -> bytes:
    return row.bytes + column.encode()
