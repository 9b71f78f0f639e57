"""How long an endpoint has been failing. Called by `deliver.py`; after five days it is disabled."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.webhooks.outgoing.leases import Lease
from openchair.webhooks.outgoing.rules import FAILING_DAYS
from openchair.webhooks.outgoing.switch import disable_endpoint


async def note_success(session: AsyncSession, *, lease: Lease) -> None:
    """It works (again)."""
    await session.execute(WORKS, {"salon_id": lease.salon_id, "id": lease.endpoint_id})


async def note_failure(session: AsyncSession, *, lease: Lease) -> None:
    """It failed; after five days of nothing else it is disabled."""
    row = (
        await session.execute(
            FAILS,
            {"salon_id": lease.salon_id, "id": lease.endpoint_id, "days": FAILING_DAYS},
        )
    ).one_or_none()
    if row is not None and row.too_long:
        await disable_endpoint(
            session,
            salon_id=lease.salon_id,
            endpoint_id=lease.endpoint_id,
            reason=f"nothing but failures for {FAILING_DAYS} days",
        )


WORKS = text("""
    UPDATE webhook_endpoints SET failing_since = NULL
    WHERE salon_id = :salon_id AND id = :id AND failing_since IS NOT NULL
""")

FAILS = text("""
    UPDATE webhook_endpoints SET failing_since = coalesce(failing_since, now())
    WHERE salon_id = :salon_id AND id = :id AND enabled
    RETURNING failing_since <= now() - make_interval(days => :days) AS too_long
""")
