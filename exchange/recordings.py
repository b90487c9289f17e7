"""Recordings: a real small WAV for what was said (8 kHz, 16 bit, one channel), and the words beside it."""

import math
import wave
from array import array
from pathlib import Path
from typing import Final

RATE: Final = 8000
_LETTER_SECONDS: Final = 0.25


class Recordings:
    """The folder that recordings are kept in."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def length(self, text: str, longest: int) -> int:
        """Whole seconds that the words take to be said, `longest` at most."""
        return min(max(math.ceil(len(text) * _LETTER_SECONDS), 1), longest)

    def make(self, sid: str, text: str, longest: int) -> int:
        """Record the words, a tone for each letter; gives the length in whole seconds, `longest` at most."""
        seconds = self.length(text, longest)
        sound = self._folder / f"{sid}.wav"
        passing = sound.with_suffix(".part")
        with wave.open(str(passing), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(_tones(text, seconds))
        sound.with_suffix(".txt").write_text(text, encoding="utf-8", errors="replace")
        passing.rename(sound)
        return seconds

    def sound(self, sid: str) -> bytes | None:
        """The WAV of a recording."""
        path = self._folder / f"{sid}.wav"
        return path.read_bytes() if path.is_file() else None

    def remove(self, sid: str) -> None:
        """Delete a recording and its words."""
        for ending in (".wav", ".txt"):
            (self._folder / f"{sid}{ending}").unlink(missing_ok=True)


def _tones(text: str, seconds: int) -> bytes:
    step = max(int(_LETTER_SECONDS * RATE), 1)
    samples = array("h")
    for letter in (text or " ")[: math.ceil(seconds / _LETTER_SECONDS)]:
        pitch = 0.0 if letter.isspace() else 180 + ord(letter) % 400
        samples.extend(int(6000 * math.sin(2 * math.pi * pitch * place / RATE)) for place in range(step))
    total = seconds * RATE
    samples.extend([0] * max(total - len(samples), 0))
    return samples[:total].tobytes()
