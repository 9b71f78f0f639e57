"""Erases a client who asks for it (GDPR Art. 17, revDSG Art. 32): a plan that says what goes and
what tax law keeps, and the act, in one transaction. Files follow by a job of that transaction.

Called by the console. Never done while visits are to come: these have to be called off first.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.clients.reach import Reach, reach_of
from openchair.booking.clients.retention import duty_of, keep_until
from openchair.customers.imports.begin import hold_lists
from openchair.customers.profiles.edit import editable
from openchair.customers.profiles.erase import erase_profiles, number_of
from openchair.customers.profiles.queries import Client
from openchair.identity.audit.forget import forget_in_acts
from openchair.identity.audit.record import Actor, record
from openchair.notifications.forget import count_messages_to, forget_messages
from openchair.platform.errors import Conflict, Invalid
from openchair.salons.queries import Salon

MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Coming:
    """A visit that is still to come, or that is going on."""

    id: UUID
    start: datetime


@dataclass(frozen=True, slots=True)
class ErasurePlan:
    """What goes (counted) and what stays. `keep_until` is None when there was no visit; `law` says
    where the duty stands.
    """

    client: Client
    number: str
    coming: tuple[Coming, ...]
    visits: int
    notes: int
    photos: int
    consents: int
    forms: int
    waiting: int
    messages: int
    keep_until: date | None
    years: int
    law: str


async def plan_erasure(
    session: AsyncSession, *, salon: Salon, client_id: UUID, now: datetime
) -> ErasurePlan:
    """Raises `NotFound`, `Conflict` (`client_gone`)."""
    client = await editable(session, salon_id=salon.id, client_id=client_id)
    reach = await reach_of(session, salon_id=salon.id, client_id=client_id)
    ids = {"salon_id": salon.id, "ids": list(reach.clients)}
    counted = (await session.execute(COUNTED, ids)).one()
    duty, country = duty_of(salon.location.country), salon.location.country
    last = counted.last_visit
    zone = ZoneInfo(salon.time_zone)
    return ErasurePlan(
        client=client,
        number=number_of(client_id),
        coming=await _coming(session, reach, salon.id, now),
        visits=len(reach.visits),
        notes=counted.notes,
        photos=counted.photos,
        consents=counted.consents,
        forms=counted.forms,
        waiting=len(reach.waiting),
        messages=await count_messages_to(
            session, salon_id=salon.id, references=reach.references, addresses=reach.addresses
        ),
        keep_until=keep_until(country, last.astimezone(zone).date()) if last else None,
        years=duty.years,
        law=duty.law,
    )


async def erase_client(
    session: AsyncSession,
    *,
    salon: Salon,
    client_id: UUID,
    typed_name: str,
    by: Actor,
    now: datetime,
) -> str:
    """Erase them; answers the number that stands for them now.

    Raises `NotFound`, `Invalid` on `name` when another one was typed, `Conflict` (`client_gone`,
    `list_running` while a list is taken over, which might bring them back, `visits_to_come`,
    `message_leaving`).
    """
    is_list_running = await hold_lists(session, salon_id=salon.id)
    client = await editable(session, salon_id=salon.id, client_id=client_id)
    if _plain(typed_name) != _plain(client.name):
        raise Invalid("Please type the name exactly as it stands here.", field="name")
    if is_list_running:
        raise Conflict(
            "A list of clients is being taken over, and this client may stand in it."
            " Please try again when it is done.",
            code="list_running",
        )
    reach = await reach_of(session, salon_id=salon.id, client_id=client_id)
    if await _coming(session, reach, salon.id, now):
        raise Conflict(
            "There are visits to come. Please call them off first; then the client can be erased.",
            code="visits_to_come",
        )
    await forget_messages(
        session, salon_id=salon.id, references=reach.references, addresses=reach.addresses
    )
    await _forget_visits(session, salon.id, client, reach)
    await forget_in_acts(session, salon_id=salon.id, things=reach.things)
    await erase_profiles(session, salon_id=salon.id, client_id=client_id, all_ids=reach.clients)
    await record(
        session,
        actor=by,
        action="erase",
        resource_type="customer",
        resource_id=client_id,
        salon_id=salon.id,
        metadata={"erased": {"visits_kept": len(reach.visits)}},
    )
    return number_of(client_id)


async def _coming(
    session: AsyncSession, reach: Reach, salon_id: UUID, now: datetime
) -> tuple[Coming, ...]:
    rows = await session.execute(
        COMING,
        {"salon_id": salon_id, "ids": list(reach.clients), "now": now, "limit": MOST_SHOWN},
    )
    return tuple(Coming(row.id, row.appointment_date) for row in rows)


async def _forget_visits(
    session: AsyncSession, salon_id: UUID, client: Client, reach: Reach
) -> None:
    values = {
        "salon_id": salon_id,
        "ids": list(reach.clients),
        "number": number_of(client.id),
        "name": client.name,
    }
    for statement in (GROUPS, VISITS, WAITING):
        await session.execute(statement, values)


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


THEIRS = "salon_id = :salon_id AND customer_id = ANY(CAST(:ids AS uuid[]))"
COUNTED = text(f"""
    SELECT (SELECT count(*) FROM customer_notes WHERE {THEIRS}) AS notes,
        (SELECT count(*) FROM customer_photos WHERE {THEIRS}) AS photos,
        (SELECT count(*) FROM consents WHERE {THEIRS}) AS consents,
        (SELECT count(*) FROM form_answers WHERE {THEIRS}) AS forms,
        (SELECT max(appointment_date) FROM bookings WHERE {THEIRS}) AS last_visit
""")  # noqa: S608 - the condition is this module's own
COMING = text(f"""
    SELECT id, appointment_date FROM bookings
    WHERE {THEIRS} AND ((status = 'confirmed' AND appointment_date > :now)
        OR (status IN ('confirmed', 'arrived', 'in_chair') AND ends_at > :now))
    ORDER BY appointment_date, id LIMIT :limit
""")  # noqa: S608
# A group is often called after who brings it.
GROUPS = text(f"""
    UPDATE booking_groups SET name = :number
    WHERE salon_id = :salon_id AND strpos(lower(name), lower(:name)) > 0
        AND id IN (SELECT group_id FROM bookings WHERE {THEIRS})
""")  # noqa: S608
VISITS = text(f"""
    UPDATE bookings
    SET contact_name = :number, contact_email = NULL, contact_phone = NULL, note = '',
        cancel_reason = NULL, manage_token = 'erased-' || gen_random_uuid(),
        idempotency_key = NULL, request_hash = NULL
    WHERE {THEIRS}
""")  # noqa: S608
WAITING = text(f"DELETE FROM waitlist_entries WHERE {THEIRS}")  # noqa: S608
