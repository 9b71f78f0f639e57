"""What every list here shares: where a page ended, and choices that an address may name."""

from collections.abc import Collection
from datetime import MAXYEAR, MINYEAR, datetime
from typing import Protocol
from uuid import UUID

from starlette.requests import Request

from openchair.platform.errors import Invalid

PAGE_ROWS = 50
NO_SUCH_PAGE = "This page of the list does not exist."


class Dated(Protocol):
    """A row that is listed by its time."""

    @property
    def created_at(self) -> datetime:
        """When it came to be."""

    @property
    def id(self) -> UUID:
        """Which it is."""


def chosen(request: Request, name: str, among: Collection[str]) -> str:
    """What the address says of `name`, or nothing. Raises `Invalid` for what nobody offered."""
    said = request.query_params.get(name, "")
    if said and said not in among:
        raise Invalid(NO_SUCH_PAGE, field=name)
    return said


def read_id(request: Request, name: str = "before") -> UUID | None:
    """The id of the last row of the page before. Raises `Invalid`."""
    said = request.query_params.get(name, "")
    try:
        return UUID(said) if said else None
    except ValueError:
        raise Invalid(NO_SUCH_PAGE, field=name) from None


def cursor(found: Dated) -> str:
    """Where a page ended, for rows that are listed by time."""
    return f"{found.created_at.isoformat()}~{found.id}"


def read_cursor(request: Request, name: str = "after") -> tuple[datetime, UUID] | None:
    """Where the page before ended. Raises `Invalid`."""
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
