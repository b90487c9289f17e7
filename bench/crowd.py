"""Open live streams, read by one thread: when each of them was told of which case."""

import json
import selectors
import socket
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class Crowd:
    """`told` has the moments at which the streams were first told of a case, `begun` those that were answered."""

    sockets: list[socket.socket] = field(default_factory=list)
    told: dict[str, list[float]] = field(default_factory=dict)
    begun: set[socket.socket] = field(default_factory=set)
    ended: int = 0

    def __post_init__(self) -> None:
        self._watch = selectors.DefaultSelector()
        self._parts: dict[socket.socket, bytes] = {}
        self._seen: set[tuple[int, str]] = set()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def join(self, web: str, cookie: str) -> None:
        """One more stream."""
        where = urlsplit(web)
        made = socket.create_connection((where.hostname or "", where.port or 80), 10)
        made.sendall(f"GET /live HTTP/1.1\r\nHost: {where.netloc}\r\nCookie: {cookie}\r\n\r\n".encode())
        made.setblocking(False)
        self.sockets.append(made)
        self._parts[made] = b""
        self._watch.register(made, selectors.EVENT_READ)

    def _read(self) -> None:
        while not self._done.is_set():
            ready = self._watch.select(0.05)
            for key, _ in ready:
                self._take(key.fileobj)  # type: ignore[arg-type]

    def _take(self, one: socket.socket) -> None:
        got = one.recv(65536)
        now = time.time()
        if not got:
            self.ended += 1
            self._watch.unregister(one)
            return
        *lines, self._parts[one] = (self._parts[one] + got).split(b"\n")
        for line in lines:
            if line.startswith(b"event: beat"):
                self.begun.add(one)
            elif line.startswith(b'data: {"case"'):
                self._hear(one, str(json.loads(line[6:])["case"]), now)

    def _hear(self, one: socket.socket, case: str, now: float) -> None:
        if (one.fileno(), case) not in self._seen:
            self._seen.add((one.fileno(), case))
            self.told.setdefault(case, []).append(now)

    def close(self) -> None:
        """End all streams."""
        self._done.set()
        self._thread.join()
        for one in self.sockets:
            one.close()
