"""Whether somebody wants to hear from a salon. Asked by the post office before it sends.

An answer about one channel counts for it, however old an answer about all of them is; among
equals the newest counts. Answers are found by address: who has it, is asked.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession

KIND_OF = {"reminder": "reminders", "marketing": "marketing"}
"""Category of a message → the question that was asked."""
UNLESS_ANSWERED = {"reminders": True, "marketing": False}
ADDRESS = {"email": "email", "sms": "phone"}
"""Channel → the customers' column of its addresses."""


async def allows(
    session: AsyncSession, *, salon_id: UUID, channel: str, recipient: str, category: str
) -> bool:
    """Whether a message of this category may go to this address.

    Transactional messages always may, reminders unless refused, marketing only when granted.
    """
    kind = KIND_OF.get(category)
    if kind is None:
        return category == "transactional"
    answer = await session.scalar(
        _ANSWER[channel],
        {"salon_id": salon_id, "channel": channel, "recipient": recipient, "kind": kind},
    )
    return UNLESS_ANSWERED[kind] if answer is None else bool(answer)


async def is_known(session: AsyncSession, *, salon_id: UUID, channel: str, recipient: str) -> bool:
    """Whether any customer of the salon has this address."""
    found = await session.scalar(_KNOWN[channel], {"salon_id": salon_id, "recipient": recipient})
    return bool(found)


def _known(column: str) -> TextClause:
    return text(f"""
        SELECT EXISTS (
            SELECT FROM customers WHERE salon_id = :salon_id AND {column} = :recipient)
    """)  # noqa: S608 - the column is one of ours


def _answer(column: str) -> TextClause:
    return text(f"""
        SELECT answer.granted
        FROM customers AS customer
        JOIN consents AS answer
          ON answer.salon_id = customer.salon_id
            AND answer.customer_id = coalesce(customer.merged_into, customer.id)
        WHERE customer.salon_id = :salon_id AND customer.{column} = :recipient
          AND answer.kind = :kind AND coalesce(answer.channel, :channel) = :channel
        ORDER BY answer.channel IS NULL, answer.created_at DESC, answer.id DESC
        LIMIT 1
    """)  # noqa: S608 - the column is one of ours


_KNOWN = {channel: _known(column) for channel, column in ADDRESS.items()}
_ANSWER = {channel: _answer(column) for channel, column in ADDRESS.items()}


async def who_agreed(
    session: AsyncSession,
    *,
    salon_id: UUID,
    channel: str,
    after: UUID | None = None,
    limit: int = 1000,
) -> list[UUID]:
    """The ids of customers who agreed to marketing by this channel and have an address for it,
    those behind `after`; at most a thousand at a time.
    """
    values = {
        "salon_id": salon_id,
        "channel": channel,
        "after": after or UUID(int=0),
        "limit": min(limit, 1000),
    }
    return list((await session.execute(_AGREED[channel], values)).scalars())


def _agreed(column: str) -> TextClause:
    return text(f"""
        SELECT customer.id FROM customers AS customer
        WHERE customer.salon_id = :salon_id AND customer.{column} IS NOT NULL
            AND customer.id > :after
            AND (
                SELECT answer.granted FROM consents AS answer
                WHERE answer.salon_id = customer.salon_id AND answer.customer_id = customer.id
                    AND answer.kind = 'marketing' AND coalesce(answer.channel, :channel) = :channel
                ORDER BY answer.channel IS NULL, answer.created_at DESC, answer.id DESC LIMIT 1)
        ORDER BY customer.id LIMIT :limit
    """)  # noqa: S608 - the column is one of ours


_AGREED = {channel: _agreed(column) for channel, column in ADDRESS.items()}


@dataclass(frozen=True, slots=True)
class Consent:
    """One answer that was given; `source` is where (a page, the desk, an import, a link)."""

    kind: str
    channel: str | None
    granted: bool
    source: str
    created_at: datetime


async def list_consents(
    session: AsyncSession, *, salon_id: UUID, customer_id: UUID, limit: int = 50
) -> list[Consent]:
    """Every answer of a customer, the newest first, at most fifty."""
    values = {"salon_id": salon_id, "customer_id": customer_id, "limit": min(limit, 50)}
    return [Consent(*row) for row in await session.execute(_GIVEN, values)]


_GIVEN = text("""
    SELECT kind, channel, granted, source, created_at FROM consents
    WHERE salon_id = :salon_id AND customer_id = :customer_id
    ORDER BY created_at DESC, id DESC LIMIT :limit
""")
