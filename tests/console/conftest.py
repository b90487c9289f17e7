"""Fixtures of the console's tests."""

from collections.abc import Iterator

import pytest

from tests.conftest import Database
from tests.console.house import House, built


@pytest.fixture
def house(database: Database) -> Iterator[House]:
    """The console on a fresh database with two offices and one dispatcher of the first."""
    with built(database.url, database.owner_url) as house:
        house.account("dispatcher")
        yield house
