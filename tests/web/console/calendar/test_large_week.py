"""Acceptance: thirty stylists, a week of 1,500 visits, 100,000 clients; everything that a request
for a day or the week asks the database is counted by the server itself."""

from datetime import timedelta

import pytest
from httpx import ASGITransport, AsyncClient
from sqlalchemy import text

from openchair.main import create_app
from openchair.platform.db.engine import Database
from openchair.web.cookies import NAME
from tests.booking.calendar.week import APPOINTMENTS, STYLISTS, write_week
from tests.identity.people import add_account, add_role, open_for
from tests.web.console.conftest import ORIGIN, on

CLIENTS = 100_000
MOST_QUERIES = 6
SEEN_LONG_AGO = "UPDATE user_sessions SET last_seen_at = now() - interval '1 hour'"
"""So that the request also notes that the session is in use, which most do not."""
ASKED = """
    SELECT query FROM pg_stat_statements, generate_series(1, calls)
    WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND toplevel
      AND query !~* '^(BEGIN|COMMIT|ROLLBACK)' AND query NOT ILIKE '%pg_stat_statements%'
      AND query NOT ILIKE '%FROM ip_blocks%'
"""
"""All but the list of blocked addresses: a process reads it every two seconds for everybody."""


@pytest.fixture
async def owner(database: Database) -> AsyncClient:
    """At the console of a large salon."""
    today = on(0).date()
    async with database.transaction() as session:
        monday = today - timedelta(days=today.weekday())
        week = await write_week(session, monday=monday, clients=CLIENTS)
        user_id = await add_account(session, email="owner@large.example")
        await add_role(
            session, salon_id=week.salon_id, user_id=user_id, role="owner", staff_id=None
        )
        opened = await open_for(session, user_id)
    async with database.transaction() as session:
        await session.execute(text("ANALYZE"))
        await session.execute(text("CREATE EXTENSION IF NOT EXISTS pg_stat_statements"))
    transport = ASGITransport(create_app(database=database))
    return AsyncClient(transport=transport, base_url=ORIGIN, cookies={NAME: opened.token})


async def test_a_day_and_a_week_take_at_most_six_queries(
    owner: AsyncClient, database: Database
) -> None:
    today = on(0).date()
    monday = today - timedelta(days=today.weekday())
    sunday = monday + timedelta(days=6)
    for first, last, least in ((today, today, 200), (monday, sunday, APPOINTMENTS)):
        address = f"/console/large/calendar/board?first={first}&last={last}"
        await owner.get(address)  # the driver asks once for types it has not met
        async with database.transaction() as session:
            await session.execute(text(SEEN_LONG_AGO))
        async with database.transaction() as session:
            await session.execute(text("SELECT pg_stat_statements_reset() IS NULL"))
        answer = await owner.get(address)
        async with database.transaction() as session:
            queries = list(await session.scalars(text(ASKED)))

        assert answer.status_code == 200, answer.text
        board = answer.json()
        assert len(board["stylists"]) == STYLISTS
        assert len(board["visits"]) >= least
        assert 3 <= len(queries) <= MOST_QUERIES, "\n\n".join(queries)
    await owner.aclose()
