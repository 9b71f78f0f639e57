"""The scene of a drill, with a database or a whole PostgreSQL of its own."""

import secrets
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.drills.scene import Scene, open_scene


@pytest.fixture
async def scene(database_url: str, tmp_path: Path) -> AsyncIterator[Scene]:
    """A salon, the sandbox, and workers as the drill starts them."""
    async with open_scene(database_url=database_url, folder=tmp_path) as found:
        yield found


@pytest.fixture
def watched_folder(run_folder: Path) -> Iterator[Path]:
    """A folder that PostgreSQL's own user can pass through, unlike `tmp_path`."""
    folder = run_folder / f"watched-{secrets.token_hex(4)}"
    folder.mkdir()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
