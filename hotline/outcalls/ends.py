"""What the carrier says of a call that we placed: what came of connecting it, and how it goes and ends."""

from cases.phrases import msg
from dispatch.outbox import ORDER_CALL, RELAY_CALL
from dispatch.ringing import ends, relaying
from dispatch.ringing.at_hand import count, hear, look
from dispatch.transaction import Tx
from hotline import twiml
from hotline.events import DialedIn, OutStatusIn
from hotline.outcalls.turns import last
from hotline.twiml import Document, Hangup

_SPOKE = ("completed", "answered")


def take_dialed(tx: Tx, said: DialedIn) -> str:
    """What came of connecting worker and resident; the document that ends the worker's call."""
    ring = look(tx, said.ref)
    if ring is None or ring.purpose not in (RELAY_CALL, ORDER_CALL):
        return twiml.write(Document((Hangup(),)))
    if said.status in _SPOKE and (said.seconds or 0) >= 1:
        relaying.connected(tx, ring, said.sid, said.seconds or 0)
        return twiml.write(last(tx, ring.lang, msg("hotline.call.relay_done")))
    hear(tx, ring, said.sid, "in-progress")
    if count(tx, ring) or ring.purpose == ORDER_CALL:
        relaying.miss(tx, ring, said.status)
    return twiml.write(last(tx, ring.lang, msg("hotline.call.relay_missed")))


def take_out_status(tx: Tx, said: OutStatusIn) -> None:
    """The carrier's word on a call of ours; it may come twice, late, before the key that was pressed in it."""
    ring = look(tx, said.ref)
    if ring is None:
        return
    hear(tx, ring, said.sid, said.status)
    ends.call_over(tx, ring, said.status)
