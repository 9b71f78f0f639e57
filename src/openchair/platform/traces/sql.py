"""A span for every SQL statement, where an operator asks for it. Texts only, never values.

SQLAlchemy tells of its own statements, asyncpg of those that hot paths send themselves.
"""

from time import time_ns
from typing import Any

from asyncpg.connection import LoggedQuery
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from openchair.platform.traces.span import past_span

MOST_TEXT = 1000
STARTED = "openchair_statement_started"


def trace_statements(engine: AsyncEngine) -> None:
    """From now on, on every connection that is still to be opened."""
    event.listen(engine.sync_engine, "before_cursor_execute", _before)
    event.listen(engine.sync_engine, "after_cursor_execute", _after)
    event.listen(engine.sync_engine, "connect", _connected)


def _before(
    _connection: Any, _cursor: Any, _statement: str, _values: Any, context: Any, _many: object
) -> None:
    setattr(context, STARTED, time_ns())


def _after(
    _connection: Any, _cursor: Any, statement: str, _values: Any, context: Any, _many: object
) -> None:
    _tell(statement, began=getattr(context, STARTED))


def _connected(adapter: Any, _record: Any) -> None:
    adapter.driver_connection.add_query_logger(_logged)


def _logged(told: LoggedQuery) -> None:
    _tell(told.query, began=time_ns() - int(told.elapsed * 1e9))


def _tell(statement: str, *, began: int) -> None:
    words = statement.split(None, 1)
    past_span(
        words[0].upper() if words else "SQL",
        began=began,
        attributes={"db.system": "postgresql", "db.query.text": statement.strip()[:MOST_TEXT]},
    )
