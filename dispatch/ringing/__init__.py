"""Ringing people: an order until somebody takes it, a worker and a resident together, a resident for the verdict.

Here stands what only writes rows and may be called from anywhere. What answers and ends of calls bring about is in
`answering`, `ordering`, `relaying` and `ends`, which stand above the loop and the duty table.
"""

from dispatch.outbox import put_call
from dispatch.ringing.placing import CannotRing, ask_by_call, relay, ring_for_order, ring_new

__all__ = ["CannotRing", "ask_by_call", "put_call", "relay", "ring_for_order", "ring_new"]
