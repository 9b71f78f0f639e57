"""Where a page of a list ended, as the address of the next one says it: a moment and an id. Pure;
called by every list that goes on by time.
"""

from datetime import MAXYEAR, MINYEAR, datetime
from typing import Protocol
from uuid import UUID

from starlette.requests import Request

from openchair.platform.errors import Invalid

NO_SUCH_PAGE = "This page of the list does not exist."


class Dated(Protocol):
    """A row that is listed by its time."""

    @property
    def created_at(self) -> datetime:
        """When it came to be."""

    @property
    def id(self) -> UUID:
        """Which it is."""


def cursor(last: Dated) -> str:
    """Behind the last row of a page that is listed by when its rows came to be."""
    return cursor_at(last.created_at, last.id)


def cursor_at(moment: datetime, row_id: UUID) -> str:
    """Behind a row that is listed by another moment of it."""
    return f"{moment.isoformat()}~{row_id}"


def read_cursor(request: Request, name: str = "after") -> tuple[datetime, UUID] | None:
    """Where the page before ended; None for the first. Raises `Invalid` (field `name`), also at
    the ends of the calendar, where no zone can be applied.
    """
    moment, _, row_id = request.query_params.get(name, "").partition("~")
    if not moment:
        return None
    try:
        found = datetime.fromisoformat(moment), UUID(row_id)
    except ValueError:
        raise Invalid(NO_SUCH_PAGE, field=name) from None
    if found[0].tzinfo is None or not MINYEAR < found[0].year < MAXYEAR:
        raise Invalid(NO_SUCH_PAGE, field=name)
    return found
