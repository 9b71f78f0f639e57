"""Adds, changes, hides and orders the people who serve clients. Called by the team's pages.

Somebody who leaves is hidden and never deleted: their visits go on telling who did them.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.catalogue.models import ServiceRow, StaffRow, StaffServiceRow
from openchair.booking.catalogue.slugs import free_slug
from openchair.booking.team.queries import Member, get_member
from openchair.identity.audit.record import Actor, record
from openchair.platform.db.base import Words
from openchair.platform.errors import Invalid, NotFound
from openchair.platform.ids import new_id

NAME_LENGTH = 80
TITLE_LENGTH = 80
BIO_LENGTH = 600
MOST_MEMBERS = 100
COLOUR = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberDetails:
    """What is told about somebody; texts by language, commission in basis points of the price."""

    name: str
    title: Words
    bio: Words
    colour: str
    languages: tuple[str, ...]
    commission_basis_points: int


async def add_member(
    session: AsyncSession,
    *,
    salon_id: UUID,
    location_id: UUID,
    details: MemberDetails,
    service_ids: Collection[UUID],
    by: Actor,
) -> UUID:
    """The id of a new member, last in the salon's order, without any shift yet.

    Raises `Invalid` on a field of `details`, `services` or, at a hundred people, `name`.
    """
    clean = _clean(details)
    people = await session.scalar(
        select(func.count()).select_from(StaffRow).where(StaffRow.salon_id == salon_id)
    )
    if (people or 0) >= MOST_MEMBERS:
        raise Invalid(f"A salon has at most {MOST_MEMBERS} people here.", field="name")
    staff_id = new_id()
    await session.execute(
        insert(StaffRow).values(
            salon_id=salon_id,
            id=staff_id,
            location_id=location_id,
            slug=free_slug(clean.name, taken=await _slugs(session, salon_id), otherwise="member"),
            position=people or 0,
            active=True,
            **_values(clean),
        )
    )
    await _set_services(session, salon_id, staff_id, service_ids)
    await _note(session, salon_id, staff_id, by, "member.add", before=None, after=_told(clean))
    return staff_id


async def change_member(
    session: AsyncSession,
    *,
    salon_id: UUID,
    staff_id: UUID,
    details: MemberDetails,
    service_ids: Collection[UUID],
    by: Actor,
    now: datetime,
) -> Member:
    """Change what is told about somebody and what they do; own prices and minutes of the services
    they keep stay. Answers them as they were. Raises `NotFound`, `Invalid` as `add_member`.
    """
    clean = _clean(details)
    before = await _locked(session, salon_id, staff_id, now)
    await session.execute(
        update(StaffRow)
        .where(StaffRow.salon_id == salon_id, StaffRow.id == staff_id)
        .values(**_values(clean))
    )
    await _set_services(session, salon_id, staff_id, service_ids)
    former = MemberDetails(
        name=before.name,
        title=before.title,
        bio=before.bio,
        colour=before.colour,
        languages=before.languages,
        commission_basis_points=before.commission_basis_points,
    )
    await _note(
        session,
        salon_id,
        staff_id,
        by,
        "member.change",
        before={**_told(former), "service_ids": sorted(map(str, before.service_ids))},
        after={**_told(clean), "service_ids": sorted(map(str, service_ids))},
    )
    return before


async def show_member(
    session: AsyncSession,
    *,
    salon_id: UUID,
    staff_id: UUID,
    active: bool,
    by: Actor,
    now: datetime,
) -> Member:
    """Hide somebody from clients and plans, or show them again; visits stay with them. Answers them
    as they were. Raises `NotFound`.
    """
    before = await _locked(session, salon_id, staff_id, now)
    if before.active != active:
        await session.execute(
            update(StaffRow)
            .where(StaffRow.salon_id == salon_id, StaffRow.id == staff_id)
            .values(active=active)
        )
        action = "member.show" if active else "member.hide"
        await _note(
            session,
            salon_id,
            staff_id,
            by,
            action,
            before={"active": before.active},
            after={"active": active},
        )
    return before


async def move_member(
    session: AsyncSession, *, salon_id: UUID, staff_id: UUID, by: Actor, steps: int
) -> None:
    """Move somebody up (negative) or down the salon's order. Raises `NotFound`."""
    rows = await session.scalars(
        select(StaffRow.id)
        .where(StaffRow.salon_id == salon_id, StaffRow.active)
        .order_by(StaffRow.position, StaffRow.slug)
        .with_for_update()
    )
    order = list(rows)
    if staff_id not in order:
        raise NotFound("We do not find this person in the team.", code="member_not_found")
    place = order.index(staff_id)
    order.insert(max(0, min(len(order) - 1, place + steps)), order.pop(place))
    await _renumber(session, salon_id, order)
    await _note(
        session,
        salon_id,
        staff_id,
        by,
        "member.move",
        before={"position": place},
        after={"position": order.index(staff_id)},
    )


async def _renumber(session: AsyncSession, salon_id: UUID, order: Sequence[UUID]) -> None:
    for position, staff_id in enumerate(order):
        await session.execute(
            update(StaffRow)
            .where(StaffRow.salon_id == salon_id, StaffRow.id == staff_id)
            .values(position=position)
        )


async def _set_services(
    session: AsyncSession, salon_id: UUID, staff_id: UUID, service_ids: Collection[UUID]
) -> None:
    known = set(
        await session.scalars(
            select(ServiceRow.id).where(
                ServiceRow.salon_id == salon_id, ServiceRow.id.in_(list(service_ids))
            )
        )
    )
    if known != set(service_ids):
        raise Invalid("Please choose services from the list.", field="services")
    mine = (StaffServiceRow.salon_id == salon_id, StaffServiceRow.staff_id == staff_id)
    there = set(await session.scalars(select(StaffServiceRow.service_id).where(*mine)))
    await session.execute(
        delete(StaffServiceRow).where(*mine, StaffServiceRow.service_id.not_in(list(known)))
    )
    if fresh := known - there:
        await session.execute(
            insert(StaffServiceRow),
            [
                {"salon_id": salon_id, "staff_id": staff_id, "service_id": service_id}
                for service_id in sorted(fresh)
            ],
        )


def _clean(details: MemberDetails) -> MemberDetails:
    name = " ".join(details.name.replace("\x00", "").split())
    if not name or len(name) > NAME_LENGTH:
        raise Invalid(f"Please give a name of at most {NAME_LENGTH} characters.", field="name")
    if not COLOUR.fullmatch(details.colour):
        raise Invalid("Please choose a colour.", field="colour")
    if not 0 <= details.commission_basis_points <= 10_000:
        raise Invalid("The commission is between 0 and 100 %.", field="commission")
    return MemberDetails(
        name=name,
        title=_texts(details.title, TITLE_LENGTH, "title"),
        bio=_texts(details.bio, BIO_LENGTH, "bio"),
        colour=details.colour,
        languages=details.languages,
        commission_basis_points=details.commission_basis_points,
    )


def _texts(texts: Words, most: int, field: str) -> Words:
    kept = {language: said.replace("\x00", "").strip() for language, said in texts.items()}
    for language, said in kept.items():
        if len(said) > most:
            raise Invalid(
                f"Please keep this text under {most} characters.", field=f"{field}_{language}"
            )
    return {language: said for language, said in kept.items() if said}


def _values(details: MemberDetails) -> dict[str, Any]:
    return {
        "name": details.name,
        "title": details.title,
        "bio": details.bio,
        "colour": details.colour,
        "languages": list(details.languages),
        "commission_basis_points": details.commission_basis_points,
    }


def _told(details: MemberDetails) -> dict[str, Any]:
    return _values(details)


async def _slugs(session: AsyncSession, salon_id: UUID) -> set[str]:
    return set(await session.scalars(select(StaffRow.slug).where(StaffRow.salon_id == salon_id)))


async def _locked(session: AsyncSession, salon_id: UUID, staff_id: UUID, now: datetime) -> Member:
    await session.execute(
        select(StaffRow.id)
        .where(StaffRow.salon_id == salon_id, StaffRow.id == staff_id)
        .with_for_update()
    )
    return await get_member(session, salon_id=salon_id, staff_id=staff_id, now=now)


async def _note(
    session: AsyncSession,
    salon_id: UUID,
    staff_id: UUID,
    by: Actor,
    action: str,
    *,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> None:
    await record(
        session,
        actor=by,
        action=action,
        resource_type="staff",
        resource_id=staff_id,
        salon_id=salon_id,
        metadata={"before": before, "after": after},
    )
