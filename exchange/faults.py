"""Faults on demand: what the exchange does wrong on purpose, as a carrier does now and then."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from threading import Lock


@dataclass(frozen=True, slots=True)
class Knobs:
    """What is to go wrong. Counts marked «next» go down by one each time."""

    duplicate_requests: int = 0
    """Each voice or text request is sent so many times more, the same to the byte."""
    duplicate_callbacks: int = 0
    """Each status or recording callback is sent so many times more."""
    late_callbacks: float = 0.0
    """Seconds that callbacks come late."""
    reorder_callbacks: bool = False
    """A callback that waits is overtaken by a later one on the same call or text."""
    drop_callbacks: int = 0
    """The next so many callbacks are never sent."""
    lose_answers: int = 0
    """The next so many answers to voice and text requests are lost on the way, as by a broken connection."""
    rest_busy: int = 0
    """The next so many REST requests get 429 (20429)."""
    rest_broken: int = 0
    """The next so many REST requests get 503 and have no effect."""
    rest_lost: int = 0
    """The next so many REST writes take effect, then the connection breaks instead of the answer."""


def turn(knobs: Knobs, wanted: Mapping[str, object]) -> Knobs:
    """Set some knobs by name. Raises ValueError naming the one that is unknown or wrong."""
    kinds: dict[str, type[int] | type[float] | type[bool]] = {
        name: type(value) for name, value in asdict(Knobs()).items()
    }
    values: dict[str, float] = {}
    for name, value in wanted.items():
        if name not in kinds:
            raise ValueError(f"{name}: no such fault; known are {', '.join(kinds)}")
        if kinds[name] is bool:
            if not isinstance(value, bool):
                raise ValueError(f"{name}: {value!r} is not true or false")
        elif isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 3600:
            raise ValueError(f"{name}: {value!r} is not a number from 0 to 3600")
        values[name] = kinds[name](value)
    return replace(knobs, **values)  # type: ignore[arg-type]  # each value was made of its field's own type


class Faults:
    """The knobs in force; safe to use from several threads. Nothing is wrong at the start."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._knobs = Knobs()

    @property
    def knobs(self) -> Knobs:
        """The knobs as they stand."""
        return self._knobs

    def set(self, wanted: Mapping[str, object]) -> None:
        """Turn some knobs. Raises ValueError naming the one that is unknown or wrong."""
        with self._lock:
            self._knobs = turn(self._knobs, wanted)

    def take(self, name: str) -> bool:
        """Whether a «next» fault is due now; it is then used up by one."""
        with self._lock:
            left: int = asdict(self._knobs)[name]
            if left > 0:
                self._knobs = turn(self._knobs, {name: left - 1})
            return left > 0
