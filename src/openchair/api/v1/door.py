"""What every endpoint takes from its request: the database, who calls, the salon."""

from datetime import datetime
from zoneinfo import ZoneInfo

from starlette.requests import Request

from openchair.platform.db.engine import Database


def database_of(request: Request) -> Database:
    """The pool of this process."""
    found: Database = request.app.state.database
    return found


def local(instant: datetime | None, time_zone: str) -> datetime | None:
    """The same instant with the salon's offset."""
    return None if instant is None else instant.astimezone(ZoneInfo(time_zone))
