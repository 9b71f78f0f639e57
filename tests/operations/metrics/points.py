"""Rows of the time series as tests need them."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy import text as sql
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.operations.metrics.models import MetricPointRow


async def put(
    session: AsyncSession,
    name: str,
    *,
    at: datetime,
    labels: dict[str, str] | None = None,
    step: int = 60,
    count: int = 1,
    total: float = 1.0,
    least: float = 0.0,
    most: float = 0.0,
    last: float = 0.0,
    buckets: list[int] | None = None,
) -> None:
    """One row; its labels in the form that the product writes."""
    written: Any = await session.scalar(
        sql("SELECT CAST(jsonb_object(:names, :values) AS text)"),
        {"names": [*(labels or {})], "values": [*(labels or {}).values()]},
    )
    await session.execute(
        insert(MetricPointRow).values(
            name=name,
            labels=written,
            step=step,
            at=at,
            count=count,
            total=total,
            least=least,
            most=most,
            last=last,
            buckets=buckets,
        )
    )
