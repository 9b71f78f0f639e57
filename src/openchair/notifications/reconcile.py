"""Finds out about doubtful messages: asks their provider whether it has them.

A loop of the worker. What a provider says it does not know is believed only after a grace, as it
may still be at it. What nobody can tell stays doubtful, flagged, for a person to decide.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.budgets.note_cost import note_cost
from openchair.notifications.providers.current import providers
from openchair.notifications.providers.provider import Doubted, Finding, Known
from openchair.notifications.settings import MailSettings
from openchair.notifications.settle import settle_arrived, settle_not_arrived
from openchair.platform.db.engine import Database
from openchair.platform.settings.base import load

AT_ONCE = 20
BY = "look-up"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    doubted: Doubted
    channel: str
    provider: str
    now: datetime


async def reconcile(database: Database) -> bool:
    """Ask about the doubtful messages whose time has come; True when there may be more."""
    async with database.transaction() as session:
        cases = await _due(session)
    findings = await asyncio.gather(*(_ask(database, case) for case in cases))
    for case, finding in zip(cases, findings, strict=True):
        async with database.transaction() as session:
            await _conclude(session, case=case, finding=finding)
    return len(cases) == AT_ONCE


async def _due(session: AsyncSession) -> list[_Case]:
    """Take the next ones; each is looked at again later unless it is settled now."""
    rows = await session.execute(DUE, {"limit": AT_ONCE})
    return [
        _Case(
            doubted=Doubted(
                salon_id=row.salon_id,
                notification_id=row.id,
                recipient=row.recipient,
                message_id=row.message_id,
                handed_over_at=row.handed_over_at,
            ),
            channel=row.channel,
            provider=row.provider or "",
            now=row.now,
        )
        for row in rows
    ]


async def _ask(database: Database, case: _Case) -> Finding:
    for provider in providers(case.channel, database=database):
        if provider.name == case.provider:
            return await provider.look_up(case.doubted)
    return Finding(known=Known.UNKNOWN, words=f"{case.provider} is no longer configured")


async def _conclude(session: AsyncSession, *, case: _Case, finding: Finding) -> None:
    which: dict[str, UUID] = {
        "salon_id": case.doubted.salon_id,
        "notification_id": case.doubted.notification_id,
    }
    grace = timedelta(seconds=load(MailSettings).mail_doubtful_grace_seconds)
    if finding.known is Known.TAKEN:
        settled = await settle_arrived(
            session, **which, by=BY, words=finding.words, reference=finding.reference
        )
        if settled.changed and finding.cost_micros is not None and finding.cost_currency:
            await note_cost(
                session,
                **which,
                micros=finding.cost_micros,
                currency=finding.cost_currency,
                now=case.now,
            )
    elif finding.known is Known.NOT_TAKEN and case.now - case.doubted.handed_over_at >= grace:
        await settle_not_arrived(
            session,
            **which,
            by=BY,
            words=finding.words,
            handed_over_at=case.doubted.handed_over_at,
        )


# Looked at after 5 s, 20 s, 80 s … up to 6 h apart, for two days.
DUE = text("""
    WITH due AS (
        SELECT salon_id, id FROM notifications
        WHERE status = 'doubtful' AND reconcile_at <= now()
        ORDER BY reconcile_at LIMIT :limit
        FOR UPDATE SKIP LOCKED
    )
    UPDATE notifications AS queue
    SET reconcile_count = reconcile_count + 1,
        reconcile_at = CASE WHEN queue.handed_over_at > now() - interval '2 days' THEN
            now() + make_interval(secs => least(21600, 5 * power(4, least(reconcile_count, 8)))) END
    FROM due WHERE queue.salon_id = due.salon_id AND queue.id = due.id
    RETURNING queue.salon_id, queue.id, queue.channel, queue.provider, queue.recipient,
        queue.message_id, coalesce(queue.handed_over_at, queue.created_at) AS handed_over_at,
        now() AS now
""")
