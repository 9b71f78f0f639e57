"""What the team decides about the salon itself, written into the audit log with what it was
before. Called by the console's pages; each verb answers whether anything changed.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.record import Actor, record
from openchair.platform.db.base import Words
from openchair.salons.change import (
    Place,
    close_on,
    lock_salon,
    open_on,
    write_embed_origins,
    write_hours,
    write_place,
    write_policies,
)
from openchair.salons.queries import OpeningHours, Policies, Salon, get_salon

POLICIES, PLACE, HOURS, CLOSED = "policies", "place", "opening_hours", "closed_day"
WEBSITE = "website"


async def change_policies(
    session: AsyncSession, *, salon: Salon, policies: Policies, by: Actor
) -> bool:
    """Let these policies count for bookings from now on. Raises `Invalid`."""
    now = await _locked(session, salon)
    if now.policies == policies:
        return False
    await write_policies(session, salon_id=salon.id, policies=policies)
    await _note(session, salon, by, POLICIES, before=asdict(now.policies), after=asdict(policies))
    return True


async def change_place(session: AsyncSession, *, salon: Salon, place: Place, by: Actor) -> bool:
    """Let this be the address and the way to reach the salon. Raises `Invalid`."""
    now = await _locked(session, salon)
    before = place_of(now)
    if before == place:
        return False
    await write_place(session, salon_id=salon.id, location_id=salon.location.id, place=place)
    await _note(session, salon, by, PLACE, before=asdict(before), after=asdict(place))
    return True


async def change_hours(
    session: AsyncSession, *, salon: Salon, hours: Sequence[OpeningHours], by: Actor
) -> bool:
    """Open at these times of the week from now on; what is booked stays. Raises `Invalid`."""
    now = await _locked(session, salon)
    before = sorted(map(_hours, now.location.opening_hours))
    after = sorted(map(_hours, hours))
    if before == after:
        return False
    await write_hours(session, salon_id=salon.id, location_id=salon.location.id, hours=hours)
    await _note(session, salon, by, HOURS, before=before, after=after)
    return True


async def close_day(
    session: AsyncSession, *, salon: Salon, day: date, name: Words, by: Actor
) -> bool:
    """Stay closed on one date. Raises `Invalid`."""
    await _locked(session, salon)
    changed = await close_on(
        session, salon_id=salon.id, location_id=salon.location.id, day=day, name=name
    )
    if changed:
        after = {"date": day.isoformat(), "name": name}
        await _note(session, salon, by, CLOSED, before=None, after=after)
    return changed


async def open_day(session: AsyncSession, *, salon: Salon, day: date, by: Actor) -> bool:
    """Open on a date that was to be closed."""
    await _locked(session, salon)
    name = await open_on(session, salon_id=salon.id, location_id=salon.location.id, day=day)
    if name is None:
        return False
    before = {"date": day.isoformat(), "name": name}
    await _note(session, salon, by, CLOSED, before=before, after=None)
    return True


async def change_embed_origins(
    session: AsyncSession, *, salon: Salon, origins: Sequence[str], by: Actor
) -> bool:
    """Let these sites, and no others, show the wizard inside their own pages. Raises `Invalid`."""
    now = await _locked(session, salon)
    if now.embed_origins == tuple(origins):
        return False
    await write_embed_origins(session, salon_id=salon.id, origins=origins)
    await _note(session, salon, by, WEBSITE, before=list(now.embed_origins), after=list(origins))
    return True


def place_of(salon: Salon) -> Place:
    """The address as it is."""
    return Place(
        street=salon.location.street,
        postal_code=salon.location.postal_code,
        city=salon.location.city,
        directions=salon.location.directions,
        phone=salon.phone,
        email=salon.email,
    )


async def _locked(session: AsyncSession, salon: Salon) -> Salon:
    await lock_salon(session, salon_id=salon.id)
    return await get_salon(session, slug=salon.slug)


def _hours(each: OpeningHours) -> tuple[int, int, int]:
    return each.weekday, each.opens_minute, each.closes_minute


async def _note(
    session: AsyncSession, salon: Salon, by: Actor, what: str, *, before: Any, after: Any
) -> None:
    await record(
        session,
        actor=by,
        action="save",
        resource_type=what,
        resource_id=salon.id,
        salon_id=salon.id,
        metadata={"before": before, "after": after},
    )
