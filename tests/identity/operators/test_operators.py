"""Who may run the installation."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.record import SYSTEM
from openchair.identity.operators.grant import grant, revoke
from openchair.identity.operators.queries import find_role, list_operators
from openchair.platform.errors import NotFound
from tests.identity.people import add_account


async def test_a_right_is_given_changed_and_taken(session: AsyncSession) -> None:
    user_id = await add_account(session)
    assert await find_role(session, user_id=user_id) is None
    await grant(session, user_id=user_id, role="operator", by=SYSTEM, granted_by="test")
    await grant(session, user_id=user_id, role="owner", by=SYSTEM, granted_by="test")
    assert await find_role(session, user_id=user_id) == "owner"
    (listed,) = await list_operators(session)
    assert (listed.email, listed.role, listed.has_second_factor) == (
        "lena@salon.example",
        "owner",
        False,
    )
    await revoke(session, user_id=user_id, by=SYSTEM)
    assert await find_role(session, user_id=user_id) is None
    with pytest.raises(NotFound):
        await revoke(session, user_id=user_id, by=SYSTEM)
