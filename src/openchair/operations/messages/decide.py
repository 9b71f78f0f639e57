"""What a person decides about one message, written to the audit log: a doubtful one arrived or is
to be sent again, a waiting one is not to be sent. Called by the command line and the console.
"""

from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.record import Actor, record
from openchair.notifications.queries import Message, get_message
from openchair.notifications.settle import settle_arrived, settle_not_arrived
from openchair.notifications.withdraw import withdraw_message
from openchair.platform.errors import Conflict, Invalid

Decision = Literal["arrived", "send_again", "withdraw"]
EXPECTED = {"arrived": "doubtful", "send_again": "doubtful", "withdraw": "pending"}
MOST_REASON = 500
BY = "operator"


def require_open(*, message: Message, decision: Decision) -> None:
    """Raises `Conflict` when the message is not in the state that the decision is about."""
    if message.status != EXPECTED[decision]:
        raise Conflict(
            f"This message is {message.status}; only one that is {EXPECTED[decision]} can be"
            f" {'withdrawn' if decision == 'withdraw' else 'settled'}.",
            code="message_not_open",
        )


async def decide(
    session: AsyncSession,
    *,
    message_id: UUID,
    decision: Decision,
    reason: str,
    by: Actor,
    salon_id: UUID | None = None,
) -> Message:
    """Carry the decision out and answer the message as it is then.

    Raises `NotFound`, `Conflict` when it is no longer open, `Invalid` without a reason.
    """
    reason = reason.strip()
    if not 1 <= len(reason) <= MOST_REASON:
        raise Invalid(f"Please say why, in at most {MOST_REASON} characters.", field="reason")
    message = await get_message(session, message_id=message_id, salon_id=salon_id)
    require_open(message=message, decision=decision)
    if not await _carry_out(session, message, decision, reason):
        raise Conflict("Somebody else has decided in the meantime.", code="message_not_open")
    after = await get_message(session, message_id=message_id, salon_id=message.salon_id)
    await record(
        session,
        actor=by,
        action=f"message.{decision}",
        resource_type="message",
        resource_id=message_id,
        salon_id=message.salon_id,
        metadata={
            "before": {"status": message.status},
            "after": {"status": after.status},
            "reason": reason,
        },
    )
    return after


async def _carry_out(
    session: AsyncSession, message: Message, decision: Decision, reason: str
) -> bool:
    salon_id = message.salon_id
    if decision == "withdraw":
        return await withdraw_message(
            session, salon_id=salon_id, message_id=message.id, words=reason
        )
    settle = settle_arrived if decision == "arrived" else settle_not_arrived
    settled = await settle(
        session, salon_id=salon_id, notification_id=message.id, by=BY, words=reason
    )
    return settled.changed
