"""`hotline check`: the invariants that need more than one database query: the carrier's own list (ACK) and
the chain with its checkpoint file (CHAIN), and whether the search's index follows (SEARCH), beside those of
dispatch.reads.checks."""

from datetime import UTC, datetime, timedelta

from app.proof.history import Proof, prove
from app.wiring import House
from cases.phrases import msg
from dispatch.reads import checks
from dispatch.reads.checks import Broken
from dispatch.search import standing
from hotline.carriers.port import CarrierSilent
from hotline.catchup import missing

_BACK = timedelta(days=2)  # how far the carrier's list is read
_GRACE = timedelta(seconds=60)  # what was accepted is stored within this


def run_checks(house: House, *, with_carrier: bool = True) -> list[Broken]:
    """Every row that breaks an invariant; none where all is well. `with_carrier`: its own list is read too."""
    found = []
    for office in house.offices:
        with house.door.transaction(office) as tx:
            found += checks.broken(tx)
    return found + (_acknowledged(house) if with_carrier else []) + _chain(house) + _search(house)


def _search(house: House) -> list[Broken]:
    with house.door.found() as conn:
        return [Broken("SEARCH", about, trouble) for about, trouble in standing.troubles(conn)]


def _chain(house: House) -> list[Broken]:
    return broken_history(prove(house))


def broken_history(proof: Proof) -> list[Broken]:
    """What does not hold of the history, as lines of `hotline check`."""
    return [Broken("CHAIN", each.name or str(each.case_id or "checkpoints.jsonl"), each.text) for each in proof.breaks]


def _acknowledged(house: House) -> list[Broken]:
    """What the carrier accepted for us and we do not have, though it had the time to come (INV-ACK)."""
    now = datetime.now(UTC)  # the carrier's clock: ours may be wound
    found: list[Broken] = []
    for carrier in set(house.carriers.values()):
        lines = [line for line in house.lines.values() if house.carriers[line.id] is carrier]
        try:
            sids = missing(house.door, carrier, lines, now - _BACK, now - _GRACE)
        except CarrierSilent as error:
            return [Broken("ACK", "carrier", msg("desk.check.carrier_silent", detail=str(error)))]
        found += [Broken("ACK", sid, msg("desk.check.no_request_of_ours")) for sid in sids]
    return found
