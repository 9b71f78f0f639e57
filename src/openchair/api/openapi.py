"""The OpenAPI 3.1 document of the API: what FastAPI finds in the routes, made exact.

Served at `/api/openapi.json`; the documentation page is drawn from the same document.
"""

from collections.abc import Sequence
from typing import Any

from fastapi.openapi.utils import get_openapi
from starlette.routing import BaseRoute

from openchair.api.health import VERSION

DESCRIPTION = """
Book real appointments at a salon: find a time, hold it, confirm it, move it or cancel it.

**Times** are ISO 8601 with the salon's offset. **Prices** are whole minor units with their
currency. **Ids** are UUIDs. Texts are given in all of the salon's languages.

**Failures** are `application/problem+json` (RFC 9457): `code` is stable, `detail` is a sentence
for a person, `field` names the input it is about. A member or a parameter that is not listed here
is refused with 422. Another method than the listed ones gets 405, with `Allow`.

**Limits** count requests by address: reads and changes apart. Past a limit comes 429 with
`Retry-After`. **Bodies** may have 64 kB.

**Other sites' scripts** may call everything here (CORS with any origin): the API neither reads nor
sets a cookie, so there is nothing to borrow from a visitor.

Send `X-Correlation-Id` (8 to 64 letters, digits, `.`, `_`, `-`) to find your request in our logs;
it comes back in every answer, ours if you send none.
""".strip()
TAGS = [
    {"name": "Salons", "description": "Who there is, what they offer, and who works there."},
    {"name": "Booking", "description": "From a free time to a confirmed visit."},
    {"name": "A client's booking", "description": "Reached by the token of the manage link."},
    {"name": "Operation", "description": "For load balancers and monitoring."},
]
PROBLEM = {
    "type": "object",
    "title": "Problem",
    "description": "Why it did not work (RFC 9457).",
    "required": ["type", "title", "status", "detail", "code", "correlation_id"],
    "properties": {
        "type": {
            "type": "string",
            "format": "uri-reference",
            "description": "Where the code is explained.",
            "examples": ["/api/docs#problem-time_taken"],
        },
        "title": {"type": "string", "examples": ["No longer possible"]},
        "status": {"type": "integer", "examples": [409]},
        "detail": {
            "type": "string",
            "description": "A sentence a person can act on.",
            "examples": ["That time is no longer free. Please choose another."],
        },
        "code": {"type": "string", "description": "Stable.", "examples": ["time_taken"]},
        "correlation_id": {"type": "string", "examples": ["0198c5a27d1e7c3a9f425b8e6d0a1c2f"]},
        "field": {
            "type": "string",
            "description": "The input it is about.",
            "examples": ["customer.email"],
        },
        "errors": {
            "type": "array",
            "description": "Everything that is wrong, when it is more than one thing.",
            "items": {
                "type": "object",
                "required": ["field", "detail"],
                "properties": {"field": {"type": "string"}, "detail": {"type": "string"}},
                "additionalProperties": False,
            },
        },
        "alternatives": {
            "type": "array",
            "description": "With 409: the nearest free times, nearest first.",
            "items": {"$ref": "#/components/schemas/Slot"},
        },
    },
    "additionalProperties": False,
}
TOKEN = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "For operators. Make one with: openchair token create --role operator",
}
FRAMEWORKS_OWN = ("HTTPValidationError", "ValidationError")


def document(routes: Sequence[BaseRoute]) -> dict[str, Any]:
    """The whole document for `routes`."""
    found = get_openapi(
        title="OpenChair",
        version=VERSION,
        openapi_version="3.1.0",
        summary="Booking for salons and studios.",
        description=DESCRIPTION,
        routes=routes,
        tags=TAGS,
        servers=[{"url": "/", "description": "This installation."}],
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    schemas = found["components"]["schemas"]
    for name in FRAMEWORKS_OWN:
        schemas.pop(name, None)
    schemas["Problem"] = PROBLEM
    found["components"]["securitySchemes"] = {"token": TOKEN}
    for operation in (each for path in found["paths"].values() for each in path.values()):
        _correlated(operation)
        _tidy(operation)
    return found


def _correlated(operation: dict[str, Any]) -> None:
    """Every answer bears the correlation id."""
    for response in operation["responses"].values():
        response.setdefault("headers", {})["X-Correlation-Id"] = {
            "description": "Names this request in our logs.",
            "schema": {"type": "string"},
        }


def _tidy(operation: dict[str, Any]) -> None:
    """A parameter that may be left out is not null; titles made of names say nothing new."""
    for parameter in operation.get("parameters", []):
        schema = parameter["schema"]
        schema.pop("title", None)
        if "anyOf" in schema:
            schema.update(next(each for each in schema.pop("anyOf") if each["type"] != "null"))
