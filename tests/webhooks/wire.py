"""A wire to the database that can be frozen (nothing comes through) or cut (nobody is there)."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Lock, Thread


class Wire:
    """Listens on the loopback and passes bytes to and from a unix socket."""

    def __init__(self, server: Path) -> None:
        self._server = server
        self._flowing = Event()
        self._flowing.set()
        self._whole = True
        self._lock = Lock()
        self._ends: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._threads = [Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def freeze(self) -> None:
        """Connections stand and nothing comes through."""
        self._flowing.clear()

    def cut(self) -> None:
        """All connections end, and new ones end at once."""
        self._whole = False
        self._hang_up()

    def mend(self) -> None:
        """All is well again."""
        self._whole = True
        self._flowing.set()

    def close(self) -> None:
        """End everything."""
        self.cut()
        self._flowing.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(5)
        for end in self._ends:
            end.close()

    def _hang_up(self) -> None:
        with self._lock:
            ends = list(self._ends)
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if not self._whole:
                near.close()
                continue
            far = socket.socket(socket.AF_UNIX)
            far.connect(str(self._server))
            with self._lock:
                self._ends |= {near, far}
            for source, sink in ((near, far), (far, near)):
                thread = Thread(target=self._pump, args=(source, sink), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                self._flowing.wait()
                sink.sendall(data)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_RDWR)


@contextmanager
def wire(server: Path) -> Iterator[Wire]:
    """A wire that ends with the test."""
    made = Wire(server)
    try:
        yield made
    finally:
        made.close()
