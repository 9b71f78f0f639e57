"""An operator, an owner and somebody who is neither, sitting at the operations console."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from uuid import UUID

import pytest
from bs4 import BeautifulSoup, Tag
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response
from sqlalchemy import select

from openchair.identity.audit.models import AuditLogRow
from openchair.identity.audit.record import SYSTEM
from openchair.identity.operators.grant import grant
from openchair.identity.sessions.second_factor import note_second_factor
from openchair.main import create_app
from openchair.operations.alerts.alert import fingerprint_of
from openchair.operations.alerts.models import AlertRow
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.platform.ids import new_id
from openchair.platform.settings.base import forget
from openchair.web.cookies import NAME
from tests.identity.people import add_account, open_for

ORIGIN = "http://testserver"
Who = Literal["operator", "owner", "nobody"]


@dataclass
class Seat:
    """Somebody at the console: a browser with their cookie, and their forms' token."""

    client: AsyncClient
    csrf: str
    user_id: UUID
    session_id: UUID

    async def page(self, address: str, *, status: int = 200) -> BeautifulSoup:
        """A page that has to be there."""
        answer = await self.client.get(address)
        assert answer.status_code == status, answer.text
        return BeautifulSoup(answer.text, "html.parser")

    async def press(self, address: str, **fields: str) -> Response:
        """Send a form as one of our own pages would."""
        form = {"csrf": self.csrf, **fields}
        return await self.client.post(address, data=form, headers={"Origin": ORIGIN})


Sit = Callable[..., Awaitable[Seat]]


@pytest.fixture(autouse=True)
def _generous_limits(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("OPENCHAIR_LIMIT_WRITES_PER_MINUTE", "1000000")
    monkeypatch.setenv("OPENCHAIR_LIMIT_READS_PER_MINUTE", "1000000")
    forget()
    yield
    forget()


@pytest.fixture
async def door(database: Database) -> AsyncIterator[FastAPI]:
    """The app as the outside world meets it."""
    found = create_app(database=database)
    yield found
    await found.state.prober.stop()  # it keeps a connection of its own


@pytest.fixture
async def stranger(door: FastAPI) -> AsyncIterator[AsyncClient]:
    """A browser of which nothing is known."""
    async with AsyncClient(transport=ASGITransport(door), base_url=ORIGIN) as client:
        yield client


@pytest.fixture
async def sit(door: FastAPI, database: Database) -> AsyncIterator[Sit]:
    """Seats an account of its own, logged in; with the second factor `shown` so long ago."""
    clients: list[AsyncClient] = []

    async def seat(who: Who = "operator", *, shown: timedelta | None = timedelta(0)) -> Seat:
        async with database.transaction() as session:
            user_id = await add_account(session, email=f"{who}-{len(clients)}@ops.example")
            if who != "nobody":
                await grant(session, user_id=user_id, role=who, by=SYSTEM, granted_by="test")
            opened = await open_for(session, user_id)
            if shown is not None:
                await note_second_factor(session, session_id=opened.id, now=utc_now() - shown)
        client = AsyncClient(
            transport=ASGITransport(door), base_url=ORIGIN, cookies={NAME: opened.token}
        )
        clients.append(client)
        return Seat(client, opened.csrf_token, user_id, opened.id)

    yield seat
    for client in clients:
        await client.aclose()


async def add_alert(
    database: Database,
    *,
    name: str = "MailDown",
    component: str = "smtp",
    severity: str = "high",
    minutes: int = 5,
) -> UUID:
    """One that fires since so many minutes, as the watcher would have written it."""
    alert_id, since = new_id(), utc_now() - timedelta(minutes=minutes)
    async with database.transaction() as session:
        session.add(
            AlertRow(
                id=alert_id,
                fingerprint=fingerprint_of(
                    title=name, component=component, action="", severity=severity
                ),
                name=name,
                component=component,
                severity=severity,
                status="firing",
                title=f"{name}: {component}",
                summary=f"{component} is not as it should be.",
                labels={},
                changes=[],
                started_at=since,
                fired_at=since,
                seen_at=utc_now(),
            )
        )
    return alert_id


async def acts_of(database: Database, action: str) -> list[AuditLogRow]:
    """What the audit log says of one kind of act."""
    async with database.transaction() as session:
        rows = await session.scalars(select(AuditLogRow).where(AuditLogRow.action == action))
        return list(rows)


def text_of(found: BeautifulSoup | Tag | None) -> str:
    """All words of a page or of a part that has to be there, single-spaced."""
    assert found is not None
    return " ".join(found.get_text(" ").split())
