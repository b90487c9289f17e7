"""Passwords: made into argon2 hashes, checked, and judged fit."""

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from cases.phrases import Message, msg

SHORTEST = 10
LONGEST = 200  # a longer one would only cost us time

_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """The argon2id hash under which a password is stored."""
    return _hasher.hash(password)


def is_right(stored: str | None, password: str) -> bool:
    """Whether the password belongs to the hash. Without a hash (no such account) it takes as long."""
    try:
        return _hasher.verify(stored or _nobody(), password[:LONGEST]) and stored is not None
    except (Argon2Error, InvalidHashError):
        return False


def renewed(stored: str, password: str) -> str | None:
    """A new hash where the stored one was made with weaker settings than today's."""
    return hash_password(password) if _hasher.check_needs_rehash(stored) else None


def unfit(password: str) -> Message | None:
    """Why a new password is refused; None where it will do."""
    if len(password) < SHORTEST:
        return msg("console.password.short", least=SHORTEST)
    if len(password) > LONGEST:
        return msg("console.password.long", most=LONGEST)
    if len(set(password)) < 4:
        return msg("console.password.simple")
    return None


@lru_cache(maxsize=1)
def _nobody() -> str:
    return hash_password("nobody has this password")
