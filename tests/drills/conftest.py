"""The scene of a drill, with a database of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.drills.scene import Scene, open_scene


@pytest.fixture
async def scene(database_url: str, tmp_path: Path) -> AsyncIterator[Scene]:
    """A salon, the sandbox, and workers as the drill starts them."""
    async with open_scene(database_url=database_url, folder=tmp_path) as found:
        yield found
