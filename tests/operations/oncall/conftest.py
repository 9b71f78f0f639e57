"""The sandbox with every channel pointed at it, and somebody to call."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.record import SYSTEM
from openchair.operations.oncall.contact import Contact
from openchair.operations.oncall.contacts import add_contact
from tests.operations.alerts.channels.conftest import (  # noqa: F401 -- fixtures by their names
    alert_sandbox,
    receivers,
)

ANNA = "Anna Nowak"


async def add(session: AsyncSession, name: str = ANNA, **more: Any) -> Contact:
    """Anna, who leads, with a mail address and a number."""
    given: dict[str, Any] = {
        "role": "Technical Lead",
        "email": "anna@example.org",
        "phone": "+4915112345678",
        **more,
    }
    return await add_contact(session, name=name, by=SYSTEM, **given)


@pytest.fixture
async def anna(session: AsyncSession) -> Contact:
    return await add(session)


async def acts(session: AsyncSession, *, of: str = "contact") -> list[tuple[str, Any]]:
    """What the audit log holds, in order."""
    rows = await session.execute(
        text("SELECT action, metadata FROM audit_logs WHERE resource_type = :of ORDER BY id"),
        {"of": of},
    )
    return [(row.action, row.metadata) for row in rows]
