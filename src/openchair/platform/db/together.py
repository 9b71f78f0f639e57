"""Several writes as one statement: one round trip where a hot path would have many.

All run on one snapshot: none sees what another wrote, and foreign keys are checked when all are
done. A write that must come after another one reads from it by its name.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any

import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform.db.driver import driver

PARAMETER = re.compile(r"\$(\d+)")


@dataclass(frozen=True, slots=True)
class Write:
    """One INSERT, UPDATE or DELETE, its parameters numbered from $1; `name` is for the others."""

    name: str
    sql: str
    values: Sequence[object]


async def write_together(session: AsyncSession, writes: Sequence[Write]) -> "asyncpg.Record | None":
    """Do them all or none; answers the first row that the last one returns."""
    if not writes:
        return None
    connection: asyncpg.Connection[Any] = await driver(session)
    return await connection.fetchrow(
        _statement(tuple((each.name, each.sql, len(each.values)) for each in writes)),
        *chain.from_iterable(each.values for each in writes),
    )


@lru_cache(maxsize=256)
def _statement(writes: tuple[tuple[str, str, int], ...]) -> str:
    """The last as it stands, the others before it in its WITH."""
    parts, used = [], 0
    for name, sql, count in writes:
        parts.append((name, _numbered_after(used, sql)))
        used += count
    *others, (_, last) = parts
    before = ", ".join(f"{name} AS ({sql})" for name, sql in others)
    return f"WITH {before} {last}" if before else last


def _numbered_after(used: int, sql: str) -> str:
    return PARAMETER.sub(lambda match: f"${int(match[1]) + used}", sql)
