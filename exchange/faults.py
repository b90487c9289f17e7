"""Faults on demand: what the exchange does wrong on purpose, as a carrier does now and then."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from threading import Lock


@dataclass(frozen=True, slots=True)
class Knobs:
    """What is to go wrong. Counts marked «next» go down by one each time; all are off at 0.

    Callbacks are what is sent about a call, a text or a recording beside the documents that are asked for:
    call progress, receipts, recording statuses. Requests for documents («voice or text requests») are never
    late, reordered, shuffled or dropped: there a caller waits.
    """

    duplicate_requests: int = 0
    """Each voice or text request is sent so many times more, the same to the byte."""
    duplicate_callbacks: int = 0
    """Each status or recording callback is sent so many times more."""
    late_callbacks: float = 0.0
    """Seconds that callbacks come late."""
    reorder_callbacks: bool = False
    """A callback that waits is overtaken by a later one on the same call, text or recording."""
    shuffle_callbacks: int = 0
    """A seed from 1 to 3600: callbacks that wait on the same call, text or recording are sent in an order drawn
    from it. Of no effect where only one waits; `Exchange.held` brings those of several into one order."""
    drop_callbacks: int = 0
    """The next so many callbacks are never sent."""
    lose_answers: int = 0
    """The next so many answers to voice and text requests are lost on the way, as by a broken connection."""
    rest_busy: int = 0
    """The next so many REST requests get 429 (20429) and have no effect."""
    rest_broken: int = 0
    """The next so many REST requests get 503 and have no effect."""
    rest_timeout: int = 0
    """The next so many REST requests get no answer at all and have no effect."""
    rest_lost: int = 0
    """The next so many REST writes take effect, then the connection breaks instead of the answer."""
    rest_slow: int = 0
    """The next so many REST writes take effect, but no answer comes for as long as the client waits (60 s)."""
    failed_deliveries: int = 0
    """The next so many texts of ours end undelivered, with error 30003, 30005 or 30006 in turn. Of no effect on
    texts that come in, and on those that a phone's own `messages` already spoil."""
    no_receipts: int = 0
    """The next so many texts of ours arrive, but the receipt never comes: they stay at «sent», also in REST."""
    absent_recordings: int = 0
    """The next so many recordings are announced to <Record>'s action, then turn out absent: the callback says so
    where `absent` is among its events, and there is no file. Of no effect on silence, which is absent anyway."""
    late_recordings: float = 0.0
    """Seconds after which a recording's file and its callback come; until then its address gives 404."""


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

    def take(self, name: str) -> int:
        """How many of a «next» fault are still due, this one counted (0: none); it is used up by one."""
        with self._lock:
            left: int = asdict(self._knobs)[name]
            if left > 0:
                self._knobs = turn(self._knobs, {name: left - 1})
            return left
