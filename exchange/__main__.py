"""`python -m exchange`: the exchange as a process of its own, on this machine only."""

import argparse
import contextlib
import fcntl
import json
import logging
import os
import re
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any, Final

from werkzeug.serving import BaseWSGIServer, make_server

from exchange import texts
from exchange.clock import RealClock
from exchange.control import application
from exchange.ledger import LedgerTrouble
from exchange.legs import recording
from exchange.lines import Line, parse_line
from exchange.rest import dialing
from exchange.switch import Switch
from exchange.wire.asking import Account
from exchange.wire.transport import HttpTransport

HOST: Final = "127.0.0.1"


class Trouble(Exception):
    """The exchange cannot start; the text says why and what to do."""


def main(words: Sequence[str] | None = None) -> int:
    """Run until SIGTERM or Ctrl-C; gives the exit code."""
    asked = _parser().parse_args(words)
    try:
        _run(asked)
    except (Trouble, LedgerTrouble) as trouble:
        print(f"exchange: {trouble}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="exchange", description="A telephone exchange that speaks Twilio's API, on this machine only."
    )
    parser.add_argument("--port", type=int, required=True, help="port on 127.0.0.1; 0: any free one, printed")
    parser.add_argument("--data", type=Path, required=True, help="folder for ledger and recordings")
    parser.add_argument("--account", required=True, help="account sid: AC and 32 hexadecimal digits")
    parser.add_argument("--token-file", type=Path, required=True, help="file with the account's auth token")
    parser.add_argument("--api-key", default="", help="sid of an API key that may be used beside the token")
    parser.add_argument("--api-secret-file", type=Path, help="file with the API key's secret")
    parser.add_argument("--numbers", type=Path, help="JSON file: list of our numbers with their webhooks")
    return parser


def _run(asked: argparse.Namespace) -> None:
    account = _account(asked)
    numbers = _numbers(asked.numbers)
    with contextlib.ExitStack() as open_things:
        line = open_things.enter_context(_listen(asked.port))
        open_things.enter_context(_alone(asked.data))
        switch = Switch(account, HttpTransport(), RealClock(), asked.data)
        open_things.callback(switch.close)
        if numbers is not None:
            switch.set_lines(numbers)
        port = line.getsockname()[1]
        switch.base = f"http://{HOST}:{port}"
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        server = make_server(HOST, port, application(switch), threaded=True, fd=line.fileno())
        _end_on_signal(switch)
        texts.resume(switch)
        dialing.resume(switch)
        recording.resume(switch)
        print(f"exchange: {switch.base}", flush=True)
        _serve(server)


def _serve(server: BaseWSGIServer) -> None:
    with contextlib.suppress(KeyboardInterrupt):
        server.serve_forever(poll_interval=3600)


def _end_on_signal(switch: Switch) -> None:
    """End at once: what was accepted is on disk, and calls under way end with the exchange."""

    def end(_signal: int, _frame: object) -> None:
        os._exit(0)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)


def _account(asked: argparse.Namespace) -> Account:
    if not re.fullmatch(r"AC[0-9a-f]{32}", asked.account):
        raise Trouble(f"--account {asked.account!r} is no account sid; it is AC and 32 of 0-9, a-f")
    if bool(asked.api_key) != bool(asked.api_secret_file):
        raise Trouble("--api-key and --api-secret-file go together; give both or neither")
    secret = _secret(asked.api_secret_file) if asked.api_secret_file else ""
    return Account(asked.account, _secret(asked.token_file), asked.api_key, secret)


def _secret(path: Path) -> str:
    word = _read(path).strip()
    if not re.fullmatch(r"[!-~]{8,200}", word):
        raise Trouble(f"{path} holds no token: one word of 8 to 200 ASCII characters")
    return word


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as trouble:
        raise Trouble(f"{path} cannot be read: {getattr(trouble, 'strerror', None) or trouble}") from None


def _numbers(path: Path | None) -> list[Line] | None:
    if path is None:
        return None
    try:
        raw: Any = json.loads(_read(path))
        listed = raw["numbers"] if isinstance(raw, dict) else raw
        if not isinstance(listed, list):
            raise ValueError("not a list of numbers")
        return [parse_line(each) for each in listed]
    except (ValueError, KeyError) as trouble:
        raise Trouble(f"{path}: {_said(trouble)}") from None


def _said(trouble: Exception) -> str:
    return "no list of numbers" if isinstance(trouble, KeyError) else str(trouble)


def _listen(port: int) -> socket.socket:
    if not 0 <= port <= 65535:
        raise Trouble(f"--port {port} is no port; it is a number from 0 to 65535")
    line = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        line.bind((HOST, port))
    except OSError as trouble:
        line.close()
        raise Trouble(f"port {port} of {HOST} cannot be had: {trouble.strerror}; try another") from None
    line.listen(128)
    return line


def _alone(folder: Path) -> IO[bytes]:
    """Hold the folder for this process, so that no other exchange writes the same ledger."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        held = (folder / "exchange.lock").open("ab")
    except OSError as trouble:
        raise Trouble(f"{folder} cannot be written: {trouble.strerror}; name another --data") from None
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        held.close()
        raise Trouble(f"{folder} is in use by another exchange; end that or name another --data") from None
    return held


if __name__ == "__main__":
    sys.exit(main())
