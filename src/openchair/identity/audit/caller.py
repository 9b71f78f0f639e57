"""A visitor without a log-in, as the audit log names them. Called by the doors for clients."""

from starlette.requests import HTTPConnection

from openchair.identity.audit.record import Actor
from openchair.platform.edge.client_address import UNKNOWN, address_of

USER_AGENT_LENGTH = 400


def client_of(connection: HTTPConnection) -> Actor:
    """The client at the other end, with address and browser as far as they are known."""
    address = address_of(connection)
    agent = connection.headers.get("user-agent")
    return Actor(
        "client",
        ip=None if address == UNKNOWN else address,
        user_agent=agent[:USER_AGENT_LENGTH] if agent else None,
    )
