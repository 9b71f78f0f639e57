"""Somebody shows the second factor in an open session: a code of the authenticator, or one of the
recovery codes. Called by the doors that ask for one; each code works once.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.record import Actor, record
from openchair.identity.sessions.second_factor import note_second_factor
from openchair.identity.two_factor.enrol import WRONG_CODE
from openchair.identity.two_factor.key import unlock
from openchair.identity.two_factor.models import RecoveryCodeRow, TotpSecretRow
from openchair.identity.two_factor.rules import matching_step, recovery_hash
from openchair.platform.errors import Invalid
from openchair.platform.rate_limits.take import take

TRIES = 10
TRIES_SECONDS = 900


async def count_try(session: AsyncSession, *, user_id: UUID) -> None:
    """Count one try of this person, in a transaction of its own, since a refusal undoes the other.

    Raises `TooMany`.
    """
    await take(session, key=f"second-factor:{user_id}", limit=TRIES, per_seconds=TRIES_SECONDS)


async def present(
    session: AsyncSession, *, user_id: UUID, session_id: UUID, code: str, by: Actor, now: datetime
) -> None:
    """Mark the session as one in which the second factor was shown.

    Raises `Invalid` (field `code`).
    """
    kind = await use_code(session, user_id=user_id, code=code, now=now)
    await note_second_factor(session, session_id=session_id, now=now)
    await record(
        session,
        actor=by,
        action="second_factor.present",
        resource_type="session",
        resource_id=session_id,
        salon_id=None,
        metadata={"kind": kind},
    )


async def use_code(session: AsyncSession, *, user_id: UUID, code: str, now: datetime) -> str:
    """Use a code up, and say of which kind it was. Raises `Invalid` (field `code`)."""
    if await _is_current(session, user_id=user_id, code=code, now=now):
        return "authenticator"
    if await _is_recovery(session, user_id=user_id, code=code, now=now):
        return "recovery code"
    raise Invalid(WRONG_CODE, field="code", code="code_wrong")


async def _is_current(session: AsyncSession, *, user_id: UUID, code: str, now: datetime) -> bool:
    row = (
        await session.execute(
            select(TotpSecretRow.secret, TotpSecretRow.last_step)
            .where(TotpSecretRow.user_id == user_id, TotpSecretRow.confirmed_at.is_not(None))
            .with_for_update()
        )
    ).one_or_none()
    if row is None:
        return False
    step = matching_step(secret=unlock(row.secret), code=code, now=now, last_step=row.last_step)
    if step is None:
        return False
    await session.execute(
        update(TotpSecretRow).where(TotpSecretRow.user_id == user_id).values(last_step=step)
    )
    return True


async def _is_recovery(session: AsyncSession, *, user_id: UUID, code: str, now: datetime) -> bool:
    used = await session.scalar(
        update(RecoveryCodeRow)
        .where(
            RecoveryCodeRow.user_id == user_id,
            RecoveryCodeRow.code_hash == recovery_hash(code),
            RecoveryCodeRow.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCodeRow.id)
    )
    return used is not None
