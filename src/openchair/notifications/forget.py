"""Forgets whom messages went to and what stood in them, when somebody is erased. That they were
sent, when and at what cost stays: the salon's books and budget rest on it.

Called by `booking/clients/erase.py`; what a person may have of their own messages is read here too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.budgets.release import release
from openchair.platform.errors import Conflict

FORGOTTEN = "erased"
"""Stands where the address stood."""
MOST = 5000
ASKED_FOR_QUIET = ("stop", "complaint")
"""Why an address stays on the list of those not written to: its owner asked for that."""


@dataclass(frozen=True, slots=True)
class PersonsMessage:
    """One message to a person; `data` is what its text was made of, where that is kept."""

    kind: str
    channel: str
    category: str
    status: str
    recipient: str
    language: str
    data: dict[str, Any]
    created_at: datetime
    sent_at: datetime | None
    delivered_at: datetime | None


async def messages_to(
    session: AsyncSession, *, salon_id: UUID, references: Sequence[str], addresses: Sequence[str]
) -> list[PersonsMessage]:
    """Messages about these things or to these addresses, the first first, at most 5,000."""
    rows = await session.execute(READ, {**_whose(salon_id, references, addresses), "limit": MOST})
    return [PersonsMessage(*row) for row in rows]


async def count_messages_to(
    session: AsyncSession, *, salon_id: UUID, references: Sequence[str], addresses: Sequence[str]
) -> int:
    """How many there are."""
    found = await session.execute(COUNT, _whose(salon_id, references, addresses))
    return int(found.scalar_one())


async def forget_messages(
    session: AsyncSession, *, salon_id: UUID, references: Sequence[str], addresses: Sequence[str]
) -> int:
    """Forget address and content of these; what waits to be sent is withdrawn. Answers how many.

    Addresses whose owner asked for quiet (STOP, spam) stay on the list of those not written to.
    Raises `Conflict` (`message_leaving`) while one of them is being sent.
    """
    whose = _whose(salon_id, references, addresses)
    if await session.scalar(LEAVING, whose):
        raise Conflict(
            "A message to this client is being sent at this moment. Please try again in a minute.",
            code="message_leaving",
        )
    waiting = (await session.scalars(WITHDRAW, whose)).all()
    await release(session, messages=[(salon_id, each) for each in waiting])
    forgotten = list(await session.scalars(FORGET, {**whose, "forgotten": FORGOTTEN}))
    await session.execute(FORGET_TRIES, {"salon_id": salon_id, "ids": forgotten})
    await session.execute(
        FORGET_LETTERS,
        {**whose, "ids": forgotten, "forgotten": FORGOTTEN},
    )
    quiet = {**whose, "asked": list(ASKED_FOR_QUIET)}
    await session.execute(UNLIST, quiet)
    await session.execute(STRIP_LIST, quiet)
    return len(forgotten)


def _whose(
    salon_id: UUID, references: Sequence[str], addresses: Sequence[str]
) -> dict[str, object]:
    return {
        "salon_id": salon_id,
        "references": list(references),
        "addresses": [each.lower() for each in addresses],
    }


WHOSE = """
    salon_id = :salon_id AND (reference = ANY(CAST(:references AS text[]))
        OR lower(recipient) = ANY(CAST(:addresses AS text[])))
"""
LISTED = """
    salon_id = :salon_id AND lower(recipient) = ANY(CAST(:addresses AS text[]))
"""
READ = text(f"""
    SELECT kind, channel, category, status, recipient, language, data, created_at, sent_at,
        delivered_at
    FROM notifications WHERE {WHOSE} ORDER BY created_at, id LIMIT :limit
""")  # noqa: S608 - the condition is this module's own
COUNT = text(f"SELECT count(*) FROM notifications WHERE {WHOSE}")  # noqa: S608
LEAVING = text(
    f"SELECT EXISTS (SELECT FROM notifications WHERE status = 'sending' AND {WHOSE})"  # noqa: S608
)
WITHDRAW = text(f"""
    UPDATE notifications SET status = 'cancelled', finished_at = now()
    WHERE status = 'pending' AND {WHOSE} RETURNING id
""")  # noqa: S608
FORGET = text(f"""
    UPDATE notifications
    SET recipient = :forgotten, data = '{{}}', error_message = NULL, provider_reference = NULL,
        reconcile_at = NULL
    WHERE {WHOSE} RETURNING id
""")  # noqa: S608
FORGET_TRIES = text("""
    UPDATE notification_attempts SET error_message = NULL
    WHERE salon_id = :salon_id AND notification_id = ANY(CAST(:ids AS uuid[]))
""")
FORGET_LETTERS = text("""
    UPDATE dead_letter_queue
    SET original_payload = (original_payload - 'data' - 'reference')
            || jsonb_build_object('recipient', CAST(:forgotten AS text), 'data', '{}'::jsonb),
        error_message = NULL, status = 'closed', closed_reason = coalesce(closed_reason, 'gone'),
        closed_at = coalesce(closed_at, now()), retry_scheduled_at = NULL
    WHERE salon_id = :salon_id AND (notification_id = ANY(CAST(:ids AS uuid[]))
        OR original_payload ->> 'reference' = ANY(CAST(:references AS text[]))
        OR lower(original_payload ->> 'recipient') = ANY(CAST(:addresses AS text[])))
""")
UNLIST = text(f"""
    DELETE FROM notification_suppressions
    WHERE {LISTED} AND reason <> ALL(CAST(:asked AS text[]))
""")  # noqa: S608
STRIP_LIST = text(f"""
    UPDATE notification_suppressions SET note = NULL, notification_id = NULL
    WHERE {LISTED} AND reason = ANY(CAST(:asked AS text[]))
""")  # noqa: S608
