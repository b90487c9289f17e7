"""The instance that journeys share which do each other no harm: each has telephone numbers of its own."""

from collections.abc import Iterator

import pytest

from tests.journeys.instance import Instance


@pytest.fixture(scope="session")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """One whole instance for all of them; its end is waited for."""
    made = Instance(tmp_path_factory.mktemp("journeys") / "data").start().staff_take_orders()
    yield made
    made.stop()
