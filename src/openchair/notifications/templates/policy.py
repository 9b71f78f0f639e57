"""How a salon wants to reach its clients: its quiet hours, and reminders by SMS.

Read where a booking is told about, by the gate and by the console; written by the console.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.quiet_hours import USUAL
from openchair.notifications.templates.models import MessagePolicy
from openchair.platform.errors import Invalid

DAY = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Minutes since local midnight on the salon's clock; equal ones mean never quiet.

    `sms_reminders` also reminds by SMS those who get mail and gave a number.
    """

    quiet_from_minute: int = USUAL.begins
    quiet_until_minute: int = USUAL.ends
    sms_reminders: bool = False

    @property
    def is_never_quiet(self) -> bool:
        """Whether messages may go out at any hour."""
        return self.quiet_from_minute == self.quiet_until_minute


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyChange:
    """The policy before and now."""

    before: Policy
    after: Policy

    @property
    def metadata(self) -> dict[str, Any]:
        """The change as the audit log keeps it."""
        return {"before": asdict(self.before), "after": asdict(self.after)}


async def get_policy(session: AsyncSession, *, salon_id: UUID) -> Policy:
    """The salon's wishes; the usual ones until it has said something else."""
    found = (
        await session.execute(
            select(
                MessagePolicy.quiet_from_minute,
                MessagePolicy.quiet_until_minute,
                MessagePolicy.sms_reminders,
            ).where(MessagePolicy.salon_id == salon_id)
        )
    ).mappings()
    return Policy(**(found.first() or {}))


async def save_policy(
    session: AsyncSession, *, salon_id: UUID, policy: Policy, now: datetime
) -> PolicyChange:
    """Let the salon's wishes count from now on, for messages that wait too.

    Raises `Invalid` on `quiet_from` or `quiet_until` for a minute outside a day.
    """
    for field in ("quiet_from", "quiet_until"):
        if not 0 <= getattr(policy, f"{field}_minute") < DAY:
            raise Invalid("Please choose a time of day, for example 21:00.", field=field)
    before = await get_policy(session, salon_id=salon_id)
    values = {**asdict(policy), "updated_at": now}
    await session.execute(
        insert(MessagePolicy)
        .values(salon_id=salon_id, **values)
        .on_conflict_do_update(index_elements=["salon_id"], set_=values)
    )
    return PolicyChange(before=before, after=policy)
