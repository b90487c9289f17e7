"""Fixtures of the console's tests."""

from collections.abc import Iterator

import pytest

from app.embedded.postgres import EmbeddedPostgres
from tests.conftest import fresh_database, template
from tests.console.house import House, built, found


@pytest.fixture
def house(postgres: EmbeddedPostgres, request: pytest.FixtureRequest) -> Iterator[House]:
    """The console on a fresh database with two offices and one dispatcher of the first."""
    source = template(postgres, "console", found)
    with fresh_database(postgres, request, source) as database, built(database.url, database.owner_url) as house:
        house.account("dispatcher")
        yield house
