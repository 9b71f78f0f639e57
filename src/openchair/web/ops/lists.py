"""What every list here shares: how long a page is, and choices that an address may name."""

from collections.abc import Collection
from uuid import UUID

from starlette.requests import Request

from openchair.platform.errors import Invalid
from openchair.web.cursor import NO_SUCH_PAGE

PAGE_ROWS = 50


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
