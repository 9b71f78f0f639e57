"""Reads of messages with every try at sending them. Called by `explain`, commands and pages."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, column, func, or_, select, table, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications import models
from openchair.notifications.models import Attempt, QueuedMessage
from openchair.platform.errors import NotFound

STATES = models.STATES
MESSAGE_LIMIT = 200
ATTEMPT_LIMIT = 1000
MOST_COUNTED = 100_000
SALONS = table("salons", column("id"))
Cursor = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class Try:
    """One try, or one look-up of a doubtful message; `outcome` is None while it runs."""

    number: int
    worker: str
    provider: str | None
    outcome: str | None
    failure_type: str | None
    status_code: int | None
    error_message: str | None
    at: datetime
    handed_over_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it stands now; the columns are told in `models.QueuedMessage`."""

    salon_id: UUID
    id: UUID
    kind: str
    channel: str
    category: str
    status: str
    priority: int
    recipient: str
    language: str
    reference: str
    message_id: str
    failure_type: str | None
    error_message: str | None
    created_at: datetime
    send_after: datetime
    expires_at: datetime | None
    next_attempt_at: datetime
    waits_for: str | None
    retry_count: int
    lost_leases: int
    lease_until: datetime | None
    handed_over_at: datetime | None
    was_doubtful: bool
    reconcile_at: datetime | None
    provider: str | None
    provider_reference: str | None
    delivery_status: str | None
    delivered_at: datetime | None
    segments: int | None
    cost_micros: int | None
    cost_currency: str | None
    budget_month: date | None
    budget_units: int
    sent_at: datetime | None
    finished_at: datetime | None
    correlation_id: str | None
    tries: tuple[Try, ...] = ()


COLUMNS = [each.name for each in fields(Message) if each.name != "tries"]


async def messages_about(session: AsyncSession, *, salon_id: UUID, reference: str) -> list[Message]:
    """Every message that names this reference, the first first, at most two hundred."""
    rows = list(
        await session.scalars(
            select(QueuedMessage)
            .where(QueuedMessage.salon_id == salon_id, QueuedMessage.reference == reference)
            .order_by(QueuedMessage.created_at, QueuedMessage.id)
            .limit(MESSAGE_LIMIT)
        )
    )
    tries = await _tries(session, salon_id=salon_id, ids=[row.id for row in rows])
    return [_message(row, tuple(tries.get(row.id, ()))) for row in rows]


async def messages_under(session: AsyncSession, *, correlation_id: str) -> list[Message]:
    """Every message under one id with its tries, the first first, at most two hundred."""
    rows = list(
        await session.scalars(
            select(QueuedMessage)
            .where(QueuedMessage.correlation_id == correlation_id)
            .order_by(QueuedMessage.created_at, QueuedMessage.id)
            .limit(MESSAGE_LIMIT)
        )
    )
    tries: dict[UUID, list[Try]] = {}
    for salon_id in {row.salon_id for row in rows}:
        ids = [row.id for row in rows if row.salon_id == salon_id]
        tries |= await _tries(session, salon_id=salon_id, ids=ids)
    return [_message(row, tuple(tries.get(row.id, ()))) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Messages that came and ended since a moment, and how many are due; counts end at 100,000."""

    queued: int
    ended: int
    due: int


async def flow_since(session: AsyncSession, *, since: datetime) -> Flow:
    """Whether the queue grows, over the whole installation."""
    row = (await session.execute(FLOW, {"since": since, "most": MOST_COUNTED})).one()
    return Flow(queued=row.queued, ended=row.ended, due=row.due)


async def get_message(
    session: AsyncSession, *, message_id: UUID, salon_id: UUID | None = None
) -> Message:
    """One message with its tries. Raises `NotFound`, also for another salon's."""
    # The key begins with the salon; without one each salon is asked for its own, by the key.
    salons = select(SALONS.c.id) if salon_id is None else [salon_id]
    wanted = select(QueuedMessage).where(
        QueuedMessage.salon_id.in_(salons), QueuedMessage.id == message_id
    )
    row = (await session.scalars(wanted.limit(1))).one_or_none()
    if row is None:
        raise NotFound("There is no such message.", code="message_not_found")
    tries = await _tries(session, salon_id=row.salon_id, ids=[row.id])
    return _message(row, tuple(tries.get(row.id, ())))


async def list_messages(
    session: AsyncSession,
    *,
    salon_id: UUID | None = None,
    states: Sequence[str] = (),
    channel: str | None = None,
    kind: str | None = None,
    recipient: str = "",
    addresses: Collection[str] = (),
    limit: int = MESSAGE_LIMIT,
    after: Cursor | None = None,
) -> list[Message]:
    """Messages without their tries, the youngest first; a page follows `after`.

    `recipient` is how the address begins, in any case; `addresses` are whole ones that are meant
    as well. Without a salon it is those of the installation.
    """
    wanted = _narrowed(select(QueuedMessage), salon_id, states, channel, kind)
    if recipient:
        wanted = wanted.where(_is_reached(recipient, addresses))
        if salon_id is None:  # the index begins with the salon
            wanted = wanted.where(QueuedMessage.salon_id.in_(select(SALONS.c.id)))
    if after is not None:
        wanted = wanted.where(tuple_(QueuedMessage.created_at, QueuedMessage.id) < after)
    newest_first = wanted.order_by(QueuedMessage.created_at.desc(), QueuedMessage.id.desc())
    rows = await session.scalars(newest_first.limit(min(limit, MESSAGE_LIMIT)))
    return [_message(row, ()) for row in rows]


def _is_reached(beginning: str, addresses: Collection[str]) -> ColumnElement[bool]:
    part = beginning.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    stored = func.lower(QueuedMessage.recipient)
    return or_(stored.like(f"{part}%"), stored.in_([each.lower() for each in addresses]))


def _narrowed(
    wanted: Select[Any],
    salon_id: UUID | None,
    states: Sequence[str],
    channel: str | None,
    kind: str | None,
) -> Select[Any]:
    if salon_id is not None:
        wanted = wanted.where(QueuedMessage.salon_id == salon_id)
    if states:
        wanted = wanted.where(QueuedMessage.status.in_(states))
    if channel is not None:
        wanted = wanted.where(QueuedMessage.channel == channel)
    if kind is not None:
        wanted = wanted.where(QueuedMessage.kind == kind)
    return wanted


def _message(row: QueuedMessage, tries: tuple[Try, ...]) -> Message:
    return Message(**{name: getattr(row, name) for name in COLUMNS}, tries=tries)


async def _tries(
    session: AsyncSession, *, salon_id: UUID, ids: list[UUID]
) -> dict[UUID, list[Try]]:
    found: dict[UUID, list[Try]] = {}
    for row in await session.scalars(
        select(Attempt)
        .where(Attempt.salon_id == salon_id, Attempt.notification_id.in_(ids))
        .order_by(Attempt.number)
        .limit(ATTEMPT_LIMIT)
    ):
        found.setdefault(row.notification_id, []).append(
            Try(
                number=row.number,
                worker=row.worker,
                provider=row.provider,
                outcome=row.outcome,
                failure_type=row.failure_type,
                status_code=row.status_code,
                error_message=row.error_message,
                at=row.started_at,
                handed_over_at=row.handed_over_at,
                finished_at=row.finished_at,
            )
        )
    return found


FLOW = text("""
    SELECT
        (SELECT count(*) FROM (
            SELECT FROM notifications WHERE created_at >= :since LIMIT :most) AS came) AS queued,
        (SELECT count(*) FROM (
            SELECT FROM notification_attempts
            WHERE started_at >= :since AND outcome IN ('sent', 'permanent', 'found')
            LIMIT :most) AS done) AS ended,
        (SELECT count(*) FROM (
            SELECT FROM notifications
            WHERE status = 'pending' AND next_attempt_at <= now() LIMIT :most) AS waiting) AS due
""")
