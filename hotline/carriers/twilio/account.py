"""What the adapter must know: whose account, by which key, at which address."""

from dataclasses import dataclass, field

TWILIO = "https://api.twilio.com"


@dataclass(frozen=True, slots=True)
class Account:
    """An account and how to reach it.

    `user` and `secret` are the account's SID and token, or an API key and its secret. `public_base` is where
    the carrier finds our doors. With `messaging_service` texts leave through that service's senders. Waits in
    seconds. `proxy` is an address, or empty.
    """

    sid: str
    user: str
    secret: str = field(repr=False)
    public_base: str
    api_base: str = TWILIO
    messaging_service: str = ""
    connect_wait: float = 3.0
    read_wait: float = 10.0
    proxy: str = ""
