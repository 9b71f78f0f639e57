"""Reads the body of a request up to a bound, and forms out of it. Used by every stand-in."""

from urllib.parse import parse_qsl

from starlette.requests import Request

MAX_BODY_BYTES = 1_000_000
MAX_FIELDS = 200


class TooLarge(ValueError):
    """The body is larger than this stand-in takes."""


async def read_body(request: Request, *, limit: int = MAX_BODY_BYTES) -> bytes:
    """The whole body. Raises `TooLarge` as soon as it is longer than `limit` bytes."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise TooLarge(f"The body is larger than {limit} bytes.")
    return bytes(body)


async def read_form(request: Request, *, limit: int = MAX_BODY_BYTES) -> dict[str, str]:
    """An URL-encoded form; of a repeated field the last. Raises `TooLarge`."""
    text = (await read_body(request, limit=limit)).decode("utf-8", errors="replace")
    try:
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS))
    except ValueError:
        raise TooLarge(f"The form has more than {MAX_FIELDS} fields.") from None
