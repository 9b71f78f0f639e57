"""Visits that repeat: booked at once, all or none. Each date that cannot be had is named with the
nearest free times, and whoever books says for each whether it is skipped, moved or doubled.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.confirm import book
from openchair.booking.appointments.obstacles import Obstacle, obstacle_at, refuse_all
from openchair.booking.appointments.queries import get_booking_by_id
from openchair.booking.appointments.repeat import series_starts
from openchair.booking.appointments.request import (
    KEY_LENGTH,
    ONE_AT_A_TIME,
    Confirmed,
    CustomerDetails,
)
from openchair.booking.appointments.tell import CONFIRMED, tell_client, told_of
from openchair.booking.availability.visit import plan_visit
from openchair.booking.catalogue.queries import get_catalogue
from openchair.identity.audit.record import Actor
from openchair.platform.db.driver import driver
from openchair.platform.errors import Conflict, Invalid
from openchair.platform.ids import new_id
from openchair.salons.queries import Salon

TAKEN = frozenset({"time_taken", "customer_busy"})


@dataclass(frozen=True, slots=True)
class Choice:
    """What becomes of one date that cannot be had as planned; `start` for one that is moved."""

    kind: Literal["skip", "move", "overbook"]
    start: datetime | None = None


@dataclass(frozen=True, slots=True)
class SeriesWish:
    """What is to be repeated. `until` is a local date (inside)."""

    service_ids: Sequence[UUID]
    staff_ids: Sequence[UUID | None]
    start: datetime
    every_weeks: int
    until: date
    customer: CustomerDetails
    note: str = ""


@dataclass(frozen=True, slots=True)
class BookedSeries:
    """The series and its visits by start; `skipped` counts the dates that were left out."""

    id: UUID
    booking_ids: tuple[UUID, ...]
    skipped: int
    replayed: bool = False


async def book_series(
    session: AsyncSession,
    *,
    salon: Salon,
    wish: SeriesWish,
    choices: Mapping[date, Choice] | None = None,
    by: Actor,
    source: str,
    tell: bool = True,
    without_forms: bool = False,
    key: str | None = None,
    now: datetime,
) -> BookedSeries:
    """Book all visits in the caller's one transaction; the client gets one confirmation of those to
    come and a reminder before each. `choices` are by the date as planned.

    Raises `Conflict` (`series_conflicts`, with `obstacles` in its details) when a date without a
    choice cannot be had; what `book` raises; `Invalid` on `every_weeks` or `until`. Run it by
    `attempt`.
    """
    starts = series_starts(
        start=wish.start,
        every_weeks=wish.every_weeks,
        until=wish.until,
        time_zone=salon.time_zone,
    )
    keys = _keys(key, starts)
    if (known := await _booked_before(session, salon, keys)) is not None:
        return known
    catalogue = await get_catalogue(session, salon_id=salon.id)
    visits: list[Confirmed] = []
    obstacles: list[Obstacle] = []
    for planned in starts:
        choice = (choices or {}).get(planned.date())
        if choice is not None and choice.kind == "skip":
            continue
        start = _chosen(planned, choice)
        doubled = choice is not None and choice.kind == "overbook"
        try:
            visits.append(
                await book(
                    session,
                    salon=salon,
                    service_ids=wish.service_ids,
                    staff_ids=wish.staff_ids,
                    start=start,
                    customer=wish.customer,
                    consents={},
                    note=wish.note,
                    idempotency_key=keys.get(planned),
                    source=source,
                    actor=by,
                    overbook=doubled,
                    may_overlap=doubled,
                    tell=False,
                    without_forms=without_forms,
                    now=now,
                    catalogue=catalogue,
                )
            )
        except Conflict as refusal:
            if refusal.code not in TAKEN:
                raise
            obstacles.append(
                await obstacle_at(
                    session,
                    salon=salon,
                    catalogue=catalogue,
                    visit=plan_visit(catalogue, wish.service_ids, wish.staff_ids),
                    planned=planned,
                    start=start,
                    client_is_busy=refusal.code == "customer_busy",
                    now=now,
                )
            )
    refuse_all(obstacles)
    if not visits:
        raise Invalid("All dates of the series are left out.", field="until")
    series_id = await _join(session, salon, wish, visits)
    await _tell(session, salon, visits, now, tell=tell)
    return BookedSeries(
        id=series_id,
        booking_ids=tuple(each.booking_id for each in visits),
        skipped=len(starts) - len(visits),
    )


def _keys(key: str | None, starts: Sequence[datetime]) -> dict[datetime, str]:
    """A key for each visit, so that the whole request can be sent again."""
    if key is None:
        return {}
    if not key or len(key) > KEY_LENGTH // 2:
        raise Invalid(
            f"An idempotency key has 1 to {KEY_LENGTH // 2} printable characters.",
            field="Idempotency-Key",
        )
    return {start: f"{key}:{start.date().isoformat()}" for start in starts}


async def _booked_before(
    session: AsyncSession, salon: Salon, keys: Mapping[datetime, str]
) -> BookedSeries | None:
    if not keys:
        return None
    connection = await driver(session)
    await connection.execute(ONE_AT_A_TIME, min(keys.values()))
    rows = await connection.fetch(
        """
        SELECT id, series_id FROM bookings
        WHERE salon_id = $1 AND idempotency_key = ANY ($2) AND series_id IS NOT NULL
        ORDER BY appointment_date
        """,
        salon.id,
        list(keys.values()),
    )
    if not rows:
        return None
    return BookedSeries(
        id=rows[0]["series_id"],
        booking_ids=tuple(row["id"] for row in rows),
        skipped=len(keys) - len(rows),
        replayed=True,
    )


def _chosen(planned: datetime, choice: Choice | None) -> datetime:
    if choice is not None and choice.kind == "move" and choice.start is not None:
        return choice.start
    return planned


async def _join(
    session: AsyncSession, salon: Salon, wish: SeriesWish, visits: Sequence[Confirmed]
) -> UUID:
    connection = await driver(session)
    series_id = new_id()
    await connection.execute(
        "INSERT INTO booking_series (salon_id, id, every_weeks, until) VALUES ($1, $2, $3, $4)",
        salon.id,
        series_id,
        wish.every_weeks,
        wish.until,
    )
    await connection.execute(
        "UPDATE bookings SET series_id = $3 WHERE salon_id = $1 AND id = ANY ($2)",
        salon.id,
        [each.booking_id for each in visits],
        series_id,
    )
    return series_id


async def _tell(
    session: AsyncSession,
    salon: Salon,
    visits: Sequence[Confirmed],
    now: datetime,
    *,
    tell: bool,
) -> None:
    """One confirmation, which names all dates that are yet to come; a reminder of each visit."""
    coming = sorted((each for each in visits if each.end > now), key=lambda each: each.start)
    others = [each.start for each in coming[1:]]
    for each in visits:
        booking = await get_booking_by_id(session, booking_id=each.booking_id, salon_id=salon.id)
        first = tell and each in coming[:1]
        await tell_client(
            session,
            kind=CONFIRMED if first else None,
            told=told_of(booking, also=others if first else ()),
            now=now,
        )
