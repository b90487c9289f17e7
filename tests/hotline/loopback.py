"""A small web server on the loopback that writes down what it is asked and answers what it was told to."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

from tests.hotline.twilio_contract import Request


@dataclass(frozen=True)
class Reply:
    """An answer; `hang` closes the connection without one, `wait` seconds come before it."""

    status: int = 200
    body: bytes = b"{}"
    content_type: str = "application/json"
    hang: bool = False
    wait: float = 0.0

    @staticmethod
    def of(status: int, /, **values: object) -> "Reply":
        return Reply(status, json.dumps(values).encode())


@dataclass
class Desk:
    """The server's address, what it heard, and what it answers next (the last answer stays)."""

    base: str
    heard: list[Request] = field(default_factory=list)
    answer: Callable[[Request], Reply] = lambda request: Reply()


@contextmanager
def serve() -> Iterator[Desk]:
    desk = Desk("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 5

        def _take(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Request(self.command, self.path, headers, self.rfile.read(size))
            desk.heard.append(request)
            reply = desk.answer(request)
            if reply.wait:
                stopped.wait(reply.wait)
            if reply.hang:
                self.close_connection = True
                return
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        do_GET = do_POST = do_DELETE = _take

        def log_message(self, format: str, *args: object) -> None:
            return

    stopped = Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    desk.base = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield desk
    finally:
        stopped.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
