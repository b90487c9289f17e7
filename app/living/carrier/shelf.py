"""Recordings at the carrier: most are fetched, a few are not there when they are asked for."""

import wave
from io import BytesIO
from random import Random

from app.living.town import Town
from hotline import recordings

_GONE = 0.3  # share of recordings that the carrier lost
_RATE = 8000  # samples a second
_SECONDS = 2


def fetch(town: Town, luck: Random) -> None:
    """Fetch the recording that is due, as `jobs` would; one that is not there is asked for again."""
    there = luck.random() >= _GONE
    with town.transaction() as tx:
        taken = recordings.take_due(tx)
    if taken is None:
        return
    with town.transaction() as tx:
        if there:
            recordings.keep_recording(tx, taken[0], _silence())
            return
        recordings.miss_recording(tx, taken[0], "404 not found")
    _again(town, 1)


def _again(town: Town, tries: int) -> None:
    """It is still not there, until nobody asks any more."""
    if tries < recordings.TRIES:
        town.soon(min(600, 2 ** (tries + 1)) + 1, lambda: _miss(town, tries + 1))


def _miss(town: Town, tries: int) -> None:
    with town.transaction() as tx:
        taken = recordings.take_due(tx)
    if taken is not None:
        with town.transaction() as tx:
            recordings.miss_recording(tx, taken[0], "404 not found")
        _again(town, tries)


def _silence() -> bytes:
    """A sound in which nobody says anything: whoever listens hears that it is a sample."""
    out = BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(_RATE)
        sound.writeframes(b"\x80" * _RATE * _SECONDS)
    return out.getvalue()
