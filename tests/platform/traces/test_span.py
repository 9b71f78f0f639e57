"""Spans, sent to a real receiver by the real exporter."""

import subprocess
import sys
from collections.abc import Iterator
from time import perf_counter

import pytest

from openchair.platform import correlation
from openchair.platform.db.engine import Database
from openchair.platform.traces import ids, span
from openchair.platform.traces.sql import trace_statements
from tests.platform.traces.receiver import Receiver, receiver

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
ELSEWHERE = "00f067aa0ba902b7"


@pytest.fixture
def listening() -> Iterator[Receiver]:
    with receiver() as found:
        span.start(endpoint=found.url, process="test", version="1")
        token = correlation.adopt(TRACE)
        yield found
        correlation.release(token)
        span.stop()


async def test_spans_nest_and_bear_the_correlation_id(listening: Receiver) -> None:
    parent = f"00-{TRACE}-{ELSEWHERE}-01"
    with span.span("outer", kind="server", parent=parent), span.span("inner"):
        sent = span.header()
    span.stop()
    outer, inner = await listening.wait_for("outer"), await listening.wait_for("inner")
    assert outer.trace == inner.trace == TRACE
    assert outer.parent == ELSEWHERE
    assert inner.parent == outer.span
    assert sent == f"00-{TRACE}-{inner.span}-01"
    assert outer.attributes["correlation_id"] == TRACE
    assert outer.service == "openchair-test"


async def test_a_parent_of_another_trace_is_none(listening: Receiver) -> None:
    with span.span("alone", parent=f"00-{'a' * 32}-{ELSEWHERE}-01"):
        pass
    span.stop()
    alone = await listening.wait_for("alone")
    assert (alone.trace, alone.parent) == (TRACE, "")


async def test_statements_are_spans_without_values(listening: Receiver, database_url: str) -> None:
    database = Database(database_url)
    trace_statements(database.engine)
    with span.span("request"):
        async with database.transaction() as session:
            connection = await session.connection()
            await connection.exec_driver_sql("SELECT 'by SQLAlchemy', $1::text", ("secret",))
        async with database.alone() as driver:
            await driver.fetchval("SELECT 'by asyncpg', $1::text", "secret")
    await database.close()
    span.stop()
    request = await listening.wait_for("request")
    texts = {
        each.attributes["db.query.text"]: each.parent
        for each in listening.spans
        if each.name == "SELECT"
    }
    assert texts["SELECT 'by SQLAlchemy', $1::text"] == request.span
    assert texts["SELECT 'by asyncpg', $1::text"] == request.span
    assert not any("secret" in str(each) for each in listening.spans)


def test_off_it_costs_next_to_nothing() -> None:
    assert not span.is_on()
    assert span.headers() == {}
    began = perf_counter()
    for _ in range(10_000):
        with span.span("x", kind="server", parent=None) as made:
            assert made is None
    assert (perf_counter() - began) / 10_000 < 20e-6


def test_off_the_sdk_is_not_even_imported() -> None:
    code = (
        "import sys, openchair.main, openchair.worker.run;"
        "sys.exit(any(n.startswith('opentelemetry.sdk') for n in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_without_an_endpoint_nothing_starts() -> None:
    span.start(endpoint="", process="test", version="1")
    assert not span.is_on()


def test_ids_of_the_header_are_read_back() -> None:
    assert ids.read(f"00-{TRACE}-{ELSEWHERE}-00") == (TRACE, ELSEWHERE, False)
