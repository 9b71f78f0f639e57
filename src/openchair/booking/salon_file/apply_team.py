"""Writes the people of a salon file: who they are, what they can do, when they work.

Called by `apply.py`, which removes those who left only after their log-ins let go of them.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.catalogue.models import (
    ShiftBreakRow,
    ShiftRow,
    StaffRow,
    StaffServiceRow,
    TimeOffRow,
)
from openchair.booking.salon_file.apply_prices import Ids
from openchair.booking.salon_file.canonical import unfold
from openchair.booking.salon_file.hours import Shift
from openchair.booking.salon_file.kept import booked_staff
from openchair.booking.salon_file.reconcile import (
    Reconciled,
    hide_or_delete,
    reconcile,
    replace_all,
)
from openchair.booking.salon_file.schema import WEEKDAYS, Person, SalonFile
from openchair.platform.ids import new_id
from openchair.salons.queries import Salon


async def apply_team(
    session: AsyncSession, *, salon: Salon, file: SalonFile, services: Ids
) -> Reconciled:
    """Write the people with their skills, shifts and absences; answers their ids by slug."""
    team = await reconcile(
        session,
        StaffRow,
        salon_id=salon.id,
        key=["slug"],
        wanted={
            person.slug: {
                "slug": person.slug,
                "location_id": salon.location.id,
                "name": person.name,
                "title": person.title,
                "bio": person.bio,
                "colour": person.colour,
                "languages": list(person.languages),
                "position": position,
                "active": True,
            }
            for position, person in enumerate(file.team)
        },
    )
    await replace_all(
        session,
        StaffServiceRow,
        salon_id=salon.id,
        rows=[
            {
                "staff_id": team.ids[person.slug],
                "service_id": services[slug],
                "price_minor": terms.price,
                "active_minutes": terms.minutes,
                "finish_minutes": terms.finish_minutes,
            }
            for person in file.team
            for slug, terms in unfold(file.price_list, person.services).items()
        ],
    )
    await _write_shifts(session, salon=salon, file=file, team=team)
    await _write_absences(session, salon=salon, file=file, team=team)
    return team


async def _write_shifts(
    session: AsyncSession, *, salon: Salon, file: SalonFile, team: Reconciled
) -> None:
    shifts: list[dict[str, Any]] = []
    pauses: list[dict[str, Any]] = []
    for person in file.team:
        for day, shift in _shifts(person):
            shift_id = new_id()
            shifts.append(
                {
                    "id": shift_id,
                    "staff_id": team.ids[person.slug],
                    **day,
                    "starts_minute": shift.starts,
                    "ends_minute": shift.ends,
                }
            )
            pauses += [
                {
                    "salon_id": salon.id,
                    "id": new_id(),
                    "shift_id": shift_id,
                    "starts_minute": pause.starts,
                    "ends_minute": pause.ends,
                }
                for pause in shift.breaks
            ]
    await replace_all(session, ShiftRow, salon_id=salon.id, rows=shifts)
    if pauses:
        await session.execute(insert(ShiftBreakRow), pauses)


def _shifts(person: Person) -> Iterator[tuple[dict[str, Any], Shift]]:
    for number, name in enumerate(WEEKDAYS):
        for shift in getattr(person.hours, name):
            yield {"weekday": number, "date": None}, shift
    for dated in person.dated_hours:
        for shift in dated.hours:
            yield {"weekday": None, "date": dated.date}, shift


async def _write_absences(
    session: AsyncSession, *, salon: Salon, file: SalonFile, team: Reconciled
) -> None:
    zone = ZoneInfo(salon.time_zone)
    await replace_all(
        session,
        TimeOffRow,
        salon_id=salon.id,
        rows=[
            {
                "id": new_id(),
                "staff_id": team.ids[person.slug],
                "during": Range(
                    absence.begins.starts(zone),
                    None if absence.ends is None else absence.ends.ends(zone),
                ),
                "reason": absence.reason,
            }
            for person in file.team
            for absence in person.time_off
        ],
    )


async def remove_people(session: AsyncSession, *, salon: Salon, gone: list[UUID]) -> None:
    """Hide those whom bookings tell of, delete the others."""
    keep = await booked_staff(session, salon_id=salon.id, ids=gone)
    await hide_or_delete(session, StaffRow, salon_id=salon.id, gone=gone, keep=keep)
