"""Reads of the budgets: what may be sent, what has been, and whether the counts are true."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.budgets.rules import DEFAULT_AT_CAP, USED_UP, WAITS_FOR
from openchair.notifications.budgets.settings import BudgetSettings
from openchair.platform.settings.base import load

CHANNELS = ("email", "sms")
DRIFT_LIMIT = 1000
MOST_MONTHS = 36


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What a salon may send on one channel; `limit` None is no limit, `own` the salon's choice."""

    channel: str
    limit: int | None
    at_cap: str
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthUsage:
    """What one month has used of one channel, and what it cost (millionths of the currency)."""

    channel: str
    month: date
    used: int
    cost_micros: int
    cost_currency: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThisMonth:
    """A channel's month as it stands: `waiting` wait for the next, `left_out` never go out."""

    budget: Budget
    usage: MonthUsage
    waiting: int
    left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DayUsage:
    """What one local day used of one channel."""

    channel: str
    day: date
    used: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """A month whose count differs from what its messages say they took."""

    salon_id: UUID
    channel: str
    month: date
    used: int
    counted: int


async def get_budget(session: AsyncSession, *, salon_id: UUID, channel: str) -> Budget:
    """The salon's own budget, or the installation's."""
    row = (await session.execute(BUDGET, {"salon_id": salon_id, "channel": channel})).one_or_none()
    if row is None:
        limit = load(BudgetSettings).limit_of(channel)
        return Budget(channel=channel, limit=limit, at_cap=DEFAULT_AT_CAP, own=False)
    return Budget(channel=channel, limit=row.monthly_limit, at_cap=row.at_cap, own=True)


def month_of(now: datetime, *, time_zone: str) -> date:
    """The first day of the month that `now` is in, on the clock of this zone."""
    return now.astimezone(ZoneInfo(time_zone)).date().replace(day=1)


async def this_month(session: AsyncSession, *, salon_id: UUID, month: date) -> list[ThisMonth]:
    """Mail, then SMS, in the month that begins at `month`."""
    used = {
        each.channel: each
        for each in await months(session, salon_id=salon_id, first=month, last=month)
    }
    rows = await session.execute(
        HELD_BACK,
        {
            "salon_id": salon_id,
            "month": month,
            "waits_for": WAITS_FOR,
            "used_up": USED_UP.replace("%", "") + "%",
        },
    )
    held = {row.channel: row for row in rows}
    return [
        ThisMonth(
            budget=await get_budget(session, salon_id=salon_id, channel=channel),
            usage=used.get(channel) or _nothing(channel, month),
            waiting=held[channel].waiting if channel in held else 0,
            left_out=held[channel].left_out if channel in held else 0,
        )
        for channel in CHANNELS
    ]


async def months(
    session: AsyncSession, *, salon_id: UUID, first: date, last: date
) -> list[MonthUsage]:
    """Months with anything used, from `first` to `last`, at most three years of each channel."""
    rows = await session.execute(
        MONTHS,
        {
            "salon_id": salon_id,
            "first": first,
            "last": last,
            "limit": MOST_MONTHS * len(CHANNELS),
        },
    )
    return [MonthUsage(**row) for row in rows.mappings()]


async def days(
    session: AsyncSession, *, salon_id: UUID, month: date, time_zone: str, now: datetime
) -> list[DayUsage]:
    """What each local day of a month used; what is taken but has not gone out yet counts today."""
    rows = await session.execute(
        DAYS, {"salon_id": salon_id, "month": month, "time_zone": time_zone, "now": now}
    )
    return [DayUsage(**row) for row in rows.mappings()]


async def find_drift(session: AsyncSession, *, since: date) -> list[Drift]:
    """Months from `since` whose `used` is not the sum of their messages' `budget_units`.

    One statement, one snapshot: a true count is never reported while workers count. Empty is well.
    """
    rows = await session.execute(DRIFT, {"since": since, "limit": DRIFT_LIMIT})
    return [Drift(**row) for row in rows.mappings()]


def _nothing(channel: str, month: date) -> MonthUsage:
    return MonthUsage(channel=channel, month=month, used=0, cost_micros=0, cost_currency=None)


BUDGET = text("""
    SELECT monthly_limit, at_cap FROM notification_budgets
    WHERE salon_id = :salon_id AND channel = :channel
""")

MONTHS = text("""
    SELECT channel, month, used, cost_micros, cost_currency FROM notification_usage
    WHERE salon_id = :salon_id AND month BETWEEN :first AND :last
    ORDER BY month, channel LIMIT :limit
""")

HELD_BACK = text("""
    SELECT channel,
        count(*) FILTER (WHERE status = 'pending' AND waits_for = :waits_for) AS waiting,
        count(*) FILTER (WHERE status = 'suppressed' AND error_message LIKE :used_up) AS left_out
    FROM notifications
    WHERE salon_id = :salon_id AND (
        (status = 'pending' AND waits_for = :waits_for)
        OR (status = 'suppressed' AND error_message LIKE :used_up
            AND finished_at >= (
                SELECT CAST(:month AS date)::timestamp AT TIME ZONE time_zone
                FROM salons WHERE id = :salon_id)))
    GROUP BY channel
""")

DAYS = text("""
    SELECT channel,
        CAST(coalesce(sent_at, handed_over_at, :now) AT TIME ZONE CAST(:time_zone AS text) AS date)
            AS day,
        sum(budget_units) AS used
    FROM notifications
    WHERE salon_id = :salon_id AND budget_month = :month AND budget_units > 0
    GROUP BY channel, day ORDER BY day, channel LIMIT 100
""")

DRIFT = text("""
    WITH counted AS (
        SELECT salon_id, channel, budget_month AS month, sum(budget_units) AS units
        FROM notifications WHERE budget_month >= :since GROUP BY salon_id, channel, budget_month
    )
    SELECT coalesce(usage.salon_id, counted.salon_id) AS salon_id,
        coalesce(usage.channel, counted.channel) AS channel,
        coalesce(usage.month, counted.month) AS month,
        coalesce(usage.used, 0) AS used, coalesce(counted.units, 0) AS counted
    FROM (SELECT * FROM notification_usage WHERE month >= :since) AS usage
    FULL JOIN counted ON counted.salon_id = usage.salon_id AND counted.channel = usage.channel
        AND counted.month = usage.month
    WHERE coalesce(usage.used, 0) <> coalesce(counted.units, 0)
    ORDER BY 1, 2, 3 LIMIT :limit
""")
