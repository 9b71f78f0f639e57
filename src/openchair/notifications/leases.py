"""Leases on queued messages: who may send one, until when, and what becomes of a dead worker's.

All times are the database's. The token of a lease fences off a worker that outlived it: every
later write names the token and changes nothing when somebody else has the message by then.
Called by `dispatch.py` and `delivery.py`; the statements are in `lease_statements.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.events import AmbiguousSend, LeaseExpired, PoisonJob
from openchair.notifications.lease_statements import (
    CLAIM,
    CLAIM_SUSPECT,
    HAND_OVER,
    NEXT_PROVIDER,
    RECOVER,
)
from openchair.notifications.rendering import Message
from openchair.platform.events.event import Event, emit
from openchair.platform.logging.setup import logger

MAX_LOST_LEASES = 3

log = logger(__name__)


class LeaseLost(Exception):
    """Somebody else has the message by now: stop, and change nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """One worker's right to send one message once. `budget_units` are reserved already."""

    token: UUID
    message: Message
    rfc_message_id: str
    correlation_id: str | None
    retry_count: int
    budget_units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """A message that was taken back from a dead or hanging worker, and its state now."""

    salon_id: UUID
    id: UUID
    status: str
    lost: int


async def claim(
    session: AsyncSession, *, channel: str, worker: str, seconds: int, limit: int
) -> list[Lease]:
    """Lease up to `limit` due messages, the most urgent first, and begin their attempts.

    A message that ended a worker before is left out; see `claim_suspect`.
    """
    rows = await session.execute(
        CLAIM, {"channel": channel, "worker": worker, "seconds": seconds, "limit": limit}
    )
    return [_lease(row) for row in rows]


async def claim_suspect(
    session: AsyncSession, *, channel: str, worker: str, seconds: int
) -> list[Lease]:
    """Lease one message whose worker died; answers one or none. Each worker tries one of these
    at a time, beside the fresh ones: it never takes another suspect with it.
    """
    rows = await session.execute(
        CLAIM_SUSPECT, {"channel": channel, "worker": worker, "seconds": seconds}
    )
    return [_lease(row) for row in rows]


async def hand_over(
    connection: "asyncpg.Connection[Any]", *, leases: Sequence[tuple[Lease, str]], seconds: int
) -> list[bool]:
    """Mark that the content of these leaves now by these providers, and renew their leases.

    Answers for each whether it may: False when its lease has ended. One statement that commits
    by itself when the connection is in no transaction.
    """
    marked = await connection.fetch(
        HAND_OVER,
        [lease.message.salon_id for lease, _ in leases],
        [lease.message.id for lease, _ in leases],
        [lease.token for lease, _ in leases],
        [provider for _, provider in leases],
        float(seconds),
    )
    tokens = {row["lease_token"] for row in marked}
    return [lease.token in tokens for lease, _ in leases]


async def next_provider(
    session: AsyncSession,
    *,
    lease: Lease,
    failed: str,
    failure_type: str,
    status_code: int | None,
    words: str,
    worker: str,
    seconds: int,
) -> Lease:
    """End the try at the provider `failed`, where nothing had left, and begin one at another.

    Raises `LeaseLost` when the lease has ended.
    """
    row = (
        await session.execute(
            NEXT_PROVIDER,
            {
                **named(lease),
                "provider": failed,
                "failure_type": failure_type,
                "status_code": status_code,
                "words": words,
                "worker": worker,
                "seconds": seconds,
            },
        )
    ).one_or_none()
    if row is None:
        raise LeaseLost
    return _lease(row)


async def recover(session: AsyncSession, *, limit: int) -> list[Recovered]:
    """Take back messages whose worker let its lease run out.

    Not handed over yet: pending again. Handed over: doubtful, as the provider may have it. One
    whose workers died three times is quarantined as failed, before it takes more with it.
    """
    rows = await session.execute(RECOVER, {"limit": limit, "max_lost": MAX_LOST_LEASES})
    recovered = [Recovered(**row) for row in rows.mappings()]
    for each in recovered:
        await emit(session, _event(each))
    if recovered:
        log.warning(
            "leases expired",
            count=len(recovered),
            doubtful=sum(each.status == "doubtful" for each in recovered),
            quarantined=sum(each.status == "failed" for each in recovered),
        )
    return recovered


def named(lease: Lease) -> dict[str, object]:
    """The parameters by which a statement finds the message under this very lease."""
    return {"salon_id": lease.message.salon_id, "id": lease.message.id, "token": lease.token}


def _event(recovered: Recovered) -> Event:
    salon_id, message_id = recovered.salon_id, recovered.id
    if recovered.status == "doubtful":
        words = "its worker ended after the content left"
        return AmbiguousSend(salon_id=salon_id, subject_id=message_id, words=words)
    if recovered.status == "failed":
        return PoisonJob(salon_id=salon_id, subject_id=message_id, lost=recovered.lost)
    return LeaseExpired(salon_id=salon_id, subject_id=message_id, lost=recovered.lost)


def _lease(row: Row[Any]) -> Lease:
    return Lease(
        token=row.lease_token,
        message=Message(
            id=row.id,
            salon_id=row.salon_id,
            kind=row.kind,
            channel=row.channel,
            language=row.language,
            recipient=row.recipient,
            reference=row.reference,
            data=row.data,
            category=row.category,
            time_zone=row.time_zone,
            expires_at=row.expires_at,
        ),
        rfc_message_id=row.message_id,
        correlation_id=row.correlation_id,
        retry_count=row.retry_count,
        budget_units=row.budget_units,
    )
