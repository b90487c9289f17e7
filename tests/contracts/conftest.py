"""All of these stand on Twilio's own packages, which `make contracts` brings."""

import pytest

from tests.contracts.npm import installed


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not installed():
        skip = pytest.mark.skip(reason="Twilio's packages are not there: `make contracts` brings them from npm")
        for item in items:
            if "contracts" in item.keywords:
                item.add_marker(skip)
