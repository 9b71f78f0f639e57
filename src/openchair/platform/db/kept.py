"""A connection kept for operations: beside every pool, so that one can look, and end idlers, when
all others are taken. The prober, relief and commands use it; requests and jobs never do.

It never waits long: a database that does not answer in time is said to be silent, with its kind.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any, Literal

import asyncpg

CONNECT_SECONDS = 1.0
ANSWER_SECONDS = 1.7
LATE_SECONDS = 0.3
NAME = "openchair operations"

Kind = Literal["refused", "timeout", "saturated"]


class DatabaseSilent(Exception):
    """Nobody is there (`refused`), somebody is but does not answer (`timeout`), or every
    connection is taken (`saturated`). The message never holds the address.
    """

    def __init__(self, kind: Kind, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message


class KeptConnection:
    """One connection, opened when it is needed and opened again when it was lost.

    Who waits for it while it fails, fails with it: a frozen database costs its callers one
    patience together, not one each. Statements of its own wait half a second for a lock at most.
    """

    def __init__(self, url: str, *, seconds: float = ANSWER_SECONDS) -> None:
        self.answer_ms = 0.0
        """How long the last answer to `fetchrow` took, without the wait for one's turn."""
        self._url = url
        self._seconds = seconds
        self._turn = asyncio.Lock()
        self._connection: asyncpg.Connection[Any] | None = None
        self._failure = DatabaseSilent("refused", "The database was not asked yet.")
        self._failed_at = 0.0

    @asynccontextmanager
    async def connection(self) -> AsyncIterator["asyncpg.Connection[Any]"]:
        """The connection, for one caller at a time and for `seconds` with everything in them.

        Raises `DatabaseSilent`; what PostgreSQL itself refuses is passed on.
        """
        asked = monotonic()
        async with self._turn:
            if self._failed_at > asked:
                raise DatabaseSilent(self._failure.kind, self._failure.message)
            ends = asyncio.get_running_loop().time() + self._seconds
            try:
                found = self._connection or await self._open()
                async with _deadline(found, ends):
                    yield found
            except DatabaseSilent as silent:
                self._failure, self._failed_at = silent, monotonic()
                self._drop()
                raise

    async def fetchrow(self, statement: str, *values: object) -> "asyncpg.Record":
        """The first row of a statement that has one. A connection that was lost since its last
        use is no news, so it is opened anew once. Raises as `connection` does.
        """
        try:
            async with self.connection() as connection:
                return await self._row(connection, statement, values)
        except DatabaseSilent as silent:
            if silent.kind != "refused" or not isinstance(silent.__cause__, LOST):
                raise
        async with self.connection() as connection:
            return await self._row(connection, statement, values)

    async def close(self) -> None:
        """Let go of it, without a word to a server that may not listen."""
        self._drop()

    async def _row(
        self, connection: "asyncpg.Connection[Any]", statement: str, values: tuple[object, ...]
    ) -> "asyncpg.Record":
        began = monotonic()
        row: asyncpg.Record | None = await connection.fetchrow(statement, *values)
        if row is None:
            raise LookupError("a statement of a probe answered no row")
        self.answer_ms = round((monotonic() - began) * 1000, 1)
        return row

    async def _open(self) -> "asyncpg.Connection[Any]":
        try:
            self._connection = await asyncpg.connect(
                self._url,
                timeout=CONNECT_SECONDS,
                command_timeout=self._seconds,
                server_settings={
                    "application_name": NAME,
                    "timezone": "UTC",
                    "jit": "off",
                    "statement_timeout": str(int(self._seconds * 900)),
                    "lock_timeout": "500",
                    "idle_in_transaction_session_timeout": "5000",
                },
            )
        except TimeoutError as error:
            raise DatabaseSilent(
                "timeout", f"The database did not let us in within {CONNECT_SECONDS:g} s."
            ) from error
        except asyncpg.TooManyConnectionsError as error:
            raise DatabaseSilent(
                "saturated", "Every connection of the database is taken."
            ) from error
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise DatabaseSilent("refused", f"The database refuses: {_why(error)}") from error
        self._connection.add_termination_listener(self._forget)
        return self._connection

    def _forget(self, _: Any) -> None:
        self._connection = None

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None


LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # it is being told of its end while we ask
)


@asynccontextmanager
async def _deadline(connection: "asyncpg.Connection[Any]", ends: float) -> AsyncIterator[None]:
    """Cut the connection at `ends` (of the loop's clock), which ends what waits for it.

    asyncpg's own time-out would ask the server to cancel, and wait for that: not a frozen one.
    """
    loop = asyncio.get_running_loop()
    timers: list[asyncio.TimerHandle] = []

    def cut() -> None:
        if loop.time() - ends > LATE_SECONDS and len(timers) == 1:
            # We were late ourselves: what came meanwhile may be read first.
            timers.append(loop.call_later(LATE_SECONDS, cut))
            return
        connection.terminate()

    timers.append(loop.call_at(ends, cut))
    try:
        yield
    except asyncpg.QueryCanceledError:
        raise  # it answers, and that at once: this one statement took too long
    except LOST as error:
        connection.terminate()
        if loop.time() >= ends:
            raise DatabaseSilent("timeout", "The database does not answer.") from error
        raise DatabaseSilent("refused", "The database ended the connection.") from error
    except (OSError, asyncio.CancelledError):
        connection.terminate()
        raise
    finally:
        for timer in timers:
            timer.cancel()


def _why(error: BaseException) -> str:
    """In words, without the address or a path."""
    if isinstance(error, OSError):
        return os.strerror(error.errno) + "." if error.errno else "nobody is there."
    return str(error).splitlines()[0][:200]
