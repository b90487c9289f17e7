"""Answers of the REST interface that do not arrive: the connection breaks, or the client waits in vain."""

import contextlib
import select
import socket
from typing import Final

from flask import Response, g, request

from exchange.faults import Faults

LOST: Final = "X-Exchange-Lost"
"""Header of an answer that was not to arrive; over a socket the connection is broken too."""

LATE: Final = "X-Exchange-Late"
"""Header of an answer that was not to arrive in the client's time; over a socket none comes in PATIENCE."""

PATIENCE: Final = 60.0
"""Seconds that a client may wait for an answer that does not come; then the connection breaks."""


def never_answer() -> Response:
    """Take no notice of the request, and let the client wait."""
    _let_wait()
    return Response(headers={LATE: "1"})


def lose(faults: Faults, answer: Response) -> Response:
    """Keep the answer to a write that took effect from arriving, where that is due."""
    if not g.get("write") or answer.status_code >= 300:
        return answer
    if faults.take("rest_lost"):
        answer.headers[LOST] = "1"
        _break()
    elif faults.take("rest_slow"):
        answer.headers[LATE] = "1"
        _let_wait()
    return answer


def _let_wait() -> None:
    """Hold a socket until the client has gone."""
    line = request.environ.get("werkzeug.socket")
    if line is not None:
        select.select([line], [], [], PATIENCE)
        _break()


def _break() -> None:
    line = request.environ.get("werkzeug.socket")
    if line is not None:
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
