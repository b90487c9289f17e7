"""The yard of these tests."""

from pathlib import Path

import pytest

from tests.app.backup.yard import Yard
from tests.conftest import Database
from tests.stage import Stage


@pytest.fixture
def yard(stage: Stage, empty_database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Yard:
    return Yard(stage, empty_database, monkeypatch, tmp_path)
