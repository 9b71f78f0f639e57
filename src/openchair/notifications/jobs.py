"""Loops and jobs of the post office: send what is due, look round, find out about doubtful
messages, and check the invariant that every message ends once.
"""

from typing import Any

from openchair.notifications.dispatch import drain, drain_suspects
from openchair.notifications.invariants import check_invariants
from openchair.notifications.reconcile import reconcile
from openchair.notifications.sweep import sweep
from openchair.platform.jobs.loops import loop
from openchair.platform.jobs.queue import JobContext, job


@loop("notifications.drain_mail", every=0.5)
async def drain_mail(context: JobContext) -> bool:
    """Send the mails that are due."""
    return await drain(context.database, channel="email", stop=context.stop)


@loop("notifications.drain_sms", every=0.5)
async def drain_sms(context: JobContext) -> bool:
    """Send the SMS that are due."""
    return await drain(context.database, channel="sms", stop=context.stop)


@loop("notifications.drain_suspects", every=1)
async def drain_suspect(context: JobContext) -> bool:
    """Send what ended its worker before, one at a time."""
    mail = await drain_suspects(context.database, channel="email")
    return await drain_suspects(context.database, channel="sms") or mail


@loop("notifications.sweep", every=2)
async def sweep_queue(context: JobContext) -> bool:
    """Take back what dead workers left, end what is too late, redrive what was asked for."""
    async with context.database.transaction() as session:
        return (await sweep(session)).full


@loop("notifications.reconcile", every=2)
async def reconcile_doubtful(context: JobContext) -> bool:
    """Ask providers about messages that may have arrived."""
    return await reconcile(context.database)


@job("notifications.check_invariants", cron="*/5 * * * *")
async def check(
    context: JobContext,
    payload: dict[str, Any],  # noqa: ARG001 -- every job is called alike
) -> None:
    """The running oracle: say so when a message is in no state it may be in."""
    async with context.database.transaction() as session:
        await check_invariants(session)
