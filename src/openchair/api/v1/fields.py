"""Kinds of values in requests: strict to read, exact in the OpenAPI document."""

import re
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, WithJsonSchema

from openchair.customers.profiles.contact import has_control_characters

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_SLUG = r"^[a-z0-9](-?[a-z0-9])*$"
_TOKEN = r"^[A-Za-z0-9_-]{16,100}$"  # noqa: S105 - the form of a token, no token
_LINE_BREAKS = str.maketrans("", "", "\n\r\t")


class Request(BaseModel):
    """A body or a query; members that are not declared are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _uuid(value: Any) -> Any:
    if not isinstance(value, str) or not _UUID.fullmatch(value):
        raise ValueError("should be a UUID.")
    return UUID(value)


def _date(value: Any) -> Any:
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise ValueError("should be a date, for example 2026-05-04.")


def _instant(value: Any) -> Any:
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        try:
            return datetime.fromisoformat(value.upper())
        except ValueError:
            pass
    raise ValueError("should be a time with its offset, for example 2026-05-04T14:30:00+02:00.")


def _printable(value: str) -> str:
    if has_control_characters(value.translate(_LINE_BREAKS)):
        raise ValueError("contains characters that cannot be printed. Please type it again.")
    return value


Uuid = Annotated[
    UUID,
    BeforeValidator(_uuid),
    WithJsonSchema({"type": "string", "format": "uuid"}),
]
LocalDate = Annotated[
    date,
    BeforeValidator(_date),
    WithJsonSchema({"type": "string", "format": "date"}),
]
Instant = Annotated[
    datetime,
    BeforeValidator(_instant),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Text = Annotated[str, AfterValidator(_printable)]
Slug = Annotated[
    str,
    Path(
        pattern=_SLUG,
        max_length=60,
        description="The salon's name in addresses.",
        examples=["schnittwerk"],
    ),
]
Token = Annotated[
    str,
    Path(pattern=_TOKEN, description="The token at the end of the manage link."),
]
HoldId = Annotated[Uuid, Path(description="`hold_id` of the hold.")]
