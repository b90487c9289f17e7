"""The carrier of a world: the exchange in this process, which outlives every fault and is the outside truth."""

import contextlib
import logging
import random
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from werkzeug.serving import make_server

from exchange import texts
from exchange.caller import Caller
from exchange.clock import RealClock
from exchange.control import application, call
from exchange.lines import Line, parse_line
from exchange.switch import Switch
from exchange.wire.asking import Account, Question
from exchange.wire.transport import Answer, HttpTransport, NoConnection, Params, TooSlow

NUMBER = "+862166660000"
ACCOUNT = Account("AC" + "c" * 32, "5ca1ab1e" * 4)


class Carrier:
    """An exchange with its REST interface on a port, and the hands of the people who call and text.

    `doubling` is the share of its requests that come twice at once.
    """

    def __init__(self, folder: Path, port: int, hooks_port: int) -> None:
        self.doubling = 0.0
        self._chance = random.Random(port)
        self._carry = HttpTransport()
        self.switch = Switch(ACCOUNT, self._transport, RealClock(workers=12), folder)
        # It never dies here: its ledger needs no disk under it.
        self.switch.ledger._base.execute("PRAGMA synchronous = OFF")
        self.line = _line(f"http://127.0.0.1:{hooks_port}/webhooks/twilio/main")
        self.switch.set_line(self.line)
        self.switch.base = f"http://127.0.0.1:{port}"
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        server = make_server("127.0.0.1", port, application(self.switch), threaded=True)
        threading.Thread(target=server.serve_forever, name="exchange", daemon=True).start()

    def _transport(self, method: str, url: str, params: Params, headers: Mapping[str, str]) -> Answer:
        """A request to us; the share `doubling` of them is on its way twice at the same moment."""
        if self._chance.random() < self.doubling:
            threading.Thread(target=self._carry_once_more, args=(method, url, params, headers), daemon=True).start()
        return self._carry(method, url, params, headers)

    def _carry_once_more(self, *request: Any) -> None:
        with contextlib.suppress(NoConnection, TooSlow):
            self._carry(*request)

    def text(self, number: str, body: str) -> str:
        """Somebody texts; the SID."""
        sid, _ = texts.receive(self.switch, self.line, texts.Incoming(number, NUMBER, body))
        return sid

    def call(self, number: str, caller: Caller) -> str:
        """Somebody calls and talks to the end; the SID."""
        return str(call(self.switch, self.line, number, caller)["sid"])

    def deliver_again(self, about: str, chance: random.Random) -> None:
        """One of the requests about a call or text once more, as a carrier does that saw no answer."""
        made = self.switch.ledger.list("request", about=about)
        if made:
            entry = chance.choice(made)
            params = tuple(entry["params"].items())
            self.switch.asker.ask(Question(entry["kind"], about, entry["url"], entry["method"], params))

    def entries(self, kind: str) -> list[dict[str, Any]]:
        """The ledger."""
        return self.switch.ledger.list(kind)

    @property
    def quiet(self) -> bool:
        """Whether it has nothing left to tell us."""
        return self.switch.callbacks.waiting() == 0


def _line(doors: str) -> Line:
    return parse_line(
        {
            "number": NUMBER,
            "friendly_name": "main",
            "voice_url": f"{doors}/voice",
            "sms_url": f"{doors}/sms",
            "voice_fallback_url": f"{doors}/fallback",
            "sms_fallback_url": f"{doors}/fallback",
            "status_callback": f"{doors}/status",
        }
    )
