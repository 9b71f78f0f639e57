"""For probes of rooms whose services stand behind a breaker."""

from collections.abc import Sequence

import asyncpg

from openchair.platform.db.kept import DatabaseSilent
from openchair.platform.probes import ProbeContext


async def open_breakers(context: ProbeContext, names: Sequence[str]) -> list[str] | None:
    """Which of these are open; None when the database, which knows, does not answer."""
    try:
        row = await context.kept.fetchrow(OPEN, list(names))
    except (DatabaseSilent, asyncpg.PostgresError):
        return None
    return list(row["names"])


OPEN = """
    SELECT coalesce(array_agg(provider ORDER BY provider), '{}') AS names
    FROM provider_breakers WHERE state = 'open' AND provider = ANY($1)
"""
