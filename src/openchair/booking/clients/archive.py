"""Everything a salon holds about one client, as they may ask for it (GDPR Art. 15 and 20, revDSG
Art. 25 and 28). Plain data in the order in which a person would read it.

Called by the console, which makes one file of it. Who of the team did something is not told by
name: that is theirs (CJEU C-579/21).
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.clients.reach import Reach, reach_of
from openchair.customers.profiles.edit import editable
from openchair.identity.audit.forget import acts_on
from openchair.identity.audit.record import Actor, record
from openchair.media.queries import Picture, get_picture
from openchair.notifications.forget import messages_to
from openchair.salons.queries import Salon

FORMAT = 1
MOST = 10_000
HIDDEN = {"user_agent", "snapshot"}


@dataclass(frozen=True, slots=True)
class Archive:
    """`data` is plain; `pictures` are the photos in it, each by the name of its file."""

    data: dict[str, Any]
    pictures: tuple[tuple[str, Picture], ...]


async def gather_archive(
    session: AsyncSession, *, salon: Salon, client_id: UUID, by: Actor, now: datetime
) -> Archive:
    """Gather it and write down that it was handed out. Raises `NotFound`, `Conflict`
    (`client_gone`).
    """
    await editable(session, salon_id=salon.id, client_id=client_id)
    reach = await reach_of(session, salon_id=salon.id, client_id=client_id)
    pictures = await _pictures(session, salon.id, reach)
    data: dict[str, Any] = {
        "format": FORMAT,
        "written_at": now.isoformat(),
        "salon": {"name": salon.name, "email": salon.email, "phone": salon.phone},
        "time_zone": salon.time_zone,
    }
    for name, statement in SECTIONS.items():
        data[name] = await _rows(session, statement, salon.id, reach)
    data["messages"] = [
        asdict(each)
        for each in await messages_to(
            session, salon_id=salon.id, references=reach.references, addresses=reach.addresses
        )
    ]
    data["log"] = await _log(session, salon.id, reach)
    for photo, (file, _) in zip(data["photos"], pictures, strict=True):
        photo["file"] = file
    await record(
        session,
        actor=by,
        action="export",
        resource_type="customer",
        resource_id=client_id,
        salon_id=salon.id,
        metadata={"kind": "archive"},
    )
    return Archive(data, pictures)


async def _rows(
    session: AsyncSession, statement: str, salon_id: UUID, reach: Reach
) -> list[dict[str, Any]]:
    rows = await session.execute(
        text(statement.format(theirs=THEIRS)),
        {"salon_id": salon_id, "ids": list(reach.clients), "limit": MOST},
    )
    return [dict(row) for row in rows.mappings()]


async def _pictures(
    session: AsyncSession, salon_id: UUID, reach: Reach
) -> tuple[tuple[str, Picture], ...]:
    rows = await session.execute(
        text(PHOTO_FILES), {"salon_id": salon_id, "ids": list(reach.clients), "limit": MOST}
    )
    return tuple(
        [
            (
                f"photos/{number:03}.webp",
                await get_picture(session, salon_id=salon_id, picture_id=row.media_id),
            )
            for number, row in enumerate(rows, start=1)
        ]
    )


async def _log(session: AsyncSession, salon_id: UUID, reach: Reach) -> list[dict[str, Any]]:
    acts = await acts_on(session, salon_id=salon_id, things=reach.things)
    return [
        {
            "at": act.at,
            "by": {"client": "you", "user": "team", "system": "program"}.get(act.actor, act.actor),
            "action": act.action,
            "about": act.resource_type,
            "details": {key: each for key, each in act.metadata.items() if key not in HIDDEN},
        }
        for act in acts
    ]


THEIRS = "salon_id = :salon_id AND customer_id = ANY(CAST(:ids AS uuid[]))"
PHOTO_FILES = f"""
    SELECT media_id FROM customer_photos WHERE {THEIRS} ORDER BY created_at, id LIMIT :limit
"""  # noqa: S608 - the condition is this module's own
SECTIONS = {
    "client": """
        SELECT name, email, phone, language, allergies, created_at,
            import_id IS NOT NULL AS imported
        FROM customers WHERE salon_id = :salon_id AND id = ANY(CAST(:ids AS uuid[]))
        ORDER BY merged_into IS NOT NULL, created_at LIMIT :limit
    """,
    "visits": """
        SELECT visit.appointment_date AS begins, visit.ends_at AS ends, visit.status,
            visit.price_minor, visit.currency, visit.contact_name, visit.contact_email,
            visit.contact_phone, visit.language, visit.note, visit.cancel_reason, visit.source,
            visit.created_at, (
                SELECT jsonb_agg(jsonb_build_object('service', part.service_name,
                    'stylist', person.name, 'begins', part.starts_at, 'ends', part.ends_at,
                    'price_minor', part.price_minor) ORDER BY part.position)
                FROM appointments AS part
                JOIN staff AS person
                    ON person.salon_id = part.salon_id AND person.id = part.staff_id
                WHERE part.salon_id = visit.salon_id AND part.booking_id = visit.id
            ) AS services
        FROM bookings AS visit WHERE {theirs}
        ORDER BY visit.appointment_date, visit.id LIMIT :limit
    """,
    "waitlist": """
        SELECT first_date, last_date, weekdays, from_minute, to_minute, contact_name,
            contact_email, contact_phone, note, source, status, created_at
        FROM waitlist_entries WHERE {theirs} ORDER BY created_at, id LIMIT :limit
    """,
    "consents": """
        SELECT kind, channel, granted, source, created_at
        FROM consents WHERE {theirs} ORDER BY created_at, id LIMIT :limit
    """,
    "forms": """
        SELECT form.name, answer.outcome, answer.note, answer.answered_at
        FROM form_answers AS answer JOIN consultation_forms AS form
            ON form.salon_id = answer.salon_id AND form.id = answer.form_id
        WHERE answer.salon_id = :salon_id AND answer.customer_id = ANY(CAST(:ids AS uuid[]))
        ORDER BY answer.answered_at, answer.id LIMIT :limit
    """,
    "notes": """
        SELECT body, created_at FROM customer_notes WHERE {theirs}
        ORDER BY created_at, id LIMIT :limit
    """,
    "photos": """
        SELECT caption, created_at FROM customer_photos WHERE {theirs}
        ORDER BY created_at, id LIMIT :limit
    """,
}
