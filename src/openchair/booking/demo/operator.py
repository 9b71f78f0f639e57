"""The demo's operator, who runs the installation at /ops. Called by `load.py`."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.accounts.create import create_account
from openchair.identity.accounts.team import find_account
from openchair.identity.audit.record import SYSTEM
from openchair.identity.operators.grant import grant

EMAIL = "operator@openchair.example"
PASSWORD = "demo-operator"  # noqa: S105 -- public on purpose, as all log-ins of the demo are
NAME = "Demo Operator"
PLACE = "Operations, /ops"


@dataclass(frozen=True, slots=True)
class DemoLogIn:
    """A log-in of the demo; its password is public and for the demo only."""

    salon: str
    role: str
    email: str
    password: str


async def add_demo_operator(session: AsyncSession) -> DemoLogIn:
    """The account, if it is missing. Its second factor is set up by whoever logs in first."""
    if await find_account(session, email=EMAIL) is None:
        user_id = await create_account(
            session, email=EMAIL, name=NAME, password=PASSWORD, language="en", by=SYSTEM
        )
        await grant(session, user_id=user_id, role="operator", by=SYSTEM, granted_by="demo")
    return DemoLogIn(PLACE, "operator", EMAIL, PASSWORD)
