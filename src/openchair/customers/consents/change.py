"""The desk writes down what a client said about reminders or news. Audited; `record.py` writes."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.customers.consents.record import record_consents
from openchair.customers.profiles.acts import record_act
from openchair.customers.profiles.edit import editable
from openchair.identity.audit.record import Actor

SOURCE = "console"


async def change_consent(
    session: AsyncSession,
    *,
    salon_id: UUID,
    client_id: UUID,
    kind: str,
    channel: str | None,
    granted: bool,
    by: Actor,
) -> None:
    """A new answer, which counts from now on; those before stay on file.

    Raises `NotFound`, `Conflict` (`client_gone`), `Invalid` on `consents` for an unknown kind.
    """
    await editable(session, salon_id=salon_id, client_id=client_id)
    await record_consents(
        session,
        salon_id=salon_id,
        customer_id=client_id,
        answers={kind: granted},
        source=SOURCE,
        channel=channel,
    )
    await record_act(
        session,
        salon_id=salon_id,
        client_id=client_id,
        action="consent",
        by=by,
        said={"kind": kind, "channel": channel, "after": granted},
    )
