"""The pool of connections and the one way to open a transaction. Doors call it; nothing
below a door commits.
"""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, cast

import asyncpg
import orjson
from sqlalchemy import PoolProxiedConnection
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.pool import QueuePool
from sqlalchemy.util import greenlet_spawn

from openchair.platform.errors import Unavailable
from openchair.platform.live.announce import Announcer
from openchair.platform.live.tell import marked

CONNECT_SECONDS = 5
STATEMENT_SECONDS = 20
POOL_WAIT_SECONDS = 5


class Database:
    """A pool over one PostgreSQL. `url` is a libpq URL (`postgresql://…`), socket or TCP."""

    def __init__(
        self, url: str, *, pool_size: int = 10, application_name: str = "openchair"
    ) -> None:
        self.url = url
        self.is_silent = False
        """Set by whoever watches (operations/health/shed.py): as long as PostgreSQL answers nobody,
        every door is refused at once instead of waiting behind those that wait already."""
        self._may_keep = pool_size > 1  # else those in transactions would find none
        self._kept: PoolProxiedConnection | None = None
        self._announcer = Announcer(url)
        self.engine = create_async_engine(
            url.replace("postgresql://", "postgresql+asyncpg://", 1),
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=POOL_WAIT_SECONDS,
            pool_use_lifo=True,
            json_serializer=_to_json,
            json_deserializer=orjson.loads,
            hide_parameters=True,  # a failure is logged with its statement; parameters name people
            connect_args={
                "timeout": CONNECT_SECONDS,
                "command_timeout": STATEMENT_SECONDS,
                "server_settings": {
                    # Who looks at PostgreSQL sees from it whose pool a session is, and how large
                    # that pool may become (platform/machine/database.py).
                    "application_name": f"{application_name} {os.getpid()}/{pool_size}",
                    "timezone": "UTC",
                    "jit": "off",
                    "statement_timeout": str(STATEMENT_SECONDS * 1000),
                    "idle_in_transaction_session_timeout": "60000",
                },
            },
        )

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session inside one transaction: committed when the block ends, else rolled back.

        Once it is committed, calendars hear which salons changed (`platform/live`). Raises
        `Unavailable` when the database cannot be reached or every connection is taken.
        """
        self._admit()
        session = AsyncSession(self.engine, expire_on_commit=False, autoflush=False)
        with _reaching():
            async with session, session.begin():
                yield session
        if salons := marked(session):
            self._announcer.announce(salons)

    @asynccontextmanager
    async def alone(self) -> AsyncIterator["asyncpg.Connection[Any]"]:
        """A connection of the pool on which every statement is a transaction of its own: for doors
        whose whole work is one statement. Saves the two round trips of BEGIN and COMMIT; and one
        connection is kept for the next who asks, as taking it from the pool costs half as much as
        the statement itself.

        Raises `Unavailable` as `transaction` does.
        """
        self._admit()
        with _reaching():
            taken = await self._take()
            try:
                yield _driver_of(taken)
            finally:
                await self._put_back(taken)

    @property
    def use_percent(self) -> float:
        """How much of the pool is in use; the connection that `alone` keeps is not."""
        pool = self.engine.pool
        if not isinstance(pool, QueuePool):
            return 0.0
        used = pool.checkedout() - (self._kept is not None)
        return round(100 * used / max(1, pool.size()), 1)

    def _admit(self) -> None:
        if self.is_silent:
            raise Unavailable(UNREACHABLE)

    async def _take(self) -> PoolProxiedConnection:
        kept, self._kept = self._kept, None
        if kept is not None and _driver_of(kept).is_closed():  # it ended while nobody used it
            await greenlet_spawn(kept.invalidate)
            kept = None
        return kept or await self.engine.raw_connection()

    async def _put_back(self, taken: PoolProxiedConnection) -> None:
        if _driver_of(taken).is_closed():
            await greenlet_spawn(taken.invalidate)
        elif self._may_keep and self._kept is None:
            self._kept = taken
        else:
            await greenlet_spawn(taken.close)

    async def close(self) -> None:
        """Close every connection; what calendars have to hear is told before."""
        await self._announcer.close()
        kept, self._kept = self._kept, None
        if kept is not None:
            await greenlet_spawn(kept.close)
        await self.engine.dispose()


def _driver_of(taken: PoolProxiedConnection) -> "asyncpg.Connection[Any]":
    return cast("asyncpg.Connection[Any]", taken.driver_connection)


@contextmanager
def _reaching() -> Iterator[None]:
    try:
        yield
    except UNREACHED as error:
        raise Unavailable(UNREACHABLE) from error
    except DBAPIError as error:
        # While connecting, SQLAlchemy wraps what asyncpg says: "is starting up", "too many".
        said = error.orig and error.orig.__cause__
        if error.connection_invalidated or isinstance(said, UNREACHED):
            raise Unavailable(UNREACHABLE) from error
        raise


UNREACHED = (
    PoolTimeout,
    InterfaceError,
    OperationalError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    OSError,
    TimeoutError,
)
UNREACHABLE = (
    "We cannot reach our database at the moment. Nothing was changed; please try again shortly."
)


def _to_json(value: Any) -> str:
    return orjson.dumps(value, default=str).decode()
