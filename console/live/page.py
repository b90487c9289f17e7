"""/live: the stream of what changed, for whoever is signed in."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from secrets import randbelow
from time import monotonic

from flask import Blueprint, Response, request

from console.entry.guard import me
from console.live import wire
from console.live.hub import Box, Hub, Viewer, piece
from console.parts import ConsoleParts
from dispatch.people.accounts import Account
from dispatch.reads import stream
from dispatch.transaction import DatabaseAway

BEAT = 15.0  # seconds between heartbeats
LIFE = 300.0  # seconds; then the browser comes back, with whatever cookie it has by then
RETRY = (500, 2500)  # milliseconds: not all come back at the same moment
HEADERS = {
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # a proxy that gathers answers would hold events back
}


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between heartbeats, and those that a stream lives."""

    beat: float = BEAT
    life: float = LIFE


PACE = Pace()


def make_blueprint(parts: ConsoleParts, pace: Pace = PACE) -> Blueprint:
    """The stream. It begins after `Last-Event-ID` (a browser that comes back), else after `?from=` (a page that
    was just read), else now."""
    blueprint = Blueprint("live", __name__)
    hub = Hub(parts.door, parts.wait, parts.ending)

    @blueprint.get("/live", endpoint="stream")
    def live() -> Response:
        since = request.headers.get("Last-Event-ID") or request.args.get("from") or ""
        reader = Reader(hub, me(), pace)
        return Response(reader.pieces(since), mimetype="text/event-stream", headers=HEADERS)

    return blueprint


@dataclass(frozen=True, slots=True)
class Reader:
    """One open stream, and whose it is."""

    hub: Hub
    account: Account
    pace: Pace
    tick: Callable[[], float] = monotonic

    def pieces(self, since: str) -> Iterator[bytes]:
        """What is sent, until the session, the process or this stream's time ends, or the database is away: the
        browser comes back by itself."""
        yield wire.retry(RETRY[0] + randbelow(RETRY[1]))  # also says that the stream is open
        try:
            box = self.hub.join(self.account)
        except DatabaseAway:
            return
        try:
            yield from self._opening(since, box.viewer)
            yield from self._following(box)
        except DatabaseAway:
            return
        finally:
            self.hub.leave(box)

    def _opening(self, since: str, viewer: Viewer) -> Iterator[bytes]:
        """What was missed."""
        place = stream.parse(since)
        if place is not None:
            found = self.hub.news(place)
            if missed := piece(found, place, viewer):
                yield missed
            yield wire.beat(found.position)
        elif (here := self.hub.position) is not None:
            yield wire.reset(here) if since else wire.beat(here)

    def _following(self, box: Box) -> Iterator[bytes]:
        end = self.tick() + self.pace.life
        while self.tick() < end:
            # Read before the box: what is put into it later is not claimed to have been sent.
            here = self.hub.position
            sent = box.take(self.pace.beat)
            if sent is None or here is None:
                return
            yield sent or wire.beat(here)
