"""Who calls, as the request itself tells it, and the database of this process. For every door on
HTML that people log in at.
"""

from starlette.requests import Request

from openchair.identity.sessions.log_in import Visitor
from openchair.platform.db.engine import Database
from openchair.platform.edge.client_address import address_of


def visitor_of(request: Request) -> Visitor:
    """Where the request comes from."""
    return Visitor(ip=address_of(request), user_agent=request.headers.get("user-agent", ""))


def database_of(request: Request) -> Database:
    """The database this process works on."""
    database: Database = request.app.state.database
    return database
