"""The asyncpg connection beneath a session, for the few measured hot paths and for PgQueuer.

Statements sent through it belong to the session's own transaction. SQLAlchemy has taught it
jsonb: results come as Python values, parameters go as JSON text.
"""

from typing import Any

import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession

KNOWN = "driver"


async def driver(session: AsyncSession) -> "asyncpg.Connection[Any]":
    """The session's own asyncpg connection, with the session's transaction begun.

    SQLAlchemy begins lazily, at its first statement; a statement sent here before that would
    commit by itself. So the adapter is asked to begin first. What was found is remembered for
    this very transaction: after it the pool may give the connection to somebody else.
    """
    of, known = session.info.get(KNOWN, (None, None))
    if known is not None and of is session.sync_session.get_transaction():
        remembered: asyncpg.Connection[Any] = known
        return remembered
    connection = await session.connection()
    adapter: Any = (await connection.get_raw_connection()).dbapi_connection
    if adapter._transaction is None:  # noqa: SLF001 - see above; held by a test
        await adapter._start_transaction()  # noqa: SLF001
    found: asyncpg.Connection[Any] = adapter.driver_connection
    session.info[KNOWN] = (session.sync_session.get_transaction(), found)
    return found
