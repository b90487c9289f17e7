"""The rehearsal exchange, asked over HTTP for the telephones that the page shows."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import requests

from console.phone.parts import PhoneTrouble

_PATIENCE = 20.0  # seconds; an answer may wait for what our own doors say


class ExchangeTelephones:
    """Telephones of the exchange at this address; the token stays here."""

    def __init__(self, exchange: str, token: str) -> None:
        self._exchange = exchange
        self._token = token

    def look(self, number: str, since: int) -> Mapping[str, Any]:
        """What a telephone shows; texts from `since` on."""
        return self._ask("GET", f"hands/{quote(number)}?since={since}")

    def hold(self, number: str, since: int) -> Mapping[str, Any]:
        """The same, and it rings here from now on."""
        return self._ask("PUT", f"hands/{quote(number)}?since={since}")

    def text(self, number: str, line: str, body: str) -> str:
        """Text our line; the SID."""
        return str(self._ask("POST", "texts", {"from": number, "to": line, "body": body})["sid"])

    def dial(self, number: str, line: str) -> str:
        """Call our line; the SID."""
        return str(self._ask("POST", f"hands/{quote(number)}/calls", {"to": line})["call"]["sid"])

    def act(self, number: str, sid: str, deed: str, given: Mapping[str, str]) -> None:
        """Do something in a call."""
        self._ask("POST", f"hands/{quote(number)}/calls/{quote(sid)}/{deed}", given)

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        headers = {"Authorization": f"Bearer {self._token}"}
        try:
            with requests.Session() as session:
                session.trust_env = False
                answer = session.request(
                    method, f"{self._exchange}/exchange/{path}", json=body, headers=headers, timeout=_PATIENCE
                )
            said: Mapping[str, Any] = answer.json()
        except (requests.RequestException, ValueError) as error:
            raise PhoneTrouble(str(error), away=True) from error
        if answer.status_code != 200:
            raise PhoneTrouble(str(said.get("error") or said.get("message") or answer.status_code))
        return said
