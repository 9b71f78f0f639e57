"""Reads everything that the calendar shows of a day or a week: two statements, whatever the size.

Called by the console's calendar and by what makes pictures of a day; it decides nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.availability.load import Shift
from openchair.booking.availability.wall_clock import WallClock
from openchair.booking.calendar.columns import lay_columns, opening_of
from openchair.booking.calendar.phases import Local, phases
from openchair.booking.calendar.shapes import (
    Away,
    BlockShown,
    CalendarBoard,
    Entry,
    HeldStretch,
    Thing,
    VisitOnBoard,
)
from openchair.booking.calendar.statements import TEAM, VISITS
from openchair.platform.db.base import Words
from openchair.platform.db.driver import driver
from openchair.salons.queries import Salon

MOST_DAYS = 14
ONE_DAY, ONE_MINUTE = timedelta(days=1), timedelta(minutes=1)


async def read_board(
    session: AsyncSession, *, salon: Salon, first: date, last: date, now: datetime
) -> CalendarBoard:
    """The salon's local dates `first…last`, at most fourteen: doors bound it. Holds that have
    expired by `now` are not there.
    """
    zone = ZoneInfo(salon.time_zone)
    clock = WallClock(zone, first, last)
    start = clock.instant_of(clock.midnight(first))
    end = clock.instant_of(clock.midnight(last + ONE_DAY))
    connection = await driver(session)
    team = await connection.fetchrow(
        TEAM, salon.id, start, end, clock.dates[0], clock.dates[-1], now
    )
    rows = await connection.fetch(VISITS, salon.id, start, end)
    known = _Known(team, zone)
    return CalendarBoard(
        first=first,
        last=last,
        start=start,
        end=end,
        columns=lay_columns(
            salon=salon,
            clock=clock,
            people=known.rows("staff"),
            shifts=_shifts(known.rows("shifts")),
            away=_away(known),
        ),
        entries=_entries(rows, zone),
        blocks=tuple(
            BlockShown(
                id=UUID(row[0]),
                staff_id=_id(row[1]),
                resource_id=_id(row[2]),
                name=row[3],
                start=known.moment(row[4]),
                end=known.moment(row[5]),
                reason=row[6],
            )
            for row in known.rows("blocks")
        ),
        holds=tuple(
            HeldStretch(UUID(row[0]), *(known.moment(text) for text in row[1:]))
            for row in known.rows("holds")
        ),
        things=tuple(Thing(UUID(row[0]), *row[1:]) for row in known.rows("resources")),
        opening=opening_of(salon=salon, clock=clock),
        cancelled=known.count("cancelled"),
    )


class _Known:
    """The first statement's answer: lists as JSON text, instants in UTC."""

    def __init__(self, row: Mapping[str, Any] | None, zone: ZoneInfo) -> None:
        self._row = row or {}
        self._zone = zone

    def rows(self, name: str) -> list[Any]:
        text = self._row.get(name)
        found: list[Any] = orjson.loads(text) if text else []
        return found

    def count(self, name: str) -> int:
        return int(self._row.get(name) or 0)

    def moment(self, text: str) -> datetime:
        return datetime.fromisoformat(text).astimezone(self._zone)


def _shifts(rows: list[Any]) -> dict[UUID, list[Shift]]:
    found: dict[UUID, list[Shift]] = {}
    for staff_id, weekday, day, starts, ends, breaks in rows:
        shift = Shift(
            weekday=weekday,
            date=date.fromisoformat(day) if day else None,
            starts=starts,
            ends=ends,
            breaks=tuple((pause[0], pause[1]) for pause in breaks or ()),
        )
        found.setdefault(UUID(staff_id), []).append(shift)
    return found


def _away(known: _Known) -> dict[UUID, list[Away]]:
    found: dict[UUID, list[Away]] = {}
    for staff_id, begins, ends, status in known.rows("time_off"):
        stretch = Away(
            start=known.moment(begins),
            end=known.moment(ends or FOR_GOOD),
            kind="time_off" if status == "approved" else "requested",
        )
        found.setdefault(UUID(staff_id), []).append(stretch)
    return found


FOR_GOOD = "2200-01-01T00:00:00+00:00"
"""Time off without an end; the window cuts it."""


def _entries(rows: Sequence[Mapping[str, Any]], zone: ZoneInfo) -> tuple[Entry, ...]:
    @cache  # a week has some hundred moments, and each visit names ten of them
    def local(instant: datetime) -> datetime:
        return instant.astimezone(zone)

    visits: dict[UUID, VisitOnBoard] = {}
    for row in rows:
        known = visits.get(row["booking_id"])
        staff_ids = frozenset({row["staff_id"]}) | (known.staff_ids if known else frozenset())
        missing = row["form_missing"] or (known is not None and known.form_missing)
        visits[row["booking_id"]] = (
            _visit(row, staff_ids, local)
            if known is None
            else replace(known, staff_ids=staff_ids, form_missing=missing)
        )
    return tuple(_entry(row, visits[row["booking_id"]], local) for row in rows)


def _visit(row: Mapping[str, Any], staff_ids: frozenset[UUID], local: Local) -> VisitOnBoard:
    return VisitOnBoard(
        id=row["booking_id"],
        status=row["status"],
        client=row["contact_name"],
        client_id=row["customer_id"],
        walked_in=row["walked_in"],
        note=row["note"],
        source=row["source"],
        allergies=row["allergies"],
        no_shows=row["no_shows"] or 0,
        is_first=row["is_first"],
        overbooked=row["overbooked"],
        in_series=row["series_id"] is not None,
        in_group=row["group_id"] is not None,
        form_missing=row["form_missing"],
        revision=row["revision"],
        price_minor=row["visit_price_minor"],
        start=local(row["starts_at"]),
        staff_ids=staff_ids,
        resource_ids=frozenset(row["things"] or ()),
    )


def _entry(row: Mapping[str, Any], visit: VisitOnBoard, local: Local) -> Entry:
    busy = [
        (begins, ends)
        for who, begins, ends in zip(
            row["taken_ids"] or (), row["taken_from"] or (), row["taken_to"] or (), strict=True
        )
        if who == row["staff_id"]
    ]
    return Entry(
        booking_id=row["booking_id"],
        appointment_id=row["appointment_id"],
        staff_id=row["staff_id"],
        service_id=row["service_id"],
        start=local(row["starts_at"]),
        end=local(row["ends_at"]),
        minutes=(row["ends_at"] - row["starts_at"]) // ONE_MINUTE,
        service_name=_words(row["service_name"]),
        price_minor=row["price_minor"],
        colour=row["colour"],
        segments=phases(row["starts_at"], row["ends_at"], busy, local=local),
        visit=visit,
    )


@lru_cache(maxsize=1024)
def _words(text: str) -> Words:
    """A service's name: a week has a thousand of a few."""
    found: Words = orjson.loads(text)
    return found


def _id(text: str | None) -> UUID | None:
    return UUID(text) if text else None
