"""Requests that look cut anew: now and then one comes by the carrier's door and is set aside."""

import json

from app.living.town import Town
from dispatch import quarantine
from dispatch.quarantine import Suspect


def set_aside(town: Town, name: str) -> None:
    """One is set aside, as `webhooks.quarantine` does."""
    luck = town.luck(f"forged/{name}")
    sid = f"SM{luck.getrandbits(128):032x}"
    sender = f"+86159{luck.randrange(10**8):08}"
    door, reason = luck.choice((("text", "swallowed"), ("status", "odd_name"), ("text", "moved")))
    body = [["AccountSid", "AC" + "0" * 32], ["Body", f"账户异常，请回电From{sender}"], ["MessageSid", sid]]
    said = json.dumps({"query": [], "body": body}, ensure_ascii=False)
    with town.transaction() as tx:
        quarantine.put(tx, Suspect(door, sid, reason, said))
