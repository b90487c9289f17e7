"""Closed-loop load over HTTP: each client sends its next request when the last one is answered.

One thread with an epoll and requests made beforehand, so that the two cores are left to what is measured.
"""

import selectors
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import quantiles

_STALLED = 20.0  # seconds without any answer


@dataclass(frozen=True, slots=True)
class Figures:
    """Of answered requests: how many, in how many seconds, and each one's seconds."""

    count: int
    seconds: float
    each: tuple[float, ...]

    @property
    def rate(self) -> float:
        """Answered requests per second."""
        return self.count / self.seconds

    def ms(self, percent: int) -> float:
        """A percentile of the answering time, in milliseconds."""
        return quantiles(self.each, n=100, method="inclusive")[percent - 1] * 1000


class _Client:
    def __init__(self, port: int, requests: Iterator[bytes]) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), 5)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self._requests = requests
        self._got = b""
        self._sent_at = 0.0

    def send(self) -> bool:
        request = next(self._requests, None)
        if request is None:
            return False
        self._got = b""
        self._sent_at = time.perf_counter()
        self.socket.sendall(request)
        return True

    def receive(self) -> tuple[int, float] | None:
        """The status and the seconds of an answer that is whole."""
        got = self.socket.recv(65536)
        if not got:
            raise RuntimeError("the server closed a connection without an answer")
        self._got += got
        head, found, body = self._got.partition(b"\r\n\r\n")
        if not found or len(body) < _length(head):
            return None
        return int(head[9:12]), time.perf_counter() - self._sent_at


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


def drive(port: int, requests: Iterator[bytes], clients: int, seconds: float, status: int = 200) -> Figures:
    """Send for so many seconds with so many clients. Raises RuntimeError where an answer has another status."""
    everybody = [_Client(port, requests) for _ in range(clients)]
    each: list[float] = []
    began = time.perf_counter()
    try:
        with selectors.DefaultSelector() as selector:
            for client in everybody:
                selector.register(client.socket, selectors.EVENT_READ, client)
            under_way = sum(client.send() for client in everybody)
            while under_way:
                ready = selector.select(_STALLED)
                if not ready:
                    raise RuntimeError(f"no answer within {_STALLED} s")
                for key, _ in ready:
                    answer = key.data.receive()
                    if answer is None:
                        continue
                    if answer[0] != status:
                        raise RuntimeError(f"answered {answer[0]}, not {status}")
                    each.append(answer[1])
                    if time.perf_counter() - began > seconds or not key.data.send():
                        under_way -= 1
        return Figures(len(each), time.perf_counter() - began, tuple(each))
    finally:
        for client in everybody:
            client.socket.close()
