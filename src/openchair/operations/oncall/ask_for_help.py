"""An owner asks the technician for help: a direct word to whoever is called first. Called by the
operations console; it ends and changes no alert.
"""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.record import Actor, record
from openchair.notifications.direct.mail import send_mail
from openchair.notifications.direct.sms import send_sms
from openchair.notifications.direct.system import system_name
from openchair.notifications.errors import DeliveryFailed
from openchair.operations.oncall.contact import Contact
from openchair.operations.oncall.queries import list_contacts
from openchair.platform.db.engine import Database
from openchair.platform.errors import NotFound, Unavailable
from openchair.platform.logging.setup import logger
from openchair.platform.rate_limits.take import take

TIMES, WITHIN_SECONDS = 3, 900

log = logger(__name__)


async def find_technician(session: AsyncSession) -> Contact | None:
    """The first technical contact with a confirmed address, as they are called."""
    found = await list_contacts(session, only_active=True)
    return next(
        (
            each
            for each in found
            if each.tier == "technical" and (each.reachable_phone or each.reachable_email)
        ),
        None,
    )


async def ask_for_help(database: Database, *, who: str, by: Actor, now: datetime) -> Contact:
    """By SMS where there is a number, else or instead by mail; `who` asks. The message leaves
    between two transactions. Raises `NotFound` without a technician, `TooMany` after three in a
    quarter of an hour, `Unavailable` when no way took it.
    """
    async with database.transaction() as session:
        technician = await find_technician(session)
        if technician is None:
            raise NotFound("No technician with a confirmed address is entered.")
        await take(session, key="ask-for-help", limit=TIMES, per_seconds=WITHIN_SECONDS)
    way = await _send(technician, who=who, now=now)
    async with database.transaction() as session:
        await record(
            session,
            actor=by,
            action="contact.ask_for_help",
            resource_type="contact",
            resource_id=technician.id,
            salon_id=None,
            metadata={"way": way},
        )
    return technician


async def _send(technician: Contact, *, who: str, now: datetime) -> str:
    words = f"{who[:60]} asks you to look at {system_name()[:60]} ({now:%H:%M} UTC): /ops"
    if technician.reachable_phone:
        try:
            await send_sms(recipient=technician.reachable_phone, text=words)
        except DeliveryFailed as failure:
            log.warning("a call for help did not go by SMS", error=failure.message)
        else:
            return "sms"
    if technician.reachable_email:
        try:
            await send_mail(recipient=technician.reachable_email, subject=words, text=f"{words}\n")
        except DeliveryFailed as failure:
            log.warning("a call for help did not go by mail", error=failure.message)
        else:
            return "email"
    raise Unavailable("The technician could not be reached. Please call them.")
