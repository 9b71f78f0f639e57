"""What the calendar knows, as frozen data: `board.py` reads it, the doors say it in words.

Instants are in the salon's zone, money in minor units; a stretch is inside start, outside end.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from openchair.platform.db.base import Words

Stretch = tuple[datetime, datetime]
Phase = Literal["active", "processing", "finish"]


@dataclass(frozen=True, slots=True)
class Away:
    """When somebody who works that day is not to be booked; `requested` time off still can be."""

    start: datetime
    end: datetime
    kind: Literal["break", "time_off", "requested"]


@dataclass(frozen=True, slots=True)
class Column:
    """A stylist: when they work within opening hours, and when they are away."""

    id: UUID
    name: str
    colour: str
    working: tuple[Stretch, ...]
    away: tuple[Away, ...]


@dataclass(frozen=True, slots=True)
class Phased:
    """Part of a service: hands-on, or processing while the stylist is free."""

    start: datetime
    end: datetime
    phase: Phase


@dataclass(frozen=True, slots=True)
class Entry:
    """One service of a visit in a stylist's column; `minutes` is what the client spends with it."""

    booking_id: UUID
    appointment_id: UUID
    staff_id: UUID
    service_id: UUID
    start: datetime
    end: datetime
    minutes: int
    service_name: Words
    price_minor: int
    colour: str
    segments: tuple[Phased, ...]
    visit: "VisitOnBoard"


@dataclass(frozen=True, slots=True)
class VisitOnBoard:
    """What all services of one visit share. `resource_ids` are the chairs and things it takes;
    `is_first` is never true of somebody without a name.
    """

    id: UUID
    status: str
    client: str
    client_id: UUID
    walked_in: bool
    note: str
    source: str
    allergies: str
    no_shows: int
    is_first: bool
    overbooked: bool
    in_series: bool
    in_group: bool
    form_missing: bool
    revision: int
    price_minor: int
    start: datetime
    staff_ids: frozenset[UUID]
    resource_ids: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class BlockShown:
    """Time that is kept free on purpose, of a person or of a thing."""

    id: UUID
    staff_id: UUID | None
    resource_id: UUID | None
    name: str
    start: datetime
    end: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class HeldStretch:
    """Somebody is typing, or considers an offer of the waitlist."""

    staff_id: UUID
    start: datetime
    end: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Thing:
    """A chair, room or device."""

    id: UUID
    name: str
    kind: str
    group_name: Words


@dataclass(frozen=True, slots=True)
class CalendarBoard:
    """Local dates `first…last` (inside). `cancelled` counts the visits that are not shown."""

    first: date
    last: date
    start: datetime
    end: datetime
    columns: tuple[Column, ...]
    entries: tuple[Entry, ...]
    blocks: tuple[BlockShown, ...]
    holds: tuple[HeldStretch, ...]
    things: tuple[Thing, ...]
    opening: tuple[Stretch, ...]
    cancelled: int

    @property
    def dates(self) -> list[date]:
        """The local dates, in order."""
        return [
            self.first + timedelta(days=number)
            for number in range((self.last - self.first).days + 1)
        ]
