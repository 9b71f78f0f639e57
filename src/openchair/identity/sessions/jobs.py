"""Jobs of the sessions."""

from typing import Any

from openchair.identity.sessions.end import forget_expired
from openchair.platform.clock import utc_now
from openchair.platform.jobs.queue import JobContext, job


@job("identity.forget_expired_sessions", cron="17 * * * *")
async def forget_expired_sessions(context: JobContext, _payload: dict[str, Any]) -> None:
    """Every hour: rows of sessions that nobody can use any more."""
    async with context.database.transaction() as session:
        await forget_expired(session, now=utc_now())
