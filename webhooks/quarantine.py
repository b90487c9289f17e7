"""Before the doors: what may have been cut anew is set aside, answered neutrally, and asked about later.

A person's text is never lost by it: `hotline.confirming` asks the carrier what it really has.
"""

import json
from collections.abc import Callable, Sequence
from types import MappingProxyType

from flask import Response, g

from dispatch.inbox import Answer
from dispatch.quarantine import Suspect
from webhooks.answers import NOTHING_TO_SAY, taken_or_again
from webhooks.guard import Knock
from webhooks.parts import DoorParts
from webhooks.request.body import Pair
from webhooks.request.recut import About, doubt, sid_of
from webhooks.voice import Promptly

View = Callable[..., Response]
KEPT_AS = MappingProxyType(
    {
        About.turn: "voice",
        About.dialed: "voice",
        About.call: "status",
        About.text: "text",
        About.receipt: "status",
        About.recording: "recording",
    }
)
_VOICE = (About.turn, About.dialed)


class Quarantine:
    """Looks at requests before their doors do."""

    def __init__(self, parts: DoorParts, promptly: Promptly) -> None:
        self._parts = parts
        self._promptly = promptly

    def before(self, view: View, about: Callable[[Knock], About], neutral: Answer = NOTHING_TO_SAY) -> View:
        """The view, for requests that can be trusted; the others get the neutral answer once they are kept."""

        def looked_at(**place: object) -> Response:
            knock: Knock = g.knock
            kind = about(knock)
            reason = doubt(kind, knock.pairs, knock.query)
            if not reason:
                return view(**place)
            self._parts.note("webhooks.quarantined", {"about": str(kind), "line": knock.line.id, "reason": reason})
            return self._answer(knock, kind, reason, neutral)

        return looked_at

    def _answer(self, knock: Knock, kind: About, reason: str, neutral: Answer) -> Response:
        suspect = Suspect(KEPT_AS[kind], sid_of(kind, knock.pairs, knock.query), reason, _said(knock))

        def set_aside() -> Answer:
            with self._parts.door.transaction(knock.line) as tx:
                self._parts.deeds.set_aside(tx, suspect)
            return neutral

        if kind in _VOICE:
            return self._promptly.answer(neutral, set_aside)
        return taken_or_again(self._parts, "quarantine", set_aside)


def _said(knock: Knock) -> str:
    """What was said, as JSON for the vault: names and values of the query and, in their order, of the body."""
    return json.dumps({"query": _plain(knock.query), "body": _plain(sorted(set(knock.pairs)))}, ensure_ascii=False)


def _plain(pairs: Sequence[Pair]) -> list[tuple[str, str]]:
    return [(_text(name), _text(value)) for name, value in pairs]


def _text(said: bytes) -> str:
    return said.decode("utf-8", "backslashreplace")
