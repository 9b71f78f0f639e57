"""A visit is dragged: looked at before the drop, then moved, given to somebody else, or made longer
or shorter. What was done is answered with its undo.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from openchair.booking.appointments.conflicts import Clash, conflicts_of
from openchair.booking.appointments.history import latest_change
from openchair.booking.appointments.queries import Booking, get_booking_by_id
from openchair.booking.appointments.reschedule import as_moved, begin_with, move_appointment
from openchair.booking.appointments.resize import (
    checked_minutes,
    find_part,
    resize_appointment,
    usual_minutes,
)
from openchair.booking.catalogue.queries import get_catalogue
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import Conflict, Forbidden, Invalid
from openchair.web.console.calendar.clash_words import clash_data
from openchair.web.console.calendar.fields import (
    is_yes,
    read_id,
    read_instant,
    read_number,
    read_optional_id,
)
from openchair.web.console.calendar.meant import doubt_of, require_meant
from openchair.web.console.calendar.refusals import answer
from openchair.web.console.calendar.rights import require_own_column
from openchair.web.console.calendar.sentences import when_and_whom
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.forms import Typed, read_form

IN_THE_WAY = frozenset({"time_taken", "customer_busy"})
router = APIRouter()


@dataclass(frozen=True, slots=True)
class Drop:
    """Where a service is dropped; None means as it is. `minutes` is how long it is to last."""

    appointment_id: UUID
    start: datetime | None
    staff_id: UUID | None
    minutes: int | None
    tell: bool
    overbook: bool
    revision: int | None


@router.post("/console/{salon}/calendar/visits/{visit:uuid}/check")
async def check_drop(
    request: Request, visit: UUID, desk: Annotated[Desk, Depends(May("visit.move"))]
) -> Response:
    """What stands in the way there, and whether the day is one that is asked about; changes
    nothing.
    """
    typed = await read_form(request)
    async with database_of(request).transaction() as session:
        booking = await _reached(session, desk, visit)
        drop = _read_drop(desk, typed)
        clashes = await _clashes(session, desk, booking, drop)
    doubt = doubt_of(desk, booking, typed, begins=_begins(booking, drop))
    return answer({"clashes": _told(desk, booking, clashes), "doubt": doubt})


@router.post("/console/{salon}/calendar/visits/{visit:uuid}/move")
async def drop_visit(
    request: Request, visit: UUID, desk: Annotated[Desk, Depends(May("visit.move"))]
) -> Response:
    """Let this service begin at `start` with `staff_id`; the rest of the visit goes along."""

    async def work(session: AsyncSession, drop: Drop) -> Booking:
        return await move_appointment(
            session,
            salon=desk.salon,
            booking_id=visit,
            appointment_id=drop.appointment_id,
            start=drop.start,
            staff_id=drop.staff_id,
            by=desk.person.actor,
            tell=drop.tell,
            overbook=drop.overbook,
            revision=drop.revision,
            now=desk.now,
        )

    def sentence(booking: Booking) -> str:
        return desk.words.text(
            "{client} now comes {when}.",
            client=booking.customer_name,
            when=when_and_whom(desk, booking),
        )

    return await _change(request, desk, visit, work, sentence)


@router.post("/console/{salon}/calendar/visits/{visit:uuid}/resize")
async def stretch_visit(
    request: Request, visit: UUID, desk: Annotated[Desk, Depends(May("visit.move"))]
) -> Response:
    """Let this service last `minutes`; what follows in the visit moves along."""

    async def work(session: AsyncSession, drop: Drop) -> Booking:
        if drop.minutes is None:
            raise Invalid("Please choose a number.", field="minutes")
        return await resize_appointment(
            session,
            salon=desk.salon,
            booking_id=visit,
            appointment_id=drop.appointment_id,
            minutes=drop.minutes,
            by=desk.person.actor,
            tell=drop.tell,
            overbook=drop.overbook,
            revision=drop.revision,
            now=desk.now,
        )

    def sentence(booking: Booking) -> str:
        return desk.words.text(
            "{client} now has until {time}.",
            client=booking.customer_name,
            time=desk.formats.time(booking.end),
        )

    return await _change(request, desk, visit, work, sentence)


async def _change(
    request: Request,
    desk: Desk,
    visit: UUID,
    verb: Callable[[AsyncSession, Drop], Awaitable[Booking]],
    sentence: Callable[[Booking], str],
) -> Response:
    """Run the verb. What was in the way is named with the refusal."""
    typed = await read_form(request)

    async def work(session: AsyncSession) -> tuple[Booking, UUID | None]:
        before = await _reached(session, desk, visit)
        drop = _read_drop(desk, typed)
        if drop.overbook and not desk.may("visit.overbook", before):
            raise Forbidden("Your role does not allow this.", code="role_not_allowed")
        require_meant(desk, before, typed, begins=_begins(before, drop))
        after = await verb(session, drop)
        if after.revision == before.revision:
            return after, None
        change = await latest_change(session, salon_id=desk.salon.id, booking_id=visit)
        return after, change.id if change else None

    try:
        booking, change_id = await attempt(database_of(request), work)
    except Conflict as problem:
        if problem.code in IN_THE_WAY:
            problem.details["clashes"] = await _named(request, desk, visit, _read_drop(desk, typed))
        raise
    undo = {"change_id": str(change_id)} if change_id else None
    return answer({"sentence": sentence(booking), "undo": undo})


async def _named(request: Request, desk: Desk, visit: UUID, drop: Drop) -> list[dict[str, Any]]:
    async with database_of(request).transaction() as session:
        booking = await _reached(session, desk, visit)
        return _told(desk, booking, await _clashes(session, desk, booking, drop))


async def _reached(session: AsyncSession, desk: Desk, visit: UUID) -> Booking:
    booking = await get_booking_by_id(session, booking_id=visit, salon_id=desk.salon.id)
    desk.require_reach(booking)
    return booking


def _read_drop(desk: Desk, typed: Typed) -> Drop:
    """Raises `Invalid`; `Forbidden` for a column that is not theirs to fill."""
    staff_id = read_optional_id(typed, "staff_id")
    if staff_id is not None:
        require_own_column(desk, staff_id)
    return Drop(
        appointment_id=read_id(typed, "appointment_id"),
        start=read_instant(typed, "start") if typed.trimmed("start") else None,
        staff_id=staff_id,
        minutes=read_number(typed, "minutes"),
        tell=typed.trimmed("tell") != "no",
        overbook=is_yes(typed, "overbook"),
        revision=read_number(typed, "revision"),
    )


def _begins(booking: Booking, drop: Drop) -> datetime:
    """When the whole visit begins once it is dropped there."""
    if drop.start is None:
        return booking.start
    _, part = find_part(booking, drop.appointment_id)
    return begin_with(booking, part, drop.start)


async def _clashes(
    session: AsyncSession, desk: Desk, booking: Booking, drop: Drop
) -> tuple[Clash, ...]:
    catalogue = await get_catalogue(session, salon_id=desk.salon.id)
    place, part = find_part(booking, drop.appointment_id)
    begins, staff_ids = as_moved(
        booking,
        catalogue,
        appointment_id=drop.appointment_id,
        start=drop.start,
        staff_id=drop.staff_id,
    )
    extras = [each.extra_minutes for each in booking.appointments]
    if drop.minutes is not None:
        usual = usual_minutes(catalogue, part.service_id, staff_ids[place])
        extras[place] = checked_minutes(drop.minutes) - usual
    return await conflicts_of(
        session,
        salon=desk.salon,
        booking_id=booking.id,
        start=begins,
        staff_ids=staff_ids,
        extra_minutes=extras,
        now=desk.now,
    )


def _told(desk: Desk, booking: Booking, clashes: tuple[Clash, ...]) -> list[dict[str, Any]]:
    return clash_data(desk, clashes, may_overbook=desk.may("visit.overbook", booking))
