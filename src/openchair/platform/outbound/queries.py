"""Reads of the calls to other services. Called by `explain`."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform.outbound.models import ApiLogRow

MOST_CALLS = 100


@dataclass(frozen=True, slots=True)
class Call:
    """One try of one call; `status_code` is None when no answer came."""

    service_name: str
    method: str
    host: str
    path: str
    attempt: int
    status_code: int | None
    duration_ms: int
    error: str | None
    trace_id: str | None
    at: datetime


async def calls_about(session: AsyncSession, *, correlation_id: str, since: datetime) -> list[Call]:
    """What was called under one correlation id, the first first, at most a hundred."""
    rows = await session.scalars(
        select(ApiLogRow)
        .where(ApiLogRow.correlation_id == correlation_id, ApiLogRow.created_at >= since)
        .order_by(ApiLogRow.created_at, ApiLogRow.id)
        .limit(MOST_CALLS)
    )
    return [
        Call(
            service_name=row.service_name,
            method=row.method,
            host=row.host,
            path=row.path,
            attempt=row.attempt,
            status_code=row.status_code,
            duration_ms=row.duration_ms,
            error=row.error,
            trace_id=row.trace_id,
            at=row.created_at,
        )
        for row in rows
    ]
