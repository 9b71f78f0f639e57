"""Reads of passkeys, as frozen results."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.accounts.models import ProfileRow
from openchair.identity.passkeys.models import PasskeyRow
from openchair.platform.errors import NotFound

MOST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """One passkey as its owner sees it."""

    id: UUID
    name: str
    credential_id: bytes
    transports: list[str]
    last_used_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownKey:
    """What an answer is checked against, and whose it is."""

    id: UUID
    user_id: UUID
    email: str
    public_key: bytes
    sign_count: int


async def list_passkeys(session: AsyncSession, *, user_id: UUID) -> list[Passkey]:
    """All of one person, the first first; at most twenty, which is also how many one may have."""
    rows = await session.execute(
        select(
            PasskeyRow.id,
            PasskeyRow.name,
            PasskeyRow.credential_id,
            PasskeyRow.transports,
            PasskeyRow.last_used_at,
            PasskeyRow.created_at,
        )
        .where(PasskeyRow.user_id == user_id)
        .order_by(PasskeyRow.created_at, PasskeyRow.id)
        .limit(MOST)
    )
    return [Passkey(**row) for row in rows.mappings()]


async def get_passkey(session: AsyncSession, *, user_id: UUID, passkey_id: UUID) -> Passkey:
    """One of theirs. Raises `NotFound` (`passkey_not_found`)."""
    for each in await list_passkeys(session, user_id=user_id):
        if each.id == passkey_id:
            return each
    raise NotFound("You have no such passkey (any more).", code="passkey_not_found")


async def find_key(session: AsyncSession, *, credential_id: bytes) -> KnownKey | None:
    """The key with this id of an active account, locked so that its counter is compared once."""
    rows = await session.execute(
        select(
            PasskeyRow.id,
            PasskeyRow.user_id,
            ProfileRow.email,
            PasskeyRow.public_key,
            PasskeyRow.sign_count,
        )
        .join(ProfileRow, ProfileRow.id == PasskeyRow.user_id)
        .where(PasskeyRow.credential_id == credential_id, ProfileRow.is_active)
        .with_for_update(of=PasskeyRow)
    )
    found = rows.mappings().one_or_none()
    return KnownKey(**found) if found else None
