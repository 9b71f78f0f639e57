"""How the API writes JSON: straight from the domain's dataclasses, dates and UUIDs included."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson
from starlette.responses import Response

JSON = "application/json"
NOT_STORED = "no-store"


def answer(
    content: Any,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    media_type: str = JSON,
    cache: str = NOT_STORED,
) -> Response:
    """`content` as JSON. Free times and bookings are true for a moment, so nothing is cached
    unless `cache` says so.
    """
    return Response(
        orjson.dumps(content, default=_plain),
        status_code=status,
        headers={"Cache-Control": cache, **(headers or {})},
        media_type=media_type,
    )


def money(minor: int, currency: str) -> dict[str, Any]:
    """A price: whole minor units (Rappen, grosze) and the currency (ISO 4217)."""
    return {"amount": minor, "currency": currency}


def _plain(value: object) -> str:
    if isinstance(value, UUID):  # the driver's own subclass
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in an answer")
