"""Writes what messages cost, beside the budget. Called when a provider names a price."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform.logging.setup import logger

log = logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one message cost: millionths of the unit of `currency` (ISO 4217)."""

    salon_id: UUID
    notification_id: UUID
    micros: int
    currency: str


async def note_cost(
    session: AsyncSession,
    *,
    salon_id: UUID,
    notification_id: UUID,
    micros: int,
    currency: str,
    now: datetime,
) -> None:
    """Note the cost of one message; see `note_costs`."""
    cost = Cost(
        salon_id=salon_id, notification_id=notification_id, micros=micros, currency=currency
    )
    await note_costs(session, costs=[cost], now=now)


async def note_costs(session: AsyncSession, *, costs: Sequence[Cost], now: datetime) -> None:
    """Note costs on the messages and in the months they belong to.

    A price that is told again, or corrected, replaces the one before: nothing counts twice. A
    month adds up one currency, its first; a price in another stays with its message and is logged.
    """
    if not costs:
        return
    rows = await session.execute(
        NOTE,
        {
            "salon_ids": [each.salon_id for each in costs],
            "ids": [each.notification_id for each in costs],
            "micros": [each.micros for each in costs],
            "currencies": [each.currency.upper() for each in costs],
            "now": now,
        },
    )
    for row in rows:
        if row.cost_currency != row.currency:
            log.warning(
                "cost in another currency is not in the month's sum",
                salon_id=str(row.salon_id),
                channel=row.channel,
                currency=row.currency,
                month_currency=row.cost_currency,
            )


# A price in the month's own currency that replaces one in another adds in full: what stood there
# was not in the sum.
NOTE = text("""
    WITH given AS (
        SELECT message.salon_id, message.id, message.channel, given.micros, given.currency,
            coalesce(message.budget_month,
                CAST(date_trunc('month', CAST(:now AS timestamptz) AT TIME ZONE salons.time_zone)
                    AS date)) AS month,
            CASE WHEN message.cost_currency = given.currency
                THEN coalesce(message.cost_micros, 0) ELSE 0 END AS noted
        FROM unnest(
            CAST(:salon_ids AS uuid[]), CAST(:ids AS uuid[]), CAST(:micros AS bigint[]),
            CAST(:currencies AS text[])
        ) AS given (salon_id, id, micros, currency)
        JOIN notifications AS message
            ON message.salon_id = given.salon_id AND message.id = given.id
        JOIN salons ON salons.id = given.salon_id
        FOR UPDATE OF message
    ), noted AS (
        UPDATE notifications AS message
        SET cost_micros = given.micros, cost_currency = given.currency
        FROM given WHERE message.salon_id = given.salon_id AND message.id = given.id
    ), summed AS (
        SELECT DISTINCT ON (salon_id, channel, month)
            salon_id, channel, month, currency, sum(micros - noted) AS micros
        FROM given GROUP BY salon_id, channel, month, currency
        ORDER BY salon_id, channel, month, currency
    )
    INSERT INTO notification_usage AS usage
        (salon_id, channel, month, cost_micros, cost_currency)
    SELECT salon_id, channel, month, micros, currency FROM summed
    ON CONFLICT (salon_id, channel, month) DO UPDATE
    SET cost_micros = usage.cost_micros + CASE
            WHEN coalesce(usage.cost_currency, excluded.cost_currency) = excluded.cost_currency
            THEN excluded.cost_micros ELSE 0 END,
        cost_currency = coalesce(usage.cost_currency, excluded.cost_currency)
    RETURNING usage.salon_id, usage.channel, usage.cost_currency,
        (SELECT max(currency) FROM summed
         WHERE summed.salon_id = usage.salon_id AND summed.channel = usage.channel
             AND summed.month = usage.month) AS currency
""")
