"""The console of the sample's one office: its whole policy, its map, two accounts."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.embedded.postgres import EmbeddedPostgres
from tests import stage
from tests.conftest import fresh_database, template
from tests.console.house import LINE, House, built, make_app


@pytest.fixture
def sample(postgres: EmbeddedPostgres, request: pytest.FixtureRequest) -> Iterator[House]:
    """A dispatcher of the office, and `head` who sees one committee only."""
    source = template(postgres, "stage", stage.found)
    with fresh_database(postgres, request, source) as database, built(database.url, database.owner_url) as made:
        parts = replace(made.parts, lines={"main": LINE})
        house = replace(made, parts=parts, app=make_app(parts))
        house.account("dispatcher")
        house.account("head", "xingfuli")
        yield house
