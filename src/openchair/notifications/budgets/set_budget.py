"""Sets what a salon may send in a month, or goes back to the installation's limit.

Doors call `operations/messages/`, which also writes the audit log.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.budgets.queries import Budget, get_budget
from openchair.notifications.budgets.rules import (
    CAP,
    CRITICAL,
    WAITS_FOR,
    WARNING,
    check_at_cap,
    check_limit,
    levels_reached,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetChange:
    """What was and what is; `freed` messages no longer wait for the next month."""

    before: Budget
    after: Budget
    freed: int


async def set_budget(
    session: AsyncSession,
    *,
    salon_id: UUID,
    channel: str,
    monthly_limit: int | None,
    at_cap: str,
    now: datetime,
) -> BudgetChange:
    """Set limit and behaviour at the cap; without a limit the installation's holds again.

    Levels that the month no longer reaches may be announced anew, and what waited for the next
    month is asked again at once. Raises `Invalid` (fields `limit`, `at_cap`).
    """
    check_limit(monthly_limit)
    check_at_cap(at_cap)
    before = await get_budget(session, salon_id=salon_id, channel=channel)
    names = {"salon_id": salon_id, "channel": channel}
    if monthly_limit is None:
        await session.execute(FORGET, names)
    else:
        await session.execute(
            SET, {**names, "monthly_limit": monthly_limit, "at_cap": at_cap, "now": now}
        )
    after = await get_budget(session, salon_id=salon_id, channel=channel)
    await _forget_levels(session, salon_id=salon_id, budget=after, now=now)
    freed = 0
    if after != before:
        freed = len((await session.execute(ASK_AGAIN, {**names, "waits_for": WAITS_FOR})).all())
    return BudgetChange(before=before, after=after, freed=freed)


async def _forget_levels(
    session: AsyncSession, *, salon_id: UUID, budget: Budget, now: datetime
) -> None:
    names = {"salon_id": salon_id, "channel": budget.channel}
    used = await session.scalar(USED, {**names, "now": now})
    reached = levels_reached(used=used or 0, limit=budget.limit, held_back=False)
    await session.execute(
        FORGET_LEVELS,
        {
            **names,
            "now": now,
            "warned": WARNING in reached,
            "critical": CRITICAL in reached,
            "capped": CAP in reached,
        },
    )


SET = text("""
    INSERT INTO notification_budgets (salon_id, channel, monthly_limit, at_cap, updated_at)
    VALUES (:salon_id, :channel, :monthly_limit, :at_cap, :now)
    ON CONFLICT (salon_id, channel) DO UPDATE
    SET monthly_limit = excluded.monthly_limit, at_cap = excluded.at_cap,
        updated_at = excluded.updated_at
""")

FORGET = text("""
    DELETE FROM notification_budgets WHERE salon_id = :salon_id AND channel = :channel
""")

THIS_MONTH = """
    salon_id = :salon_id AND channel = :channel AND month = (
        SELECT CAST(date_trunc('month', CAST(:now AS timestamptz) AT TIME ZONE time_zone) AS date)
        FROM salons WHERE id = :salon_id)
"""

USED = text(f"""
    SELECT used FROM notification_usage WHERE {THIS_MONTH} FOR UPDATE
""")  # noqa: S608 -- this module's own words

FORGET_LEVELS = text(f"""
    UPDATE notification_usage
    SET warned_at = CASE WHEN :warned THEN warned_at END,
        critical_at = CASE WHEN :critical THEN critical_at END,
        capped_at = CASE WHEN :capped THEN capped_at END
    WHERE {THIS_MONTH}
""")  # noqa: S608 -- this module's own words

ASK_AGAIN = text("""
    UPDATE notifications SET next_attempt_at = now(), waits_for = NULL
    WHERE salon_id = :salon_id AND channel = :channel AND status = 'pending'
        AND waits_for = :waits_for
    RETURNING id
""")
