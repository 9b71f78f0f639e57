"""A watcher's step over a database of the test's own."""

from pathlib import Path

import pytest

from openchair.platform.db.engine import Database
from tests.operations.incidents.scene import Scene


@pytest.fixture
def scene(database: Database, tmp_path: Path) -> Scene:
    return Scene(database=database, folder=tmp_path / "watch")
