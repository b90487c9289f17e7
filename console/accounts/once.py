"""Passwords that we make up: to be told once and changed by whoever gets it."""

import secrets

# Without letters and digits that are taken for each other when read aloud or written down.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _LENGTH = 4, 4


def one_time_password() -> str:
    """Four groups of four: nearly 80 bits, and easy to read out."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(_LENGTH)) for _ in range(_GROUPS))
