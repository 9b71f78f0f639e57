"""What every endpoint takes from its request: the database, who calls, the salon."""

from datetime import datetime
from zoneinfo import ZoneInfo

from starlette.requests import Request

from openchair.identity.audit.record import Actor
from openchair.platform.db.engine import Database
from openchair.platform.edge.client_address import UNKNOWN, address_of

USER_AGENT_LENGTH = 400


def database_of(request: Request) -> Database:
    """The pool of this process."""
    found: Database = request.app.state.database
    return found


def client_of(request: Request) -> Actor:
    """The caller, as the audit log names a client."""
    address = address_of(request)
    agent = request.headers.get("user-agent")
    return Actor(
        "client",
        ip=None if address == UNKNOWN else address,
        user_agent=agent[:USER_AGENT_LENGTH] if agent else None,
    )


def local(instant: datetime | None, time_zone: str) -> datetime | None:
    """The same instant with the salon's offset."""
    return None if instant is None else instant.astimezone(ZoneInfo(time_zone))
