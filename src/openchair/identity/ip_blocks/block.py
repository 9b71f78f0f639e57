"""Blocks an address for a while, and lifts a block. Called by doors; the gate acts on it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.record import Actor, record
from openchair.identity.ip_blocks.queries import IpBlock
from openchair.identity.ip_blocks.rules import block_key, may_be_blocked
from openchair.platform.errors import Conflict, Invalid, NotFound
from openchair.platform.ids import new_id
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings

MOST_REASON = 500
LONGEST = timedelta(days=366)
USUAL_HOURS = 24
MOST_HOURS = LONGEST // timedelta(hours=1)


async def block(
    session: AsyncSession,
    *,
    address: str,
    reason: str,
    by: Actor,
    expires_at: datetime,
    now: datetime,
    named: Mapping[str, Any] | None = None,
) -> IpBlock:
    """Refuse every request from `address` (IPv6: its /64) until `expires_at`. One that is blocked
    already stays so for longer, if that is longer. `named` tells the audit log more of who asks.

    Raises `Invalid` for what is no address, for a reason or a time out of bounds, and `Conflict`
    for this machine, a trusted proxy, or the address of whoever asks.
    """
    key = block_key(address)
    _check(key, reason=reason, by=by, expires_at=expires_at, now=now)
    values = {"id": new_id(), "key": key, "reason": reason, "by": by.user_id, "until": expires_at}
    await session.execute(text(IN_TURN), {"key": key})
    row = (await session.execute(text(LONGER), values)).mappings().one_or_none()
    if row is None:
        row = (await session.execute(text(INSERT), values)).mappings().one()
    found = IpBlock(**row)
    await record(
        session,
        actor=by,
        action="ip.block",
        resource_type="ip_address",
        resource_id=key,
        salon_id=None,
        metadata={
            **(named or {}),
            "reason": reason,
            "expires_at": found.expires_at.isoformat(),
            "block_id": str(found.id),
        },
    )
    return found


async def lift(session: AsyncSession, *, address: str, by: Actor) -> None:
    """Let the address in again. Raises `Invalid`, and `NotFound` when it is not blocked."""
    key = block_key(address)
    lifted = (await session.execute(text(LIFT), {"key": key})).scalars().all()
    if not lifted:
        raise NotFound(f"{key} is not blocked.", code="not_blocked")
    await record(
        session,
        actor=by,
        action="ip.lift",
        resource_type="ip_address",
        resource_id=key,
        salon_id=None,
        metadata={"block_ids": [str(each) for each in lifted]},
    )


def _check(key: str, *, reason: str, by: Actor, expires_at: datetime, now: datetime) -> None:
    if not 1 <= len(reason.strip()) <= MOST_REASON:
        raise Invalid(f"Please give a reason of 1 to {MOST_REASON} characters.", field="reason")
    if not now < expires_at <= now + LONGEST:
        raise Invalid("A block ends in the future, within a year.", field="expires_at")
    if not may_be_blocked(key, trusted=load(InstallationSettings).trusted_proxies):
        raise Conflict(
            "This machine and the trusted proxies cannot be blocked: nobody could come in.",
            code="address_protected",
        )
    try:
        own = by.ip is not None and block_key(by.ip) == key
    except Invalid:
        own = False  # who asks has no address
    if own:
        raise Conflict("That is your own address; you would lock yourself out.", code="own_address")


COLUMNS = ", ".join(IpBlock.__dataclass_fields__)

IN_TURN = "SELECT pg_advisory_xact_lock(hashtextextended('ip-block:' || :key, 0))"

LONGER = f"""
    UPDATE ip_blocks SET expires_at = greatest(expires_at, :until), reason = :reason
    WHERE address = :key AND lifted_at IS NULL AND expires_at > now()
    RETURNING {COLUMNS}
"""  # noqa: S608 - the names are this slice's own

INSERT = f"""
    INSERT INTO ip_blocks (id, address, reason, blocked_by, expires_at)
    VALUES (:id, :key, :reason, :by, :until) RETURNING {COLUMNS}
"""  # noqa: S608 - as above

LIFT = """
    UPDATE ip_blocks SET lifted_at = now()
    WHERE address = :key AND lifted_at IS NULL AND expires_at > now() RETURNING id
"""
