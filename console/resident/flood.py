"""Too many from one place: how often a visitor may do something, kept in memory.

Each process counts for itself and forgets when it ends: this keeps a machine from filling the office's day, it
decides nothing that must hold. What must hold (tries at a code) is counted in the database.
"""

import time
from collections import OrderedDict, deque
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import IPv6Address, ip_address

from flask import request


@dataclass(slots=True)
class Limit:
    """At most so many within a span, for each key. Of `keys` the longest silent is forgotten first. Not frozen: it
    counts."""

    most: int
    within: timedelta
    tick: Callable[[], float] = time.monotonic
    keys: int = 20_000
    _seen: OrderedDict[str, deque[float]] = field(default_factory=OrderedDict)

    def is_full(self, key: str) -> bool:
        """Whether this key had all that it may have for now."""
        return len(self._recent(key)) >= self.most

    def count(self, key: str) -> None:
        """One more of this key."""
        recent = self._recent(key)
        recent.append(self.tick())
        self._seen[key] = recent
        self._seen.move_to_end(key)
        if len(self._seen) > self.keys:
            self._seen.popitem(last=False)

    def passes(self, key: str) -> bool:
        """Whether there is room for one more, which is counted."""
        if self.is_full(key):
            return False
        self.count(key)
        return True

    def _recent(self, key: str) -> deque[float]:
        recent = self._seen.get(key) or deque(maxlen=self.most)
        since = self.tick() - self.within.total_seconds()
        while recent and recent[0] <= since:
            recent.popleft()
        return recent


def client(proxies: Collection[str]) -> str:
    """The address that this request comes from, an IPv6 one by its network: a household has many of those.

    `proxies` are ours: the last address in X-Forwarded-For is what they saw. Nobody else's header counts.
    """
    peer = request.remote_addr or ""
    if peer in proxies and (told := request.headers.get("X-Forwarded-For", "")):
        peer = told.rpartition(",")[2].strip()
    try:
        address = ip_address(peer)
    except ValueError:
        return peer[:64]
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped) if mapped else address.exploded[:19]
    return str(address)
