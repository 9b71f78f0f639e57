"""Reads of alerts for pages, the API and commands. Every list is paginated."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.operations.alerts.alert import IN_STORM, Alert
from openchair.operations.alerts.models import AlertAttemptRow, AlertRow
from openchair.operations.alerts.store import TOLD_ON, alert_of
from openchair.platform.errors import NotFound

MOST = 200
Which = Literal["open", "history", "held"]

_COLUMNS = [getattr(AlertRow, each.name) for each in fields(Alert) if each.name != TOLD_ON]


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptView:
    """One attempt to tell, or (`outcome` held) what was not told on a channel at one look and, as
    its `kind`, why.
    """

    id: UUID
    notice_id: UUID
    kind: str
    channel: str
    target: str
    severity: str
    title: str
    outcome: str
    instead_of: str | None
    status_code: int | None
    error: str | None
    duration_ms: int
    alert_ids: list[str]
    held_back: int
    created_at: datetime


async def list_alerts(
    session: AsyncSession,
    *,
    which: Which = "open",
    name: str | None = None,
    severity: str | None = None,
    component: str | None = None,
    before: UUID | None = None,
    limit: int = 50,
) -> list[Alert]:
    """The newest first, at most two hundred: those that are `open`, the whole `history`, or what
    storms `held`. `before` is the id of the last one seen.
    """
    wanted = select(*_COLUMNS).where(_is(which))
    for column, value in (
        (AlertRow.name, name),
        (AlertRow.severity, severity),
        (AlertRow.component, component),
    ):
        if value is not None:
            wanted = wanted.where(column == value)
    return await _page(session, wanted, before=before, limit=limit)


async def get_alert(session: AsyncSession, *, alert_id: UUID) -> Alert:
    """One alert. Raises `NotFound`."""
    row = (
        (await session.execute(select(*_COLUMNS).where(AlertRow.id == alert_id)))
        .mappings()
        .one_or_none()
    )
    if row is None:
        raise NotFound("We know no such alert.", code="alert_not_found")
    return alert_of(row)


async def alerts_at(session: AsyncSession, *, at: datetime, limit: int = MOST) -> list[Alert]:
    """What was firing at a moment, the newest first; by what is kept."""
    wanted = select(*_COLUMNS).where(
        AlertRow.fired_at <= at, or_(AlertRow.resolved_at.is_(None), AlertRow.resolved_at > at)
    )
    return await _page(session, wanted, before=None, limit=limit)


async def list_attempts(
    session: AsyncSession,
    *,
    alert_id: UUID | None = None,
    outcome: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before: UUID | None = None,
    limit: int = 50,
) -> list[AttemptView]:
    """The newest first, at most two hundred; of one alert, of one outcome (`sent`, `failed`,
    `held`), of a time. `before` is the id of the last one seen.
    """
    wanted = select(*(getattr(AlertAttemptRow, each.name) for each in fields(AttemptView)))
    if alert_id is not None:
        wanted = wanted.where(AlertAttemptRow.alert_ids.contains([str(alert_id)]))
    if outcome is not None:
        wanted = wanted.where(AlertAttemptRow.outcome == outcome)
    if since is not None:
        wanted = wanted.where(AlertAttemptRow.created_at >= since)
    if until is not None:
        wanted = wanted.where(AlertAttemptRow.created_at < until)
    if before is not None:
        wanted = wanted.where(AlertAttemptRow.id < before)
    rows = await session.execute(wanted.order_by(AlertAttemptRow.id.desc()).limit(min(limit, MOST)))
    return [AttemptView(**row) for row in rows.mappings()]


def _is(which: Which) -> ColumnElement[bool]:
    if which == "open":
        return AlertRow.status != "resolved"
    if which == "held":
        return or_(AlertRow.held_by == "storm", AlertRow.labels.has_key(IN_STORM))
    return AlertRow.fired_at.is_not(None)


async def _page(
    session: AsyncSession, wanted: Select[tuple[object, ...]], *, before: UUID | None, limit: int
) -> list[Alert]:
    if before is not None:
        wanted = wanted.where(AlertRow.id < before)
    rows = await session.execute(wanted.order_by(AlertRow.id.desc()).limit(min(limit, MOST)))
    return [alert_of(row) for row in rows.mappings()]


def last_id(found: Sequence[Alert | AttemptView], *, limit: int) -> UUID | None:
    """What to send as `before` for the next page; None at the end."""
    return found[-1].id if len(found) == min(limit, MOST) else None
