"""The stories of the loop, played before an honest exchange and before one that misbehaves: the same end."""

from pathlib import Path

import pytest

from app.embedded.postgres import EmbeddedPostgres
from tests.conftest import fresh_database
from tests.journeys import hearing as _hearing  # noqa: F401 - its stories are told with the others
from tests.journeys import sharing as _sharing  # noqa: F401 - as these are
from tests.journeys import triage as _triage  # noqa: F401 - as these are
from tests.journeys import wishing as _wishing  # noqa: F401 - as these are
from tests.journeys.stories import STORIES
from tests.journeys.world import BAD, living


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", STORIES)
def test_a_story(name: str, postgres: EmbeddedPostgres, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    ends = []
    for knobs in ({}, BAD):
        with fresh_database(postgres, request) as database, living(database, tmp_path / str(len(ends))) as world:
            world.exchange.faults(**knobs)
            STORIES[name](world)
            assert world.broken() == []
            ends.append(world.digest())
    differing = {name: (ends[0][name], ends[1][name]) for name in ends[0] if ends[0][name] != ends[1][name]}
    assert differing == {}, "twice, late and shuffled, it ends the same"
