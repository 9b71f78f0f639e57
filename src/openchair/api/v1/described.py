"""How the OpenAPI document tells what an endpoint answers, failures included."""

from typing import Any

from pydantic import BaseModel

Responses = dict[int | str, dict[str, Any]]
Failure = tuple[int, str]

NOT_FOUND: Failure = (404, "There is no such salon, hold or booking.")
CONFLICT: Failure = (409, "No longer possible; a taken time comes with `alternatives`.")
BODY: tuple[Failure, ...] = (
    (400, "The body is empty or is not JSON."),
    (413, "The body is larger than 64 kB."),
    (415, "The body is not sent as JSON."),
)
LIMITED: Failure = (429, "Too many requests from this address; wait for `Retry-After` seconds.")
ALWAYS: tuple[Failure, ...] = (
    (422, "Something in the request is wrong; `field` names it."),
    LIMITED,
    (503, "Our database is out of reach; nothing was changed. Try after `Retry-After` seconds."),
)
PROBLEM = {
    "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}},
}
RETRY_AFTER = {
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}
}
REPLAYED = {
    "Idempotent-Replayed": {
        "description": "`true` when this very request had been answered before.",
        "schema": {"type": "string", "enum": ["true"]},
    },
    "Location": {
        "description": "The booking in this API.",
        "schema": {"type": "string", "format": "uri-reference"},
    },
}
DONE = {200: "Here it is.", 201: "Done.", 204: "Done; there is nothing to say."}


def answers(
    status: int,
    model: type[BaseModel] | None,
    *failures: Failure,
    always: tuple[Failure, ...] = ALWAYS,
    headers: dict[str, Any] | None = None,
) -> Responses:
    """The answer when all goes well, the failures of this endpoint, and those of every one."""
    success: dict[str, Any] = {"description": DONE[status]}
    if model is not None:
        success["model"] = model
    if headers:
        success["headers"] = headers
    found: Responses = {status: success}
    for code, description in sorted((*failures, *always)):
        found[code] = {"description": description, "content": PROBLEM}
        if code in (429, 503):
            found[code]["headers"] = RETRY_AFTER
    return found
