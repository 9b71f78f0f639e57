"""Several writes as one statement: each with its own values, all or none, in order where needed."""

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform.db.engine import Database
from openchair.platform.db.together import Write, write_together

INSERT = "INSERT INTO rate_limits (key, arrival_at) VALUES ($1, now())"


async def _keys(session: AsyncSession) -> list[str]:
    return list(await session.scalars(text("SELECT key FROM rate_limits ORDER BY key")))


async def test_each_has_its_own_values_and_the_last_one_answers(session: AsyncSession) -> None:
    written = await write_together(
        session,
        [
            Write("one", INSERT, ["one"]),
            Write("two", "INSERT INTO rate_limits VALUES ($2, to_timestamp($1))", [0, "two"]),
            Write("three", f"{INSERT} RETURNING key, 3 AS number", ["three"]),
        ],
    )
    assert written is not None
    assert tuple(written) == ("three", 3)
    assert await _keys(session) == ["one", "three", "two"]


async def test_one_that_reads_from_another_comes_after_it(session: AsyncSession) -> None:
    """As when a hold that expired makes room for a booking."""
    await write_together(session, [Write("before", INSERT, ["same"])])
    after = "INSERT INTO rate_limits SELECT $1, now() WHERE (SELECT count(*) FROM dropped) = 1"
    await write_together(
        session,
        [
            Write("dropped", "DELETE FROM rate_limits WHERE key = $1 RETURNING key", ["same"]),
            Write("after", after, ["same"]),
        ],
    )
    assert await _keys(session) == ["same"]


async def test_all_or_none(database: Database) -> None:
    with pytest.raises(asyncpg.UniqueViolationError):
        async with database.transaction() as session:
            await write_together(
                session, [Write(name, INSERT, ["same"]) for name in ("one", "two")]
            )
    async with database.transaction() as session:
        assert await _keys(session) == []


async def test_nothing_to_write_is_no_statement(session: AsyncSession) -> None:
    assert await write_together(session, []) is None
