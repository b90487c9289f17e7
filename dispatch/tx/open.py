"""An open transaction: its one moment, what is in force, its gathered writes."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property
from os import urandom
from types import SimpleNamespace
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Table, select

from cases.clock.happened import Calendars, Subject, Terms
from cases.clock.workdays import Calendar
from cases.ids import new_id
from cases.models import event
from cases.phrases import Message, Name, Phrasebook
from cases.seal.vault import Vault
from cases.steps import Step
from dispatch.calendar.table import DayTable
from dispatch.choice import Carried
from dispatch.district import District
from dispatch.lines import Line
from dispatch.matters.learnt.model import Model
from dispatch.policy import Policy
from dispatch.policy.limits import terms_of
from dispatch.rules import RuleTable
from dispatch.same.storm import Incident, incidents
from dispatch.tx.means import Claim, Means, Office, UnknownOffice
from dispatch.tx.numbers import case_numbers
from dispatch.tx.opening import BAR, BARRED, OPEN_AND_CLAIM, OPENING, named
from dispatch.tx.snapshots import Snapshot, Staff
from dispatch.tx.writing import Gathered

T = TypeVar("T")
_IDS_AT_ONCE = 40  # what an intake makes; asking the kernel for each costs more than the rest of the id
LIVE = "live"  # woken where something happened to a case: the streams of live pages


class Tx:
    """An open transaction for one office. A use case is `verb(tx, thing…)`; it never commits."""

    def __init__(self, means: Means, conn: Connection, office: str, line: Line | None) -> None:
        self._means = means
        self._conn = conn
        self._office_code = office
        self._row: Any = None
        self._snapshot: Snapshot | None = None
        self._gathered = Gathered()
        self._made = 0
        self._remembered: dict[Callable[[Tx], Any], Any] = {}
        self._random = b""
        self._reader: Callable[[Tx], Collection[UUID]] | None = None
        self.accusations: dict[UUID, frozenset[str]] = {}  # by case, whom it names (`dispatch.coi`)
        self.line = line
        self.vault: Vault = means.vault
        self.small: bool = means.small
        self.wakes: set[str] = set()
        self.next_firing: datetime | None = None
        self.carried: Carried | None = None  # what was read along with a caller (`dispatch.duty.burdens`)

    def open(self, claim: Claim | None = None) -> bool:
        """The first statement. With a claim: whether this request is the first of its key."""
        if claim is None:
            row = self._conn.exec_driver_sql(OPENING, {"office": self._office_code}).one_or_none()
        else:
            if self._row is not None:
                raise RuntimeError("claim first: the transaction is open already")
            place = {"office": self._office_code, "kind": claim.kind, "key": claim.key}
            place["line"] = self.line.id if self.line else ""
            row = self._conn.exec_driver_sql(OPEN_AND_CLAIM, place).one_or_none()
        if row is None:
            raise UnknownOffice(f"no office has the code {self._office_code!r}: see `hotline config check`")
        self._row = row
        return bool(claim is None or row.first)

    def _opened(self) -> Any:
        if self._row is None:
            self.open()
        return self._row

    @property
    def conn(self) -> Connection:
        """The connection, for reads and single changes. What was put before is written first."""
        self.flush()
        if self._reader is not None:
            reader, self._reader = self._reader, None
            self._conn.exec_driver_sql(BAR, {"bars": named(reader(self))})
        return self._conn

    def read_by(self, bars: Callable[["Tx"], Collection[UUID]]) -> None:
        """From now on everything is read for somebody: what names one of these (ids of people and units) is in no
        statement's sight (`dispatch.coi`)."""
        self._reader = bars

    @contextmanager
    def for_office(self) -> Iterator[None]:
        """What follows from what somebody did is the office's: it is done to all cases, those kept from them too."""
        before = self.conn.exec_driver_sql(BARRED).scalar_one()
        self._conn.exec_driver_sql(BAR, {"bars": ""})
        yield
        self.conn.exec_driver_sql(BAR, {"bars": before})

    @property
    def now(self) -> datetime:
        """The transaction's one moment, aware and UTC."""
        return self._opened().now  # type: ignore[no-any-return]

    @property
    def ahead(self) -> timedelta:
        """How far the rehearsal's clock is wound forward; negative while somebody lives the past."""
        ahead: timedelta = self._opened().ahead
        return ahead

    @cached_property
    def office(self) -> Office:
        row = self._opened()
        return Office(row.id, row.code, Name(row.name_zh, row.name_en), ZoneInfo(row.zone))

    @property
    def office_id(self) -> UUID:
        id_: UUID = self._opened().id
        return id_

    @property
    def zone(self) -> tzinfo:
        return self.office.zone

    @property
    def _in_force(self) -> Snapshot:
        if self._snapshot is None:
            row = self._opened()
            self._snapshot = self._means.snapshots.load(self._conn, row.id, (row.policy, row.district, row.calendar))
        return self._snapshot

    @property
    def policy(self) -> Policy:
        return self._in_force.policy

    def policy_at(self, version: int) -> Policy:
        """The policy of a version: a case keeps the one that it was opened under."""
        return self._means.snapshots.policy(self._conn, version)

    @property
    def policy_version(self) -> int:
        return self._in_force.policy_number

    @property
    def rules(self) -> RuleTable:
        return self._in_force.rules

    @property
    def district(self) -> District:
        return self._in_force.district

    @property
    def learnt(self) -> Model | None:
        """What the office's own cases taught; None where what is shipped speaks."""
        return self._means.snapshots.learnt(self._conn, self.office_id, self._opened().learnt)

    @property
    def calendar(self) -> Calendar:
        return self.day_table.calendar

    @property
    def day_table(self) -> DayTable:
        return self._in_force.days

    def hours(self, _version: int) -> Calendars:
        """By which hours the clocks of a case run, whatever policy it was opened under: those of the calendar in force,
        the office's and those of units that have hours of their own."""
        return self._in_force.hours

    def calendar_of(self, version: int, step: Step, unit_id: UUID) -> Calendar:
        """By which hours the clock of a step runs that a unit has."""
        hours = self.hours(version)
        if not hours.units:
            return hours.office
        unit = next((each.code for each in self.district.units if each.id == unit_id), "")
        return hours.for_step(step, unit)

    def terms(self, version: int, of: Subject, *, rework: bool) -> Terms:
        """What is owed and promised in an attempt by this version of the policy."""
        return terms_of(self.policy_at(version), of, rework=rework)

    @cached_property
    def absences(self) -> Mapping[str, tuple[tuple[datetime, datetime], ...]]:
        """The leaves that have not ended, from when until when, by the person's code."""
        found: dict[str, tuple[tuple[datetime, datetime], ...]] = {}
        for code, *span in self._opened().absences or ():
            start, end = (datetime.fromisoformat(moment).astimezone(UTC) for moment in span)
            found[code] = (*found.get(code, ()), (start, end))
        return found

    @cached_property
    def incidents(self) -> tuple[Incident, ...]:
        """The storms that run, the newest first."""
        return incidents(self._opened().incidents or ())

    @property
    def absent(self) -> frozenset[str]:
        """The codes of those who are on leave now."""
        return frozenset(code for code, spans in self.absences.items() if any(a <= self.now < b for a, b in spans))

    @property
    def staff(self) -> Staff:
        """Whom to send texts to, of the people in force."""
        return self._in_force.staff

    def next_number(self) -> int:
        """The next of the office's case numbers; gaps are fine."""
        spare = self._means.spare_numbers(self._office_code)
        if spare:
            return spare.popleft()
        drawn: int = self._conn.execute(select(case_numbers(self._office_code).next_value())).scalar_one()
        return drawn

    @property
    def lacks_number(self) -> bool:
        """Whether a number should be drawn along with another statement, for the case that may be opened."""
        return not self._means.spare_numbers(self._office_code)

    def keep_number(self, number: int) -> None:
        """A number that was drawn; this process's next case takes it."""
        self._means.spare_numbers(self._office_code).append(number)

    def new_id(self) -> UUID:
        """A new id that sorts by this transaction's moment, and within it by when it was asked for."""
        if not self._made % _IDS_AT_ONCE:
            self._random = urandom(8 * _IDS_AT_ONCE)
        at = self._made % _IDS_AT_ONCE * 8
        self._made += 1
        return new_id(self.now, self._made.to_bytes(2) + self._random[at : at + 8])

    def put(self, table: Table, /, **row: Any) -> None:
        """A row to insert; all that was put leaves in one statement at the next read, or at the end."""
        if table is event:
            self.wake(LIVE)
        self._gathered.add(table, row)

    def change(self, table: Table, key: Mapping[str, Any], /, **values: Any) -> None:
        """Values to set on a row, written together with what was put."""
        if self._gathered.touches(table, key):
            self.flush()
        self._gathered.change(table, key, values)

    def flush(self) -> None:
        """Write what was put and changed."""
        self._gathered.write(self._conn)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part that can fail alone: what it wrote is undone, the rest of the transaction goes on."""
        with self.conn.begin_nested():
            try:
                yield
                self.flush()
            except BaseException:
                self._gathered = Gathered()
                self.forget()
                raise

    def remembered(self, read: Callable[["Tx"], T]) -> T:
        """What `read` finds, read once in this transaction: until something that it rests on is changed (`forget`)."""
        if read not in self._remembered:
            self._remembered[read] = read(self)
        found: T = self._remembered[read]
        return found

    def forget(self) -> None:
        """What was remembered may be so no longer."""
        self._remembered.clear()

    def seen_at(self, moment: datetime) -> "Tx":
        """The same transaction as it would look at another moment: for reads, such as who will be on duty."""
        other = copy(self)
        other._row = SimpleNamespace(**{**self._opened()._asdict(), "now": moment})
        return other

    def fires(self, at: datetime) -> None:
        """A timer will fire at this moment: `timers` is woken after the commit if it sleeps longer."""
        if self.next_firing is None or at < self.next_firing:
            self.next_firing = at

    def wake(self, process: str) -> None:
        """Something waits for this process: it is woken after the commit."""
        self.wakes.add(process)

    @property
    def phrase(self) -> Phrasebook:
        """The phrasebook of the office: moments in its zone, sentences in its own words where it has some."""
        book = self._means.phrasebooks(self.office.zone)
        return book.with_texts(self.policy.texts) if self.policy.texts else book

    def say(self, message: Message, lang: str) -> str:
        """The sentence for a message in a language."""
        return self.phrase.say(message, lang)
