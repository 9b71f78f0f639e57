"""Traces of this process, if an operator wants them. Called by each door at its start and end."""

from importlib.metadata import version

from openchair.platform.db.engine import Database
from openchair.platform.settings.base import load
from openchair.platform.traces import span
from openchair.platform.traces.settings import TraceSettings


def start_traces(*, process: str) -> None:
    """Make and send traces when there is a receiver; `process` is its kind: web, worker, watch."""
    settings = load(TraceSettings)
    span.start(endpoint=settings.otlp_endpoint, process=process, version=version("openchair"))


def trace_statements_of(database: Database) -> None:
    """A span for each statement, where that is wanted too."""
    if span.is_on() and load(TraceSettings).trace_sql:
        from openchair.platform.traces.sql import trace_statements  # noqa: PLC0415 -- only when on

        trace_statements(database.engine)
