"""Ends reminders or news to one address, as a link in a mail asked for, and takes that back.

Called by the page behind the link; each change is an answer of its own and stands in the audit
log. Whose address it is does not matter: everybody who has it is meant.
"""

from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.customers.consents.queries import ADDRESS, KIND_OF, UNLESS_ANSWERED
from openchair.identity.audit.record import Actor, record
from openchair.notifications.unsubscribe import Unsubscription

SOURCE = "unsubscribe"


async def unsubscribe(session: AsyncSession, *, asked: Unsubscription, by: Actor) -> bool:
    """Send no more of this. True when somebody's answer changed; asking again changes nothing."""
    return await _answer(session, _REFUSE[asked.channel], asked=asked, by=by, action="unsubscribe")


async def resubscribe(session: AsyncSession, *, asked: Unsubscription, by: Actor) -> bool:
    """Take an `unsubscribe` back: what counted before it counts again.

    It cannot grant what was never granted. True when somebody's answer changed.
    """
    return await _answer(session, _GRANT[asked.channel], asked=asked, by=by, action="resubscribe")


async def can_resubscribe(session: AsyncSession, *, asked: Unsubscription) -> bool:
    """Whether there is an `unsubscribe` to take back."""
    return bool(await session.scalar(_GRANTABLE[asked.channel], _values(asked)))


async def _answer(
    session: AsyncSession, statement: TextClause, *, asked: Unsubscription, by: Actor, action: str
) -> bool:
    values = _values(asked)
    customers = (await session.scalars(statement, values)).all()
    for customer_id in customers:
        await record(
            session,
            actor=by,
            action=action,
            resource_type="customer",
            resource_id=customer_id,
            salon_id=asked.salon_id,
            metadata={
                "kind": values["kind"],
                "channel": asked.channel,
                "before": action == "unsubscribe",
                "after": action != "unsubscribe",
            },
        )
    return bool(customers)


def _values(asked: Unsubscription) -> dict[str, Any]:
    kind = KIND_OF[asked.category]
    return {
        "salon_id": asked.salon_id,
        "channel": asked.channel,
        "recipient": asked.recipient,
        "kind": kind,
        "unless_answered": UNLESS_ANSWERED[kind],
        "source": SOURCE,
    }


WHO = "coalesce(customer.merged_into, customer.id)"
"""Whose answers count at an address: those of the client its owner was merged into."""
ANY = f"""answer.salon_id = customer.salon_id AND answer.customer_id = {WHO}
    AND answer.kind = :kind AND coalesce(answer.channel, :channel) = :channel"""


def _counting(answers: str) -> str:
    """The answer that counts among these, as `queries.allows` finds it."""
    return f"""coalesce((
        SELECT answer.granted FROM consents AS answer WHERE {answers}
        ORDER BY answer.channel IS NULL, answer.created_at DESC, answer.id DESC LIMIT 1
    ), :unless_answered)"""  # noqa: S608 - the parts are this module's own


def _whose(column: str, *, granted: bool) -> str:
    """The customers of this address whose answer would change."""
    before = _counting(f"{ANY} AND answer.source <> :source")
    changes = f"{before} AND NOT {_counting(ANY)}" if granted else _counting(ANY)
    return f"""
        FROM customers AS customer
        WHERE customer.salon_id = :salon_id AND customer.{column} = :recipient AND {changes}
    """


def _statement(column: str, *, granted: bool) -> TextClause:
    return text(f"""
        INSERT INTO consents (salon_id, id, customer_id, kind, channel, granted, source)
        SELECT DISTINCT ON ({WHO}) customer.salon_id, gen_random_uuid(), {WHO}, :kind, :channel,
            {"true" if granted else "false"}, :source
        {_whose(column, granted=granted)}
        RETURNING customer_id
    """)


_REFUSE = {channel: _statement(column, granted=False) for channel, column in ADDRESS.items()}
_GRANT = {channel: _statement(column, granted=True) for channel, column in ADDRESS.items()}
_GRANTABLE = {
    channel: text(f"SELECT EXISTS (SELECT {_whose(column, granted=True)})")
    for channel, column in ADDRESS.items()
}
