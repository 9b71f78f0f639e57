"""The API's kind of route: reads JSON strictly and says in a sentence what is wrong with a request.

Refuses another content type, broken JSON (NaN and lone surrogates are that too), unknown members
and unknown parameters, before the endpoint runs.
"""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import orjson
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from openchair.platform.edge.failures import nothing_here
from openchair.platform.edge.refusals import Unreadable, UnsupportedMediaType
from openchair.platform.errors import Invalid, NotFound, Problem

SHOWN = 80
MOST_ERRORS = 20
CHOICES = frozenset({"hold", "time"})  # tags of `BookingRequest`, no members of the body
UNKNOWN = {
    "slug": NotFound(
        "There is no salon at this address. Please check the link.", code="salon_not_found"
    ),
    "hold_id": NotFound(
        "We do not know this reservation. Please choose a time again.", code="hold_not_found"
    ),
    "token": NotFound(
        "We do not find this booking. Please check the link in your confirmation.",
        code="booking_not_found",
    ),
}
SENTENCES = {
    "missing": "{name} is missing.",
    "extra_forbidden": "{name} is not something we know here. Please leave it out.",
    "string_type": "{name} should be text.",
    "string_too_short": "{name} is empty.",
    "bool_type": "{name} should be true or false.",
    "bool_parsing": "{name} should be true or false.",
    "list_type": "{name} should be a list.",
    "int_parsing": "{name} should be a whole number.",
    "int_parsing_size": "{name} should be a whole number.",
    "model_attributes_type": "{name} should be a JSON object.",
    "model_type": "{name} should be a JSON object.",
    "dict_type": "{name} should be a JSON object.",
    "union_tag_not_found": "{name} should be a JSON object.",
    "union_tag_invalid": "{name} should be a JSON object.",
    "too_short": "{name} needs at least {min_length}.",
    "too_long": "{name} can have at most {max_length}.",
    "string_too_long": "{name} can have at most {max_length} characters.",
    "greater_than_equal": "{name} should be at least {ge}.",
    "less_than_equal": "{name} should be at most {le}.",
    "value_error": "{name} {error}",
}


class StrictRoute(APIRoute):
    """A route of the API. Raises problems only; `failures` answers them."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's own handler between our reading and our sentences."""
        handle = super().get_route_handler()
        takes_parameters = bool(self.dependant.query_params)
        reads_body = self.body_field is not None

        async def strict(request: Request) -> Response:
            if not takes_parameters and request.query_params:
                raise unknown_parameter(next(iter(request.query_params)))
            if reads_body:
                await _read_json(request)
            try:
                return await handle(request)
            except RequestValidationError as error:
                raise as_problem(error.errors()) from None

        return strict


def unknown_parameter(name: str) -> Invalid:
    """The refusal of a parameter nobody reads: most likely it is a slip."""
    shown = name[:SHOWN]
    return Invalid(
        f"{shown} is not a parameter we know here. Please leave it out.",
        code="unknown_parameter",
        field=shown,
    )


def as_problem(errors: Sequence[Any]) -> Problem:
    """All that is wrong in one problem: the first is named, the rest listed under `errors`."""
    listed = []
    for error in errors[:MOST_ERRORS]:
        place, *path = (str(part) for part in error["loc"])
        if place == "path":
            return UNKNOWN.get(path[0]) or nothing_here()
        if place == "body" and not path and error["type"] == "missing":
            return Unreadable("The body is empty. Please send JSON.", code="empty_body")
        field = ".".join(part[:SHOWN] for part in path if part not in CHOICES)
        listed.append({"field": field, "detail": _sentence(field, error)})
    return Invalid(
        listed[0]["detail"],
        field=listed[0]["field"] or None,
        details={"errors": listed} if len(listed) > 1 else None,
    )


def _sentence(field: str, error: Any) -> str:
    pattern = SENTENCES.get(error["type"], "{name} is not right.")
    values = {key: str(value) for key, value in error.get("ctx", {}).items()}
    return pattern.format(**{**values, "name": field or "The body"})


async def _read_json(request: Request) -> None:
    """Parse the body here, so that FastAPI finds it parsed; an empty one is left to it."""
    body = await request.body()
    if not body:
        return
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "application/json" and not content_type.endswith("+json"):
        raise UnsupportedMediaType(
            "Please send JSON, and say so: Content-Type: application/json.",
        )
    try:
        request._json = orjson.loads(body)  # noqa: SLF001 - where Starlette keeps what it parsed
    except orjson.JSONDecodeError as error:
        raise Unreadable(f"The body is not JSON: {error}.", code="malformed_json") from None
