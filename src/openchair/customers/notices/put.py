"""Queues what a salon wants to tell some of its customers: a subject and a plain text.

Called by whoever decides that they should know; words and look are made when it goes out
(`render.py`), and whether they may be told at all is the post office's to ask.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.record import Actor, record
from openchair.notifications.outbox import NewMessage, put_all
from openchair.notifications.templates.rules import Written, check
from openchair.platform.errors import Invalid
from openchair.salons.queries import Salon

NOTICE = "customers.notice"
VARIABLES = ("client", "salon")
CATEGORIES = ("transactional", "marketing")
PRIORITIES = {"transactional": 4, "marketing": 8}
MOST_AT_ONCE = 1000

Channel = Literal["email", "sms"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PutNotices:
    """The messages that are queued, and the customers who have no address for them."""

    message_ids: tuple[UUID, ...]
    unreachable: tuple[UUID, ...]


async def put_notices(
    session: AsyncSession,
    *,
    salon: Salon,
    customer_ids: Sequence[UUID],
    notice: Written,
    category: str,
    name: str,
    by: Actor,
    channel: Channel | None = None,
    send_after: datetime | None = None,
    expires_at: datetime | None = None,
) -> PutNotices:
    """Tell these customers of the salon, at most a thousand, each in their own language's frame.

    Without a `channel` by mail, by SMS who has no address. `name` is the notice's own: told twice
    under the same name, a customer hears it once. Subject and text may name `{{ client }}` and
    `{{ salon }}`. Raises `Invalid` on `category`, `customers`, `subject` or `body`.
    """
    _require(category=category, customer_ids=customer_ids)
    found = await session.execute(
        CUSTOMERS, {"salon_id": salon.id, "ids": list(dict.fromkeys(customer_ids))}
    )
    ways = {row["id"]: (row, _way(row, channel)) for row in found.mappings()}
    written = {
        each: check(notice, channel=each, variables=VARIABLES)
        for each in {way or "email" for _, way in ways.values()} or {channel or "email"}
    }
    messages = [
        NewMessage(
            salon_id=salon.id,
            kind=NOTICE,
            channel=way,
            recipient=row["email"] if way == "email" else row["phone"],
            language=row["language"],
            data={
                "customer_id": row["id"],
                "subject": written[way].subject,
                "body": written[way].body,
            },
            reference=f"customer:{row['id']}",
            dedupe_key=f"{NOTICE}:{name}:{row['id']}",
            send_after=send_after,
            expires_at=expires_at,
            priority=PRIORITIES[category],
            category=category,
            time_zone=salon.time_zone,
        )
        for row, way in ways.values()
        if way
    ]
    queued = await put_all(session, messages=messages)
    await record(
        session,
        actor=by,
        action="notify",
        resource_type="notice",
        resource_id=name,
        salon_id=salon.id,
        metadata={"category": category, "customers": len(queued), "subject": notice.subject},
    )
    reached = {row["id"] for row, way in ways.values() if way}
    return PutNotices(message_ids=tuple(queued), unreachable=tuple(_not_in(customer_ids, reached)))


def _require(*, category: str, customer_ids: Sequence[UUID]) -> None:
    if category not in CATEGORIES:
        raise Invalid(f"A notice is one of {', '.join(CATEGORIES)}.", field="category")
    if not 0 < len(customer_ids) <= MOST_AT_ONCE:
        raise Invalid(f"Please name one to {MOST_AT_ONCE} customers at a time.", field="customers")


def _way(row: RowMapping, channel: Channel | None) -> Channel | None:
    """How this customer can be told."""
    if row["email"] and channel != "sms":
        return "email"
    return "sms" if row["phone"] and channel != "email" else None


def _not_in(customer_ids: Iterable[UUID], reached: set[UUID]) -> Iterable[UUID]:
    return (each for each in dict.fromkeys(customer_ids) if each not in reached)


CUSTOMERS = text("""
    SELECT id, email, phone, language FROM customers WHERE salon_id = :salon_id AND id = ANY(:ids)
""")
