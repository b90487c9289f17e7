"""The console's door: whoever is signed in reads under their own bars (INV-COI), on every page and in every export."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import g, has_request_context

from dispatch.coi import reading
from dispatch.lines import Line
from dispatch.people.accounts import Account
from dispatch.transaction import Door, Tx


class ReadDoor(Door):
    """A door that opens each transaction of a request for the account of that request."""

    @classmethod
    def of(cls, door: Door) -> "ReadDoor":
        """The same door, read through."""
        if isinstance(door, ReadDoor):
            return door
        made = cls.__new__(cls)
        made._behind = door
        return made

    _behind: Door

    def __getattr__(self, name: str) -> object:
        return getattr(self._behind, name)

    @contextmanager
    def transaction(self, of: Line | str) -> Iterator[Tx]:
        """A transaction as of the door behind, read by whoever is signed in."""
        account: Account | None = g.get("account") if has_request_context() else None
        with self._behind.transaction(of) as tx:
            if account is not None:
                tx.read_by(lambda opened: reading.of_account(opened, account))
            yield tx
