"""Somebody sets up an authenticator: `begin` makes a secret, `confirm` proves that it was taken
over and hands out the recovery codes, once.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.record import Actor, record
from openchair.identity.two_factor.key import lock, unlock
from openchair.identity.two_factor.models import RecoveryCodeRow, TotpSecretRow
from openchair.identity.two_factor.rules import (
    address_of,
    matching_step,
    new_recovery_codes,
    new_secret,
    recovery_hash,
)
from openchair.platform.errors import Conflict, Invalid
from openchair.platform.ids import new_id

ISSUER = "OpenChair"
WRONG_CODE = "This code does not fit. Please type the six digits your authenticator shows now."


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A secret to take over into an authenticator, as text and as an address for the picture."""

    secret: str
    address: str


async def begin(session: AsyncSession, *, user_id: UUID, account: str) -> Enrolment:
    """A secret that does not count before it is confirmed. Asked again before that, it is the same
    one, so that a page that is loaded anew does not spoil what was just photographed.

    Raises `Conflict` (`second_factor_exists`) when there is a confirmed one.
    """
    await session.execute(
        upsert(TotpSecretRow)
        .values(user_id=user_id, secret=lock(new_secret()), last_step=0)
        .on_conflict_do_nothing(index_elements=["user_id"])
    )
    row = (
        await session.execute(
            select(TotpSecretRow.secret, TotpSecretRow.confirmed_at).where(
                TotpSecretRow.user_id == user_id
            )
        )
    ).one()
    if row.confirmed_at is not None:
        raise Conflict("You have a second factor already.", code="second_factor_exists")
    secret = unlock(row.secret)
    return Enrolment(secret, address_of(secret=secret, account=account, issuer=ISSUER))


async def confirm(
    session: AsyncSession, *, user_id: UUID, code: str, by: Actor, now: datetime
) -> list[str]:
    """Make the secret count. Answers the recovery codes, which are shown once and kept as hashes.

    Raises `Invalid` (field `code`), `Conflict` when there is nothing to confirm.
    """
    row = (
        await session.execute(
            select(TotpSecretRow.secret, TotpSecretRow.confirmed_at)
            .where(TotpSecretRow.user_id == user_id)
            .with_for_update()
        )
    ).one_or_none()
    if row is None or row.confirmed_at is not None:
        raise Conflict("There is no second factor to confirm.", code="second_factor_nothing")
    step = matching_step(secret=unlock(row.secret), code=code, now=now, last_step=0)
    if step is None:
        raise Invalid(WRONG_CODE, field="code", code="code_wrong")
    await session.execute(
        update(TotpSecretRow)
        .where(TotpSecretRow.user_id == user_id)
        .values(confirmed_at=now, last_step=step)
    )
    codes = await _renew_codes(session, user_id=user_id)
    await _note(session, "second_factor.set_up", user_id=user_id, by=by)
    return codes


async def renew_recovery_codes(session: AsyncSession, *, user_id: UUID, by: Actor) -> list[str]:
    """Ten new ones; the old ones open nothing any more."""
    codes = await _renew_codes(session, user_id=user_id)
    await _note(session, "second_factor.renew_codes", user_id=user_id, by=by)
    return codes


async def reset(session: AsyncSession, *, user_id: UUID, by: Actor) -> bool:
    """Forget authenticator and codes, so that a new one can be set up. False if there was none."""
    gone = await session.scalar(
        delete(TotpSecretRow)
        .where(TotpSecretRow.user_id == user_id)
        .returning(TotpSecretRow.user_id)
    )
    await session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.user_id == user_id))
    if gone is not None:
        await _note(session, "second_factor.reset", user_id=user_id, by=by)
    return gone is not None


async def has_second_factor(session: AsyncSession, *, user_id: UUID) -> bool:
    """Whether there is a confirmed authenticator."""
    found = await session.scalar(
        select(func.count())
        .select_from(TotpSecretRow)
        .where(TotpSecretRow.user_id == user_id, TotpSecretRow.confirmed_at.is_not(None))
    )
    return bool(found)


async def count_recovery_codes(session: AsyncSession, *, user_id: UUID) -> int:
    """How many codes are left."""
    found: int | None = await session.scalar(
        select(func.count())
        .select_from(RecoveryCodeRow)
        .where(RecoveryCodeRow.user_id == user_id, RecoveryCodeRow.used_at.is_(None))
    )
    return found or 0


async def _renew_codes(session: AsyncSession, *, user_id: UUID) -> list[str]:
    codes = new_recovery_codes()
    await session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.user_id == user_id))
    await session.execute(
        insert(RecoveryCodeRow),
        [{"id": new_id(), "user_id": user_id, "code_hash": recovery_hash(code)} for code in codes],
    )
    return codes


async def _note(session: AsyncSession, action: str, *, user_id: UUID, by: Actor) -> None:
    await record(
        session,
        actor=by,
        action=action,
        resource_type="profile",
        resource_id=user_id,
        salon_id=None,
        metadata={},
    )
