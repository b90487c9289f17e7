"""What several tests of commands need: an application on a socket."""

from collections.abc import Callable, Iterator
from threading import Thread

import pytest
from flask import Flask
from werkzeug.serving import make_server


@pytest.fixture
def serve() -> Iterator[Callable[[Flask], str]]:
    """Serves applications on loopback until the test is over; each gets its address."""
    servers = []

    def begin(app: Flask) -> str:
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.port}"

    yield begin
    for server, thread in servers:
        server.shutdown()
        thread.join(5)
        server.server_close()
