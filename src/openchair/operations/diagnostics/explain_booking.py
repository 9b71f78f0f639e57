"""Everything that happened to one booking, in order, from every room that knows of it.

Called by `openchair explain booking`. Reads only.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.queries import Booking, get_booking, get_booking_by_id
from openchair.booking.appointments.tell import reference
from openchair.booking.occupancy.queries import Taken, taken_by
from openchair.identity.accounts.queries import names_of
from openchair.identity.audit.queries import Act, list_acts
from openchair.notifications.queries import Message, messages_about
from openchair.platform.events.queries import RecordedEvent, events_about


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened: which record tells of it, and a sentence."""

    at: datetime
    source: str
    what: str
    correlation_id: str | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """The booking as it is, what it takes, and how it came to be so."""

    booking: Booking
    taken: tuple[Taken, ...]
    happenings: tuple[Happening, ...]


async def explain_booking(session: AsyncSession, *, name: str) -> Explanation:
    """By the booking's id or by the token of its manage link. Raises `NotFound`."""
    try:
        booking = await get_booking_by_id(session, booking_id=UUID(name))
    except ValueError:
        booking = await get_booking(session, token=name)
    acts = await list_acts(
        session, salon_id=booking.salon_id, resource_type="booking", resource_id=booking.id
    )
    people = await names_of(
        session, user_ids={act.user_id for act in acts if act.user_id is not None}
    )
    messages = await messages_about(
        session, salon_id=booking.salon_id, reference=reference(booking.id)
    )
    happenings = [
        *(_of_event(event) for event in await events_about(session, subject_id=booking.id)),
        *(_of_act(act, people) for act in reversed(acts)),
        *(each for message in messages for each in _of_message(message)),
    ]
    taken = await taken_by(session, salon_id=booking.salon_id, booking_id=booking.id)
    return Explanation(
        booking=booking,
        taken=tuple(taken),
        happenings=tuple(sorted(happenings, key=lambda each: each.at)),
    )


NOT_TOLD = {"salon_id", "subject_id", "stretches"}
"""Of an event: what is said already, and what stands below as what the visit takes."""


def _of_event(event: RecordedEvent) -> Happening:
    told = {
        key: value
        for key, value in event.payload.items()
        if key not in NOT_TOLD and value not in (None, "")
    }
    return Happening(event.at, "event", _with(event.name, told), event.correlation_id)


def _of_act(act: Act, people: dict[UUID, str]) -> Happening:
    who = people.get(act.user_id, "a former account") if act.user_id else f"the {act.actor}"
    told = {
        key: value
        for key, value in act.metadata.items()
        if key != "snapshot" and value not in (None, "", False)
    }
    return Happening(act.at, "audit", _with(f"{act.action} by {who}", told), act.correlation_id)


def _of_message(message: Message) -> Iterator[Happening]:
    queued = f"{message.kind} to {message.recipient} in {message.language} queued"
    if message.send_after > message.created_at:
        queued += f", to go out {message.send_after:%Y-%m-%d %H:%M} UTC"
    yield Happening(message.created_at, message.channel, queued, message.correlation_id)
    for each in message.tries:
        outcome = each.outcome or "still running"
        told = {"by": each.provider, "because": each.failure_type, "error": each.error_message}
        known = {key: value for key, value in told.items() if value}
        yield Happening(
            each.at,
            message.channel,
            _with(f"{message.kind} try {each.number}: {outcome}", known),
            message.correlation_id,
        )
    if message.finished_at is not None:
        yield Happening(
            message.finished_at,
            message.channel,
            f"{message.kind} is {message.status}",
            message.correlation_id,
        )


def _with(what: str, told: Mapping[str, object]) -> str:
    if not told:
        return what
    return f"{what} ({', '.join(f'{key} {value}' for key, value in told.items())})"
