"""What the phones' page is handed: the exchange's telephones, the record, the clock."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.rehearsal.clock import WoundClock, starter
from app.rehearsal.people import RESIDENTS, workers
from app.rehearsal.seen import asks, seen
from app.rehearsal.telephones import ExchangeTelephones
from app.rehearsal.verifying import look_over
from app.sections import Settings
from console.phone.parts import Contact, PhoneParts, Seen
from dispatch.transaction import Door


@dataclass(frozen=True, slots=True)
class OfficeRecord:
    """The record of one office, as far as the page reads it."""

    door: Door
    office: str

    def people(self) -> Sequence[Contact]:
        """Residents, then workers."""
        with self.door.transaction(self.office) as tx:
            return [*RESIDENTS, *workers(tx)]

    def case_of(self, sids: Sequence[str]) -> Seen | None:
        """The case of one of these SIDs."""
        with self.door.transaction(self.office) as tx:
            return seen(tx, sids)

    def asks(self, sid: str) -> bool:
        """Whether the line asks if what this text tells is a matter told before."""
        with self.door.transaction(self.office) as tx:
            return asks(tx, sid)

    def look_over(self, sids: Sequence[str]) -> None:
        """The sample's verifier passes the case of one of these SIDs, where it waits for that."""
        with self.door.transaction(self.office) as tx:
            look_over(tx, sids)


def phone_parts(door: Door, settings: Settings) -> PhoneParts | None:
    """The parts of the phones' page; None where there is no such page."""
    if not settings.rehearsal_doors or settings.exchange_base is None:
        return None
    office, twilio = settings.lines[0].office, settings.carriers.twilio
    return PhoneParts(
        ExchangeTelephones(
            twilio.api_base or settings.exchange_base,
            twilio.auth_token.get_secret_value(),
        ),
        WoundClock(door, office, starter(settings.folder), settings.clock_kind == "rehearsal"),
        OfficeRecord(door, office),
    )
