"""What rooms above may want to know of the waitlist. Who reacts stands in `reactions.py`."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from openchair.platform.events.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitlistJoined(Event):
    """Somebody waits for a time."""

    name: ClassVar[str] = "waitlist.joined"
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitlistLeft(Event):
    """Somebody does not wait any more."""

    name: ClassVar[str] = "waitlist.left"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeOffered(Event):
    """A time is kept for one who waits (`subject_id`), who was asked."""

    name: ClassVar[str] = "waitlist.offered"
    offer_id: UUID
    start: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferAnswered(Event):
    """The answer to an offer: accepted, declined, or lapsed."""

    name: ClassVar[str] = "waitlist.answered"
    offer_id: UUID
    answer: str
