"""Reads of the operators. `find_role` answers for every request of the operations console."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.accounts.models import ProfileRow
from openchair.identity.operators.models import OperatorRow
from openchair.identity.two_factor.models import TotpSecretRow

OPERATOR_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator as the list shows them."""

    user_id: UUID
    email: str
    name: str
    role: str
    is_active: bool
    has_second_factor: bool
    granted_by: str
    created_at: datetime


async def find_role(session: AsyncSession, *, user_id: UUID) -> str | None:
    """`operator`, `owner` or None."""
    found: str | None = await session.scalar(
        select(OperatorRow.role).where(OperatorRow.user_id == user_id)
    )
    return found


async def list_operators(session: AsyncSession) -> list[Operator]:
    """Everybody, by e-mail; at most two hundred."""
    rows = await session.execute(
        select(
            ProfileRow.id,
            ProfileRow.email,
            ProfileRow.name,
            OperatorRow.role,
            ProfileRow.is_active,
            func.coalesce(TotpSecretRow.confirmed_at.is_not(None), False),
            OperatorRow.granted_by,
            OperatorRow.created_at,
        )
        .join(ProfileRow, ProfileRow.id == OperatorRow.user_id)
        .outerjoin(TotpSecretRow, TotpSecretRow.user_id == OperatorRow.user_id)
        .order_by(ProfileRow.email)
        .limit(OPERATOR_LIMIT)
    )
    return [Operator(*row) for row in rows]
