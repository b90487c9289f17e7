"""How the tests are dealt out to xdist's workers: most files stay whole, so that what they start is started once;
the long ones come first, so that the workers end together."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

# These files talk to one instance (`instance` in journeys/conftest.py): one worker has them all.
TOGETHER = {"test_text_journey.py", "test_call_journey.py", "test_sentences.py"}
# The tests of these are long, and share nothing: each goes to whoever is free.
APART = {"test_loop.py", "test_callback_orders.py", "test_stateful.py"}


class ByFile(LoadScopeScheduling):  # type: ignore[misc]
    """Deals out whole files, in the order in which they were collected."""

    def __init__(self, config: pytest.Config, log: Any) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.split("::", 1)[0]
        if Path(path).name in APART:
            return nodeid
        return "together" if Path(path).name in TOGETHER else path


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile | None:
    """Ours, unless another way was asked for."""
    return ByFile(config, log) if config.getoption("dist") == "load" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In a worker: files with slow tests first. Alone, the quick ones tell sooner in their usual order."""
    if os.environ.get("PYTEST_XDIST_WORKER"):
        slow = set(_slow_files(items))
        items.sort(key=lambda item: item.path not in slow)


def _slow_files(items: Iterable[pytest.Item]) -> Iterable[Path]:
    return (item.path for item in items if item.get_closest_marker("slow"))
