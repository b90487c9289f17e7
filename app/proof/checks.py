"""`hotline check`: the invariants that need more than one database query: the carrier's own list (ACK) and
the chain with its checkpoint file (CHAIN), beside those of dispatch.reads.checks."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from app.proof.checkpoints import Checkpoints
from app.wiring import House
from cases.phrases import msg
from dispatch.models import inbox
from dispatch.reads import checks
from dispatch.reads.checks import Broken
from hotline.carriers.port import CarrierSilent

_BACK = timedelta(days=2)  # how far the carrier's list is read
_GRACE = timedelta(seconds=60)  # what was accepted is stored within this


def run_checks(house: House) -> list[Broken]:
    """Every row that breaks an invariant; none where all is well."""
    found = []
    for office in house.offices:
        with house.door.transaction(office) as tx:
            found += checks.broken(tx)
    return found + _acknowledged(house) + _chain(house)


def _chain(house: House) -> list[Broken]:
    with house.door.found() as conn:
        breaks = Checkpoints(house).breaks(conn)
    return [Broken("CHAIN", str(b.case_id or "checkpoints.jsonl"), b.text) for b in breaks]


def _acknowledged(house: House) -> list[Broken]:
    """What the carrier accepted for us and we do not have (INV-ACK)."""
    with house.door.transaction(house.offices[0]) as tx:
        now = tx.now
    ours = {line.number for line in house.lines.values()}
    listed: dict[tuple[str, str], datetime | None] = {}
    for carrier in set(house.carriers.values()):
        try:
            texts, calls = carrier.list_messages(now - _BACK), carrier.list_calls(now - _BACK)
        except CarrierSilent as error:
            return [Broken("ACK", "carrier", msg("desk.check.carrier_silent", detail=str(error)))]
        listed |= {("text", text.sid): text.at for text in texts if text.inbound and text.to in ours}
        listed |= {("voice", f"{call.sid}/0"): call.at for call in calls if call.inbound and call.to in ours}
    old = [key for key, at in listed.items() if at is None or at < now - _GRACE]
    with house.door.found() as conn:
        known = {
            (row.kind, row.key)
            for row in conn.execute(sa.select(inbox.c.kind, inbox.c.key).where(inbox.c.received_at > now - _BACK * 2))
        }
    return [Broken("ACK", " ".join(key), msg("desk.check.no_request_of_ours")) for key in old if key not in known]
