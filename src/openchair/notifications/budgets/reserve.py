"""Takes what messages need from the month's budget before they go out. Called by the gate.

The row of the salon's month is locked until the caller commits, so that no two workers take the
same rest. It never sends and never waits for a month: it says what to do.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.budgets.events import BudgetReached
from openchair.notifications.budgets.rules import (
    CAP,
    CRITICAL,
    DEFAULT_AT_CAP,
    WARNING,
    Allowed,
    Verdict,
    decide,
    levels_reached,
)
from openchair.notifications.budgets.settings import BudgetSettings
from openchair.platform.events.event import emit
from openchair.platform.logging.setup import logger
from openchair.platform.settings.base import load

log = logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A message that wants to go out: a mail is 1 unit, an SMS as many as it has segments. One
    whose lease is no longer `token`'s takes nothing: it will not be handed over.
    """

    salon_id: UUID
    notification_id: UUID
    channel: str
    category: str
    units: int
    expires_at: datetime | None = None
    token: UUID | None = None


@dataclass(slots=True, kw_only=True)
class Account:
    """One salon's channel and month, locked by us; `used` grows with what we allow."""

    salon_id: UUID
    channel: str
    month: date
    next_month: datetime
    used: int
    limit: int | None
    at_cap: str
    announced: set[int]
    taken: int = 0
    held_back: bool = False
    granted: list[tuple[UUID, int]] = field(default_factory=list)

    def ask(self, wish: Wish) -> Verdict:
        """Decide, and count what is allowed."""
        verdict = decide(
            category=wish.category,
            units=wish.units,
            used=self.used,
            limit=self.limit,
            at_cap=self.at_cap,
            next_month=self.next_month,
            expires_at=wish.expires_at,
        )
        if isinstance(verdict, Allowed):
            self.used += wish.units
            self.taken += wish.units
            self.granted.append((wish.notification_id, wish.units))
        else:
            self.held_back = True
        return verdict

    def news(self) -> set[int]:
        """Levels that are reached and were not announced this month."""
        reached = levels_reached(used=self.used, limit=self.limit, held_back=self.held_back)
        return reached - self.announced


async def reserve(
    session: AsyncSession,
    *,
    salon_id: UUID,
    notification_id: UUID,
    channel: str,
    category: str,
    units: int,
    now: datetime,
    expires_at: datetime | None = None,
) -> Verdict:
    """Take `units` for one message; see `reserve_all`."""
    wish = Wish(
        salon_id=salon_id,
        notification_id=notification_id,
        channel=channel,
        category=category,
        units=units,
        expires_at=expires_at,
    )
    return (await reserve_all(session, wishes=[wish], now=now))[0]


async def reserve_all(
    session: AsyncSession, *, wishes: Sequence[Wish], now: datetime
) -> list[Verdict]:
    """Take what these messages need, the first first, and answer a verdict for each.

    What a message has taken stands on its row (`budget_month`, `budget_units`) and is kept through
    its retries: asked again, it is allowed and takes nothing more. `now` decides the month, on the
    salon's own clock. Two statements, however many messages; one more for each level reached.
    """
    if not wishes:
        return []
    accounts, kept = await _lock(session, wishes=wishes, now=now)
    verdicts = [
        Allowed()
        if wish.notification_id in kept
        else accounts[wish.salon_id, wish.channel].ask(wish)
        for wish in wishes
    ]
    changed = [each for each in accounts.values() if each.granted or each.news()]
    if changed:
        await _write(session, accounts=changed, now=now)
    for account in changed:
        for level in sorted(account.news()):
            await _announce(session, account=account, level=level)
    return verdicts


async def _lock(
    session: AsyncSession, *, wishes: Sequence[Wish], now: datetime
) -> tuple[dict[tuple[UUID, str], Account], set[UUID]]:
    """The months, locked in one order by everybody, and who takes nothing: it has its share from
    an earlier try, or its lease has ended.
    """
    rows = await session.execute(
        LOCK,
        {
            "salon_ids": [wish.salon_id for wish in wishes],
            "channels": [wish.channel for wish in wishes],
            "ids": [wish.notification_id for wish in wishes],
            "tokens": [wish.token for wish in wishes],
            "now": now,
        },
    )
    accounts: dict[tuple[UUID, str], Account] = {}
    kept: set[UUID] = set()
    for row in rows:
        accounts[row.salon_id, row.channel] = _account(row)
        kept.update(row.kept or ())
    return accounts, kept


def _account(row: Any) -> Account:
    own = row.at_cap is not None
    marks = {WARNING: row.warned_at, CRITICAL: row.critical_at, CAP: row.capped_at}
    return Account(
        salon_id=row.salon_id,
        channel=row.channel,
        month=row.month,
        next_month=row.next_month,
        used=row.used,
        limit=row.monthly_limit if own else load(BudgetSettings).limit_of(row.channel),
        at_cap=row.at_cap if own else DEFAULT_AT_CAP,
        announced={level for level, at in marks.items() if at is not None},
    )


async def _write(session: AsyncSession, *, accounts: Sequence[Account], now: datetime) -> None:
    granted = [(each, *grant) for each in accounts for grant in each.granted]
    await session.execute(
        WRITE,
        {
            "now": now,
            "salon_ids": [each.salon_id for each in accounts],
            "channels": [each.channel for each in accounts],
            "months": [each.month for each in accounts],
            "taken": [each.taken for each in accounts],
            "warned": [WARNING in each.news() for each in accounts],
            "critical": [CRITICAL in each.news() for each in accounts],
            "capped": [CAP in each.news() for each in accounts],
            "of": [each.salon_id for each, _, _ in granted],
            "ids": [notification_id for _, notification_id, _ in granted],
            "for_months": [each.month for each, _, _ in granted],
            "units": [units for _, _, units in granted],
        },
    )


async def _announce(session: AsyncSession, *, account: Account, level: int) -> None:
    limit = account.limit or 0
    log.warning(
        "budget reached",
        percent=level,
        salon_id=str(account.salon_id),
        channel=account.channel,
        month=account.month.isoformat(),
        used=account.used,
        limit=limit,
        at_cap=account.at_cap,
    )
    await emit(
        session,
        BudgetReached(
            salon_id=account.salon_id,
            subject_id=account.salon_id,
            level=level,
            channel=account.channel,
            month=account.month.isoformat(),
            used=account.used,
            limit=limit,
        ),
    )


LOCK = text("""
    WITH months AS (
        SELECT DISTINCT wished.salon_id, wished.channel,
            CAST(date_trunc('month', CAST(:now AS timestamptz) AT TIME ZONE time_zone) AS date)
                AS month,
            (date_trunc('month', CAST(:now AS timestamptz) AT TIME ZONE time_zone)
                + interval '1 month') AT TIME ZONE time_zone AS next_month
        FROM unnest(CAST(:salon_ids AS uuid[]), CAST(:channels AS text[]))
            AS wished (salon_id, channel)
        JOIN salons ON salons.id = wished.salon_id
    ), locked AS (
        INSERT INTO notification_usage AS usage (salon_id, channel, month)
        SELECT salon_id, channel, month FROM months ORDER BY salon_id, channel, month
        ON CONFLICT (salon_id, channel, month) DO UPDATE SET used = usage.used
        RETURNING usage.*
    )
    SELECT locked.salon_id, locked.channel, locked.month, months.next_month, locked.used,
        locked.warned_at, locked.critical_at, locked.capped_at,
        budget.monthly_limit, budget.at_cap,
        (SELECT array_agg(message.id) FROM notifications AS message
         JOIN unnest(CAST(:salon_ids AS uuid[]), CAST(:ids AS uuid[]), CAST(:tokens AS uuid[]))
             AS wished (salon_id, id, token)
             ON message.salon_id = wished.salon_id AND message.id = wished.id
         WHERE message.budget_units > 0
            OR (wished.token IS NOT NULL AND message.lease_token IS DISTINCT FROM wished.token)
        ) AS kept
    FROM locked
    JOIN months ON months.salon_id = locked.salon_id AND months.channel = locked.channel
    LEFT JOIN notification_budgets AS budget
        ON budget.salon_id = locked.salon_id AND budget.channel = locked.channel
""")

WRITE = text("""
    WITH counted AS (
        UPDATE notification_usage AS usage
        SET used = usage.used + given.taken,
            warned_at = CASE WHEN given.warned THEN :now ELSE warned_at END,
            critical_at = CASE WHEN given.critical THEN :now ELSE critical_at END,
            capped_at = CASE WHEN given.capped THEN :now ELSE capped_at END
        FROM unnest(
            CAST(:salon_ids AS uuid[]), CAST(:channels AS text[]), CAST(:months AS date[]),
            CAST(:taken AS integer[]), CAST(:warned AS boolean[]), CAST(:critical AS boolean[]),
            CAST(:capped AS boolean[])
        ) AS given (salon_id, channel, month, taken, warned, critical, capped)
        WHERE usage.salon_id = given.salon_id AND usage.channel = given.channel
            AND usage.month = given.month
    )
    UPDATE notifications AS message
    SET budget_month = granted.month, budget_units = granted.units
    FROM unnest(
        CAST(:of AS uuid[]), CAST(:ids AS uuid[]), CAST(:for_months AS date[]),
        CAST(:units AS smallint[])
    ) AS granted (salon_id, id, month, units)
    WHERE message.salon_id = granted.salon_id AND message.id = granted.id
""")
