"""What a form does, once: a form that is sent twice gets the first one's answer and does nothing more."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from console.resident.known import Known
from dispatch import inbox
from dispatch.inbox import Answer
from dispatch.transaction import Tx

KIND = "web"


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a form: what is said (in the language of the page), and the case that it opened, if it did."""

    said: str = ""
    opened: Known | None = None


class Changed(Exception):
    """The same form came before with other words; `before` is what came of it."""

    def __init__(self, before: Done) -> None:
        super().__init__()
        self.before = before


def before(tx: Tx, key: str, facts: str) -> Done | None:
    """What came of this form already; None: it is the first, go on, and `settle` it. Call before anything else in
    `tx`. Raises Changed."""
    answered = inbox.claim(tx, KIND, key)
    if answered is None:
        return None
    done = _read(answered.body)
    if answered.facts != facts:
        raise Changed(done)
    return done


def settle(tx: Tx, key: str, facts: str, done: Done) -> None:
    """Keep what came of it, for whoever sends it again."""
    inbox.settle(tx, KIND, key, Answer(200, "application/json", _written(done), facts))


def _written(done: Done) -> bytes:
    of = done.opened
    opened = [of.number, of.office, str(of.id), of.at.isoformat()] if of is not None else None
    return json.dumps({"said": done.said, "opened": opened}).encode()


def _read(body: bytes) -> Done:
    found = json.loads(body)
    if found["opened"] is None:
        return Done(found["said"])
    number, office, id_, at = found["opened"]
    return Done(found["said"], Known(number, office, UUID(id_), datetime.fromisoformat(at)))
