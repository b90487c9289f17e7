"""The one door of transactions: only this room begins and commits.

`now` is the database's transaction time plus the rehearsal offset, read with the first statement, which
also says which policy and district are in force and, at an intake, whether the request was seen before.
Inserts are gathered and leave in one statement.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from cases.seal.vault import Vault
from dispatch.lines import Line
from dispatch.tx.faults import DatabaseAway, Fault, RowHeld, fault_of, is_held
from dispatch.tx.means import Claim, Means, Office, Phrasebooks, UnknownOffice
from dispatch.tx.open import Tx

__all__ = ["Claim", "DatabaseAway", "Door", "Fault", "Office", "RowHeld", "Tx", "UnknownOffice", "Wake", "fault_of"]


Wake = Callable[[set[str], datetime | None], None]
Crossing = Callable[[str], None]


def _go_on(_point: str) -> None:
    """A fault point where nothing is tried out."""


class Door:
    """Opens transactions. Built once in each process by `app.wiring`.

    `crossing` is told before and after each commit: a test may end the process there. `small`: the setting
    office.small.
    """

    def __init__(  # noqa: PLR0913 - the parts of a process that every transaction needs
        self, engine: Engine, vault: Vault, phrasebooks: Phrasebooks, wake: Wake, crossing: Crossing = _go_on,
        *, small: bool = False,
    ) -> None:  # fmt: skip
        self.engine = engine
        self.vault = vault
        self._crossing = crossing
        self.phrasebooks = cache(phrasebooks)
        self.means = Means(vault, self.phrasebooks, small=small)
        self._wake = wake

    @contextmanager
    def transaction(self, of: Line | str) -> Iterator[Tx]:
        """A transaction for a line's office, or for an office by its code; committed at the end.

        Raises DatabaseAway where the database is, RowHeld where somebody else had a row for too long; whatever the use
        case raises rolls all back.
        """
        office, line = (of.office, of) if isinstance(of, Line) else (of, None)
        with _reachable():
            conn = self.engine.connect()
        try:
            with _reachable():
                tx = self.begin(conn, office, line)
                yield tx
                tx.flush()
                self._commit(conn)
        except BaseException as trouble:
            if isinstance(trouble, TimeoutError) or not isinstance(trouble, Exception):
                conn.invalidate()  # broken off in the middle: nobody knows what the server still sends
            raise
        finally:
            _give_back(conn)
        if tx.wakes or tx.next_firing:
            self._wake(tx.wakes, tx.next_firing)

    def begin(self, conn: Connection, office: str, line: Line | None) -> Tx:
        """An open transaction on a connection. A door of a rehearsal may give it another clock."""
        return Tx(self.means, conn, office, line)

    @contextmanager
    def found(self) -> Iterator[Connection]:
        """A transaction without an office: for founding one, and for what belongs to none."""
        with _reachable(), self.engine.connect() as conn:
            yield conn
            self._commit(conn)

    def _commit(self, conn: Connection) -> None:
        self._crossing("commit.before")
        conn.commit()
        self._crossing("commit.after")


@contextmanager
def _reachable() -> Iterator[None]:
    """Turns the driver's many ways of being away into one; that somebody else held a row is another."""
    try:
        yield
    except (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError) as trouble:
        cause = trouble.__cause__ or trouble
        kind = RowHeld if is_held(trouble) else DatabaseAway
        raise kind(f"{type(cause).__name__}: {cause}".splitlines()[0]) from trouble


def _give_back(conn: Connection) -> None:
    """Rolls back what is open; a connection that is dead is thrown away, quietly."""
    try:
        conn.close()
    except sa.exc.DBAPIError:
        conn.invalidate()
