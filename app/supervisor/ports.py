"""The ports of a run: whether they are free, and whether something answers there."""

import contextlib
import errno
import http.client
import socket

from app.trouble import trouble


def check_free(host: str, port: int) -> None:
    """Refuse with a plain word where `port` cannot be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError as error:
            kind = {errno.EADDRINUSE: "in_use", errno.EACCES: "not_allowed"}.get(error.errno or 0, "trouble")
            why = error.strerror or str(error)
            raise trouble(f"app.port.{kind}", port=port, host=host, why=why) from error


def answers(base: str, path: str) -> bool:
    """Whether a page is served (a redirect counts) within a second."""
    connection = http.client.HTTPConnection(base.removeprefix("http://"), timeout=1)
    try:
        with contextlib.closing(connection):
            connection.request("GET", path)
            return connection.getresponse().status < 400
    except (OSError, http.client.HTTPException):
        return False


def listens(base: str) -> bool:
    """Whether somebody accepts connections there."""
    host, _, port = base.removeprefix("http://").rpartition(":")
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=1):
            return True
    except OSError:
        return False
