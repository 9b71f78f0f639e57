"""What rooms above may want to know of bookings. Who reacts stands in `openchair/reactions.py`."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from openchair.platform.events.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingConfirmed(Event):
    """A visit is agreed."""

    name: ClassVar[str] = "booking.confirmed"
    start: datetime
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingRescheduled(Event):
    """A visit was moved."""

    name: ClassVar[str] = "booking.rescheduled"
    before: datetime
    start: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingChanged(Event):
    """Services, people, length or note of a visit were changed; its start was not."""

    name: ClassVar[str] = "booking.changed"
    start: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingCancelled(Event):
    """A visit was called off; its time is free again."""

    name: ClassVar[str] = "booking.cancelled"
    start: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingRestored(Event):
    """A cancelled visit is on again."""

    name: ClassVar[str] = "booking.restored"
    start: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientArrived(Event):
    """The client is here."""

    name: ClassVar[str] = "booking.arrived"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientInChair(Event):
    """The work on the client has begun."""

    name: ClassVar[str] = "booking.in_chair"


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitDone(Event):
    """The work is done."""

    name: ClassVar[str] = "booking.done"


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitPaid(Event):
    """The team noted that the client has paid."""

    name: ClassVar[str] = "booking.paid"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientDidNotShow(Event):
    """The client did not come."""

    name: ClassVar[str] = "booking.no_show"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkUndone(Event):
    """The last mark was pressed by mistake; the visit is what it was before."""

    name: ClassVar[str] = "booking.mark_undone"
    undone: str
