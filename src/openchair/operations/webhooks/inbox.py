"""Sets a stored webhook going again, with its line in the audit log. Called by the API's door and
by `openchair webhooks replay`.
"""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.record import Actor, record
from openchair.webhooks.replay import Replayed
from openchair.webhooks.replay import replay as _replay


async def replay(
    session: AsyncSession,
    *,
    name: str,
    force: bool,
    by: Actor,
    named: Mapping[str, str] | None = None,
) -> Replayed:
    """Handle the event again, whose id is `name`; `named` tells the audit log more of who asks.
    What changes nothing is not written down. Raises `NotFound` and `Invalid`.
    """
    done = await _replay(session, name=name, force=force)
    if done.queued:
        await record(
            session,
            actor=by,
            action="webhook.replay",
            resource_type="webhook_event",
            resource_id=done.id,
            salon_id=None,
            metadata={**(named or {}), "before": done.before, "force": force},
        )
    return done
