"""Case 43: nothing about the place is baked in when the front end is built."""

import re

import pytest
from httpx import ASGITransport, AsyncClient

from openchair.main import create_app
from openchair.platform.settings.base import forget
from openchair.web.static_files import DIST
from tests.cases.conftest import House

MEGABYTE = 1024 * 1024
IN_MESSAGES = {"https://svelte.dev", "https://github.com"}
"""What the calendar's library names in its error messages; nothing is ever loaded from there."""


def test_case_43_the_build_knows_no_address_and_is_small() -> None:
    """No origin in what is built, and all of it weighs less than a photograph."""
    files = [path for path in DIST.iterdir() if path.is_file()]
    assert files
    for path in files:
        if path.suffix in {".js", ".css", ".json"}:
            origins = set(re.findall(r"https?://[\w.:-]+", path.read_text()))
            assert origins <= {"http://www.w3.org", *IN_MESSAGES}
    assert sum(path.stat().st_size for path in files) < MEGABYTE


async def test_case_43_the_same_build_serves_any_address(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The public address is a setting, read at start."""
    for address in ("https://one.example", "https://two.example"):
        monkeypatch.setenv("OPENCHAIR_PUBLIC_URL", address)
        forget()
        app = create_app(database=house.database)
        async with AsyncClient(transport=ASGITransport(app), base_url=address) as visitor:
            page = await visitor.get(f"/{house.slug}/en")
        assert f'<link rel="canonical" href="{address}/{house.slug}/en' in page.text
    monkeypatch.undo()
    forget()
