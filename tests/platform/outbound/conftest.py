"""A service to call, and calls that do not really wait between their tries."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from sqlalchemy import text

from openchair.platform.db.engine import Database
from openchair.platform.outbound import call as calling
from openchair.platform.outbound.clients import close_clients
from openchair.platform.settings import base
from tests.platform.outbound.http_server import HttpServer, http_server


@pytest.fixture
async def server() -> AsyncIterator[HttpServer]:
    async with http_server() as found:
        yield found
        await close_clients()


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds between tries, which pass at once."""
    found: list[float] = []

    async def pass_at_once(seconds: float) -> None:
        found.append(seconds)

    monkeypatch.setattr(calling, "sleep", pass_at_once)
    return found


@pytest.fixture
def loopback_allowed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The operator lets outgoing webhooks reach this machine."""
    monkeypatch.setenv("OPENCHAIR_OUTBOUND_PRIVATE_NETWORKS", "127.0.0.0/8, ::1")
    base.forget()
    yield
    monkeypatch.undo()
    base.forget()


async def logged(database: Database) -> list[dict[str, Any]]:
    """Every try in `api_logs`, in order."""
    async with database.transaction() as session:
        rows = await session.execute(text("SELECT * FROM api_logs ORDER BY created_at, id"))
        return [dict(row) for row in rows.mappings()]


async def breaker_of(database: Database, provider: str) -> tuple[str, int] | None:
    """State and failures of a breaker."""
    async with database.transaction() as session:
        rows = await session.execute(
            text("SELECT state, failures FROM provider_breakers WHERE provider = :provider"),
            {"provider": provider},
        )
        row = rows.one_or_none()
    return None if row is None else (row.state, row.failures)
