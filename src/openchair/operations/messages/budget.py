"""Changes a salon's budget for somebody, and writes down who did it. Called by page and command."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.record import Actor, record
from openchair.notifications.budgets.queries import Budget
from openchair.notifications.budgets.set_budget import BudgetChange, set_budget

RESOURCE = "budget"
"""The resource type of the audit log; its id is the salon's."""


async def change_budget(
    session: AsyncSession,
    *,
    salon_id: UUID,
    channel: str,
    monthly_limit: int | None,
    at_cap: str,
    by: Actor,
    now: datetime,
) -> BudgetChange:
    """See `set_budget`. What stays as it was is not written down. Raises `Invalid`."""
    change = await set_budget(
        session,
        salon_id=salon_id,
        channel=channel,
        monthly_limit=monthly_limit,
        at_cap=at_cap,
        now=now,
    )
    if change.after != change.before:
        await record(
            session,
            actor=by,
            action="update",
            resource_type=RESOURCE,
            resource_id=salon_id,
            salon_id=salon_id,
            metadata={
                "channel": channel,
                "before": _plain(change.before),
                "after": _plain(change.after),
            },
        )
    return change


def _plain(budget: Budget) -> dict[str, Any]:
    return {"limit": budget.limit, "at_cap": budget.at_cap, "own": budget.own}
