"""When nobody is asked: who sleeps would lose the time before seeing that it was theirs."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.quiet_hours import end_of_quiet, quiet_hours_of
from openchair.salons.queries import Salon


async def quiet_end(session: AsyncSession, *, salon: Salon, now: datetime) -> datetime | None:
    """The end of the salon's quiet hours that `now` is in; None when it is in none."""
    quiet, zone = (await quiet_hours_of(session, salon_ids=[salon.id]))[salon.id]
    return end_of_quiet(now=now, zone=ZoneInfo(zone), quiet=quiet)
