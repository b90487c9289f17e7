"""The database's own clock jumped forward: a row that stops all firing until it is settled, by a person or by the
clock itself. Who notices compares that clock with one that only ever runs on (`app.processes.watch`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import Connection

from cases.phrases import Message, msg
from cases.steps import Level
from dispatch.district import Role
from dispatch.duty import telling
from dispatch.models import clock_jump
from dispatch.transaction import Tx

RESUMED, WENT_BACK = "resumed", "went_back"
CLOCK = "clock"  # who settled it, where nobody did
_TOLD: Sequence[Role] = (Role.SUPERVISOR, Role.LEADER)
_SAME = timedelta(seconds=2)  # so much may two processes differ in what they expected


class Halted(Exception):
    """Nothing fires: the database's clock jumped forward, and nobody has settled it yet."""

    def __init__(self) -> None:
        super().__init__("the database's clock jumped forward: see `hotline clock`")


@dataclass(frozen=True, slots=True)
class Jump:
    """A jump that is not settled; both moments as the database's own clock counts."""

    id: str
    expected_at: datetime
    noticed_at: datetime

    @property
    def why(self) -> str:
        """What it showed, and what it should have shown, to the second."""
        return f"{self.noticed_at:%Y-%m-%d %H:%M:%SZ} ≠ {self.expected_at:%Y-%m-%d %H:%M:%SZ}"


# Part of a statement: whether firing waits.
IS_HALTED = sa.exists().where(clock_jump.c.state == sa.literal_column("'open'"))
_OPEN = sa.select(clock_jump).where(clock_jump.c.state == "open")
_HANDLED = sa.select(clock_jump.c.id).where(
    clock_jump.c.state == RESUMED,
    clock_jump.c.expected_at >= sa.bindparam("since", type_=clock_jump.c.expected_at.type),
)
_SETTLE = sa.update(clock_jump).where(clock_jump.c.state == "open").returning(clock_jump.c.id)


def found(conn: Connection) -> Jump | None:
    """The jump that is open, where there is one."""
    row = conn.execute(_OPEN).one_or_none()
    return Jump(str(row.id), row.expected_at, row.noticed_at) if row else None


def is_handled(tx: Tx, since: datetime) -> bool:
    """Whether a person has settled the jump that came after `since`, by the clock as it was."""
    return tx.conn.execute(_HANDLED, {"since": since - _SAME}).first() is not None


def notice(tx: Tx, expected_at: datetime) -> bool:
    """The clock shows far more than this moment, which was expected: firing waits from now on. False where it did
    already."""
    made = sa.dialects.postgresql.insert(clock_jump).on_conflict_do_nothing().returning(clock_jump.c.id)
    row = {"id": tx.new_id(), "expected_at": expected_at, "noticed_at": shown(tx), "state": "open"}
    return tx.conn.execute(made, row).scalar() is not None


def tell_of_jump(tx: Tx, expected_at: datetime) -> None:
    """The office's supervisor is told at once, whatever the hour: its deadlines hang on it."""
    _tell(tx, msg("firing.text.jumped", expected=_local(tx, expected_at + tx.ahead), found=_local(tx, tx.now)))


def tell_of_return(tx: Tx) -> None:
    """The same people hear that firing goes on."""
    _tell(tx, msg("firing.text.back", now=_local(tx, tx.now)))


def resume(tx: Tx, by: str) -> bool:
    """A person says that the clock is right as it is now: what is due fires. False where nothing waited."""
    tx.fires(tx.now)
    return _settle(tx, RESUMED, by)


def went_back(tx: Tx) -> bool:
    """The clock shows again what it should: firing goes on. False where nothing waited."""
    return _settle(tx, WENT_BACK, CLOCK)


def is_past(tx: Tx) -> bool:
    """Whether the clock shows a moment before the one that it showed when its jump was noticed: it went back."""
    open_ = found(tx.conn)
    return open_ is not None and shown(tx) < open_.noticed_at


def shown(tx: Tx) -> datetime:
    """What the database's own clock shows, however a rehearsal's is wound."""
    return tx.now - tx.ahead


def _settle(tx: Tx, state: str, by: str) -> bool:
    settled = _SETTLE.values(state=state, settled_at=shown(tx), settled_by=by)
    return tx.conn.execute(settled).first() is not None


def _local(tx: Tx, at: datetime) -> str:
    """A moment with its year: who knows how far the clock jumped."""
    return f"{at.astimezone(tx.zone):%Y-%m-%d %H:%M}"


def _tell(tx: Tx, words: Message) -> None:
    to = telling.contact(tx, tx.district.duty_desk.unit.code, _TOLD)
    telling.tell_staff(tx, to.staff_id if to else None, words, purpose="clock", level=Level.L1)
