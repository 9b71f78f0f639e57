"""Several people who come together, such as a bridal party: one booking each, all or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.confirm import book
from openchair.booking.appointments.request import (
    KEY_LENGTH,
    ONE_AT_A_TIME,
    Confirmed,
    CustomerDetails,
)
from openchair.booking.availability.visit import plan_visit
from openchair.booking.catalogue.queries import Catalogue, get_catalogue
from openchair.identity.audit.record import Actor
from openchair.platform.db.driver import driver
from openchair.platform.errors import Conflict, Invalid
from openchair.platform.ids import new_id
from openchair.salons.queries import Salon

MOST_PEOPLE = 12
NAME_LENGTH = 100


@dataclass(frozen=True, slots=True)
class GroupPerson:
    """One of them: what they get, from when, and how to reach them. Who has no address of their own
    is reached by the first one's.
    """

    name: str
    service_ids: Sequence[UUID]
    staff_ids: Sequence[UUID | None]
    start: datetime
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class BookedGroup:
    """The group and its visits, in the order of the people."""

    id: UUID
    booking_ids: tuple[UUID, ...]
    replayed: bool = False


async def book_group(
    session: AsyncSession,
    *,
    salon: Salon,
    name: str,
    people: Sequence[GroupPerson],
    language: str,
    note: str = "",
    by: Actor,
    source: str,
    tell: bool = True,
    overbook: bool = False,
    without_forms: bool = False,
    key: str | None = None,
    now: datetime,
) -> BookedGroup:
    """Book all of them in the caller's one transaction, under one name. Those with an address of
    their own are told; the first one in any case.

    Raises what `book` raises; a `Conflict` says in its details which `person` (from 0) it is
    about. `Invalid` on `group_name` or `people`. Run it by `attempt`.
    """
    called = _checked_name(name)
    _check_people(people)
    if (known := await _booked_before(session, salon, key, people)) is not None:
        return known
    catalogue = await get_catalogue(session, salon_id=salon.id)
    booked: dict[int, Confirmed] = {}
    for place in _hardest_first(catalogue, people):
        try:
            booked[place] = await book(
                session,
                salon=salon,
                service_ids=people[place].service_ids,
                staff_ids=people[place].staff_ids,
                start=people[place].start,
                customer=details_of(people, place, language),
                consents={},
                note=note,
                idempotency_key=_key(key, place),
                source=source,
                actor=by,
                overbook=overbook,
                may_overlap=not is_alone(people, place),
                tell=tell and (place == 0 or _has_own_address(people[place])),
                without_forms=without_forms,
                now=now,
                catalogue=catalogue,
            )
        except (Conflict, Invalid) as refusal:
            refusal.details["person"] = place
            raise
    visits = [booked[place].booking_id for place in range(len(people))]
    return BookedGroup(await _join(session, salon, called, visits), tuple(visits))


def _checked_name(name: str) -> str:
    called = " ".join(name.split())
    if not called or len(called) > NAME_LENGTH or not called.isprintable():
        raise Invalid(
            f"Please give the group a name of at most {NAME_LENGTH} characters.",
            field="group_name",
        )
    return called


def _check_people(people: Sequence[GroupPerson]) -> None:
    if not 2 <= len(people) <= MOST_PEOPLE:
        raise Invalid(f"A group has 2 to {MOST_PEOPLE} people.", field="people")


def _hardest_first(catalogue: Catalogue, people: Sequence[GroupPerson]) -> list[int]:
    """Whom fewest stylists can serve is served first, so that nobody else takes theirs."""

    def ways(place: int) -> int:
        visit = plan_visit(catalogue, people[place].service_ids, people[place].staff_ids)
        return min(len(each) for each in visit)

    return sorted(range(len(people)), key=ways)


def details_of(people: Sequence[GroupPerson], place: int, language: str) -> CustomerDetails:
    """Who this is, and how they are reached."""
    person = people[place]
    reached_by = person if _has_own_address(person) else people[0]
    return CustomerDetails(
        name=person.name, email=reached_by.email, phone=reached_by.phone, language=language
    )


def _has_own_address(person: GroupPerson) -> bool:
    return bool(person.email or person.phone)


def is_alone(people: Sequence[GroupPerson], place: int) -> bool:
    """Whether the salon knows them as somebody of their own, who cannot be in two visits."""
    person, first = people[place], people[0]
    shares = (person.email, person.phone) == (first.email, first.phone)
    return place == 0 or (_has_own_address(person) and not shares)


def _key(key: str | None, place: int) -> str | None:
    return f"{key}:{place}" if key else None


async def _booked_before(
    session: AsyncSession, salon: Salon, key: str | None, people: Sequence[GroupPerson]
) -> BookedGroup | None:
    if not key:
        return None
    if len(key) > KEY_LENGTH // 2:
        raise Invalid(
            f"An idempotency key has 1 to {KEY_LENGTH // 2} printable characters.",
            field="Idempotency-Key",
        )
    connection = await driver(session)
    await connection.execute(ONE_AT_A_TIME, key)
    rows = await connection.fetch(
        """
        SELECT id, group_id FROM bookings
        WHERE salon_id = $1 AND idempotency_key = ANY ($2) AND group_id IS NOT NULL
        ORDER BY array_position($2, idempotency_key)
        """,
        salon.id,
        [_key(key, place) for place in range(len(people))],
    )
    if not rows:
        return None
    return BookedGroup(rows[0]["group_id"], tuple(row["id"] for row in rows), replayed=True)


async def _join(
    session: AsyncSession, salon: Salon, name: str, booking_ids: Sequence[UUID]
) -> UUID:
    connection = await driver(session)
    group_id = new_id()
    await connection.execute(
        "INSERT INTO booking_groups (salon_id, id, name) VALUES ($1, $2, $3)",
        salon.id,
        group_id,
        name,
    )
    await connection.execute(
        "UPDATE bookings SET group_id = $3 WHERE salon_id = $1 AND id = ANY ($2)",
        salon.id,
        list(booking_ids),
        group_id,
    )
    return group_id
